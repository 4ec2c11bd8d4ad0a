// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// A process that has a port open or holds its lock.
struct PortUser {
  int pid = 0;
  std::string program;  ///< its name; empty when the system does not tell
  bool locks = false;   ///< holds the lock (flock) that open_serial_port() takes
};

/// What can be told of a serial port by looking at it.
struct PortState {
  std::string device;           ///< the path without symlinks, such as "/dev/ttyUSB0"
  std::string by_id;            ///< the path that follows the adapter, or empty
  std::string group;            ///< whose members may use it, such as "dialout"
  bool permitted = false;       ///< this process may read and write it
  std::vector<PortUser> users;  ///< other users' processes only as far as the system tells
  Duration latency_timer;  ///< of a USB adapter: how long it keeps bytes together; else unknown
};

/// Where the system shows what is asked for.
struct SystemFolders {
  std::filesystem::path by_id = "/dev/serial/by-id";
  std::filesystem::path tty = "/sys/class/tty";
  std::filesystem::path proc = "/proc";
};

/// Looks at a port without opening it: that would raise DTR and RTS, and what hangs on these lines
/// would switch. Errors: not_found, invalid_argument (not a terminal device).
[[nodiscard]] Result<PortState> look_at_port(const std::string& path,
                                             const SystemFolders& folders = {});

/// Such as "meterrig (process 4711, locked)", separated by commas.
[[nodiscard]] std::string to_string(const std::vector<PortUser>& users);

}  // namespace meterrig::ports
