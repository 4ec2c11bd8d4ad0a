// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/modem_lines.h"

#include <fmt/format.h>
#include <libserialport.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

#include "claim.h"
#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

struct LineText {
  ModemLine line;
  std::string_view name;
  sp_signal bit;
};
constexpr std::array<LineText, 4> lines{{{ModemLine::cts, "cts", SP_SIG_CTS},
                                         {ModemLine::dsr, "dsr", SP_SIG_DSR},
                                         {ModemLine::dcd, "dcd", SP_SIG_DCD},
                                         {ModemLine::ri, "ri", SP_SIG_RI}}};

struct PortDeleter {
  void operator()(sp_port* port) const {
    sp_close(port);  // harmless when it is not open
    sp_free_port(port);
  }
};
using PortHandle = std::unique_ptr<sp_port, PortDeleter>;

// A USB adapter tells of its lines when its latency timer ends, some milliseconds late.
Duration latency_of(const std::string& resolved) {
  const std::filesystem::path device(resolved);
  std::ifstream file(
      fmt::format("/sys/class/tty/{}/device/latency_timer", device.filename().string()));
  double milliseconds = 0;
  if (file >> milliseconds && milliseconds > 0) return millisecond(milliseconds);
  return second(0);
}

class LibserialportLines final : public ModemLines {
 public:
  LibserialportLines(FileDescriptor claimed, PortHandle port, std::string path, Duration latency)
      : claimed_(std::move(claimed)),
        port_(std::move(port)),
        path_(std::move(path)),
        latency_(latency) {}

  Result<bool> read(ModemLine line) override {
    sp_signal on{};
    if (sp_get_signals(port_.get(), &on) != SP_OK)
      return fail(ErrorCode::unavailable,
                  fmt::format("serial port '{}' does not tell its modem "
                              "lines: {}",
                              path_, system_error_text(sp_last_error_code())));
    return (on & lines.at(static_cast<std::size_t>(line)).bit) != 0;
  }
  [[nodiscard]] Duration latency() const override { return latency_; }

 private:
  FileDescriptor claimed_;
  PortHandle port_;
  std::string path_;
  Duration latency_;
};

}  // namespace

std::string_view name(ModemLine line) { return lines.at(static_cast<std::size_t>(line)).name; }

Result<ModemLine> parse_modem_line(std::string_view text) {
  for (const LineText& known : lines)
    if (known.name == text) return known.line;
  return fail(ErrorCode::invalid_argument,
              fmt::format("modem line '{}'; expected cts, dsr, dcd or ri", text));
}

Result<std::unique_ptr<ModemLines>> open_modem_lines(const std::string& path) {
  const auto resolved = resolve(path);
  if (!resolved) return tl::unexpected(resolved.error());
  auto claimed = claim(*resolved, path);
  if (!claimed) return tl::unexpected(claimed.error());
  sp_port* raw = nullptr;
  if (sp_get_port_by_name(resolved->c_str(), &raw) != SP_OK)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("'{}' has no modem lines; expected a serial port such as /dev/ttyUSB0", path));
  PortHandle port(raw);
  if (sp_open(raw, SP_MODE_READ) != SP_OK)
    return fail(ErrorCode::unavailable, fmt::format("serial port '{}' does not open: {}", path,
                                                    system_error_text(sp_last_error_code())));
  if (sp_set_flowcontrol(raw, SP_FLOWCONTROL_NONE) != SP_OK ||
      sp_set_rts(raw, SP_RTS_ON) != SP_OK || sp_set_dtr(raw, SP_DTR_ON) != SP_OK)
    return fail(ErrorCode::invalid_argument,
                fmt::format("serial port '{}' has no RTS and DTR to feed a contact: {}", path,
                            system_error_text(sp_last_error_code())));
  auto opened = std::make_unique<LibserialportLines>(std::move(*claimed), std::move(port), path,
                                                     latency_of(*resolved));
  if (const auto tried = opened->read(ModemLine::cts); !tried) return tl::unexpected(tried.error());
  return opened;
}

}  // namespace meterrig::ports
