// SPDX-License-Identifier: GPL-3.0-or-later
// What is chosen of a recording to be played, against recordings whose content is known.
#include "meterrig/campaign/replay.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <random>

#include "../../generators/memory_recording.h"
#include "replay/limit.h"
#include "shipped_inputs.h"

using namespace meterrig;
using namespace meterrig::campaign;
using meterrig::test::MemoryRecording;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double rate = 6400;
constexpr std::int64_t three_seconds = 19'200;

RecordedChannel channel(const std::string& id, const std::string& unit) {
  RecordedChannel made;
  made.name = id;
  made.id = id;
  made.unit = unit;
  const bool current = unit == "A";
  made.kind = unit == "count" ? ChannelKind::other
              : current       ? ChannelKind::current
                              : ChannelKind::voltage;
  made.to_si = unit == "kV" ? 1000 : 1;
  return made;
}

// r.m.s. of a sine of line `line`, which lags by `degrees`.
double sine(double rms, std::int64_t n, std::size_t line, double degrees = 0, double hertz = 50) {
  return std::sqrt(2.0) * rms *
         std::sin(2 * pi * hertz * static_cast<double>(n) / rate -
                  2 * pi / 3 * static_cast<double>(line) - degrees * pi / 180);
}

using Value = std::function<double(std::size_t, std::int64_t)>;

std::shared_ptr<MemoryRecording> recording(const std::vector<RecordedChannel>& channels,
                                           const Value& value, std::int64_t count = three_seconds) {
  return std::make_shared<MemoryRecording>(channels, Rational{6400, 1}, count, value);
}

const v1::Device& device() {
  static const v1::Device shipped = test::shipped_inputs().device.message.device();
  return shipped;
}

Replay prepared(const std::shared_ptr<MemoryRecording>& played) {
  auto replay = prepare_replay(played, device(), {});
  BOOST_REQUIRE_MESSAGE(replay.has_value(), (replay ? std::string() : replay.error().message));
  return std::move(*replay);
}

SampleBlock samples(const Replay& replay, std::int64_t first = 0, std::size_t count = 4000) {
  playback::PlaybackSettings settings = replay.settings;
  settings.rate = {8000, 1};
  auto signal = playback::PlaybackSignal::create(replay.recording, settings);
  BOOST_REQUIRE(signal.has_value());
  SampleBlock block({8000, 1}, first, count);
  BOOST_REQUIRE((*signal)->read(block).has_value());
  return block;
}

// Over whole cycles of 50 Hz.
double rms_of(std::span<const double> row) {
  double squares = 0;
  for (const double value : row) squares += value * value;
  return std::sqrt(squares / static_cast<double>(row.size()));
}

double mean_product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum / static_cast<double>(a.size());
}

bool noted(const Replay& replay, const std::string& text) {
  for (const std::string& note : replay.played.notes())
    if (note.find(text) != std::string::npos) return true;
  return false;
}

const std::vector<RecordedChannel> three_phases{channel("Va", "kV"), channel("Vb", "kV"),
                                                channel("Vc", "kV"), channel("Ia", "A"),
                                                channel("Ib", "A"),  channel("Ic", "A")};

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

