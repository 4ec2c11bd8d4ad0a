// SPDX-License-Identifier: GPL-3.0-or-later
#include "whole_file.h"

#include <fmt/format.h>

#include <fstream>

namespace meterrig::cli {

namespace fs = std::filesystem;

Result<void> write_whole(const fs::path& file, const std::string& text) {
  const fs::path part = file.string() + ".part";
  std::error_code error;
  {
    std::ofstream out(part, std::ios::binary);
    out << text;
    out.flush();
    if (!out) {
      fs::remove(part, error);
      return fail(ErrorCode::unavailable, fmt::format("{}: cannot be written", part.string()));
    }
  }
  fs::rename(part, file, error);
  if (error) {
    std::error_code ignored;
    fs::remove(part, ignored);
    return fail(ErrorCode::unavailable, fmt::format("{}: {}", file.string(), error.message()));
  }
  return {};
}

}  // namespace meterrig::cli
