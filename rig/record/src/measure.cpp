// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "block_reader.h"
#include "meterrig/record/phase_name.h"
#include "totals.h"

namespace meterrig::record {
namespace {

using reference::ChannelReading;
using reference::RecordMeter;
using reference::RecordReading;

/// The scans asked for.
struct Range {
  std::int64_t first;
  std::int64_t count;
};

Result<Range> range_of(const RecordingDescription& recording, const MeasureOptions& options) {
  const std::int64_t all = recording.count();
  if (options.first < 0 || options.first >= all)
    return fail(ErrorCode::out_of_range,
                fmt::format("first scan {}: the recording has {} scans, numbered from 0",
                            options.first, all));
  const std::int64_t left = all - options.first;
  const std::int64_t count = options.count.value_or(left);
  if (count < 1 || count > left)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} scans from scan {} on: the recording has {} scans; expected a "
                            "count from 1 to {}",
                            count, options.first, all, left));
  return Range{options.first, count};
}

/// The parts of a range that have one rate each.
std::vector<SegmentMeasurement> cut(const RecordingDescription& recording, Range range) {
  std::vector<SegmentMeasurement> parts;
  double start = 0;
  for (const RecordedSegment& segment : recording.segments) {
    const std::int64_t first = std::max(segment.first, range.first);
    const std::int64_t end = std::min(segment.first + segment.count, range.first + range.count);
    if (first >= end) continue;
    SegmentMeasurement& part = parts.emplace_back();
    part.first = first;
    part.count = end - first;
    part.rate = segment.rate;
    if (parts.size() == 1) {
      start = segment.start + static_cast<double>(first - segment.first) / segment.rate.value();
    } else {
      part.start = segment.start - start;
    }
  }
  return parts;
}

std::optional<Frequency> nominal_of(const RecordingDescription& recording,
                                    const MeasureOptions& options) {
  if (options.nominal) return options.nominal;
  if (recording.nominal_frequency && *recording.nominal_frequency > 0)
    return hertz(*recording.nominal_frequency);
  return std::nullopt;
}

/// A neutral's voltage is near zero in health: it is no dip.
std::vector<reference::RecordChannel> meter_channels(const RecordingDescription& recording) {
  const std::vector<PhaseName> names = phase_names(recording.channels);
  std::vector<reference::RecordChannel> channels;
  for (std::size_t c = 0; c < recording.channels.size(); ++c) {
    const RecordedChannel& channel = recording.channels[c];
    const bool neutral =
        channel.kind == ChannelKind::voltage && names[c].role == ChannelRole::neutral;
    channels.push_back({.kind = neutral ? ChannelKind::other : channel.kind, .skew = channel.skew});
  }
  return channels;
}

/// In the unit of the voltages.
Result<std::optional<double>> reference_voltage(const RecordingDescription& recording,
                                                const MeasureOptions& options) {
  if (!options.reference) return std::nullopt;
  const RecordedChannel* first = nullptr;
  for (const RecordedChannel& channel : recording.channels) {
    if (channel.kind != ChannelKind::voltage) continue;
    if (first == nullptr) first = &channel;
    if (channel.to_si != first->to_si)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("reference voltage: channel {} is in {} and {} in {}; expected one "
                              "unit for all voltages",
                              first->name, first->unit, channel.name, channel.unit));
  }
  if (first == nullptr) return std::nullopt;
  return options.reference->in(volt) / first->to_si;
}

std::complex<double> fundamental(const ChannelReading& reading) {
  if (reading.harmonics.empty() || !std::isfinite(reading.harmonics.front().rms)) return 0;
  const reference::HarmonicReading& line = reading.harmonics.front();
  return std::polar(line.rms, std::isfinite(line.angle) ? line.angle * std::numbers::pi / 180 : 0);
}

std::vector<SequenceMeasurement> sequences(const Pairing& pairing, const RecordReading& reading) {
  std::vector<SequenceMeasurement> result;
  for (const ChannelKind kind : {ChannelKind::voltage, ChannelKind::current}) {
    for (const PhaseSet& set : kind == ChannelKind::voltage ? pairing.voltages : pairing.currents) {
      const auto channels = complete(set);
      if (!channels) continue;
      SequenceMeasurement sequence{.kind = kind, .channels = *channels, .components = {}};
      std::array<std::complex<double>, 3> phasors;
      for (std::size_t phase = 0; phase < set.size(); ++phase)
        phasors.at(phase) = fundamental(reading.channels[channels->at(phase)]);
      if (std::ranges::all_of(phasors, [](auto phasor) { return phasor == 0.0; })) continue;
      sequence.components = reference::symmetrical_components(phasors);
      result.push_back(sequence);
    }
  }
  return result;
}

