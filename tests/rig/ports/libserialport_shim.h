// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

/// Makes this process's libserialport believe that a pseudo-terminal is a UART: sysfs has an entry
/// for it, and it has modem lines. Settings and bytes still go to the kernel.
namespace libserialport_shim {

/// The driver refuses baud rates that have no constant of their own.
std::atomic<bool>& refuse_custom_baud_rates();

/// TIOCM_ bits that all of them read.
std::atomic<int>& modem_lines();

}  // namespace libserialport_shim
