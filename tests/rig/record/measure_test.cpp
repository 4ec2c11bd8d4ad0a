// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/measure.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <utility>

#include "meterrig/record/excerpt.h"

using namespace meterrig;
using namespace meterrig::record;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double root2 = std::numbers::sqrt2;

/// Channels computed from the time of a scan; may break at one.
class ComputedRecording final : public Recording {
 public:
  using Value = std::function<double(std::size_t channel, double seconds)>;
  ComputedRecording(std::vector<RecordedChannel> channels, std::vector<RecordedSegment> segments,
                    Value value)
      : value_(std::move(value)) {
    description_.format = "computed";
    description_.nominal_frequency = 50;
    description_.channels = std::move(channels);
    description_.segments = std::move(segments);
  }
  std::int64_t broken_at = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return {"computed"}; }
  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    const auto end = first + static_cast<std::int64_t>(count);
    if (end > broken_at) return fail(ErrorCode::data_loss, fmt::format("scan {}", broken_at));
    block.first = first;
    block.resize(description_.channels.size(), count);
    for (std::int64_t n = first; n < end; ++n) {
      const RecordedSegment* segment = nullptr;
      for (const RecordedSegment& s : description_.segments) {
        if (n >= s.first && n < s.first + s.count) segment = &s;
      }
      // A block within one segment.
      BOOST_REQUIRE(segment != nullptr && first >= segment->first);
      const double seconds =
          segment->start + static_cast<double>(n - segment->first) / segment->rate.value();
      for (std::size_t c = 0; c < block.channels(); ++c)
        block.row(c)[static_cast<std::size_t>(n - first)] = value_(c, seconds);
    }
    return {};
  }

 private:
  RecordingDescription description_;
  Value value_;
};

RecordedChannel channel(std::string name, ChannelKind kind) {
  RecordedChannel channel;
  channel.name = std::move(name);
  channel.kind = kind;
  channel.unit = std::string(kind == ChannelKind::voltage ? "V" : "A");
  return channel;
}

/// 230 V and 5 A with 60 deg between them at 50 Hz.
double load(std::size_t c, double t) {
  return c == 0 ? root2 * 230 * std::sin(2 * pi * 50 * t)
                : root2 * 5 * std::sin(2 * pi * 50 * t - pi / 3);
}

ComputedRecording of_segments(std::vector<RecordedSegment> segments) {
  return {{channel("u", ChannelKind::voltage), channel("i", ChannelKind::current)},
          std::move(segments),
          load};
}

/// One second at 10 kHz.
ComputedRecording one_second() {
  return of_segments({{.first = 0, .count = 10000, .rate = {10000, 1}, .start = 0}});
}

/// 0.2 s at 10 kHz, 0.5 s at 50 Hz, half a cycle and 0.2 s at 5 kHz.
ComputedRecording of_several_rates() {
  return of_segments({{.first = 0, .count = 2000, .rate = {10000, 1}, .start = 0},
                      {.first = 2000, .count = 25, .rate = {50, 1}, .start = 0.2},
                      {.first = 2025, .count = 50, .rate = {5000, 1}, .start = 0.7},
                      {.first = 2075, .count = 2000, .rate = {10000, 1}, .start = 0.71}});
}

