// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/journal.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::safety {
namespace {

// RFC 3339 with milliseconds.
std::string time_of_day() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(now - seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), rest.count());
}

}  // namespace

Result<Journal> Journal::open(const std::filesystem::path& file) {
  ports::FileDescriptor descriptor(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!descriptor.open())
    return fail(ErrorCode::unavailable,
                fmt::format("journal {} cannot be opened: {}", file.string(),
                            ports::system_error_text(errno)));
  return Journal(file, std::move(descriptor));
}

Result<void> Journal::write(std::string_view event, std::string_view details) {
  const nlohmann::ordered_json entry{
      {"time", time_of_day()}, {"event", event}, {"details", details}};
  // What is no UTF-8 is replaced: an error text of an instrument must not end the journal.
  const std::string line =
      entry.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
  // One write: a line is there whole or not at all, but on a full disk.
  const ssize_t count = ::write(file_.get(), line.data(), line.size());
  if (count == static_cast<ssize_t>(line.size()) && ::fdatasync(file_.get()) == 0) return {};
  return fail(ErrorCode::unavailable,
              fmt::format("journal {} cannot be written: {}", path_.string(),
                          ports::system_error_text(count < 0 ? errno : ENOSPC)));
}

}  // namespace meterrig::safety
