// SPDX-License-Identifier: GPL-3.0-or-later
#include "libserialport_port.h"

#include <fmt/format.h>
#include <libserialport.h>

#include <utility>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

struct PortDeleter {
  void operator()(sp_port* port) const {
    sp_close(port);  // harmless when it is not open
    sp_free_port(port);
  }
};
using PortHandle = std::unique_ptr<sp_port, PortDeleter>;

struct ConfigDeleter {
  void operator()(sp_port_config* config) const { sp_free_config(config); }
};
using ConfigHandle = std::unique_ptr<sp_port_config, ConfigDeleter>;

constexpr int data_bits = 8;

sp_parity parity_code(Parity parity) {
  switch (parity) {
    case Parity::none:
      return SP_PARITY_NONE;
    case Parity::even:
      return SP_PARITY_EVEN;
    case Parity::odd:
      return SP_PARITY_ODD;
  }
  return SP_PARITY_INVALID;
}

class LibserialportPort final : public SerialPort {
 public:
  LibserialportPort(FileDescriptor claimed, PortHandle port, int descriptor, std::string path,
                    const SerialSettings& settings)
      : claimed_(std::move(claimed)),
        port_(std::move(port)),
        descriptor_(descriptor),
        path_(std::move(path)),
        settings_(settings) {}
  [[nodiscard]] int descriptor() const override { return descriptor_; }
  [[nodiscard]] const std::string& path() const override { return path_; }
  [[nodiscard]] const SerialSettings& settings() const override { return settings_; }

 private:
  FileDescriptor claimed_;
  PortHandle port_;
  int descriptor_;
  std::string path_;
  SerialSettings settings_;
};

std::string reason(sp_return result) {
  switch (result) {
    case SP_ERR_ARG:
      return "libserialport does not know it";
    case SP_ERR_SUPP:
      return "its driver does not support it";
    case SP_ERR_MEM:
      return "out of memory";
    default:
      return system_error_text(sp_last_error_code());
  }
}

struct Setting {
  std::string name;
  int wanted;
  sp_return (*set)(sp_port*, int);
  sp_return (*get)(const sp_port_config*, int*);
};

Result<void> apply(sp_port* port, const std::string& shown, const SerialSettings& settings) {
  const Setting all[] = {
      {"baud rate", settings.baud_rate, sp_set_baudrate, sp_get_config_baudrate},
      {"data bits", data_bits, sp_set_bits, sp_get_config_bits},
      {"parity", parity_code(settings.parity),
       [](sp_port* p, int parity) { return sp_set_parity(p, static_cast<sp_parity>(parity)); },
       [](const sp_port_config* config, int* parity) {
         sp_parity found = SP_PARITY_INVALID;
         const sp_return result = sp_get_config_parity(config, &found);
         *parity = found;
         return result;
       }},
      {"stop bits", settings.stop_bits, sp_set_stopbits, sp_get_config_stopbits},
  };
  const auto refused = [&](const Setting& setting, const std::string& why) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("serial port '{}' cannot do {} {} (of {}): {}; expected a setting that "
                            "its hardware and driver can do",
                            shown, setting.name, setting.wanted, to_string(settings), why));
  };
  for (const Setting& setting : all) {
    if (const sp_return result = setting.set(port, setting.wanted); result != SP_OK) {
      return refused(setting, reason(result));
    }
  }
  if (const sp_return result = sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE); result != SP_OK) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("serial port '{}' cannot do without flow control: {}", shown, reason(result)));
  }
  // Some drivers take a setting and then do something else.
  sp_port_config* raw = nullptr;
  sp_return result = sp_new_config(&raw);
  const ConfigHandle config(raw);
  if (result == SP_OK) result = sp_get_config(port, raw);
  if (result != SP_OK) {
    return fail(
        ErrorCode::unavailable,
        fmt::format("serial port '{}' does not tell its settings: {}", shown, reason(result)));
  }
  for (const Setting& setting : all) {
    int got = 0;
    if (setting.get(raw, &got) != SP_OK || got != setting.wanted) {
      return refused(setting, fmt::format("it reads back as {}", got));
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SerialPort>> open_with_libserialport(FileDescriptor claimed,
                                                            const std::string& resolved,
                                                            const std::string& shown,
                                                            const SerialSettings& settings) {
  sp_port* raw = nullptr;
  sp_return result = sp_get_port_by_name(resolved.c_str(), &raw);
  if (result != SP_OK) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a serial port: {}; expected one such as /dev/ttyUSB0",
                            shown, reason(result)));
  }
  PortHandle port(raw);
  int descriptor = -1;
  result = sp_open(raw, SP_MODE_READ_WRITE);
  if (result == SP_OK) result = sp_get_port_handle(raw, &descriptor);
  if (result != SP_OK) {
    return fail(ErrorCode::unavailable,
                fmt::format("serial port '{}' does not open: {}", shown, reason(result)));
  }
  if (auto applied = apply(raw, shown, settings); !applied) return tl::unexpected(applied.error());
  sp_flush(raw, SP_BUF_INPUT);
  return std::make_unique<LibserialportPort>(std::move(claimed), std::move(port), descriptor, shown,
                                             settings);
}

}  // namespace meterrig::ports
