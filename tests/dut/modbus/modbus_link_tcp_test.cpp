// SPDX-License-Identifier: GPL-3.0-or-later
// The same over a TCP socket, with what only TCP has: transactions, connections.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <utility>

#include "fake_peer.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/ports/file_descriptor.h"

using namespace meterrig;
using namespace meterrig::modbus;

namespace {

constexpr QuantityId voltage_1{Measurand::voltage, Place::L1};
constexpr Duration timeout = millisecond(200);

RegisterMap map_of_one() {
  RegisterMap map;
  map.registers = {{.address = 0, .quantity = voltage_1}};
  return map;
}

/// A socket that listens on a free port of the loopback.
struct Listener {
  ports::FileDescriptor socket{::socket(AF_INET, SOCK_STREAM, 0)};
  int port = 0;
  Listener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    BOOST_REQUIRE(::bind(socket.get(), generic, size) == 0);
    BOOST_REQUIRE(::listen(socket.get(), 1) == 0);
    BOOST_REQUIRE(::getsockname(socket.get(), generic, &size) == 0);
    port = ntohs(address.sin_port);
  }
};

struct Rig {
  Listener listener;
  ports::FileDescriptor server;
  std::unique_ptr<FakePeer> peer;
  std::unique_ptr<ModbusLink> link;

  explicit Rig(std::vector<FakePeer::Step> script, int retries = 0) {
    auto connected = connect_tcp("127.0.0.1", listener.port, 1, map_of_one(),
                                 {.answer_timeout = timeout, .retries = retries});
    BOOST_REQUIRE_MESSAGE(connected.has_value(), connected.error().message);
    link = std::move(*connected);
    server = ports::FileDescriptor(::accept(listener.socket.get(), nullptr, nullptr));
    BOOST_REQUIRE(server.open());
    peer =
        std::make_unique<FakePeer>(server.get(), 12, std::move(script), [this] { server.reset(); });
  }
  void check_value(double expected) const {
    const auto readings = link->read(std::array{voltage_1}, {});
    BOOST_REQUIRE_MESSAGE(readings.has_value(), readings.error().message);
    BOOST_TEST(readings->at(0).value == expected);
  }
  void check_failure(ErrorCode code, const std::string& reason) const {
    const auto readings = link->read(std::array{voltage_1}, {});
    BOOST_REQUIRE(!readings.has_value());
    BOOST_TEST(name(readings.error().code) == name(code));
    BOOST_TEST((readings.error().message.find(reason) != std::string::npos),
               readings.error().message);
  }
  void check_statistics(const LinkStatistics& expected) const {
    const LinkStatistics got = link->statistics();
    BOOST_TEST(got.requests == expected.requests);
    BOOST_TEST(got.retries == expected.retries);
    BOOST_TEST(got.timeouts == expected.timeouts);
    BOOST_TEST(got.crc_errors == expected.crc_errors);
    BOOST_TEST(got.exceptions == expected.exceptions);
    BOOST_TEST(got.wrong_unit == expected.wrong_unit);
    BOOST_TEST(got.late_answers == expected.late_answers);
    BOOST_TEST(got.foreign_answers == expected.foreign_answers);
  }
};

