// SPDX-License-Identifier: GPL-3.0-or-later
#include "termios_port.h"

#include <fmt/format.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

struct Speed {
  int baud_rate;
  speed_t code;
};
constexpr std::array speeds{
    Speed{50, B50},           Speed{75, B75},           Speed{110, B110},
    Speed{134, B134},         Speed{150, B150},         Speed{200, B200},
    Speed{300, B300},         Speed{600, B600},         Speed{1200, B1200},
    Speed{1800, B1800},       Speed{2400, B2400},       Speed{4800, B4800},
    Speed{9600, B9600},       Speed{19200, B19200},     Speed{38400, B38400},
    Speed{57600, B57600},     Speed{115200, B115200},   Speed{230400, B230400},
    Speed{460800, B460800},   Speed{500000, B500000},   Speed{576000, B576000},
    Speed{921600, B921600},   Speed{1000000, B1000000}, Speed{1152000, B1152000},
    Speed{1500000, B1500000}, Speed{2000000, B2000000}, Speed{2500000, B2500000},
    Speed{3000000, B3000000}, Speed{3500000, B3500000}, Speed{4000000, B4000000},
};

std::string all_speeds() {
  std::string list;
  for (const Speed& speed : speeds) {
    fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ", ", speed.baud_rate);
  }
  return list;
}

class TermiosPort final : public SerialPort {
 public:
  TermiosPort(FileDescriptor descriptor, std::string path, const SerialSettings& settings)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), settings_(settings) {}
  [[nodiscard]] int descriptor() const override { return descriptor_.get(); }
  [[nodiscard]] const std::string& path() const override { return path_; }
  [[nodiscard]] const SerialSettings& settings() const override { return settings_; }

 private:
  FileDescriptor descriptor_;
  std::string path_;
  SerialSettings settings_;
};

}  // namespace

Result<std::unique_ptr<SerialPort>> open_with_termios(FileDescriptor claimed,
                                                      const std::string& shown,
                                                      const SerialSettings& settings) {
  const auto* speed = std::ranges::find(speeds, settings.baud_rate, &Speed::baud_rate);
  if (speed == speeds.end()) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("serial port '{}' cannot do baud rate {}; expected one of {}", shown,
                            settings.baud_rate, all_speeds()));
  }
  const int descriptor = claimed.get();
  termios wanted{};
  termios got{};
  const auto failed = [&] {
    return fail(ErrorCode::unavailable, fmt::format("serial port '{}' does not take {}: {}", shown,
                                                    to_string(settings), system_error_text(errno)));
  };
  if (::tcgetattr(descriptor, &wanted) != 0) return failed();
  ::cfmakeraw(&wanted);
  wanted.c_cflag |= CLOCAL | CREAD;
  // The kernel has no parity on a pseudo-terminal, so none is asked for.
  wanted.c_cflag &= ~static_cast<tcflag_t>(PARENB | CSTOPB | CRTSCTS);
  if (settings.stop_bits == 2) wanted.c_cflag |= CSTOPB;
  ::cfsetspeed(&wanted, speed->code);
  if (::tcsetattr(descriptor, TCSANOW, &wanted) != 0) return failed();
  if (::tcgetattr(descriptor, &got) != 0) return failed();
  if (got.c_cflag != wanted.c_cflag || got.c_lflag != wanted.c_lflag ||
      got.c_iflag != wanted.c_iflag || ::cfgetospeed(&got) != speed->code) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("serial port '{}' has other settings after it was set to {}; expected the same",
                    shown, to_string(settings)));
  }
  ::tcflush(descriptor, TCIFLUSH);
  return std::make_unique<TermiosPort>(std::move(claimed), shown, settings);
}

}  // namespace meterrig::ports
