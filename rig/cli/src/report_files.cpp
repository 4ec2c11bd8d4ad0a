// SPDX-License-Identifier: GPL-3.0-or-later
#include "report_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <utility>

#include "meterrig/report/html.h"
#include "meterrig/report/json.h"
#include "meterrig/report/junit.h"
#include "meterrig/store/assemble.h"
#include "meterrig/store/verify.h"
#include "whole_file.h"

namespace meterrig::cli {
namespace fs = std::filesystem;

Result<std::vector<fs::path>> write_reports(const v1::Run& run, const fs::path& folder,
                                            const std::vector<std::string>& formats) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::permission_denied,
                fmt::format("{}: {}", folder.string(), error.message()));
  const auto wanted = [&](const char* format) {
    return formats.empty() || std::find(formats.begin(), formats.end(), format) != formats.end();
  };
  struct File {
    const char* format;
    const char* name;
    std::string (*render)(const v1::Run&);
  };
  constexpr std::array all{File{"html", "report.html", &meterrig::report::html},
                           File{"junit", "junit.xml", &meterrig::report::junit},
                           File{"json", "run.json", &meterrig::report::json}};
  // Side by side: after a short run one would wait for them.
  std::vector<std::pair<fs::path, std::future<std::string>>> rendered;
  for (const File& file : all)
    if (wanted(file.format))
      rendered.emplace_back(folder / file.name,
                            std::async(std::launch::async, file.render, std::cref(run)));
  std::vector<fs::path> files;
  for (auto& [path, text] : rendered) {
    if (auto written = write_whole(path, text.get()); !written)
      return tl::unexpected(written.error());
    files.push_back(path);
  }
  return files;
}

fs::path run_file(const std::string& run) {
  return fs::is_directory(run) ? fs::path(run) / "run.sqlite" : fs::path(run);
}

Result<v1::Run> stored_run(const fs::path& file) {
  const auto stored = store::read_run(file);
  if (!stored) return tl::unexpected(stored.error());
  return store::assemble_run(stored->records, {.chain_sha256 = stored->chain_sha256,
                                               .evidence_sha256 = stored->evidence_sha256});
}

}  // namespace meterrig::cli
