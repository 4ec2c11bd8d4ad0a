// SPDX-License-Identifier: GPL-3.0-or-later
// The slave on real lines: a pseudo-terminal and loopback. What goes over the wire is written out
// in bytes, with check sums by a CRC of the test's own.
#include "meterrig/twin/modbus_slave.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/pseudo_terminal.h"

namespace meterrig::twin {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Steady = std::chrono::steady_clock;

/// The frame with its CRC-16/MODBUS (polynomial 0xA001 reflected, start 0xFFFF, low byte first).
Bytes with_crc(Bytes frame) {
  unsigned crc = 0xFFFF;
  for (const std::uint8_t byte : frame) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0xA001U : crc >> 1;
  }
  frame.push_back(static_cast<std::uint8_t>(crc & 0xFF));
  frame.push_back(static_cast<std::uint8_t>(crc >> 8));
  return frame;
}

Bytes read_request(int unit, int function, int address, int count) {
  const auto byte = [](int value) { return static_cast<std::uint8_t>(value & 0xFF); };
  return with_crc({byte(unit), byte(function), byte(address >> 8), byte(address), byte(count >> 8),
                   byte(count)});
}

std::unique_ptr<RegisterFile> ideal_registers() {
  modbus::RegisterMap map;
  for (int k = 0; k < 40; ++k) {
    map.registers.push_back(
        {.address = 2 * k, .quantity = {Measurand::voltage, k == 0 ? Place::L1 : Place::L2}});
  }
  auto file = RegisterFile::create(std::move(map), {});
  BOOST_REQUIRE(file.has_value());
  Readings readings;
  readings[{Measurand::voltage, Place::L1}] = 230.0;
  (*file)->update(readings);
  return std::move(*file);
}

void write_all(int descriptor, const Bytes& bytes) {
  BOOST_REQUIRE(::write(descriptor, bytes.data(), bytes.size()) ==
                static_cast<ssize_t>(bytes.size()));
}

/// What arrives until the line was silent for `patience`.
Bytes hear(int descriptor, std::chrono::milliseconds patience) {
  Bytes heard;
  for (;;) {
    pollfd polled{descriptor, POLLIN, 0};
    if (::poll(&polled, 1, static_cast<int>(patience.count())) <= 0) return heard;
    Bytes part(300);
    const ssize_t count = ::read(descriptor, part.data(), part.size());
    if (count <= 0) return heard;
    heard.insert(heard.end(), part.begin(), part.begin() + count);
  }
}

/// Waits for exactly `count` bytes, or long.
Bytes hear_count(int descriptor, std::size_t count) {
  Bytes heard;
  const auto give_up = Steady::now() + std::chrono::seconds(10);
  while (heard.size() < count && Steady::now() < give_up) {
    pollfd polled{descriptor, POLLIN, 0};
    if (::poll(&polled, 1, 100) <= 0) continue;
    Bytes part(count - heard.size());
    const ssize_t got = ::read(descriptor, part.data(), part.size());
    if (got <= 0) break;
    heard.insert(heard.end(), part.begin(), part.begin() + got);
  }
  return heard;
}

struct Line {
  explicit Line(ports::SerialSettings settings = {.baud_rate = 38400}, int unit = 1)
      : registers(ideal_registers()) {
    auto created = ports::PseudoTerminal::create();
    BOOST_REQUIRE(created.has_value());
    terminal = std::make_unique<ports::PseudoTerminal>(std::move(*created));
    auto served = serve_line(terminal->descriptor(), settings, unit, *registers);
    BOOST_REQUIRE(served.has_value());
    slave = std::move(*served);
    open_master();
  }
  void open_master() {
    master = ports::FileDescriptor(::open(terminal->path().c_str(), O_RDWR | O_NOCTTY));
    BOOST_REQUIRE(master.open());
  }
  [[nodiscard]] Bytes ask(const Bytes& request, std::size_t expected) const {
    write_all(master.get(), request);
    return hear_count(master.get(), expected);
  }

  std::unique_ptr<RegisterFile> registers;
  std::unique_ptr<ports::PseudoTerminal> terminal;
  std::unique_ptr<ModbusSlave> slave;
  ports::FileDescriptor master;
};

const Bytes request_of_230_v{0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xCB};
const Bytes answer_of_230_v{0x01, 0x04, 0x04, 0x43, 0x66, 0x00, 0x00, 0x0E, 0x1F};

