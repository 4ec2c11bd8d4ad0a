// SPDX-License-Identifier: GPL-3.0-or-later
#include "voltage_events.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::reference {
namespace {

constexpr double first_stretch = 1;   // seconds, whose median the reference starts from
constexpr double time_constant = 60;  // seconds, of the sliding reference
constexpr double most_cycles = 0.25;  // a scan: fewer than four scans a cycle tell nothing
constexpr std::size_t most_events = 10000;

// From the window's begin to a zero crossing of the channel's fundamental, in scans.
std::optional<double> crossing_of(const WindowReading& window, std::size_t channel) {
  if (!window.channels[channel].has_fundamental) return std::nullopt;
  const Lines& x = window.channels[channel].amplitudes;
  const double turns = angle_of_point(x.sine[1], x.cosine[1]).in(degree) / 360;
  return 0.5 * static_cast<double>(window.count) - turns / window.cycles;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

VoltageEvents::VoltageEvents(const RecordSettings& settings, double nominal_cycles)
    : limits_(settings.events.value_or(EventLimits{})),
      given_reference_(settings.reference_voltage),
      rate_(settings.rate.value()),
      cycles_(nominal_cycles) {
  if (!settings.events) return;
  for (std::size_t c = 0; c < settings.channels.size(); ++c)
    if (settings.channels[c].kind == ChannelKind::voltage)
      voltages_.push_back({.channel = c, .half_cycles = {}});
}

void VoltageEvents::add(const WindowReading& window, std::span<const std::span<double>> rows) {
  if (voltages_.empty()) return;
  if (window.cycles > 0) cycles_ = window.cycles;
  if (!(cycles_ <= most_cycles)) return;
  const auto first = static_cast<double>(window.first);
  const auto count = static_cast<double>(window.count);
  std::vector<Value> values;
  std::vector<HalfCycleValue> found;
  for (std::size_t v = 0; v < voltages_.size(); ++v) {
    const std::size_t channel = voltages_[v].channel;
    found.clear();
    voltages_[v].half_cycles.feed(rows[channel], first, 0.5 / cycles_, crossing_of(window, channel),
                                  found);
    for (const HalfCycleValue& value : found)  // the first scan is half a scan after its begin
      values.push_back({.seconds = (value.middle - 0.5) / rate_, .voltage = v, .rms = value.rms});
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const Value& a, const Value& b) { return a.seconds < b.seconds; });
  end_ = (first + count - 1) / rate_;
  flagged_ = is_open();
  if (!has_begun_) {
    waiting_.insert(waiting_.end(), values.begin(), values.end());
    if (end_ >= first_stretch) begin();
    return;
  }
  for (const Value& value : values) take(value);
  if (flagged_ || given_reference_) return;
  const double share = std::min(1.0, count / rate_ / time_constant);
  for (Voltage& voltage : voltages_)
    if (voltage.reference > 0)
      voltage.reference +=
          share * (std::sqrt(window.channels[voltage.channel].square) - voltage.reference);
}

// A voltage below a tenth of the highest is no phase, such as that of the neutral, and takes no
// part.
void VoltageEvents::begin() {
  has_begun_ = true;
  std::vector<double> medians;
  for (std::size_t v = 0; v < voltages_.size(); ++v) {
    std::vector<double> own;
    for (const Value& value : waiting_)
      if (value.voltage == v) own.push_back(value.rms);
    medians.push_back(median(std::move(own)));
  }
  const double highest = *std::max_element(medians.begin(), medians.end());
  for (std::size_t v = 0; v < voltages_.size(); ++v)
    if (medians[v] >= 0.1 * highest) voltages_[v].reference = given_reference_.value_or(medians[v]);
  for (const Value& value : waiting_) take(value);
  waiting_ = {};
}

void VoltageEvents::take(const Value& value) {
  Voltage& voltage = voltages_[value.voltage];
  if (!(voltage.reference > 0)) return;
  const double level = value.rms / voltage.reference;
  voltage.is_low = level < limits_.dip + (voltage.is_low ? limits_.hysteresis : 0);
  voltage.is_out = level < limits_.interruption + (voltage.is_out ? limits_.hysteresis : 0);
  voltage.is_high =
      limits_.swell > 0 && level > limits_.swell - (voltage.is_high ? limits_.hysteresis : 0);
  bool any_low = false;
  bool any_high = false;
  bool all_out = true;
  for (const Voltage& each : voltages_) {
    if (!(each.reference > 0)) continue;
    any_low = any_low || each.is_low;
    any_high = any_high || each.is_high;
    all_out = all_out && each.is_out;
  }
  follow(dip_, EventKind::dip, any_low, voltage.is_low, value);
  follow(swell_, EventKind::swell, any_high, voltage.is_high, value);
  follow(interruption_, EventKind::interruption, all_out, voltage.is_out, value);
  flagged_ = flagged_ || is_open();
}

void VoltageEvents::follow(std::optional<EventReading>& event, EventKind kind, bool active,
                           bool takes_part, const Value& value) {
  const Voltage& voltage = voltages_[value.voltage];
  if (active && !event) {
    event = EventReading{.kind = kind,
                         .channels = {},
                         .start = value.seconds,
                         .duration = 0,
                         .open_end = false,
                         .extreme = value.rms,
                         .reference = voltage.reference};
    if (kind == EventKind::interruption)
      for (const Voltage& each : voltages_)
        if (each.reference > 0) event->channels.push_back(each.channel);
  }
  if (!event) return;
  if (takes_part && std::find(event->channels.begin(), event->channels.end(), voltage.channel) ==
                        event->channels.end())
    event->channels.insert(
        std::upper_bound(event->channels.begin(), event->channels.end(), voltage.channel),
        voltage.channel);
  const double level = value.rms / voltage.reference;
  const double extreme = event->extreme / event->reference;
  if (kind == EventKind::swell ? level > extreme : level < extreme) {
    event->extreme = value.rms;
    event->reference = voltage.reference;
  }
  if (active) return;
  event->duration = value.seconds - event->start;
  if (events_.size() < most_events) events_.push_back(*std::move(event));
  event.reset();
}

std::vector<EventReading> VoltageEvents::finish() {
  if (voltages_.empty()) return {};
  if (!has_begun_) begin();
  for (auto* event : {&dip_, &swell_, &interruption_})
    if (*event) {
      (*event)->open_end = true;
      (*event)->duration = end_ - (*event)->start;
      events_.push_back(**event);
    }
  std::stable_sort(events_.begin(), events_.end(),
                   [](const EventReading& a, const EventReading& b) { return a.start < b.start; });
  return std::move(events_);
}

}  // namespace meterrig::reference