BOOST_AUTO_TEST_CASE(a_high_voltage_feeder_is_scaled_to_the_reference_voltage_and_nominal_current) {
  // 6 kV, its line C 2 % lower; 400 A lagging by 25 degrees.
  const Replay replay = prepared(recording(three_phases, [](std::size_t c, std::int64_t n) {
    if (c < 3) return sine(c == 2 ? 5.88 : 6.0, n, c);
    return sine(400, n, c - 3, 25);
  }));
  BOOST_TEST(std::abs(replay.played.voltage_factor() - 230.0 / 6000) < 1e-9);
  BOOST_TEST(std::abs(replay.played.current_factor() - 5.0 / 400) < 1e-6);
  BOOST_TEST(replay.played.terminals_size() == 6);
  BOOST_TEST(replay.played.unsteadiness() < 1e-6);
  BOOST_TEST(std::abs(replay.played.frequency() - 50) < 1e-4);
  const SampleBlock block = samples(replay);
  // The kernel's 3e-7 of the peak.
  BOOST_TEST(std::abs(rms_of(block.volts(0)) - 230) < 1e-4);
  BOOST_TEST(std::abs(rms_of(block.volts(2)) - 230 * 0.98) < 1e-4);
  BOOST_TEST(std::abs(rms_of(block.amperes(1)) - 5) < 1e-5);
  BOOST_TEST(std::abs(mean_product(block.volts(0), block.amperes(0)) -
                      230 * 5 * std::cos(25 * pi / 180)) < 1e-2);
  const MeanLoad load = mean_load(replay.mean);
  BOOST_TEST((load.load == v1::LOAD_BALANCED));
  BOOST_TEST((load.direction == v1::DIRECTION_IMPORT));
  BOOST_TEST(!load.leading);
  BOOST_TEST(std::abs(load.power_factor - std::cos(25 * pi / 180)) < 1e-6);
}

BOOST_AUTO_TEST_CASE(what_is_within_the_devices_range_is_played_as_it_was) {
  const Replay replay =
      prepared(recording({channel("u", "V"), channel("i", "A")}, [](std::size_t c, std::int64_t n) {
        return c == 0 ? sine(245, n, 0) : sine(0.645, n, 0, -40);
      }));
  BOOST_TEST(replay.played.voltage_factor() == 1);
  BOOST_TEST(replay.played.current_factor() == 1);
  const MeanLoad load = mean_load(replay.mean);
  BOOST_TEST((load.load == v1::LOAD_SINGLE_PHASE));
  BOOST_TEST(load.phase == "L1");
  BOOST_TEST(load.leading);
}

