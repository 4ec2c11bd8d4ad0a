// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_control.h"

namespace meterrig::cli {
namespace {

constexpr Duration patience = second(15);  // for a source that is slow to answer

}  // namespace

Result<safety::SourceProcess> start_source_process(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{std::filesystem::read_symlink("/proc/self/exe").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return safety::SourceProcess::start(command, patience);
}

Result<void> acknowledge_all(safety::SourceProcess& source, const std::string& person) {
  const auto status = source.status();
  if (!status) return tl::unexpected(status.error());
  for (const v1::InterlockState& interlock : status->interlocks()) {
    if (interlock.acknowledged()) continue;
    if (auto done = source.acknowledge(interlock.interlock(), person); !done) return done;
  }
  return {};
}

}  // namespace meterrig::cli
