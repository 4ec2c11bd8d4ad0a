// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/wiring.h"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace meterrig::reference;

namespace {

using Phasor = std::complex<double>;
using Phases = std::vector<std::size_t>;
using Currents = std::array<std::optional<Phasor>, 3>;

Phasor polar(double magnitude, double degrees) {
  return std::polar(magnitude, degrees * std::numbers::pi / 180);
}

const std::array<Phasor, 3> healthy{polar(230, 0), polar(231, -120), polar(229, 120)};

// Loads that lag by these degrees, 5 A.
std::array<Phasor, 3> loads(const std::array<double, 3>& lag) {
  return {polar(5, -lag[0]), polar(5, -120 - lag[1]), polar(5, 120 - lag[2])};
}

Currents present(const std::array<Phasor, 3>& i) { return {i[0], i[1], i[2]}; }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const char* name_of(std::size_t phase) { return std::array{"L1", "L2", "L3"}.at(phase); }

}  // namespace

BOOST_AUTO_TEST_SUITE(wiring)

// A system built from known components, and the textbook case of one phase alone: a third each.
BOOST_AUTO_TEST_CASE(symmetrical_components_are_found_again) {
  const Phasor a = polar(1, 120);
  const Phasor zero = polar(3, 50);
  const Phasor positive = polar(230, -20);
  const Phasor negative = polar(7, 100);
  const SequenceReading found =
      symmetrical_components({zero + positive + negative, zero + a * a * positive + a * negative,
                              zero + a * positive + a * a * negative});
  BOOST_TEST(std::abs(found.zero - zero) < 1e-12);
  BOOST_TEST(std::abs(found.positive - positive) < 1e-12);
  BOOST_TEST(std::abs(found.negative - negative) < 1e-12);
  const SequenceReading one = symmetrical_components({Phasor(9), Phasor(0), Phasor(0)});
  for (const Phasor& x : {one.zero, one.positive, one.negative})
    BOOST_TEST(std::abs(x - 3.0) < 1e-14);
}

BOOST_AUTO_TEST_CASE(healthy_wiring_has_no_findings) {
  for (const std::array<double, 3>& lag :
       {std::array<double, 3>{0, 0, 0}, {60, 60, 60}, {-37, -37, -37}, {0, 80, -20}})
    BOOST_TEST(diagnose_wiring(healthy, present(loads(lag))).empty());
  BOOST_TEST(diagnose_wiring(healthy, {}).empty());
  BOOST_TEST(diagnose_wiring(healthy, present({})).empty());  // no load
}

BOOST_AUTO_TEST_CASE(one_current_turned_round_is_named) {
  for (const double lag : {0.0, 60.0, -36.87})
    for (std::size_t p = 0; p < 3; ++p) {
      auto i = loads({lag, lag + 10, lag - 10});
      i.at(p) = -i.at(p);
      const auto found = diagnose_wiring(healthy, present(i));
      BOOST_TEST_REQUIRE(found.size() == 1);
      BOOST_TEST((found[0].fault == WiringFault::current_reversed));
      BOOST_TEST((found[0].phases == Phases{p}));
      BOOST_TEST(!found[0].ambiguous);
      BOOST_TEST(contains(found[0].text, name_of(p)));
      BOOST_TEST(contains(found[0].text, ": current reversed: turn the transformer of "));
    }
}

BOOST_AUTO_TEST_CASE(two_currents_exchanged_are_named) {
  for (const double lag : {0.0, 30.0, -36.87})
    for (std::size_t p = 0; p < 3; ++p) {
      auto i = loads({lag, lag, lag});
      std::swap(i.at((p + 1) % 3), i.at((p + 2) % 3));
      const auto found = diagnose_wiring(healthy, present(i));
      BOOST_TEST_REQUIRE(found.size() == 1);
      BOOST_TEST((found[0].fault == WiringFault::currents_swapped));
      Phases expected{(p + 1) % 3, (p + 2) % 3};
      std::sort(expected.begin(), expected.end());
      BOOST_TEST((found[0].phases == expected));
      BOOST_TEST(!found[0].ambiguous);
    }
}