/// An answer with two registers.
Bytes answer(std::uint8_t transaction, std::uint8_t high, std::uint8_t low, std::uint8_t unit = 1) {
  return {0, transaction, 0, 0, 0, 7, unit, 4, 4, high, low, 0, 0};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(modbus_link_over_tcp)

BOOST_AUTO_TEST_CASE(a_read_is_these_bytes_and_no_others) {
  const Rig rig({{{.bytes = answer(1, 0x43, 0x66)}}, {{.bytes = answer(2, 0x43, 0x5E)}}});
  rig.check_value(230.0);
  rig.check_value(222.0);
  BOOST_REQUIRE(rig.peer->requests().size() == 2);
  BOOST_TEST(rig.peer->requests().at(0) == (Bytes{0, 1, 0, 0, 0, 6, 1, 4, 0, 0, 0, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(rig.peer->requests().at(1) == (Bytes{0, 2, 0, 0, 0, 6, 1, 4, 0, 0, 0, 2}),
             boost::test_tools::per_element());
  rig.check_statistics({.requests = 2});
}

BOOST_AUTO_TEST_CASE(an_answer_in_pieces_is_put_together) {
  const Bytes whole = answer(1, 0x43, 0x66);
  FakePeer::Step pieces;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    pieces.push_back({.bytes = {whole[i]}, .after = millisecond(static_cast<double>(3 * i))});
  }
  const Rig rig({pieces});
  rig.check_value(230.0);
}

BOOST_AUTO_TEST_CASE(an_answer_to_another_transaction_is_foreign) {
  const Rig rig({{{.bytes = answer(77, 0x42, 0xDE)}}, {{.bytes = answer(2, 0x43, 0x66)}}}, 1);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 2, .retries = 1, .foreign_answers = 1});
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_unit_function_length_or_protocol_is_not_taken) {
  Bytes function = answer(2, 0x42, 0xDE);
  function.at(7) = 3;
  Bytes protocol = answer(4, 0x42, 0xDE);
  protocol.at(3) = 1;
  const Rig rig({{{.bytes = answer(1, 0x42, 0xDE, 2)}},
                 {{.bytes = function}},
                 {{.bytes = {0, 3, 0, 0, 0, 5, 1, 4, 2, 0x42, 0xDE}}},
                 {{.bytes = protocol}},
                 {{.bytes = answer(5, 0x43, 0x66)}}},
                4);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 5, .retries = 4, .wrong_unit = 1, .foreign_answers = 3});
}

BOOST_AUTO_TEST_CASE(a_refusal_is_not_asked_for_twice) {
  const Rig rig({{{.bytes = {0, 1, 0, 0, 0, 3, 1, 0x84, 2}}}}, 3);
  rig.check_failure(ErrorCode::aborted, "exception 2 (illegal data address)");
  rig.check_statistics({.requests = 1, .exceptions = 1});
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_not_taken_for_that_of_the_retry) {
  const Rig rig({{{.bytes = answer(1, 0x42, 0xDE), .after = 1.75 * timeout}},
                 {{.bytes = answer(2, 0x43, 0x66)}}},
                1);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 2, .retries = 1, .timeouts = 1, .late_answers = 1});
}

BOOST_AUTO_TEST_CASE(an_answer_that_waits_for_the_retry_is_known_by_its_transaction) {
  const Rig rig({{}, {{.bytes = answer(1, 0x42, 0xDE)}}, {{.bytes = answer(3, 0x43, 0x66)}}}, 2);
  rig.check_value(230.0);
  rig.check_statistics({.requests = 3, .retries = 2, .timeouts = 1, .late_answers = 1});
}

BOOST_AUTO_TEST_CASE(a_connection_that_closes_in_an_answer_is_unavailable_and_not_retried) {
  const Rig rig({{{.bytes = {0, 1, 0, 0, 0, 7, 1}}, {.bytes = {}}}}, 5);
  rig.check_failure(ErrorCode::unavailable, "the line is gone");
  rig.check_statistics({.requests = 1});
  rig.check_failure(ErrorCode::unavailable, "the line is gone");
  rig.check_statistics({.requests = 1});
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_is_unavailable) {
  int port = 0;
  {
    const Listener listener;
    port = listener.port;
  }
  const auto link =
      connect_tcp("127.0.0.1", port, 1, map_of_one(), {.answer_timeout = timeout, .retries = 0});
  BOOST_REQUIRE(!link.has_value());
  BOOST_TEST((link.error().code == ErrorCode::unavailable));
  BOOST_TEST(link.error().message == "no connection to 127.0.0.1:" + std::to_string(port) +
                                         ": there is no such host, or it refuses; expected a "
                                         "Modbus TCP server that accepts within "
                                         "0.2 s");
  BOOST_TEST((connect_tcp("no-such-host.invalid", port, 1, map_of_one(),
                          {.answer_timeout = timeout, .retries = 0})
                  .error()
                  .code == ErrorCode::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()
