// SPDX-License-Identifier: GPL-3.0-or-later
// The driver of the Calmet-style protocol against its simulated calibrator.
#include "meterrig/scpi/calmet_source.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "meterrig/scpi_simulator/calmet_calibrator.h"
#include "simulated_source_bench.h"
#include "source_conformance.h"

using namespace meterrig;
using scpi::simulator::Fault;

namespace {

constexpr Duration timeout = millisecond(150);

std::unique_ptr<conformance::SimulatedSourceBench> bench() {
  return std::make_unique<conformance::SimulatedSourceBench>(
      scpi::simulator::WorldSettings{},
      [](auto world) { return scpi::simulator::make_calmet_calibrator(std::move(world)); },
      [](int port, ports::Clock& clock) -> Result<std::unique_ptr<Source>> {
        ConversationRules rules = scpi::calmet_rules();
        rules.answer_timeout = timeout;
        auto conversation = scpi::converse_over_tcp("127.0.0.1", port, rules);
        if (!conversation) return tl::unexpected(conversation.error());
        scpi::CalmetSettings settings;
        settings.settle = millisecond(200);
        return scpi::connect_calmet(std::move(*conversation), settings, clock);
      },
      1.5 * timeout);
}

std::unique_ptr<conformance::SourceBench> make() { return bench(); }

OperatingPoint a_point() {
  return {.frequency = hertz(50),
          .voltage = {volt(230), volt(230), volt(230)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(5), ampere(5), ampere(5)},
          .displacement = {degree(30), degree(30), degree(30)}};
}

}  // namespace

METERRIG_SOURCE_CONFORMANCE(calmet_conformance, make)

BOOST_AUTO_TEST_SUITE(calmet_source)

BOOST_AUTO_TEST_CASE(it_takes_identity_and_range_from_the_instrument) {
  const auto on_bench = bench();
  const auto source = on_bench->connect();
  BOOST_REQUIRE(source.has_value());
  const auto identity = (*source)->identify();
  BOOST_REQUIRE(identity.has_value());
  BOOST_TEST(identity->model == "C300");
  BOOST_TEST(identity->firmware == "4.0.7");
  BOOST_TEST(identity->serial_number == "1");
  BOOST_TEST((*source)->range().voltage.in(volt) == 300.0);
  BOOST_TEST((*source)->range().current.in(ampere) == 120.0);
  BOOST_TEST((*source)->range().highest.in(hertz) == 70.0);
}

// There is no check sum: the instrument says OK to a number that was damaged on the line.
BOOST_AUTO_TEST_CASE(a_digit_damaged_on_the_line_is_noticed_in_every_command) {
  const auto on_bench = bench();
  const auto source = on_bench->connect();
  BOOST_REQUIRE(source.has_value());
  for (const char* command : {"AMP_", "PHA_", "FRQ_"}) {
    for (std::int64_t n = 1; n <= 4; ++n) {
      BOOST_REQUIRE((*source)->off().has_value());
      on_bench->faults().at(n, {.sort = Fault::Sort::damaged_command});
      const auto before = on_bench->faults().heard().size();
      const auto applied = (*source)->apply(a_point());
      on_bench->faults().clear();
      const std::string damaged =
          on_bench->faults().heard().at(before + static_cast<std::size_t>(n) - 1);
      if (!damaged.starts_with(command)) continue;
      BOOST_REQUIRE_MESSAGE(!applied.has_value(), damaged);
      BOOST_TEST((applied.error().code == ErrorCode::aborted), applied.error().message);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_command) {
  const auto on_bench = bench();
  const auto source = on_bench->connect();
  BOOST_REQUIRE(source.has_value());
  // A frequency that is no longer the same on all channels is refused by the instrument.
  on_bench->faults().at(3, {.sort = Fault::Sort::damaged_command});
  const auto applied = (*source)->apply(a_point());
  BOOST_REQUIRE(!applied.has_value());
  BOOST_TEST(applied.error().message.find("refused 'FRQ_50.0000") != std::string::npos,
             applied.error().message);
}

BOOST_AUTO_TEST_SUITE_END()
