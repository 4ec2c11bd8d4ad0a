// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/synthesized.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "meterrig/record/copy.h"
#include "meterrig/synthesis/synthesis.h"

using namespace meterrig;
using namespace meterrig::record;

namespace {

/// U1 and I3, with a harmonic, dc and noise.
SignalRecipe recipe() {
  SignalRecipe recipe;
  recipe.frequency = {50, 1};
  recipe.noise_seed = 7;
  recipe.voltage[0].components = {{1, volt(230), degree(0)}, {5, volt(10), degree(30)}};
  recipe.current[2].components = {{1, ampere(5), degree(-30)}};
  recipe.current[2].dc = ampere(-0.5);
  recipe.current[2].noise_rms = ampere(0.1);
  return recipe;
}

/// Keeps what it is given; may refuse.
class Kept final : public playback::RecordingWriter {
 public:
  std::vector<std::vector<double>> rows;
  bool full = false;
  bool finished = false;
  Result<void> append(const ScanBlock& block) override {
    if (full) return fail(ErrorCode::unavailable, "disk full");
    rows.resize(block.channels());
    for (std::size_t c = 0; c < block.channels(); ++c)
      rows[c].insert(rows[c].end(), block.row(c).begin(), block.row(c).end());
    return {};
  }
  Result<void> finish() override {
    finished = true;
    return {};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(synthesized_recording)

BOOST_AUTO_TEST_CASE(HasOnlyTheChannelsOfTheRecipe) {
  const auto recording = synthesized(recipe(), {10000, 1}, second(0.5));
  BOOST_REQUIRE(recording.has_value());
  const RecordingDescription& description = (*recording)->description();
  BOOST_REQUIRE(description.channels.size() == 2u);
  BOOST_TEST(description.channels[0].name == "U1");
  BOOST_TEST(description.channels[0].phase == "A");
  BOOST_TEST(description.channels[0].unit == "V");
  BOOST_TEST(description.channels[1].name == "I3");
  BOOST_TEST(description.channels[1].phase == "C");
  BOOST_TEST(description.channels[1].unit == "A");
  BOOST_TEST((description.nominal_frequency == std::optional<double>(50)));
  BOOST_TEST(description.count() == 5000);
}

BOOST_AUTO_TEST_CASE(CopiedInBlocks_HasTheSamplesOfTheSynthesis) {
  const auto recording = synthesized(recipe(), {10000, 1}, second(5));
  BOOST_REQUIRE(recording.has_value());
  Kept kept;
  BOOST_REQUIRE(copy(**recording, kept).has_value());
  BOOST_TEST(kept.finished);
  auto synthesis = synthesis::Synthesis::create(recipe(), {10000, 1});
  SampleBlock block({10000, 1}, 0, 50000);
  BOOST_REQUIRE(synthesis->read(block).has_value());
  BOOST_REQUIRE(kept.rows.size() == 2u);
  BOOST_TEST(std::equal(kept.rows[0].begin(), kept.rows[0].end(), block.volts(0).begin(),
                        block.volts(0).end()));
  BOOST_TEST(std::equal(kept.rows[1].begin(), kept.rows[1].end(), block.amperes(2).begin(),
                        block.amperes(2).end()));
}

BOOST_AUTO_TEST_CASE(FullScales_HoldEverySampleAndAreRound) {
  // sqrt(2) 240 V = 339.4 V -> 500 V; sqrt(2) 5 A + 0.5 A + 0.6 A = 8.17 A -> 10 A
  BOOST_TEST(full_scales(recipe()) == (std::vector<double>{500, 10}),
             boost::test_tools::per_element());
  SignalRecipe exact;
  exact.frequency = {50, 1};
  exact.voltage[1].dc = volt(-200);
  BOOST_TEST(full_scales(exact) == (std::vector<double>{200}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(WhatCannotBeComputed_IsRefused) {
  SignalRecipe silent;
  silent.frequency = {50, 1};
  BOOST_TEST(!synthesized(silent, {10000, 1}, second(1)).has_value());
  BOOST_TEST(!synthesized(recipe(), {400, 1}, second(1)).has_value());  // 5th harmonic: 250 Hz
  for (const double duration : {0.0, -1.0, 1e-5, 1e300, std::nan("")})
    BOOST_TEST(!synthesized(recipe(), {10000, 1}, second(duration)).has_value(), duration);
}

BOOST_AUTO_TEST_CASE(Copy_ThatIsStoppedOrRefused_IsNotFinished) {
  const auto recording = synthesized(recipe(), {10000, 1}, second(100));
  BOOST_REQUIRE(recording.has_value());
  Kept full;
  full.full = true;
  const auto refused = copy(**recording, full);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().message == "disk full");
  BOOST_TEST(!full.finished);
  std::atomic<bool> stop = false;
  Kept kept;
  const auto stopped =
      copy(**recording, kept, {.stop = &stop, .progress = [&](auto, auto) { stop = true; }});
  BOOST_REQUIRE(!stopped.has_value());
  BOOST_TEST((stopped.error().code == ErrorCode::cancelled));
  BOOST_TEST(!kept.finished);
}

BOOST_AUTO_TEST_SUITE_END()