std::vector<WiringMeasurement> wiring(const Pairing& pairing, const RecordReading& reading) {
  std::vector<WiringMeasurement> result;
  for (const Circuit& circuit : pairing.circuits) {
    const auto channels = complete(circuit.voltages);
    if (!channels) continue;
    std::array<std::complex<double>, 3> voltages;
    std::array<std::optional<std::complex<double>>, 3> currents;
    for (std::size_t phase = 0; phase < voltages.size(); ++phase) {
      voltages.at(phase) = fundamental(reading.channels[channels->at(phase)]);
      if (const auto current = circuit.currents.at(phase))
        currents.at(phase) = fundamental(reading.channels[*current]);
    }
    // Nothing at all on the voltages is no question of wiring.
    if (std::ranges::all_of(voltages, [](auto phasor) { return phasor == 0.0; })) continue;
    for (reference::WiringFinding& finding : reference::diagnose_wiring(voltages, currents))
      result.push_back({circuit, std::move(finding)});
  }
  return result;
}

/// Why a part of several cannot have a spectrum; empty when it can.
std::string too_little(const SegmentMeasurement& part, std::optional<Frequency> nominal) {
  const double frequency = nominal.value_or(hertz(50)).in(hertz);
  const double rate = part.rate.value();
  // The meter reads up to 0.45 of the rate.
  if (0.45 * rate < frequency)
    return fmt::format("{:.6g} samples a second are too few for {:.6g} Hz", rate, frequency);
  const double cycles = static_cast<double>(part.count) * frequency / rate;
  if (cycles < least_cycles)
    return fmt::format("{:.2f} cycles of {:.6g} Hz; at least {:.0f} are needed", cycles, frequency,
                       least_cycles);
  return {};
}

void finish(SegmentMeasurement& part, RecordMeter& meter, const Pairing& pairing) {
  part.reading = meter.finish();
  for (reference::EventReading& event : part.reading.events) event.start += part.start;
  if (!part.reason.empty()) return;
  part.sequence = sequences(pairing, part.reading);
  part.wiring = wiring(pairing, part.reading);
}

}  // namespace

Result<Measurement> measure(Recording& recording, const MeasureOptions& options) {
  Measurement measurement;
  measurement.file = options.file;
  measurement.recording = recording.description();
  const RecordingDescription& description = measurement.recording;
  const auto range = range_of(description, options);
  if (!range) return tl::unexpected(range.error());
  measurement.first = range->first;
  measurement.count = range->count;
  if (options.pairs.empty()) {
    measurement.pairing = find_pairs(description.channels);
  } else {
    auto given = given_pairs(options.pairs, description.channels);
    if (!given) return tl::unexpected(given.error());
    measurement.pairing = std::move(*given);
  }
  const auto reference = reference_voltage(description, options);
  if (!reference) return tl::unexpected(reference.error());

  const std::optional<Frequency> nominal = nominal_of(description, options);
  measurement.segments = cut(description, *range);
  measurement.duration = measurement.segments.back().start + measurement.segments.back().duration();
  reference::RecordSettings settings;
  settings.channels = meter_channels(description);
  settings.pairs = measurement.pairing.pairs;
  settings.nominal = nominal;
  settings.events = options.events;
  settings.reference_voltage = *reference;

  // The meter knows the totals of one segment.
  const bool several = measurement.segments.size() > 1;
  std::optional<Totals> totals;
  if (several || options.envelope_parts > 0)
    totals.emplace(description.channels.size(), measurement.duration, options.envelope_parts);
  {
    BlockReader reader(recording, range->first, range->count);
    std::int64_t done = 0;
    std::vector<std::span<const double>> rows(description.channels.size());
    for (SegmentMeasurement& part : measurement.segments) {
      if (several) part.reason = too_little(part, nominal);
      settings.rate = part.rate;
      auto meter = RecordMeter::create(settings);
      if (!meter) return tl::unexpected(meter.error());
      const std::int64_t end = done + part.count;
      while (done < end) {
        if (options.stop != nullptr && *options.stop)
          return fail(ErrorCode::cancelled,
                      fmt::format("stopped after {} of {} scans", done, range->count));
        const auto block = reader.next();
        if (!block) return tl::unexpected(block.error());
        for (std::size_t c = 0; c < rows.size(); ++c) rows[c] = (*block)->row(c);
        meter->feed(rows);
        if (totals) {
          const double step = 1 / part.rate.value();
          const double start =
              part.start + static_cast<double>((*block)->first - part.first) * step;
          totals->feed(**block, start, step);
        }
        done += static_cast<std::int64_t>((*block)->count());
        if (options.progress) options.progress(done, range->count);
      }
      finish(part, *meter, measurement.pairing);
    }
  }
  measurement.whole = several ? totals->readings() : measurement.segments.front().reading.channels;
  if (totals) measurement.envelope = std::move(*totals).envelope();
  measurement.warnings = recording.warnings();
  return measurement;
}

}  // namespace meterrig::record