BOOST_AUTO_TEST_CASE(two_cycles_of_what_is_played_are_kept_for_the_picture) {
  const auto played = recording(three_phases, [](std::size_t c, std::int64_t n) {
    return c < 3 ? sine(0.05, n, c, 30) : sine(2, n, c - 3, 90);
  });
  const Replay replay = prepared(played);
  BOOST_TEST(replay.played.shape_rate() == 6400);
  BOOST_REQUIRE(replay.played.terminals_size() == 6);
  const SampleBlock block = samples(replay, 0, 320);
  for (const v1::PlayedTerminal& terminal : replay.played.terminals()) {
    const auto line = static_cast<std::size_t>(terminal.terminal().back() - '1');
    const auto expected =
        terminal.terminal().starts_with("voltage") ? block.volts(line) : block.amperes(line);
    BOOST_REQUIRE(terminal.shape_size() == 256);
    // 6400 and 8000 samples a second meet at every fourth and fifth.
    for (int n = 0; n < 256; n += 4) {
      const double other = expected[static_cast<std::size_t>(n) / 4 * 5];
      BOOST_TEST(std::abs(static_cast<double>(terminal.shape(n)) - other) <= 1e-5 * 400);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_fault_current_does_not_exceed_the_maximum_current_in_any_cycle) {
  const Replay replay = prepared(recording(three_phases, [](std::size_t c, std::int64_t n) {
    const bool fault = n > 9000 && n < 10'000;
    if (c < 3) return sine(fault ? 2.0 : 6.0, n, c);
    return sine(fault ? 3000 : 400, n, c - 3, 20);
  }));
  BOOST_TEST(std::abs(replay.played.current_factor() - 6.0 / 3000) < 1e-6);
  // Within the time that the device averages, one second, the power changes by a fault of 0.16 s.
  BOOST_TEST(replay.played.unsteadiness() > 10);
}

BOOST_AUTO_TEST_CASE(voltages_between_lines_give_those_to_neutral) {
  const Replay replay =
      prepared(recording({channel("U21", "V"), channel("U32", "V"), channel("I1", "A"),
                          channel("I2", "A"), channel("I3", "A")},
                         [](std::size_t c, std::int64_t n) {
                           if (c == 0) return sine(230, n, 1) - sine(230, n, 0);
                           if (c == 1) return sine(230, n, 2) - sine(230, n, 1);
                           return sine(5, n, c - 2, 10);
                         }));
  BOOST_TEST(noted(replay, "derived from the voltages between lines"));
  const SampleBlock block = samples(replay);
  for (std::size_t p = 0; p < phase_count; ++p) {
    BOOST_TEST(std::abs(rms_of(block.volts(p)) - 230) < 1e-3);
    // In phase with its own line: P = U I cos 10 deg.
    BOOST_TEST(std::abs(mean_product(block.volts(p), block.amperes(p)) -
                        230 * 5 * std::cos(10 * pi / 180)) < 1e-2);
  }
}

BOOST_AUTO_TEST_CASE(currents_alone_get_nominal_voltages_in_their_own_sequence) {
  for (const bool reversed : {false, true}) {
    const Replay replay =
        prepared(recording({channel("Ia", "A"), channel("Ib", "A"), channel("Ic", "A")},
                           [reversed](std::size_t c, std::int64_t n) {
                             const std::size_t line = reversed && c > 0 ? 3 - c : c;
                             return sine(5, n, line, 77);
                           }));
    BOOST_TEST(noted(replay, "no voltage was recorded"));
    const SampleBlock block = samples(replay);
    for (std::size_t p = 0; p < phase_count; ++p) {
      BOOST_TEST(std::abs(rms_of(block.volts(p)) - 230) < 0.01);
      // In phase to what the correlation shows and the loop's length leaves, 1e-3 rad.
      BOOST_TEST(std::abs(mean_product(block.volts(p), block.amperes(p)) - 1150) < 0.1);
    }
  }
}

BOOST_AUTO_TEST_CASE(voltages_alone_get_a_resistive_load) {
  const Replay replay = prepared(recording(
      {channel("A1", "count")}, [](std::size_t, std::int64_t n) { return sine(18'831, n, 0); }));
  BOOST_TEST(noted(replay, "is taken for the voltage L1"));
  BOOST_TEST(noted(replay, "no current was recorded"));
  const SampleBlock block = samples(replay);
  BOOST_TEST(std::abs(rms_of(block.volts(0)) - 230) < 1e-3);
  BOOST_TEST(std::abs(mean_product(block.volts(0), block.amperes(0)) - 1150) < 0.01);
  BOOST_TEST(rms_of(block.volts(1)) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_direct_current_that_a_transformer_would_not_pass_is_taken_off) {
  const Replay replay =
      prepared(recording({channel("u", "V"), channel("i", "A")}, [](std::size_t c, std::int64_t n) {
        return c == 0 ? sine(230, n, 0) : 17 + sine(3, n, 0);
      }));
  BOOST_TEST(noted(replay, "is taken off"));
  BOOST_TEST(std::abs(rms_of(samples(replay).amperes(0)) - 3) < 1e-4);
  BOOST_TEST(std::abs(replay.mean.current[0].in(ampere)-3) < 1e-6);
}

BOOST_AUTO_TEST_CASE(two_cycles_are_enough) {
  // 60 Hz, of which the file says nothing: 2500 scans at 50 kS/s are 3 cycles.
  auto played = std::make_shared<MemoryRecording>(
      std::vector{channel("u", "V"), channel("i", "A")}, Rational{50'000, 1}, 2500,
      [](std::size_t c, std::int64_t n) {
        const double x = 2 * pi * 60.03 * static_cast<double>(n) / 50'000;
        return c == 0 ? 325 * std::sin(x) + 10 * std::sin(5 * x) : 7 * std::sin(x - 0.4);
      });
  const Replay replay = prepared(played);
  BOOST_TEST(replay.played.loop_cycles() == 2);
  BOOST_TEST(std::abs(replay.played.frequency() - 60.03) < 0.02);
}

BOOST_AUTO_TEST_CASE(the_longest_stretch_with_enough_scans_a_cycle_is_played) {
  auto played = recording(three_phases, [](std::size_t c, std::int64_t n) {
    return c < 3 ? sine(0.23, n, c) : sine(5, n, c - 3);
  });
  played->description_.segments = {
      {.first = 0, .count = 4000, .rate = {6400, 1}, .start = 0},
      {.first = 4000, .count = 5000, .rate = {50, 1}, .start = 0.625},
      {.first = 9000, .count = 10'200, .rate = {6400, 1}, .start = 100}};
  const Replay replay = prepared(played);
  BOOST_TEST(replay.played.first() == 9000);
  BOOST_TEST(replay.played.count() == 10'200);
  BOOST_TEST(noted(replay, "of 3 stretches"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_played_is_refused_with_the_reason) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 0.01);
  const auto refused = [](const std::shared_ptr<MemoryRecording>& played,
                          const ReplayOptions& options, const char* why, ErrorCode code) {
    const auto replay = prepare_replay(played, device(), options);
    BOOST_REQUIRE(!replay.has_value());
    BOOST_TEST((replay.error().code == code));
    BOOST_TEST(replay.error().message.find(why) != std::string::npos, replay.error().message);
  };
  const auto hum = [](std::size_t, std::int64_t n) { return sine(230, n, 0); };
  refused(recording({channel("Ua", "V")}, [&](std::size_t, std::int64_t) { return noise(random); }),
          {}, "nothing periodic to replay", ErrorCode::failed_precondition);
  refused(recording({channel("x", "count"), channel("y", "count")}, hum), {}, "--channel NAME:UNIT",
          ErrorCode::failed_precondition);
  refused(recording({channel("Ua", "V")}, hum), {.first = 19'000, .count = 500, .files = {}},
          "the recording has 19200", ErrorCode::out_of_range);
  refused(recording({channel("Ua", "V")}, hum), {.first = 0, .count = 150, .files = {}},
          "nothing periodic", ErrorCode::failed_precondition);
  auto slow = recording({channel("Ua", "V")}, hum);
  slow->description_.segments[0].rate = {200, 1};
  refused(slow, {}, "scans a cycle", ErrorCode::failed_precondition);
}

BOOST_AUTO_TEST_CASE(the_row_with_the_nearest_power_factor_gives_the_limit) {
  const v1::Standard standard = test::shipped_inputs().standards.front().message.standard();
  std::vector<const v1::ErrorRow*> rows;
  for (const v1::ErrorRow& row : standard.error_rows()) rows.push_back(&row);
  const auto row = [&](double power_factor, bool leading, v1::Load load, double amperes) {
    MeanLoad mean;
    mean.load = load;
    mean.current = ampere(amperes);
    mean.power_factor = power_factor;
    mean.leading = leading;
    const auto found = nearest_row(rows, mean, campaign::rated_currents(device().ratings()));
    return found ? found->row->id() : std::string("none");
  };
  BOOST_TEST(row(0.99, false, v1::LOAD_BALANCED, 5) == "22.B2");
  BOOST_TEST(row(0.99, false, v1::LOAD_BALANCED, 0.1) == "22.B1");
  // acos 0.85 = 31.8 deg leads: 5 deg from 0.8c; lagging it is 28 deg from 0.5i, 32 from 1.
  BOOST_TEST(row(0.85, true, v1::LOAD_BALANCED, 5) == "22.B4");
  BOOST_TEST(row(0.85, false, v1::LOAD_BALANCED, 5) == "22.B4");
  BOOST_TEST(row(0.66, false, v1::LOAD_SINGLE_PHASE, 0.645) == "22.S2");
  BOOST_TEST(row(0.82, true, v1::LOAD_SINGLE_PHASE, 0.3) == "22.S1");
  BOOST_TEST(row(0.004, false, v1::LOAD_SINGLE_PHASE, 5) == "none");
  BOOST_TEST(row(1, false, v1::LOAD_BALANCED, 0.01) == "none");
}

BOOST_AUTO_TEST_SUITE_END()