BOOST_AUTO_TEST_SUITE(modbus_slave)

BOOST_AUTO_TEST_CASE(the_published_vector_is_answered_byte_by_byte) {
  const Line line;
  BOOST_TEST(line.ask(request_of_230_v, 9) == answer_of_230_v, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_baud_rate_takes_its_time_on_the_line) {
  for (const int baud : {2400, 4800, 9600, 19200, 38400}) {
    const Line line({.baud_rate = baud});
    const auto start = Steady::now();
    const Bytes answer = line.ask(request_of_230_v, 9);
    const double seconds = std::chrono::duration<double>(Steady::now() - start).count();
    BOOST_TEST(answer == answer_of_230_v, boost::test_tools::per_element());
    // 8 characters there and 9 back, of 10 bits; a busy machine only adds.
    BOOST_TEST(seconds >= 170.0 / baud);
  }
}

BOOST_AUTO_TEST_CASE(parity_and_a_second_stop_bit_take_their_bits) {
  const Line line({.baud_rate = 2400, .parity = ports::Parity::even, .stop_bits = 2});
  const auto start = Steady::now();
  BOOST_TEST(line.ask(request_of_230_v, 9) == answer_of_230_v, boost::test_tools::per_element());
  BOOST_TEST(std::chrono::duration<double>(Steady::now() - start).count() >= 17 * 12.0 / 2400);
}

BOOST_AUTO_TEST_CASE(the_first_and_the_last_address_answer_to_themselves_alone) {
  for (const int unit : {1, 247}) {
    const Line line({.baud_rate = 38400}, unit);
    Bytes expected = answer_of_230_v;
    expected[0] = static_cast<std::uint8_t>(unit);
    expected.resize(7);
    expected = with_crc(expected);
    BOOST_TEST(line.ask(read_request(unit, 4, 0, 2), 9) == expected,
               boost::test_tools::per_element());
    write_all(line.master.get(), read_request(248 - unit, 4, 0, 2));
    write_all(line.master.get(), read_request(0, 4, 0, 2));  // broadcast
    BOOST_TEST(hear(line.master.get(), std::chrono::milliseconds(150)).empty());
    BOOST_TEST(line.ask(read_request(unit, 4, 0, 2), 9) == expected,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_request_gets_no_answer_and_the_next_one_does) {
  const Line line;
  Bytes damaged = request_of_230_v;
  damaged[6] ^= 0x01;
  write_all(line.master.get(), damaged);
  BOOST_TEST(hear(line.master.get(), std::chrono::milliseconds(150)).empty());
  BOOST_TEST(line.ask(request_of_230_v, 9) == answer_of_230_v, boost::test_tools::per_element());
  write_all(line.master.get(), {0x01, 0x04, 0x00});  // a torn one
  BOOST_TEST(hear(line.master.get(), std::chrono::milliseconds(150)).empty());
  BOOST_TEST(line.ask(request_of_230_v, 9) == answer_of_230_v, boost::test_tools::per_element());
  write_all(line.master.get(), Bytes(600, 0xFF));
  BOOST_TEST(hear(line.master.get(), std::chrono::milliseconds(300)).empty());
  BOOST_TEST(line.ask(request_of_230_v, 9) == answer_of_230_v, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_the_family_refuses_is_refused_on_the_line) {
  const Line line;
  const auto exception = [&line](const Bytes& request) {
    const Bytes answer = line.ask(request, 5);
    BOOST_REQUIRE_EQUAL(answer.size(), 5u);
    BOOST_TEST(answer == with_crc({answer[0], answer[1], answer[2]}),
               boost::test_tools::per_element());
    BOOST_TEST(answer[1] == (request[1] | 0x80));
    return static_cast<int>(answer[2]);
  };
  BOOST_TEST(exception(read_request(1, 4, 1, 2)) == 2);       // odd address
  BOOST_TEST(exception(read_request(1, 4, 0, 3)) == 3);       // odd count
  BOOST_TEST(exception(read_request(1, 4, 0, 62)) == 3);      // too many
  BOOST_TEST(exception(read_request(1, 4, 0x2000, 2)) == 2);  // not there
  BOOST_TEST(exception(read_request(1, 3, 0, 2)) == 2);       // no holding registers here
  BOOST_TEST(exception(read_request(1, 6, 0, 2)) == 1);       // write single register
  BOOST_TEST(exception(read_request(1, 1, 0, 2)) == 1);       // read coils
  BOOST_TEST(exception(with_crc({1, 16, 0, 2, 0, 2, 4, 0x42, 0x70, 0, 0})) == 1);  // write 60.0
  BOOST_TEST(exception(with_crc({1, 0x11})) == 1);  // report server id
  BOOST_TEST(line.ask(read_request(1, 4, 0, 60), 125).size() == 125u);
}

BOOST_AUTO_TEST_CASE(the_next_who_opens_the_line_is_served_too) {
  Line line;
  BOOST_TEST(line.ask(request_of_230_v, 9).size() == 9u);
  line.master.reset();
  line.open_master();
  BOOST_TEST(line.ask(request_of_230_v, 9) == answer_of_230_v, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_unit_that_there_is_not_is_refused) {
  const auto registers = ideal_registers();
  for (const int unit : {0, 248, -1}) {
    const auto on_line = serve_line(0, {}, unit, *registers);
    BOOST_REQUIRE(!on_line.has_value());
    BOOST_TEST((on_line.error().code == ErrorCode::invalid_argument));
    const auto on_tcp = serve_tcp("127.0.0.1:0", unit, *registers);
    BOOST_REQUIRE(!on_tcp.has_value());
    BOOST_TEST((on_tcp.error().code == ErrorCode::invalid_argument));
  }
}

ports::FileDescriptor connected(int port) {
  ports::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  return socket;
}

BOOST_AUTO_TEST_CASE(tcp_masters_are_answered_side_by_side) {
  const auto registers = ideal_registers();
  const auto slave = serve_tcp("127.0.0.1:0", 7, *registers);
  BOOST_REQUIRE(slave.has_value());
  BOOST_TEST((*slave)->port() > 0);
  const auto first = connected((*slave)->port());
  const auto second = connected((*slave)->port());
  for (const std::uint8_t unit : Bytes{7, 0, 255}) {
    for (const auto* master : {&first, &second}) {
      const Bytes request{0x12, 0x34, 0, 0, 0, 6, unit, 4, 0, 0, 0, 2};
      const Bytes answer{0x12, 0x34, 0, 0, 0, 7, unit, 4, 4, 0x43, 0x66, 0, 0};
      write_all(master->get(), request);
      BOOST_TEST(hear_count(master->get(), 13) == answer, boost::test_tools::per_element());
    }
  }
  write_all(first.get(), {0, 1, 0, 0, 0, 6, 8, 4, 0, 0, 0, 2});  // another unit
  BOOST_TEST(hear(first.get(), std::chrono::milliseconds(100)).empty());
  write_all(first.get(), {0, 2, 0, 0, 0, 6, 7, 6, 0, 0, 0, 2});  // write single register
  const Bytes refusal{0, 2, 0, 0, 0, 3, 7, 0x86, 1};
  BOOST_TEST(hear_count(first.get(), 9) == refusal, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tcp_outlives_masters_that_leave_or_talk_nonsense) {
  const auto registers = ideal_registers();
  const auto slave = serve_tcp("127.0.0.1:0", 1, *registers);
  BOOST_REQUIRE(slave.has_value());
  for (int k = 0; k < 20; ++k) {
    const auto master = connected((*slave)->port());
    write_all(master.get(), Bytes(static_cast<std::size_t>(k), 0xFF));
  }
  const auto master = connected((*slave)->port());
  write_all(master.get(), {0, 1, 0, 0, 0, 6, 1, 4, 0, 0, 0, 2});
  BOOST_TEST(hear_count(master.get(), 13).size() == 13u);
}

BOOST_AUTO_TEST_CASE(tcp_stays_on_this_host_and_on_a_free_port) {
  const auto registers = ideal_registers();
  const auto open = serve_tcp("0.0.0.0:0", 1, *registers);
  BOOST_REQUIRE(!open.has_value());
  BOOST_TEST((open.error().code == ErrorCode::permission_denied));
  BOOST_TEST((serve_tcp("nowhere", 1, *registers).error().code == ErrorCode::invalid_argument));
  const auto first = serve_tcp("127.0.0.1:0", 1, *registers);
  BOOST_REQUIRE(first.has_value());
  const auto second = serve_tcp("127.0.0.1:" + std::to_string((*first)->port()), 1, *registers);
  BOOST_REQUIRE(!second.has_value());
  BOOST_TEST((second.error().code == ErrorCode::already_exists));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
