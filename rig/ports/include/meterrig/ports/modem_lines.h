// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// Inputs of a serial port beside its data (ITU-T V.24 circuits 106, 107, 109, 125): a pulse output
/// of a meter can be wired to one.
enum class ModemLine : std::uint8_t { cts, dsr, dcd, ri };

/// "cts", "dsr", "dcd", "ri". Error of the other way: invalid_argument.
[[nodiscard]] std::string_view name(ModemLine line);
[[nodiscard]] Result<ModemLine> parse_modem_line(std::string_view text);

/// The modem lines of a port that is open for this process alone. RTS and DTR are on, to feed a
/// contact that is wired between one of them and an input.
class ModemLines {
 public:
  virtual ~ModemLines() = default;
  /// Whether the line is on now. Error: unavailable when the port is gone.
  [[nodiscard]] virtual Result<bool> read(ModemLine line) = 0;
  /// How old what read() says may be: 0 s for a UART of the machine, the latency timer of a
  /// USB adapter.
  [[nodiscard]] virtual Duration latency() const = 0;
};

/// Through libserialport. Errors: those of open_serial_port(), and invalid_argument for a port
/// without modem lines, such as a pseudo-terminal.
[[nodiscard]] Result<std::unique_ptr<ModemLines>> open_modem_lines(const std::string& path);

}  // namespace meterrig::ports
