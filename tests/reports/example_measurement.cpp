// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_measurement.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace meterrig::test {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = std::numbers::pi;
constexpr double root2 = std::numbers::sqrt2;

struct Wave {
  double rms;
  double fifth;
  double angle;
};

constexpr std::array<Wave, 6> waves = {
    {{230, 9.2, 0}, {230, 9.2, -120}, {230, 9.2, 120}, {5, 1, -30}, {5, 1, 30}, {5, 1, 90}}};

double sample(std::size_t c, double t) {
  if (c >= waves.size()) return 100;
  const Wave& wave = waves.at(c);
  const double turn = 2 * pi * 50 * t + wave.angle * pi / 180;
  const double share = c == 1 && t > 0.2 && t < 0.3 ? 0.6 : 1;
  return root2 * share * (wave.rms * std::sin(turn) + wave.fifth * std::sin(5 * turn));
}

}  // namespace

record::Measurement example_measurement() {
  record::Measurement measurement;
  measurement.file = "example.cfg";
  RecordingDescription& recording = measurement.recording;
  recording.format = "COMTRADE 2013 FLOAT32";
  recording.station = "Station";
  recording.nominal_frequency = 50;
  for (std::size_t c = 0; c < 7; ++c) {
    RecordedChannel& channel = recording.channels.emplace_back();
    channel.name = fmt::format("A{}", c + 1);
    if (c < 6) channel.id = fmt::format("{}{}", c < 3 ? 'U' : 'I', c % 3 + 1);
    channel.unit = std::string(c < 3 ? "V" : c < 6 ? "A" : "count");
    channel.kind = c < 3 ? ChannelKind::voltage : c < 6 ? ChannelKind::current : ChannelKind::other;
  }
  recording.segments = {{.first = 0, .count = 10000, .rate = {10000, 1}, .start = 0}};
  measurement.count = 10000;
  measurement.duration = 1;
  measurement.pairing = record::find_pairs(recording.channels);

  record::SegmentMeasurement& part = measurement.segments.emplace_back();
  part.count = 10000;
  part.rate = {10000, 1};
  part.reading.frequency = 50;
  part.reading.scans = 10000;
  for (std::size_t c = 0; c < 7; ++c) {
    reference::ChannelReading& reading = part.reading.channels.emplace_back();
    reading.dc = c == 6 ? 100 : -0.0123456;
    reading.missing = c == 6 ? 3 : 0;
    if (c == 6) {
      reading.rms = reading.minimum = reading.maximum = 100;
      reading.frequency = reading.thd = reading.residual = unknown;
      continue;
    }
    const Wave& wave = waves.at(c);
    reading.rms = std::hypot(wave.rms, wave.fifth);
    reading.frequency = 50;
    reading.thd = 100 * wave.fifth / wave.rms;
    reading.maximum = root2 * (wave.rms + wave.fifth);
    reading.minimum = -reading.maximum;
    reading.residual = 0.001;
    for (int order = 1; order <= 63; ++order)
      reading.harmonics.push_back({.order = order,
                                   .rms = order == 1   ? wave.rms
                                          : order == 5 ? wave.fifth
                                                       : 1e-4 * wave.rms / order,
                                   .angle = order == 1   ? wave.angle
                                            : order == 5 ? std::remainder(5 * wave.angle, 360.0)
                                                         : 0});
  }
  for (std::size_t phase = 0; phase < 3; ++phase) {
    const double p = 230 * 5 * std::cos(pi / 6) * (phase == 1 ? -1 : 1);
    part.reading.pairs.push_back({.p = p,
                                  .q1 = phase == 1 ? -575.0 : 575.0,
                                  .s = 1150,
                                  .power_factor = p / 1150,
                                  .displacement = phase == 1 ? -150.0 : 30.0});
  }
  part.reading.events.push_back({.kind = reference::EventKind::dip,
                                 .channels = {1},
                                 .start = 0.2,
                                 .duration = 0.11,
                                 .open_end = false,
                                 .extreme = 138,
                                 .reference = 230});
  part.sequence.push_back(
      {.kind = ChannelKind::voltage,
       .channels = {0, 1, 2},
       .components = {.zero = {0, 2.3}, .positive = {230, 0}, .negative = {-4.6, 0}}});
  part.wiring.push_back({.circuit = measurement.pairing.circuits.front(),
                         .finding = {.fault = reference::WiringFault::current_reversed,
                                     .phases = {1},
                                     .text = "current of L2 is reversed"}});
  measurement.whole = part.reading.channels;
  measurement.warnings = {"time stamps wrap: the rate was used"};
  constexpr std::size_t parts = 1000;
  measurement.envelope.low.assign(7, std::vector<double>(parts, unknown));
  measurement.envelope.high = measurement.envelope.low;
  for (std::size_t c = 0; c < 7; ++c) {
    for (std::size_t n = 0; n < 10000; ++n) {
      double& low = measurement.envelope.low[c][n / 10];
      double& high = measurement.envelope.high[c][n / 10];
      low = std::fmin(low, sample(c, static_cast<double>(n) / 10000));
      high = std::fmax(high, sample(c, static_cast<double>(n) / 10000));
    }
  }
  return measurement;
}

record::Measurement example_of_two_segments() {
  record::Measurement measurement = example_measurement();
  record::SegmentMeasurement& part = measurement.segments.emplace_back();
  part.first = 10000;
  part.count = 36;
  part.rate = {50, 1};
  part.start = 1;
  part.reason = "50 samples a second are too few for 50 Hz";
  part.reading.channels.resize(7);
  measurement.count += part.count;
  measurement.duration += 36.0 / 50;
  for (reference::ChannelReading& reading : measurement.whole) {
    reading.frequency = reading.thd = reading.residual = unknown;
    reading.harmonics.clear();
  }
  return measurement;
}

record::Excerpt example_excerpt() {
  record::Excerpt excerpt;
  excerpt.start = 0.18;
  excerpt.rate = {10000, 1};
  excerpt.scans.resize(7, 1001);
  for (std::size_t c = 0; c < 7; ++c) {
    for (std::size_t n = 0; n < 1001; ++n)
      excerpt.scans.row(c)[n] = sample(c, excerpt.start + static_cast<double>(n) / 10000);
  }
  return excerpt;
}

}  // namespace meterrig::test
