// SPDX-License-Identifier: GPL-3.0-or-later
#include "claim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <termios.h>

#include <cerrno>
#include <filesystem>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

tl::unexpected<Error> open_failure(const std::string& shown, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return fail(ErrorCode::not_found,
                  fmt::format("serial port '{}' does not exist ({}); expected a port of this "
                              "machine, such as /dev/ttyUSB0",
                              shown, system_error_text(error)));
    case EACCES:
    case EPERM:
      return fail(ErrorCode::permission_denied,
                  fmt::format("serial port '{}' may not be opened by this user ({}); expected read "
                              "and write permission, on Debian by membership of group dialout",
                              shown, system_error_text(error)));
    case EBUSY:
    case EWOULDBLOCK:
      return fail(ErrorCode::failed_precondition,
                  fmt::format("serial port '{}' is busy: another program has it open; expected a "
                              "port that nobody uses",
                              shown));
    case EISDIR:
    case ENOTTY:
    case EINVAL:
      return fail(ErrorCode::invalid_argument,
                  fmt::format("'{}' is not a serial port ({}); expected a terminal device, such as "
                              "/dev/ttyUSB0",
                              shown, system_error_text(error)));
    default:
      return fail(ErrorCode::unavailable, fmt::format("serial port '{}' does not open: {}", shown,
                                                      system_error_text(error)));
  }
}

}  // namespace

Result<std::string> resolve(const std::string& path) {
  std::error_code error;
  const auto resolved = std::filesystem::canonical(path, error);
  if (error) return open_failure(path, error.value());
  return resolved.string();
}

Result<FileDescriptor> claim(const std::string& resolved, const std::string& shown) {
  // Non-blocking: a write to a line that takes no more bytes fails rather than hangs.
  FileDescriptor descriptor(::open(resolved.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.open()) return open_failure(shown, errno);
  termios unused{};
  if (::tcgetattr(descriptor.get(), &unused) != 0) return open_failure(shown, errno);
  // Unlike TIOCEXCL, this lock ends with its process whatever happens, and binds root too.
  if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) return open_failure(shown, errno);
  return descriptor;
}

}  // namespace meterrig::ports
