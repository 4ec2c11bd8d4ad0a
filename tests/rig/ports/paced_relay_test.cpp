// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/paced_relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <future>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/ports/clock.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig/ports/serial_port.h"

using namespace meterrig;
using namespace meterrig::ports;

namespace {

std::pair<FileDescriptor, FileDescriptor> socket_pair() {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// user <-> relay <-> device, over two socket pairs.
struct Line {
  std::pair<FileDescriptor, FileDescriptor> near = socket_pair();
  std::pair<FileDescriptor, FileDescriptor> far = socket_pair();
  std::unique_ptr<PacedRelay> relay;
  explicit Line(SerialSettings settings) {
    auto started = PacedRelay::start(near.second.get(), far.first.get(), settings);
    BOOST_REQUIRE(started.has_value());
    relay = std::move(*started);
  }
  [[nodiscard]] int user() const { return near.first.get(); }
  [[nodiscard]] int device() const { return far.second.get(); }
};

struct Arrival {
  std::string bytes;
  std::vector<double> milliseconds;  ///< of each byte, since `start`
};

Arrival receive(int descriptor, std::size_t count, Instant start) {
  const MonotonicClock clock;
  Arrival arrival;
  std::array<char, 256> buffer{};
  pollfd polled{.fd = descriptor, .events = POLLIN, .revents = 0};
  while (arrival.bytes.size() < count && ::poll(&polled, 1, 2000) > 0) {
    const ssize_t n = ::read(descriptor, buffer.data(), buffer.size());
    if (n <= 0) break;
    const double time = (clock.now() - start).in(millisecond);
    arrival.bytes.append(buffer.data(), static_cast<std::size_t>(n));
    arrival.milliseconds.resize(arrival.bytes.size(), time);
  }
  return arrival;
}

std::string pattern(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i * 7);
  return bytes;
}

/// Sends a frame and returns when its last byte arrives. Never less than the line takes (checked
/// for every byte); more on a busy machine, so the least of five is asked for.
double least_frame_time(SerialSettings settings, std::size_t count, bool to_device) {
  const Line line(settings);
  const double character = character_time(settings).in(millisecond);
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) {
    const std::string sent = pattern(count);
    const Instant start = MonotonicClock().now();
    BOOST_REQUIRE(::write(to_device ? line.user() : line.device(), sent.data(), count) ==
                  static_cast<ssize_t>(count));
    const Arrival arrival = receive(to_device ? line.device() : line.user(), count, start);
    BOOST_TEST(arrival.bytes == sent);
    for (std::size_t k = 0; k < arrival.milliseconds.size(); ++k) {
      const double earliest = static_cast<double>(k + 1) * character;
      if (arrival.milliseconds[k] < earliest - 1e-3) {
        BOOST_ERROR("byte " << k << " came after " << arrival.milliseconds[k] << " ms, not "
                            << earliest);
      }
    }
    least = std::min(least, arrival.milliseconds.back());
  }
  return least;
}

