// SPDX-License-Identifier: GPL-3.0-or-later
#include "durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/system_error_text.h"

namespace meterrig::safety {
namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0;
}

}  // namespace

Result<void> write_durably(const std::filesystem::path& file, std::string_view text) {
  const auto failed = [&file] {
    return fail(ErrorCode::unavailable, fmt::format("{} cannot be written: {}", file.string(),
                                                    ports::system_error_text(errno)));
  };
  std::filesystem::path draft = file;
  draft += ".new";
  {
    const ports::FileDescriptor open(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!open.open() || !write_all(open.get(), text)) return failed();
  }
  if (std::rename(draft.c_str(), file.c_str()) != 0) return failed();
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const ports::FileDescriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!open.open() || ::fsync(open.get()) != 0) return failed();
  return {};
}

}  // namespace meterrig::safety
