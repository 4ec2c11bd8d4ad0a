// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/modbus/register_map.h"
#include "meterrig/ports/serial_port.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::modbus {

/// How hard a link tries.
struct Policy {
  Duration answer_timeout;  ///< longest silence: until an answer begins, and inside it
  int retries = 0;          ///< further tries of a transfer after the first
};

/// Reads a device's registers over Modbus. For one thread.
///
/// A transfer that fails is tried again as often as the policy says, except when trying again
/// cannot help: the line is gone (unavailable), or the device says that it has no such function,
/// address or value (exceptions 1 to 3). The last failure is then the error: deadline_exceeded no
/// answer; data_loss check sum; aborted an exception (number and name in the message), an answer of
/// another unit, or one to another question; unavailable the line is gone.
///
/// An answer that comes after its time-out is not taken for that of the next request: before the
/// next one the line is listened to for twice the time-out more, and an answer to that one counts
/// only when no second one follows within a time-out. What was heard is discarded and counted as
/// late.
///
/// Of read_identity(): an identity register that the device refuses with an exception reads
/// "refused: ...".
class ModbusLink : public DeviceLink {};

/// A link over a serial line; it owns the port. `unit` is 1 to 247.
/// Errors: invalid_argument (unit, map or policy out of range).
[[nodiscard]] Result<std::unique_ptr<ModbusLink>> connect_rtu(
    std::unique_ptr<ports::SerialPort> port, int unit, RegisterMap map, Policy policy);

/// A link over TCP; `unit` is 0 to 255. The connection must stand within the answer time-out.
/// Errors: as above; unavailable when there is no connection, with host and port.
[[nodiscard]] Result<std::unique_ptr<ModbusLink>> connect_tcp(const std::string& host, int port,
                                                              int unit, RegisterMap map,
                                                              Policy policy);

}  // namespace meterrig::modbus