bool ends(const PacedRelay& relay) {
  MonotonicClock clock;
  for (int i = 0; i < 2000 && relay.running(); ++i) clock.sleep_until(clock.now() + millisecond(1));
  return !relay.running();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(paced_relay)

// 100 characters x 10 bits / 9600 Bd = 104.17 ms
BOOST_AUTO_TEST_CASE(a_hundred_bytes_at_9600_baud_take_as_long_as_on_a_line) {
  const double time = least_frame_time({.baud_rate = 9600}, 100, true);
  BOOST_TEST(time >= 104.16);
  BOOST_TEST(time <= 125.0);
}

// 2000 characters x 11 bits / 115200 Bd = 190.97 ms: 50 us of lateness a byte would add 100 ms.
BOOST_AUTO_TEST_CASE(lateness_of_a_byte_does_not_add_up) {
  const double time =
      least_frame_time({.baud_rate = 115200, .parity = Parity::even, .stop_bits = 1}, 2000, false);
  BOOST_TEST(time >= 190.96);
  BOOST_TEST(time <= 220.0);
}

BOOST_AUTO_TEST_CASE(both_directions_are_paced_at_the_same_time) {
  const Line line({.baud_rate = 9600});
  const std::string question = pattern(50);
  const std::string answer = pattern(80);
  const Instant start = MonotonicClock().now();
  BOOST_REQUIRE(::write(line.user(), question.data(), 50) == 50);
  BOOST_REQUIRE(::write(line.device(), answer.data(), 80) == 80);
  auto device = std::async(std::launch::async, receive, line.device(), 50, start);
  const Arrival at_user = receive(line.user(), 80, start);
  const Arrival at_device = device.get();
  BOOST_TEST(at_device.bytes == question);
  BOOST_TEST(at_user.bytes == answer);
  BOOST_TEST(at_device.milliseconds.back() >= 52.08);  // 50 x 10 / 9600
  BOOST_TEST(at_user.milliseconds.back() >= 83.33);    // 80 x 10 / 9600
}

// 24 characters x 10 bits / 2400 Bd = 100 ms, though the last one is written after 46 ms.
BOOST_AUTO_TEST_CASE(bytes_written_one_by_one_are_paced_like_those_written_at_once) {
  const Line line({.baud_rate = 2400});
  MonotonicClock clock;
  double least = std::numeric_limits<double>::infinity();
  for (int trial = 0; trial < 5; ++trial) {
    const Instant start = clock.now();
    for (int i = 0; i < 24; ++i) {
      BOOST_REQUIRE(::write(line.user(), "x", 1) == 1);
      clock.sleep_until(start + millisecond(2.0 * i));
    }
    const Arrival arrival = receive(line.device(), 24, start);
    BOOST_REQUIRE(arrival.bytes.size() == 24);
    least = std::min(least, arrival.milliseconds.back());
  }
  BOOST_TEST(least >= 99.99);
  BOOST_TEST(least <= 125.0);
}

BOOST_AUTO_TEST_CASE(a_device_that_hangs_up_ends_it) {
  Line line({.baud_rate = 9600});
  line.far.second.reset();
  BOOST_TEST(ends(*line.relay));
}

BOOST_AUTO_TEST_CASE(a_user_that_hangs_up_ends_it_even_with_bytes_under_way) {
  Line line({.baud_rate = 300});
  BOOST_REQUIRE(::write(line.device(), pattern(20).data(), 20) == 20);
  line.near.first.reset();
  BOOST_TEST(ends(*line.relay));
}

BOOST_AUTO_TEST_CASE(stopping_does_not_wait_for_bytes_under_way) {
  Line line({.baud_rate = 50});
  BOOST_REQUIRE(::write(line.user(), pattern(200).data(), 200) == 200);  // 40 s of them
  const Instant start = MonotonicClock().now();
  line.relay->stop();
  line.relay->stop();
  BOOST_TEST((MonotonicClock().now() - start).in(second) < 5.0);
  BOOST_TEST(!line.relay->running());
}

BOOST_AUTO_TEST_CASE(a_pseudo_terminal_gets_the_timing_of_a_line) {
  auto terminal = PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  const auto device = socket_pair();
  const SerialSettings settings{.baud_rate = 19200, .parity = Parity::even, .stop_bits = 1};
  const auto relay = PacedRelay::start(terminal->descriptor(), device.first.get(), settings);
  BOOST_REQUIRE(relay.has_value());
  const auto port = open_serial_port(terminal->path(), settings);
  BOOST_REQUIRE(port.has_value());
  const std::string sent = pattern(60);
  const Instant start = MonotonicClock().now();
  BOOST_REQUIRE(::write(device.second.get(), sent.data(), 60) == 60);
  const Arrival arrival = receive((*port)->descriptor(), 60, start);
  BOOST_TEST(arrival.bytes == sent);
  BOOST_TEST(arrival.milliseconds.back() >= 34.37);  // 60 x 11 / 19200
  BOOST_TEST((*relay)->running());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_relayed_is_refused) {
  const auto pair = socket_pair();
  BOOST_TEST((PacedRelay::start(-1, pair.first.get(), {}).error().code == ErrorCode::unavailable));
  BOOST_TEST(
      (PacedRelay::start(pair.first.get(), pair.second.get(), {.baud_rate = 0}).error().code ==
       ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