std::string error_of(Recording& recording, const MeasureOptions& options) {
  const auto measured = measure(recording, options);
  return measured ? "no error" : measured.error().message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(measuring)

BOOST_AUTO_TEST_CASE(OneRate_IsReadWhole) {
  ComputedRecording recording = one_second();
  const auto measured = measure(recording, {.file = "f"});
  BOOST_REQUIRE(measured.has_value());
  BOOST_TEST(measured->file == "f");
  BOOST_TEST(measured->duration == 1);
  BOOST_REQUIRE(measured->segments.size() == 1u);
  BOOST_TEST(measured->warnings.front() == "computed");
  // Whole cycles of a sine: rms and P to rounding of the sums, which the meter compensates.
  const auto close = boost::test_tools::tolerance(1e-6);
  BOOST_TEST(measured->whole[0].rms == 230, close);
  BOOST_TEST(measured->segments[0].reading.pairs[0].p == 575, close);
  BOOST_TEST(measured->segments[0].reading.pairs[0].displacement == 60, close);
}

BOOST_AUTO_TEST_CASE(ARange_IsNumberedLikeTheRecording) {
  ComputedRecording recording = one_second();
  const auto measured = measure(recording, {.first = 500, .count = 2000});
  BOOST_REQUIRE(measured.has_value());
  BOOST_TEST(measured->segments[0].first == 500);
  BOOST_TEST(measured->segments[0].count == 2000);
  BOOST_TEST(measured->segments[0].start == 0);
  BOOST_TEST(measured->segments[0].reading.scans == 2000);
}

BOOST_AUTO_TEST_CASE(ARange_ThatIsNotThere_IsRefused) {
  ComputedRecording recording = one_second();
  BOOST_TEST(error_of(recording, {.first = 10000}) ==
             "first scan 10000: the recording has 10000 scans, numbered from 0");
  BOOST_TEST(error_of(recording, {.first = -1}).starts_with("first scan -1: "));
  BOOST_TEST(error_of(recording, {.first = 9000, .count = 1001}) ==
             "1001 scans from scan 9000 on: the recording has 10000 scans; expected a count from 1 "
             "to 1000");
  BOOST_TEST(error_of(recording, {.count = 0}) != "no error");
  BOOST_TEST(error_of(recording, {.count = std::numeric_limits<std::int64_t>::max()}) !=
             "no error");
}

BOOST_AUTO_TEST_CASE(ARange_OfSeveralRates_IsCutAtTheirBorders) {
  ComputedRecording recording = of_several_rates();
  const auto measured = measure(recording, {.first = 1000});
  BOOST_REQUIRE(measured.has_value());
  BOOST_REQUIRE(measured->segments.size() == 4u);
  // The first scan measured is at 0.1 s.
  BOOST_TEST(measured->segments[1].start == 0.1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(measured->segments[3].start == 0.61, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(measured->duration == 0.81, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(measured->segments[0].reason == "");
  BOOST_TEST(measured->segments[1].reason == "50 samples a second are too few for 50 Hz");
  BOOST_TEST(measured->segments[2].reason == "0.50 cycles of 50 Hz; at least 2 are needed");
  BOOST_TEST(measured->segments[3].reading.pairs[0].p == 575, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(TheWholeOfSeveralRates_CountsEverySampleOnce) {
  ComputedRecording recording = of_several_rates();
  const auto measured = measure(recording, {});
  BOOST_REQUIRE(measured.has_value());
  long double squares = 0;
  long double sum = 0;
  double greatest = 0;
  ScanBlock block;
  for (const RecordedSegment& segment : recording.description().segments) {
    BOOST_REQUIRE(
        recording.read(segment.first, static_cast<std::size_t>(segment.count), block).has_value());
    for (const double x : block.row(0)) {
      squares += x * x;
      sum += x;
      greatest = std::max(greatest, x);
    }
  }
  const auto count = static_cast<long double>(recording.description().count());
  // Rounding of at most 32768 additions in a block.
  BOOST_TEST(measured->whole[0].rms == static_cast<double>(std::sqrt(squares / count)),
             boost::test_tools::tolerance(1e-10));
  BOOST_TEST(std::abs(measured->whole[0].dc - static_cast<double>(sum / count)) < 1e-8);
  BOOST_TEST(measured->whole[0].maximum == greatest);
  BOOST_TEST(std::isnan(measured->whole[0].thd));
}

BOOST_AUTO_TEST_CASE(Events_AreTimedFromTheFirstScanMeasured) {
  // A dip from 0.8 s to 0.9 s in the second of two segments, in a range from 0.1 s on.
  ComputedRecording recording(
      {channel("u", ChannelKind::voltage)},
      {{.first = 0, .count = 5000, .rate = {10000, 1}, .start = 0},
       {.first = 5000, .count = 4000, .rate = {5000, 1}, .start = 0.5}},
      [](std::size_t c, double t) { return load(c, t) * (t >= 0.8 && t < 0.9 ? 0.5 : 1); });
  MeasureOptions options;
  options.first = 1000;
  options.reference = volt(230);
  options.events = {.dip = 0.9, .swell = 1.1, .interruption = 0.05, .hysteresis = 0.02};
  const auto measured = measure(recording, options);
  BOOST_REQUIRE(measured.has_value());
  BOOST_REQUIRE(measured->segments.size() == 2u);
  BOOST_TEST(measured->segments[0].reading.events.empty());
  BOOST_REQUIRE(measured->segments[1].reading.events.size() == 1u);
  // U_rms(1/2) is renewed each half cycle (10 ms) over one cycle (20 ms).
  BOOST_TEST(std::abs(measured->segments[1].reading.events[0].start - 0.7) <= 0.02);
  BOOST_TEST(std::abs(measured->segments[1].reading.events[0].duration - 0.1) <= 0.02);
}

BOOST_AUTO_TEST_CASE(ReferenceVoltage_OfChannelsInDifferentUnits_IsRefused) {
  std::vector<RecordedChannel> channels{channel("u", ChannelKind::voltage),
                                        channel("v", ChannelKind::voltage)};
  channels[1].unit = std::string("kV");
  channels[1].to_si = 1000;
  ComputedRecording recording(channels,
                              {{.first = 0, .count = 1000, .rate = {10000, 1}, .start = 0}}, load);
  MeasureOptions options;
  options.reference = volt(230);
  BOOST_TEST(error_of(recording, options) ==
             "reference voltage: channel u is in V and v in kV; expected one unit for all "
             "voltages");
}

BOOST_AUTO_TEST_CASE(AnErrorOfTheRecording_EndsTheMeasurement) {
  ComputedRecording recording = one_second();
  recording.broken_at = 7777;
  BOOST_TEST(error_of(recording, {}) == "scan 7777");
}

BOOST_AUTO_TEST_CASE(AStop_EndsTheMeasurement_AndTheReader) {
  ComputedRecording recording =
      of_segments({{.first = 0, .count = 100'000'000, .rate = {10000, 1}, .start = 0}});
  std::atomic<bool> stop = false;
  MeasureOptions options;
  options.stop = &stop;
  options.progress = [&](std::int64_t, std::int64_t) { stop = true; };
  const auto measured = measure(recording, options);
  BOOST_REQUIRE(!measured.has_value());
  BOOST_TEST((measured.error().code == ErrorCode::cancelled));
}

BOOST_AUTO_TEST_CASE(Progress_RisesToTheWhole) {
  ComputedRecording recording = one_second();
  std::int64_t last = 0;
  MeasureOptions options;
  options.progress = [&](std::int64_t done, std::int64_t all) {
    BOOST_TEST(done > last);
    BOOST_TEST(all == 10000);
    last = done;
  };
  BOOST_REQUIRE(measure(recording, options).has_value());
  BOOST_TEST(last == 10000);
}

BOOST_AUTO_TEST_CASE(Envelope_HoldsTheEndsOfEachPart) {
  ComputedRecording recording = of_several_rates();
  MeasureOptions options;
  options.envelope_parts = 91;  // 10 ms each: half a cycle
  const auto measured = measure(recording, options);
  BOOST_REQUIRE(measured.has_value());
  const Envelope& envelope = measured->envelope;
  BOOST_REQUIRE(envelope.low.size() == 2u);
  BOOST_REQUIRE(envelope.low[0].size() == 91u);
  BOOST_TEST(envelope.high[0][0] == root2 * 230, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(envelope.low[0][1] == -root2 * 230, boost::test_tools::tolerance(1e-6));
  // Scans 20 ms apart leave no part empty.
  for (std::size_t part = 0; part < 91; ++part) BOOST_TEST(!std::isnan(envelope.low[0][part]));
}

BOOST_AUTO_TEST_CASE(Excerpt_IsFiveCyclesFromTheStart) {
  ComputedRecording recording = one_second();
  const auto measured = measure(recording, {.first = 100});
  BOOST_REQUIRE(measured.has_value());
  const auto excerpt = read_excerpt(recording, *measured);
  BOOST_REQUIRE(excerpt.has_value());
  BOOST_TEST(excerpt->scans.first == 100);
  BOOST_TEST(std::abs(static_cast<double>(excerpt->scans.count()) - 1001) <= 1);
}

BOOST_AUTO_TEST_CASE(Excerpt_BeginsBeforeTheFirstEvent) {
  ComputedRecording recording(
      {channel("u", ChannelKind::voltage)},
      {{.first = 0, .count = 10000, .rate = {10000, 1}, .start = 0}},
      [](std::size_t c, double t) { return load(c, t) * (t >= 0.8 && t < 0.9 ? 0.5 : 1); });
  MeasureOptions options;
  options.reference = volt(230);
  options.events = {.dip = 0.9, .swell = 1.1, .interruption = 0.05, .hysteresis = 0.02};
  const auto measured = measure(recording, options);
  BOOST_REQUIRE(measured.has_value());
  const auto excerpt = read_excerpt(recording, *measured);
  BOOST_REQUIRE(excerpt.has_value());
  BOOST_TEST(excerpt->start < 0.8);
  BOOST_TEST(excerpt->start > 0.75);
}

BOOST_AUTO_TEST_SUITE_END()
