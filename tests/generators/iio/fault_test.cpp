// SPDX-License-Identifier: GPL-3.0-or-later
// What a driver does when the board, the network or the client fails.
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "meterrig/synthesis/synthesis.h"
#include "served_bench.h"
#include "three_phase_settings.h"

using namespace meterrig;
using iio_server::AfterClose;
using iio_server::BenchSettings;
using iio_server::Fault;

namespace {

constexpr std::array boards{"source-l1", "source-l2", "source-l3"};

std::unique_ptr<Signal> sine(Rational rate) {
  auto signal = synthesis::Synthesis::create(*recipe_of(three_phase_point()), rate);
  BOOST_REQUIRE(signal.has_value());
  return std::make_unique<synthesis::Synthesis>(std::move(*signal));
}

/// A session from the first connection to the last: what a rig does in short. The first error ends
/// it.
std::optional<Error> session(const std::string& uri) {
  auto context = iio::Context::open(uri, millisecond(500));
  if (!context) return context.error();
  auto source = iio::DacSource::open(*context, three_phase_outputs());
  if (!source) return source.error();
  auto input = iio::AdcInput::open(*context, three_phase_inputs());
  if (!input) return input.error();
  if (auto done = (*source)->apply(three_phase_point()); !done) return done.error();
  if (auto done = (*input)->start(); !done) return done.error();
  if (auto block = (*input)->read(2048); !block) return block.error();
  if (auto done = (*source)->play(sine({256'000, 1}), {50, 1}); !done) return done.error();
  if (auto block = (*input)->read(2048); !block) return block.error();
  if (auto state = (*source)->read_back(); !state) return state.error();
  if (auto done = (*source)->off(); !done) return done.error();
  if (auto done = (*input)->stop(); !done) return done.error();
  return std::nullopt;
}

/// The server learns of a connection's end on its own time.
void check_all_off(const ServedBench& served) {
  for (const char* board : boards) {
    for (int i = 0; i < 2000 && served.bench->output(board).open; ++i) usleep(1000);
    const auto output = served.bench->output(board);
    BOOST_TEST(!output.open);
    for (const double volts : output.volts) BOOST_TEST(volts == 0);
  }
}

void check_sensible(const Error& error) {
  const std::set<ErrorCode> allowed{ErrorCode::unavailable, ErrorCode::deadline_exceeded,
                                    ErrorCode::data_loss, ErrorCode::aborted};
  BOOST_TEST(allowed.contains(error.code), name(error.code) << ": " << error.message);
  BOOST_TEST(!error.message.empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_faults)

BOOST_AUTO_TEST_CASE(a_connection_lost_at_any_operation_is_an_error_and_leaves_nothing_on) {
  const ServedBench served = three_phase();
  served.server->set_fault({});
  BOOST_REQUIRE(!session(served.uri()).has_value());
  const std::int64_t operations = served.server->operations();
  BOOST_TEST(operations > 100);
  int failed = 0;
  for (const auto kind : {Fault::Kind::drop, Fault::Kind::drop_after}) {
    for (std::int64_t n = 0; n < operations; ++n) {
      served.server->set_fault({.kind = kind, .operation = n});
      const auto error = session(served.uri());
      BOOST_TEST_CONTEXT("operation " << n << " of " << operations) {
        if (error) {
          check_sensible(*error);
          ++failed;
        }
        check_all_off(served);
      }
    }
  }
  // An EXIT or CLOSE that is not answered harms nobody; nearly all others are noticed.
  BOOST_TEST(failed > 3 * operations / 2);
}

BOOST_AUTO_TEST_SUITE_END()