// At 60 degrees inductive, exchanging two others gives 60 degrees capacitive with as few changes.
BOOST_AUTO_TEST_CASE(two_exchanges_that_explain_the_same_are_both_said) {
  auto i = loads({60, 60, 60});
  std::swap(i[1], i[2]);
  const auto found = diagnose_wiring(healthy, present(i));
  BOOST_TEST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].ambiguous);
  BOOST_TEST(contains(found[0].text, "L2 and L3: currents swapped"));
  BOOST_TEST(contains(found[0].text, " - or L"));
}

BOOST_AUTO_TEST_CASE(power_that_flows_out_is_not_called_a_fault_for_sure) {
  for (const double lag : {180.0, 170.0, 210.0}) {
    const auto found = diagnose_wiring(healthy, present(loads({lag, lag, lag})));
    BOOST_TEST_REQUIRE(found.size() == 1);
    BOOST_TEST((found[0].fault == WiringFault::current_reversed));
    BOOST_TEST((found[0].phases == Phases{0, 1, 2}));
    BOOST_TEST(found[0].ambiguous);
    BOOST_TEST(contains(found[0].text, "all three reversed, or power flows out"));
  }
  const auto single = diagnose_wiring(healthy, {polar(5, 180), std::nullopt, std::nullopt});
  BOOST_TEST_REQUIRE(single.size() == 1);
  BOOST_TEST(single[0].ambiguous);
}

// All 6 orders with all 8 directions. What is reported without doubt puts every displacement within
// 90 degrees and, the loads being alike, all of them at the same angle, with no more changes than
// were made; in doubt, what was done is in the text. A wiring in order by its angles has no
// finding.
BOOST_AUTO_TEST_CASE(every_order_and_direction_is_put_right_or_said_to_be_in_doubt) {
  int certain = 0;
  int doubtful = 0;
  for (const std::array<double, 3>& lag :
       {std::array<double, 3>{0, 0, 0}, {60, 60, 60}, {-36.87, -36.87, -36.87}, {12, 25, 3}}) {
    const auto right = loads(lag);
    std::array<std::size_t, 3> order{0, 1, 2};
    do
      for (unsigned signs = 0; signs < 8; ++signs) {
        std::array<Phasor, 3> i;
        std::size_t moved = 0;
        int turned = 0;
        for (std::size_t p = 0; p < 3; ++p) {
          const bool reversed = (signs >> p & 1U) != 0;
          i.at(p) = (reversed ? -1.0 : 1.0) * right.at(order.at(p));
          turned += reversed ? 1 : 0;
          moved += order.at(p) == p ? 0 : 1;
        }
        const int changes =
            (moved == 0 ? 0 : static_cast<int>(moved) - 1) + (turned == 3 ? 1 : turned);
        const auto found = diagnose_wiring(healthy, present(i));
        BOOST_TEST_CONTEXT("lag " << lag[0] << " order " << order[0] << order[1] << order[2]
                                  << " signs " << signs) {
          if (std::any_of(found.begin(), found.end(),
                          [](const WiringFinding& f) { return f.ambiguous; })) {
            ++doubtful;
            for (std::size_t p = 0; p < 3 && turned < 3; ++p)
              if ((signs >> p & 1U) != 0) BOOST_TEST(contains(found.back().text, name_of(p)));
            continue;
          }
          certain += found.empty() ? 0 : 1;
          // Undo what was reported.
          std::array<Phasor, 3> put = i;
          int reported = 0;
          for (const WiringFinding& finding : found) {
            if (finding.fault == WiringFault::current_reversed) {
              put.at(finding.phases[0]) = -put.at(finding.phases[0]);
              ++reported;
            } else if (finding.phases.size() == 2) {
              ++reported;
            } else {
              reported += 2;
            }
          }
          for (const WiringFinding& finding : found) {
            if (finding.fault != WiringFault::currents_swapped) continue;
            if (finding.phases.size() == 2) {
              std::swap(put.at(finding.phases[0]), put.at(finding.phases[1]));
            } else {
              const bool ahead = contains(finding.text, "that on L1 belongs to L2");
              std::rotate(put.begin(), put.begin() + (ahead ? 2 : 1), put.end());
            }
          }
          BOOST_TEST(reported <= changes);
          double lowest = 90;
          double highest = -90;
          for (std::size_t p = 0; p < 3; ++p) {
            const double angle =
                std::arg(healthy.at(p) * std::conj(put.at(p))) * 180 / std::numbers::pi;
            lowest = std::min(lowest, angle);
            highest = std::max(highest, angle);
          }
          BOOST_TEST(lowest > -90);
          BOOST_TEST(highest < 90);
          if (!found.empty()) BOOST_TEST(highest - lowest <= 60);
        }
      }
    while (std::next_permutation(order.begin(), order.end()));
  }
  BOOST_TEST(certain >= 60);
  BOOST_TEST(doubtful >= 10);
  BOOST_TEST_MESSAGE(certain << " certain, " << doubtful << " in doubt, of 192");
}

BOOST_AUTO_TEST_CASE(the_order_of_the_voltages_is_seen) {
  const std::array<Phasor, 3> backwards{healthy[0], healthy[2], healthy[1]};
  const auto alone = diagnose_wiring(backwards, {});
  BOOST_TEST_REQUIRE(alone.size() == 1);
  BOOST_TEST((alone[0].fault == WiringFault::reversed_sequence));
  // Only the voltage leads were exchanged: the currents say so.
  const auto leads = diagnose_wiring(backwards, present(loads({20, 20, 20})));
  BOOST_TEST_REQUIRE(leads.size() == 2);
  BOOST_TEST((leads[1].fault == WiringFault::currents_swapped));
  BOOST_TEST((leads[1].phases == Phases{1, 2}));
  BOOST_TEST(contains(leads[1].text, "or the two voltage leads"));
  // With currents that go with them nothing else is wrong.
  const auto i = loads({20, 20, 20});
  BOOST_TEST(diagnose_wiring(backwards, present({i[0], i[2], i[1]})).size() == 1);
}

BOOST_AUTO_TEST_CASE(voltages_and_currents_that_are_missing_are_named) {
  for (std::size_t p = 0; p < 3; ++p) {
    auto voltages = healthy;
    voltages.at(p) = polar(11, 33);
    auto i = loads({10, 10, 10});
    const auto no_voltage = diagnose_wiring(voltages, present(i));
    BOOST_TEST_REQUIRE(no_voltage.size() == 1);  // and the order of the other two is right
    BOOST_TEST((no_voltage[0].fault == WiringFault::voltage_missing));
    BOOST_TEST((no_voltage[0].phases == Phases{p}));
    i.at(p) = polar(0.01, 140);
    const auto no_current = diagnose_wiring(healthy, present(i));
    BOOST_TEST_REQUIRE(no_current.size() == 1);
    BOOST_TEST((no_current[0].fault == WiringFault::current_missing));
    BOOST_TEST((no_current[0].phases == Phases{p}));
  }
  BOOST_TEST(diagnose_wiring({}, {}).size() == 3);
}

BOOST_AUTO_TEST_CASE(a_current_without_a_channel_is_no_fault) {
  const auto i = loads({10, 10, 10});
  BOOST_TEST(diagnose_wiring(healthy, {i[0], std::nullopt, i[2]}).empty());
  const auto found = diagnose_wiring(healthy, {i[0], std::nullopt, -i[2]});
  BOOST_TEST_REQUIRE(found.size() == 1);
  BOOST_TEST((found[0].phases == Phases{2}));
}

BOOST_AUTO_TEST_SUITE_END()
