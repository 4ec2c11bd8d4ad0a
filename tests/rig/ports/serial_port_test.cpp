// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/serial_port.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "meterrig/ports/port_list.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "scratch_folder.h"

using namespace meterrig;
using namespace meterrig::ports;

namespace {

PseudoTerminal new_terminal(const std::string& link = "") {
  auto terminal = PseudoTerminal::create(link);
  BOOST_REQUIRE(terminal.has_value());
  return std::move(*terminal);
}

void check_failure(const Result<std::unique_ptr<SerialPort>>& port, ErrorCode code,
                   const std::string& message) {
  BOOST_REQUIRE(!port.has_value());
  BOOST_TEST(name(port.error().code) == name(code));
  BOOST_TEST(port.error().message == message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(serial_port)

BOOST_AUTO_TEST_CASE(a_pseudo_terminal_opens_raw_with_its_settings) {
  const PseudoTerminal terminal = new_terminal();
  const SerialSettings settings{.baud_rate = 19200, .parity = Parity::even, .stop_bits = 2};
  const auto port = open_serial_port(terminal.path(), settings);
  BOOST_REQUIRE(port.has_value());
  BOOST_TEST(((*port)->settings() == settings));
  BOOST_TEST((*port)->path() == terminal.path());
  termios set{};
  BOOST_REQUIRE(::tcgetattr((*port)->descriptor(), &set) == 0);
  BOOST_TEST(::cfgetospeed(&set) == speed_t{B19200});
  BOOST_TEST(((set.c_cflag & CSTOPB) != 0));
  BOOST_TEST(((set.c_lflag & (ICANON | ECHO | ISIG)) == 0));
  BOOST_TEST(((set.c_iflag & (ICRNL | IXON)) == 0));
  BOOST_TEST(((set.c_oflag & OPOST) == 0));
}

BOOST_AUTO_TEST_CASE(a_symlink_is_followed_and_named_as_it_was_asked_for) {
  const ScratchFolder folder;
  const PseudoTerminal terminal = new_terminal(folder / "meter");
  const auto port = open_serial_port(folder / "meter", {});
  BOOST_REQUIRE(port.has_value());
  BOOST_TEST((*port)->path() == folder / "meter");
}

BOOST_AUTO_TEST_CASE(what_waited_before_it_was_opened_is_dropped) {
  const PseudoTerminal terminal = new_terminal();
  BOOST_REQUIRE(::write(terminal.descriptor(), "stale", 5) == 5);
  const auto port = open_serial_port(terminal.path(), {});
  BOOST_REQUIRE(port.has_value());
  int waiting = -1;
  BOOST_REQUIRE(::ioctl((*port)->descriptor(), FIONREAD, &waiting) == 0);
  BOOST_TEST(waiting == 0);
}

BOOST_AUTO_TEST_CASE(a_port_that_is_not_there_is_not_found) {
  const ScratchFolder folder;
  const std::string path = folder / "ttyNONE";
  check_failure(open_serial_port(path, {}), ErrorCode::not_found,
                "serial port '" + path +
                    "' does not exist (No such file or directory); expected a port of this "
                    "machine, such as /dev/ttyUSB0");
  std::filesystem::create_symlink(path, folder / "dangling");
  BOOST_TEST((open_serial_port(folder / "dangling", {}).error().code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_busy_until_it_is_closed) {
  const PseudoTerminal terminal = new_terminal();
  auto first = open_serial_port(terminal.path(), {});
  BOOST_REQUIRE(first.has_value());
  check_failure(open_serial_port(terminal.path(), {}), ErrorCode::failed_precondition,
                "serial port '" + terminal.path() +
                    "' is busy: another program has it open; expected a port that nobody uses");
  first->reset();
  BOOST_TEST(open_serial_port(terminal.path(), {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_port_without_permission_is_told_from_a_missing_one) {
  const PseudoTerminal terminal = new_terminal();
  BOOST_REQUIRE(::chmod(terminal.path().c_str(), 0) == 0);
  constexpr uid_t nobody = 65534;
  const bool root = ::geteuid() == 0;
  if (root) BOOST_REQUIRE(::seteuid(nobody) == 0);
  const auto port = open_serial_port(terminal.path(), {});
  if (root) BOOST_REQUIRE(::seteuid(0) == 0);
  check_failure(port, ErrorCode::permission_denied,
                "serial port '" + terminal.path() +
                    "' may not be opened by this user (Permission denied); expected read and write "
                    "permission, on Debian by membership of group dialout");
}

BOOST_AUTO_TEST_CASE(a_baud_rate_that_the_port_cannot_do_lists_those_it_can) {
  const PseudoTerminal terminal = new_terminal();
  const auto port = open_serial_port(terminal.path(), {.baud_rate = 12345});
  BOOST_REQUIRE(!port.has_value());
  BOOST_TEST((port.error().code == ErrorCode::invalid_argument));
  BOOST_TEST(port.error().message.starts_with(
                 "serial port '" + terminal.path() +
                 "' cannot do baud rate 12345; expected one of 50, 75, 110, "),
             port.error().message);
  BOOST_TEST((open_serial_port(terminal.path(), {.baud_rate = -1}).error().code ==
              ErrorCode::invalid_argument));
  BOOST_TEST((open_serial_port(terminal.path(), {.stop_bits = 3}).error().code ==
              ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_CASE(what_is_no_terminal_is_not_a_serial_port) {
  const ScratchFolder folder;
  const std::string path = folder / "file";
  std::ofstream(path) << "x";
  check_failure(open_serial_port(path, {}), ErrorCode::invalid_argument,
                "'" + path +
                    "' is not a serial port (Inappropriate ioctl for device); expected a terminal "
                    "device, such as /dev/ttyUSB0");
  BOOST_TEST((open_serial_port("/", {}).error().code == ErrorCode::invalid_argument));
  BOOST_TEST((open_serial_port("/dev/null", {}).error().code == ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_CASE(ports_are_listed_by_path_with_how_they_are_attached) {
  const auto ports = list_serial_ports();
  BOOST_REQUIRE(ports.has_value());
  std::string previous;
  for (const PortInfo& port : *ports) {
    BOOST_TEST(port.path.starts_with("/dev/"), port.path);
    BOOST_TEST(previous < port.path);
    BOOST_TEST(
        (port.transport == "native" || port.transport == "USB" || port.transport == "Bluetooth"));
    BOOST_TEST((port.transport == "USB" || !port.usb_vid_pid.has_value()));
    previous = port.path;
  }
}

BOOST_AUTO_TEST_SUITE_END()
