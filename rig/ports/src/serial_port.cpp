// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/serial_port.h"

#include <fmt/format.h>

#include <utility>

#include "claim.h"
#include "libserialport_port.h"
#include "termios_port.h"

namespace meterrig::ports {

Result<std::unique_ptr<SerialPort>> open_serial_port(const std::string& path,
                                                     const SerialSettings& settings) {
  if (auto checked = check(settings); !checked) {
    return fail(checked.error().code,
                fmt::format("serial port '{}': {}", path, checked.error().message));
  }
  const auto resolved = resolve(path);
  if (!resolved) return tl::unexpected(resolved.error());
  auto claimed = claim(*resolved, path);
  if (!claimed) return tl::unexpected(claimed.error());
  if (resolved->starts_with("/dev/pts/")) {
    return open_with_termios(std::move(*claimed), path, settings);
  }
  return open_with_libserialport(std::move(*claimed), *resolved, path, settings);
}

}  // namespace meterrig::ports
