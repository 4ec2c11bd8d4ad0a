// SPDX-License-Identifier: GPL-3.0-or-later
// Processes of a real bench killed and stopped while the output is on: it goes to zero by itself.
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <thread>

#include "../ports/scratch_folder.h"
#include "meterrig/ports/clock.h"
#include "meterrig/ports/file_descriptor.h"
#include "process_settings.h"
#include "shared_times.h"

extern char** environ;

namespace meterrig {
namespace {

std::int64_t now() { return ports::MonotonicClock().now().nanoseconds; }

void pause_for(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

/// A source instrument with a watchdog: off when it hears nothing for a while, whatever the
/// connection does.
class Instrument {
 public:
  explicit Instrument(const std::string& path)
      : listener_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, sizeof(at.sun_path) - 1);
    BOOST_REQUIRE(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0);
    BOOST_REQUIRE(::listen(listener_.get(), 1) == 0);
    thread_ = std::thread([this] { work(); });
  }
  Instrument(const Instrument&) = delete;
  Instrument& operator=(const Instrument&) = delete;
  ~Instrument() {
    stop_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  std::atomic<bool> on = false;
  std::atomic<std::int64_t> zero_at = 0;

 private:
  void work() {
    const ports::FileDescriptor peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer.open()) return;
    const timeval patience{.tv_sec = 0, .tv_usec = 5'000};
    ::setsockopt(peer.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    std::int64_t heard = now();
    while (!stop_) {
      char letter = 0;
      if (::recv(peer.get(), &letter, 1, 0) == 1) {
        heard = now();
        if (letter == 'V') on = true;
        if (letter == 'O') off();
        ::send(peer.get(), &letter, 1, MSG_NOSIGNAL);
        continue;
      }
      if (on && static_cast<double>(now() - heard) > test::watchdog.in(second) * 1e9) off();
      pause_for(std::chrono::milliseconds(1));  // a peer that has gone does not wait
    }
  }
  void off() {
    if (!on) return;
    zero_at = now();  // before whoever waits for it looks
    on = false;
  }

  ports::FileDescriptor listener_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// An instrument, a controller and its source process, with the output on.
class Bench {
 public:
  Bench() : instrument(folder / "instrument"), times(folder / "times") {
    BOOST_REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    const std::string program = METERRIG_SAFETY_PROCESS;
    const std::string path = folder / "";
    std::array<const char*, 4> arguments{program.c_str(), "controller", path.c_str(), nullptr};
    BOOST_REQUIRE(::posix_spawn(&controller, program.c_str(), nullptr, nullptr,
                                const_cast<char**>(arguments.data()), environ) == 0);
    for (int i = 0; i < 20'000 && !(instrument.on && times->renewed != 0); ++i)
      pause_for(std::chrono::milliseconds(1));
    BOOST_REQUIRE(instrument.on);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() {
    ::kill(controller, SIGKILL);
    ::waitpid(controller, nullptr, 0);
    ::waitpid(times->source, nullptr, 0);  // an orphan, and now ours
  }
  /// Time of zero.
  std::int64_t wait_for_zero() const {
    for (int i = 0; i < 20'000 && instrument.on; ++i) pause_for(std::chrono::microseconds(500));
    BOOST_TEST_REQUIRE(!instrument.on);
    return instrument.zero_at;
  }

  ScratchFolder folder;
  Instrument instrument;
  test::SharedTimes times;
  pid_t controller = 0;
};

BOOST_AUTO_TEST_SUITE(killed_processes)

BOOST_AUTO_TEST_CASE(two_hundred_killed_controllers_leave_no_output_on_beyond_lease_and_tick) {
  std::mt19937 random(1);
  double longest = 0;
  for (int i = 0; i < 200; ++i) {
    Bench bench;
    pause_for(std::chrono::microseconds(std::uniform_int_distribution(0, 30'000)(random)));
    ::kill(bench.controller, SIGKILL);
    const std::int64_t zero = bench.wait_for_zero();
    longest = std::max(longest, static_cast<double>(zero - bench.times->renewed) * 1e-9);
  }
  BOOST_TEST_MESSAGE("longest time from renewal to zero: " << longest << " s");
  BOOST_TEST(longest <= (test::lease + test::tick).in(second));
}

BOOST_AUTO_TEST_CASE(a_controller_that_is_stopped_loses_the_output_when_the_lease_ends) {
  double longest = 0;
  for (int i = 0; i < 10; ++i) {
    Bench bench;
    ::kill(bench.controller, SIGSTOP);
    const std::int64_t zero = bench.wait_for_zero();
    const double time = static_cast<double>(zero - bench.times->renewed) * 1e-9;
    longest = std::max(longest, time);
    BOOST_TEST(time > 0.9 * test::lease.in(second));
  }
  BOOST_TEST_MESSAGE("longest time from renewal to zero: " << longest << " s");
  BOOST_TEST(longest <= (test::lease + test::tick).in(second));
}

// Then the instrument acts by itself: what a bench above extra-low voltage must have.
BOOST_AUTO_TEST_CASE(
    two_hundred_killed_source_processes_leave_it_to_the_watchdog_of_the_instrument) {
  std::mt19937 random(2);
  double longest = 0;
  for (int i = 0; i < 200; ++i) {
    Bench bench;
    pause_for(std::chrono::microseconds(std::uniform_int_distribution(0, 30'000)(random)));
    const std::int64_t killed = now();
    ::kill(bench.times->source, SIGKILL);
    longest = std::max(longest, static_cast<double>(bench.wait_for_zero() - killed) * 1e-9);
  }
  BOOST_TEST_MESSAGE("longest time from the kill to zero: " << longest << " s");
  BOOST_TEST(longest <=
             test::watchdog.in(second) + 0.25);  // the instrument is a thread of this test
}

BOOST_AUTO_TEST_CASE(a_terminal_that_is_closed_and_ctrl_c_switch_off) {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    Bench bench;
    ::kill(bench.controller, signal);
    const double time = static_cast<double>(bench.wait_for_zero() - bench.times->renewed) * 1e-9;
    BOOST_TEST(time <= (test::lease + test::tick).in(second));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig
