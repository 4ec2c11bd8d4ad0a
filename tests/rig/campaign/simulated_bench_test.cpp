// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated bench on a device whose terminals take codes of its converter and no recipes.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <utility>

#include "meterrig/campaign/bench.h"
#include "meterrig/synthesis/synthesis.h"

using namespace meterrig;

namespace {

constexpr Converter converter{
    .rate = {4000, 1}, .bits = 16, .volts_per_code = 0.02, .amperes_per_code = 0.001};

/// Keeps the codes it is fed and lets time pass where it has them.
class CodeDevice final : public Terminals {
 public:
  Result<TerminalsDescription> describe() override {
    TerminalsDescription description;
    description.device = "board";
    description.now = now;
    description.takes_recipes = false;
    description.converter = converter;
    return description;
  }
  Result<void> power_cycle() override {
    now = {};
    return {};
  }
  Result<Instant> apply(const SignalRecipe& /*recipe*/, std::uint64_t /*seed*/) override {
    return fail(ErrorCode::unimplemented, "recipes");
  }
  Result<FeedTerms> apply_samples(const SampleFeed& samples, std::uint64_t /*seed*/) override {
    BOOST_TEST((samples.rate == converter.rate));
    volts.clear();
    amperes.clear();
    applied_at = now;
    return FeedTerms{.now = now, .capacity = 1000, .reach = 2};
  }
  Result<FeedState> feed(const SampleBlock& /*block*/) override {
    return fail(ErrorCode::unimplemented, "volts");
  }
  Result<FeedState> feed(const CodeBlock& block) override {
    BOOST_TEST(block.first_sample == static_cast<std::int64_t>(volts.size()));
    volts.insert(volts.end(), block.volts[1].begin(), block.volts[1].end());
    amperes.insert(amperes.end(), block.amperes[1].begin(), block.amperes[1].end());
    const auto next = static_cast<std::int64_t>(volts.size());
    BOOST_TEST(next - passed() <= 1000);  // no more than it said it holds
    return FeedState{.next_sample = next, .room = 1000 - (next - passed())};
  }
  Result<std::vector<Pulse>> advance(Instant until) override {
    now = until;
    BOOST_TEST(passed() + 2 <= static_cast<std::int64_t>(volts.size()));
    return std::vector<Pulse>{};
  }

  Instant now;
  Instant applied_at;
  std::vector<std::int32_t> volts;  // of L2
  std::vector<std::int32_t> amperes;

 private:
  [[nodiscard]] std::int64_t passed() const {
    return (now.nanoseconds - applied_at.nanoseconds) / 250'000;
  }
};

class NoLink final : public DeviceLink {
 public:
  Result<std::vector<Reading>> read(std::span<const QuantityId> /*ids*/, Instant /*now*/) override {
    return std::vector<Reading>{};
  }
  [[nodiscard]] std::vector<QuantityId> quantities() const override { return {}; }
  Result<std::vector<std::pair<std::string, std::string>>> read_identity() override {
    return std::vector<std::pair<std::string, std::string>>{};
  }
  [[nodiscard]] LinkStatistics statistics() const override { return {.requests = 7}; }
};

OperatingPoint point(double volts, double amperes) {
  return {.frequency = hertz(50),
          .voltage = {volt(volts), volt(volts), volt(volts)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(amperes), ampere(amperes), ampere(amperes)},
          .displacement = {degree(60), degree(60), degree(60)}};
}

struct Fixture {
  Fixture() {
    campaign::Model model;
    auto opened =
        campaign::open_simulated_bench({.sample_rate = {8000, 1},
                                        .nominal_frequency = hertz(50),
                                        .reference_standard_uncertainty = percent(0.001),
                                        .timestamp_standard_uncertainty = second(1e-6)},
                                       "board", true, device, std::make_unique<NoLink>(), model);
    BOOST_REQUIRE(opened.has_value());
    bench = std::move(*opened);
  }
  std::shared_ptr<CodeDevice> device = std::make_shared<CodeDevice>();
  std::unique_ptr<campaign::Bench> bench;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(simulated_bench, Fixture)

BOOST_AUTO_TEST_CASE(a_converter_gets_the_codes_of_the_signal_at_its_own_rate) {
  const OperatingPoint applied = point(230, 5);
  BOOST_REQUIRE(bench->apply(applied, 1).has_value());
  BOOST_REQUIRE(bench->advance(second(1.00011)).has_value());
  const auto recipe = recipe_of(applied);
  BOOST_REQUIRE(recipe.has_value());
  auto signal = synthesis::Synthesis::create(*recipe, converter.rate);
  BOOST_REQUIRE(signal.has_value());
  SampleBlock block(converter.rate, 0, 4000);
  BOOST_REQUIRE(signal->read(block).has_value());
  BOOST_REQUIRE(device->volts.size() >= block.count());
  for (std::size_t i = 0; i < block.count(); ++i) {
    BOOST_TEST(device->volts[i] == std::nearbyint(block.volts(1)[i] / 0.02));
    BOOST_TEST(device->amperes[i] == std::nearbyint(block.amperes(1)[i] / 0.001));
  }
  BOOST_TEST(bench->link_statistics().saturated_samples == 0);
  BOOST_TEST(bench->link_statistics().requests == 7);
}

BOOST_AUTO_TEST_CASE(a_signal_that_the_reference_cannot_read_at_this_rate_asks_for_a_higher_one) {
  OperatingPoint high = point(230, 5);
  high.frequency = hertz(1900);  // below half of the rate, above 0.45 of it
  const auto applied = bench->apply(high, 1);
  BOOST_REQUIRE(!applied.has_value());
  BOOST_TEST(applied.error().message ==
             "a signal up to 1900 Hz needs 4223 samples a second at least, so that the reference "
             "meter reads it exactly; the bench has 4000");
  BOOST_TEST(device->volts.empty());
}

BOOST_AUTO_TEST_CASE(the_reference_reads_the_same_signal_and_knows_its_closed_form) {
  BOOST_REQUIRE(bench->apply(point(230, 5), 1).has_value());
  BOOST_REQUIRE(bench->advance(second(2)).has_value());
  const double watts = 3 * 230 * 5 * 0.5;
  const auto reading = bench->read_reference();
  BOOST_REQUIRE(reading.has_value());
  BOOST_TEST(reading->true_power.in(watt) == watts, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(reading->first.p_total.in(watt) == watts, boost::test_tools::tolerance(1e-10));
  const auto energy = bench->reference_energy({500'000'000}, {1'500'000'000});
  BOOST_REQUIRE(energy.has_value());
  BOOST_TEST(energy->in(watt_hour) == watts / 3600, boost::test_tools::tolerance(1e-9));
  BOOST_TEST((bench->signal_rate() == converter.rate));
}

BOOST_AUTO_TEST_CASE(samples_beyond_the_converter_saturate_and_are_counted) {
  // 32767 codes are 655.34 V; the peak of 600 V is 848.5 V: beyond for 2 acos(0.7723) of pi.
  BOOST_REQUIRE(bench->apply(point(600, 5), 1).has_value());
  BOOST_REQUIRE(bench->advance(second(1)).has_value());
  for (const std::int32_t code : device->volts) BOOST_TEST((code >= -32768 && code <= 32767));
  const auto fed = static_cast<double>(3 * device->volts.size());
  const double share = 2 * std::acos(655.35 / (600 * std::sqrt(2.0))) / std::acos(-1.0);
  BOOST_TEST(static_cast<double>(bench->link_statistics().saturated_samples) / fed == share,
             boost::test_tools::tolerance(0.03));
}

BOOST_AUTO_TEST_CASE(off_leaves_nothing_on_the_terminals) {
  BOOST_REQUIRE(bench->apply(point(230, 5), 1).has_value());
  BOOST_REQUIRE(bench->advance(second(0.1)).has_value());
  BOOST_REQUIRE(bench->off().has_value());
  BOOST_TEST(device->volts.empty());
  BOOST_TEST(!bench->read_reference().has_value());
}

BOOST_AUTO_TEST_CASE(another_family_is_refused) {
  campaign::Model model;
  const auto other = campaign::open_simulated_bench({.sample_rate = {8000, 1},
                                                     .nominal_frequency = hertz(50),
                                                     .reference_standard_uncertainty = percent(1),
                                                     .timestamp_standard_uncertainty = second(1)},
                                                    "smart-x96-5a", false, device,
                                                    std::make_unique<NoLink>(), model);
  BOOST_REQUIRE(!other.has_value());
  BOOST_TEST((other.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(other.error().message.find("board") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
