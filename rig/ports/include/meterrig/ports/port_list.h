// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// A serial port that this machine has. Text is empty when the port does not tell.
struct PortInfo {
  std::string path;
  std::string description;
  std::string transport;  ///< "native", "USB" or "Bluetooth"
  std::optional<std::pair<int, int>> usb_vid_pid;
  std::string usb_manufacturer;
  std::string usb_product;
  std::string usb_serial;
};

/// Every serial port but pseudo-terminals, ordered by path. Error: internal when the system cannot
/// be asked.
[[nodiscard]] Result<std::vector<PortInfo>> list_serial_ports();

}  // namespace meterrig::ports
