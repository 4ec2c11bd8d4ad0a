// SPDX-License-Identifier: GPL-3.0-or-later
// The back-end for real ports, on a pseudo-terminal by the help of a shim.
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <future>
#include <utility>

#include "claim.h"
#include "libserialport_port.h"
#include "libserialport_shim.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/ports/pseudo_terminal.h"

using namespace meterrig;
using namespace meterrig::ports;

namespace {

Result<std::unique_ptr<SerialPort>> open_as_real_port(const std::string& path,
                                                      const SerialSettings& settings) {
  auto claimed = claim(path, path);
  if (!claimed) return tl::unexpected(claimed.error());
  return open_with_libserialport(std::move(*claimed), path, path, settings);
}

PseudoTerminal new_terminal() {
  auto terminal = PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  return std::move(*terminal);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(libserialport_back_end)

BOOST_AUTO_TEST_CASE(the_settings_reach_the_kernel) {
  const PseudoTerminal terminal = new_terminal();
  for (const auto& [baud_rate, code] :
       {std::pair{2400, B2400}, {9600, B9600}, {19200, B19200}, {38400, B38400}}) {
    const auto port = open_as_real_port(terminal.path(), {.baud_rate = baud_rate, .stop_bits = 2});
    BOOST_REQUIRE(port.has_value());
    BOOST_TEST((*port)->settings().baud_rate == baud_rate);
    termios set{};
    BOOST_REQUIRE(::tcgetattr((*port)->descriptor(), &set) == 0);
    BOOST_TEST(::cfgetospeed(&set) == code);
    BOOST_TEST(((set.c_cflag & CSTOPB) != 0));
    BOOST_TEST(((set.c_cflag & CSIZE) == CS8));
    BOOST_TEST(((set.c_cflag & CRTSCTS) == 0));
    BOOST_TEST(((set.c_lflag & (ICANON | ECHO | ISIG)) == 0));
  }
}

BOOST_AUTO_TEST_CASE(a_baud_rate_without_a_constant_is_set_as_well) {
  const PseudoTerminal terminal = new_terminal();
  BOOST_TEST(open_as_real_port(terminal.path(), {.baud_rate = 250000}).has_value());
}

BOOST_AUTO_TEST_CASE(a_baud_rate_that_the_driver_refuses_is_an_error_that_names_it) {
  const PseudoTerminal terminal = new_terminal();
  libserialport_shim::refuse_custom_baud_rates() = true;
  const auto port = open_as_real_port(terminal.path(), {.baud_rate = 250000});
  libserialport_shim::refuse_custom_baud_rates() = false;
  BOOST_REQUIRE(!port.has_value());
  BOOST_TEST((port.error().code == ErrorCode::invalid_argument));
  BOOST_TEST(port.error().message ==
             "serial port '" + terminal.path() +
                 "' cannot do baud rate 250000 (of 250000 8N1): Invalid argument; expected a "
                 "setting that its hardware and driver can do");
}

BOOST_AUTO_TEST_CASE(a_parity_that_the_port_lacks_is_an_error_that_names_it) {
  const PseudoTerminal terminal = new_terminal();  // which has none
  const auto port = open_as_real_port(terminal.path(), {.parity = Parity::even});
  BOOST_REQUIRE(!port.has_value());
  BOOST_TEST((port.error().code == ErrorCode::invalid_argument));
  BOOST_TEST((port.error().message.find("parity") != std::string::npos), port.error().message);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_busy_until_it_is_closed) {
  const PseudoTerminal terminal = new_terminal();
  auto first = open_as_real_port(terminal.path(), {});
  BOOST_REQUIRE(first.has_value());
  const auto second = open_as_real_port(terminal.path(), {});
  BOOST_REQUIRE(!second.has_value());
  BOOST_TEST((second.error().code == ErrorCode::failed_precondition));
  first->reset();
  BOOST_TEST(open_as_real_port(terminal.path(), {}).has_value());
}

BOOST_AUTO_TEST_CASE(what_sysfs_does_not_know_is_no_serial_port) {
  const auto port = open_with_libserialport({}, "/dev/null", "/dev/null", {});
  BOOST_REQUIRE(!port.has_value());
  BOOST_TEST((port.error().code == ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_CASE(what_waited_before_it_was_opened_is_dropped) {
  const PseudoTerminal terminal = new_terminal();
  BOOST_REQUIRE(::write(terminal.descriptor(), "stale", 5) == 5);
  const auto port = open_as_real_port(terminal.path(), {});
  BOOST_REQUIRE(port.has_value());
  int waiting = -1;
  BOOST_REQUIRE(::ioctl((*port)->descriptor(), FIONREAD, &waiting) == 0);
  BOOST_TEST(waiting == 0);
}

// The frames are those of the SDM120's manual.
BOOST_AUTO_TEST_CASE(a_register_is_read_over_it) {
  const PseudoTerminal terminal = new_terminal();
  auto port = open_as_real_port(terminal.path(), {.baud_rate = 9600});
  BOOST_REQUIRE(port.has_value());
  modbus::RegisterMap map;
  map.registers = {{.address = 0, .quantity = {Measurand::voltage, Place::L1}}};
  auto link =
      modbus::connect_rtu(std::move(*port), 1, map, {.answer_timeout = second(5), .retries = 0});
  BOOST_REQUIRE(link.has_value());
  auto peer = std::async(std::launch::async, [&] {
    std::array<unsigned char, 8> request{};
    for (std::size_t got = 0; got < request.size();) {
      const ssize_t n = ::read(terminal.descriptor(), request.data() + got, request.size() - got);
      if (n <= 0) break;
      got += static_cast<std::size_t>(n);
    }
    constexpr std::array<unsigned char, 9> answer{1, 4, 4, 0x43, 0x66, 0, 0, 0x0E, 0x1F};
    return ::write(terminal.descriptor(), answer.data(), answer.size()) == 9 ? request
                                                                             : decltype(request){};
  });
  const std::array ids{QuantityId{Measurand::voltage, Place::L1}};
  const auto readings = (*link)->read(ids, {});
  const std::array<unsigned char, 8> expected{1, 4, 0, 0, 0, 2, 0x71, 0xCB};
  BOOST_TEST(peer.get() == expected, boost::test_tools::per_element());
  BOOST_REQUIRE(readings.has_value());
  BOOST_TEST(readings->at(0).value == 230.0);
}

BOOST_AUTO_TEST_SUITE_END()
