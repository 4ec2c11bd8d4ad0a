// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "commands.h"
#include "messages.h"
#include "meterrig/campaign/recheck.h"
#include "meterrig/store/verify.h"
#include "report_files.h"

namespace meterrig::cli {

int report(const ReportOptions& options) {
  const auto file = run_file(options.run);
  const auto run = stored_run(file);
  if (!run) return complain(run.error()), wrong_input;
  const auto files = write_reports(
      *run, options.out.empty() ? file.parent_path() : std::filesystem::path(options.out),
      options.formats);
  if (!files) return complain(files.error()), wrong_input;
  for (const auto& written : *files) fmt::print("{}\n", written.string());
  return 0;
}

int verify(const VerifyOptions& options) {
  const auto file = run_file(options.run);
  const auto checked = store::verify(
      file, options.expected_chain.empty() ? std::nullopt : std::optional(options.expected_chain));
  if (!checked) return complain(checked.error()), wrong_input;
  for (const store::BrokenRecord& broken : checked->broken)
    fmt::print("{}: {}\n",
               broken.number == 0 ? "the file" : fmt::format("record {}", broken.number),
               broken.why);
  if (!checked->intact()) {
    fmt::print("{} of {} records are broken: {} is not what was written\n", checked->broken.size(),
               checked->records, file.string());
    return 1;
  }
  const auto run = stored_run(file);
  if (!run) return complain(run.error()), wrong_input;
  const auto disagreements = campaign::recheck(*run);
  for (const std::string& sentence : disagreements) fmt::print("{}\n", sentence);
  if (!disagreements.empty()) {
    fmt::print("{} results do not follow from their evidence\n", disagreements.size());
    return 1;
  }
  const auto recomputed = std::count_if(run->results().begin(), run->results().end(),
                                        [](const v1::PointResult& r) { return r.has_value(); });
  fmt::print(
      "{} records, chain unbroken; {} results computed again, all agree\nchain    {}\nevidence "
      "{}\n",
      checked->records, recomputed, checked->chain_sha256, checked->evidence_sha256);
  return 0;
}

}  // namespace meterrig::cli
