// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/spliced.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "meterrig/synthesis/synthesis.h"

using namespace meterrig;
using namespace meterrig::record;

namespace {

constexpr Rational rate{10000, 1};

SignalRecipe recipe() {
  SignalRecipe recipe;
  recipe.frequency = {50, 1};
  recipe.voltage[0].components = {{1, volt(230), degree(0)}};
  recipe.current[2].components = {{1, ampere(5), degree(-30)}};
  return recipe;
}

/// 400 scans; scan n of channel c is n + 1000 c.
class Numbered final : public Recording {
 public:
  RecordingDescription about;
  std::int64_t missing = -1;  ///< scan of the first channel

  explicit Numbered(Rational its_rate = rate) {
    about.segments = {{.first = 0, .count = 400, .rate = its_rate, .start = 0}};
  }
  void add(const std::string& name, ChannelKind kind, const std::string& phase, double to_si = 1) {
    RecordedChannel& channel = about.channels.emplace_back();
    channel.name = name;
    channel.kind = kind;
    channel.phase = phase;
    channel.to_si = to_si;
  }
  [[nodiscard]] const RecordingDescription& description() const override { return about; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return {}; }
  [[nodiscard]] Result<void> read(std::int64_t first, std::size_t count,
                                  ScanBlock& block) override {
    block.first = first;
    block.resize(about.channels.size(), count);
    for (std::size_t c = 0; c < about.channels.size(); ++c)
      for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t n = first + static_cast<std::int64_t>(i);
        block.row(c)[i] = c == 0 && n == missing
                              ? std::numeric_limits<double>::quiet_NaN()
                              : static_cast<double>(n) + 1000.0 * static_cast<double>(c);
      }
    return {};
  }
};

/// Of L2 in kV and of L3's current.
std::shared_ptr<Numbered> two_channels() {
  auto recording = std::make_shared<Numbered>();
  recording->add("UB", ChannelKind::voltage, "B", 1e3);
  recording->add("IC", ChannelKind::current, "C");
  return recording;
}

Insertion insertion(std::shared_ptr<Recording> recording, double at = 0.05, double fade = 0) {
  return {.recording = std::move(recording), .at = second(at), .fade = second(fade)};
}

std::string refused(const Insertion& what, ErrorCode code) {
  const auto result = spliced(recipe(), rate, second(0.2), what);
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST((result.error().code == code), result.error().message);
  return result.error().message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(spliced_recording)

BOOST_AUTO_TEST_CASE(channels_stand_in_by_kind_and_phase_in_volts_and_amperes) {
  const auto result = spliced(recipe(), rate, second(0.2), insertion(two_channels()));
  BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
  Recording& recording = *result->recording;
  BOOST_TEST(recording.description().count() == 2000);
  const auto& channels = recording.description().channels;
  BOOST_REQUIRE(channels.size() == 3U);
  BOOST_TEST(channels[0].name == "U1");
  BOOST_TEST(channels[1].name == "U2");
  BOOST_TEST(channels[2].name == "I3");
  // 325 V; 399 kV; 1399 A over 7 A.
  BOOST_TEST(result->full_scales == (std::vector<double>{500, 500'000, 2000}),
             boost::test_tools::per_element());

  ScanBlock block;
  BOOST_REQUIRE(recording.read(0, 2000, block).has_value());
  auto synthesis = synthesis::Synthesis::create(recipe(), rate);
  SampleBlock alone(rate, 0, 2000);
  BOOST_REQUIRE(synthesis->read(alone).has_value());
  for (std::size_t n = 0; n < 2000; ++n) {
    const bool inside = n >= 500 && n < 900;
    const double scan = inside ? static_cast<double>(n) - 500 : 0;
    BOOST_TEST(block.row(0)[n] == alone.volts(0)[n]);
    BOOST_TEST(block.row(1)[n] == 1e3 * scan);
    BOOST_TEST(block.row(2)[n] == (inside ? scan + 1000 : alone.amperes(2)[n]));
  }
}

BOOST_AUTO_TEST_CASE(what_is_longer_than_the_rest_is_cut_and_fades_in) {
  const auto result = spliced(recipe(), rate, second(0.2), insertion(two_channels(), 0.19, 0.0002));
  BOOST_REQUIRE(result.has_value());
  BOOST_TEST(result->recording->description().count() == 2000);
  ScanBlock block;
  BOOST_REQUIRE(result->recording->read(1900, 3, block).has_value());
  // Two samples of fade: shares sin^2(pi/8) and sin^2(3 pi/8).
  BOOST_TEST(block.row(1)[0] == 0.0);
  BOOST_TEST(std::abs(block.row(1)[1] - 1e3 * 0.8535533905932737) < 1e-9);
  BOOST_TEST(block.row(1)[2] == 2e3);
}

BOOST_AUTO_TEST_CASE(a_voltage_without_a_name_of_its_line_is_that_of_l1_when_it_is_alone) {
  auto recording = std::make_shared<Numbered>();
  recording->add("CH1", ChannelKind::voltage, "");
  recording->add("valve", ChannelKind::other, "");
  const auto result = spliced(recipe(), rate, second(0.2), insertion(recording, 0));
  BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
  ScanBlock block;
  BOOST_REQUIRE(result->recording->read(7, 1, block).has_value());
  BOOST_TEST(block.row(0)[0] == 7.0);
}

BOOST_AUTO_TEST_CASE(a_recording_that_does_not_fit_is_refused_with_the_reason) {
  auto slow = std::make_shared<Numbered>(Rational{6400, 1});
  slow->add("UA", ChannelKind::voltage, "A");
  BOOST_TEST(refused(insertion(slow), ErrorCode::invalid_argument) ==
             "a signal of 6400 samples a second in one of 10000; expected the same rate");
  auto parts = two_channels();
  parts->about.segments.push_back({.first = 400, .count = 10, .rate = rate, .start = 1});
  BOOST_TEST(refused(insertion(parts), ErrorCode::invalid_argument) ==
             "a recording of 2 segments; expected one");
  auto twice = two_channels();
  twice->add("Uz", ChannelKind::voltage, "B");
  BOOST_TEST(refused(insertion(twice), ErrorCode::invalid_argument).starts_with("two channels"));
  auto neither = std::make_shared<Numbered>();
  neither->add("valve", ChannelKind::other, "A");
  BOOST_TEST(refused(insertion(neither), ErrorCode::invalid_argument) ==
             "no channel is the voltage or the current of a line; expected one at least");
  BOOST_TEST(refused(insertion(two_channels(), 0.2), ErrorCode::out_of_range) ==
             "a begin at 0.2 s; expected one before the end at 0.2 s");
  BOOST_TEST(refused(insertion(two_channels(), -1), ErrorCode::out_of_range) ==
             "a begin of -1 s; expected 0 s or more");
  BOOST_TEST(refused(insertion(two_channels(), 0, 0.021), ErrorCode::out_of_range) ==
             "a fade of 210 samples at either end of 400; expected 0 to 200");
  BOOST_TEST(refused(insertion(two_channels(), 0, std::nan("")), ErrorCode::out_of_range) ==
             "a fade of nan s; expected 0 s or more");
  auto gap = two_channels();
  gap->missing = 17;
  BOOST_TEST(refused(insertion(gap), ErrorCode::data_loss) ==
             "scan 17 of UB is missing; expected a value");
}

BOOST_AUTO_TEST_SUITE_END()
