// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* lock_name = "output.pid";

Result<fs::path> root() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != 0)
    return fs::path(state) / "meterrig";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != 0)
    return fs::path(home) / ".local/state/meterrig";
  return fail(ErrorCode::failed_precondition,
              "nowhere to keep interlocks and journal; expected HOME or XDG_STATE_HOME to be set");
}

pid_t process_in(const fs::path& file) {
  std::ifstream stream(file);
  pid_t process = 0;
  stream >> process;
  return process;
}

}  // namespace

Result<BenchState> BenchState::of(const std::string& bench) {
  const auto state = root();
  if (!state) return tl::unexpected(state.error());
  const fs::path folder = *state / bench;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::unavailable,
                fmt::format("{} cannot be made: {}", folder.string(), error.message()));
  return BenchState(folder);
}

Result<ports::FileDescriptor> BenchState::take_output() const {
  const fs::path file = folder_ / lock_name;
  ports::FileDescriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  const std::string text = fmt::format("{}\n", ::getpid());
  if (!lock.open())
    return fail(ErrorCode::unavailable, fmt::format("{} cannot be opened: {}", file.string(),
                                                    ports::system_error_text(errno)));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::failed_precondition,
                fmt::format("process {} has the output of this bench; expected it to end, or "
                            "'meterrig stop'",
                            process_in(file)));
  if (::ftruncate(lock.get(), 0) != 0 ||
      ::write(lock.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail(ErrorCode::unavailable, fmt::format("{} cannot be written: {}", file.string(),
                                                    ports::system_error_text(errno)));
  return lock;
}

std::vector<BenchState::Holder> BenchState::holders() {
  std::vector<Holder> holders;
  const auto state = root();
  std::error_code error;
  if (!state) return holders;
  for (const auto& bench : fs::directory_iterator(*state, error)) {
    const fs::path file = bench.path() / lock_name;
    const ports::FileDescriptor lock(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    // A lock that can be taken is nobody's: its process has ended.
    if (!lock.open() || ::flock(lock.get(), LOCK_SH | LOCK_NB) == 0) continue;
    holders.push_back({.bench = bench.path().filename().string(), .process = process_in(file)});
  }
  return holders;
}

}  // namespace meterrig::cli
