// SPDX-License-Identifier: GPL-3.0-or-later
// Replaces C library functions that libserialport 0.1.1 calls; it finds those of the executable
// first. Everything that is not about a pseudo-terminal goes to the kernel as it is.
#include "libserialport_shim.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <string_view>

namespace libserialport_shim {
std::atomic<bool>& refuse_custom_baud_rates() {
  static std::atomic<bool> refuse = false;
  return refuse;
}
std::atomic<int>& modem_lines() {
  static std::atomic<int> lines = TIOCM_CTS | TIOCM_DSR | TIOCM_CAR;
  return lines;
}
}  // namespace libserialport_shim

namespace {

constexpr std::string_view sysfs_entry = "/sys/class/tty/pts/";
constexpr std::string_view sysfs_target = "../../devices/virtual/tty/pts";
constexpr unsigned long set_custom_baud_rate = 0x402C542B;  // TCSETS2

}  // namespace

extern "C" {

// The Debian binary was built against this old name of lstat().
// NOLINTNEXTLINE(bugprone-reserved-identifier): the C library chose it
int __lxstat(int /*version*/, const char* path, struct stat* status) noexcept {
  if (std::string_view(path).starts_with(sysfs_entry)) {
    *status = {};
    status->st_mode = S_IFLNK;
    return 0;
  }
  return ::fstatat(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}

ssize_t readlink(const char* path, char* buffer, size_t size) noexcept {
  if (!std::string_view(path).starts_with(sysfs_entry)) {
    return ::syscall(SYS_readlink, path, buffer, size);
  }
  const std::size_t length = std::min(size, sysfs_target.size());
  std::copy_n(sysfs_target.begin(), length, buffer);
  return static_cast<ssize_t>(length);
}

int ioctl(int descriptor, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (request == set_custom_baud_rate && libserialport_shim::refuse_custom_baud_rates()) {
    errno = EINVAL;
    return -1;
  }
  const long result = ::syscall(SYS_ioctl, descriptor, request, argument);
  if (result == -1 && errno == ENOTTY) {
    if (request == TIOCMGET) *static_cast<int*>(argument) = libserialport_shim::modem_lines();
    if (request == TIOCMGET || request == TIOCMSET || request == TIOCMBIS || request == TIOCMBIC) {
      return 0;
    }
  }
  return static_cast<int>(result);
}
}
