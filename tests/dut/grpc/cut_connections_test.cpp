// SPDX-License-Identifier: GPL-3.0-or-later
// A connection that is cut anywhere in a measurement ends it with an error, or the measurement is
// whole: never a result from part of the data.
#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "cutting_proxy.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/wire/meter_link.h"
#include "small_server_process.h"

namespace meterrig::rpc {
namespace {

struct Measured {
  std::vector<Pulse> pulses;
  double energy = 0;
};

// What the bench does: a fresh device, samples ahead of time, steps of time, edges of each, a
// register at the end.
Result<Measured> measure(const std::string& address) {
  const auto connection = Connection::open(address, {}, millisecond(400));
  if (!connection) return tl::unexpected(connection.error());
  const auto terminals = connection->terminals();
  const auto link = wire::link_to(connection->meter());
  if (!link) return tl::unexpected(link.error());
  if (const auto cycled = terminals->power_cycle(); !cycled) return tl::unexpected(cycled.error());
  const auto terms = terminals->apply_samples({.rate = {8000, 1}, .frequency = {50, 1}}, 1);
  if (!terms) return tl::unexpected(terms.error());
  Measured measured;
  std::int64_t sent = 0;
  for (std::int64_t step = 1; step <= 5; ++step) {
    const std::int64_t end = 400 * step + 1 + terms->reach;
    SampleBlock block({8000, 1}, sent, static_cast<std::size_t>(end - sent));
    if (const auto fed = terminals->feed(block); !fed) return tl::unexpected(fed.error());
    sent = end;
    const auto pulses = terminals->advance({50'000'000 * step});
    if (!pulses) return tl::unexpected(pulses.error());
    measured.pulses.insert(measured.pulses.end(), pulses->begin(), pulses->end());
  }
  const std::vector<QuantityId> ids{{Measurand::active_energy_import, Place::total}};
  const auto readings = (*link)->read(ids, {250'000'000});
  if (!readings) return tl::unexpected(readings.error());
  measured.energy = readings->front().value;
  return measured;
}

void is_whole(const Measured& measured) {
  BOOST_TEST_REQUIRE(measured.pulses.size() == 250u);  // one a millisecond
  for (std::size_t i = 0; i < measured.pulses.size(); ++i) {
    const auto k = static_cast<std::int64_t>(i) + 1;
    BOOST_TEST_REQUIRE(measured.pulses[i].time.nanoseconds == 1'000'000 * k);
  }
  BOOST_TEST_REQUIRE(measured.energy == 250.0);
}

void says_so(const Error& error) {
  using enum ErrorCode;
  BOOST_TEST((error.code == unavailable || error.code == deadline_exceeded ||
              error.code == cancelled || error.code == internal),
             error.message);
}

BOOST_AUTO_TEST_SUITE(cut_connections)

BOOST_AUTO_TEST_CASE(a_measurement_cut_at_any_of_a_thousand_places_is_whole_or_an_error) {
  const test::SmallServerProcess server;
  test::CuttingProxy proxy(server.address);

  proxy.cut_after(std::numeric_limits<std::int64_t>::max());
  const auto uncut = measure(proxy.address());
  BOOST_REQUIRE_MESSAGE(uncut.has_value(), (uncut ? "" : uncut.error().message));
  is_whole(*uncut);
  const std::int64_t bytes = proxy.passed();
  BOOST_TEST(bytes > 96'000);  // the samples alone

  std::mt19937 random(20'260'101);
  int whole = 0;
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    // While connecting it waits for another chance, which takes its whole timeout: a few of those.
    const std::int64_t least = i % 50 == 0 ? 0 : 1500;
    proxy.cut_after(std::uniform_int_distribution<std::int64_t>(least, bytes + bytes / 20)(random));
    const auto measured = measure(proxy.address());
    if (measured) {
      is_whole(*measured);
      ++whole;
    } else {
      says_so(measured.error());
      ++refused;
    }
  }
  BOOST_TEST_MESSAGE(whole << " whole, " << refused << " refused");
  BOOST_TEST(whole > 0);  // the last cuts come too late
  BOOST_TEST(refused > 700);
}

BOOST_AUTO_TEST_CASE(a_device_killed_in_a_measurement_ends_it_with_an_error_or_was_too_late) {
  std::mt19937 random(7);
  int refused = 0;
  for (int i = 0; i < 30; ++i) {
    test::SmallServerProcess server;
    const std::chrono::microseconds after(std::uniform_int_distribution(0, 30'000)(random));
    std::thread killer([&] {
      std::this_thread::sleep_for(after);
      server.process.kill(SIGKILL);
    });
    const auto measured = measure(server.address);
    killer.join();
    if (measured) {
      is_whole(*measured);
    } else {
      says_so(measured.error());
      ++refused;
    }
  }
  BOOST_TEST_MESSAGE(refused << " of 30 refused");
  BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::rpc
