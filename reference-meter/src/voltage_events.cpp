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

// From the window's begin to a zero crossing of the channel's fundamental, in scans; none where its
// wave is not steady, and the phase of the fit is not that of any half cycle.
std::optional<double> crossing_of(const WindowReading& window, std::size_t channel) {
  if (!window.channels[channel].is_steady()) return std::nullopt;
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
  stretches_.reserve(voltages_.size());
}

VoltageEvents::VoltageEvents(EventLimits limits, std::optional<double> reference, double rate,
                             const std::vector<std::size_t>& channels)
    : limits_(limits), given_reference_(reference), rate_(rate), cycles_(0) {
  for (const std::size_t channel : channels)
    voltages_.push_back({.channel = channel, .half_cycles = {}});
}

void VoltageEvents::begin_at_once() {
  has_begun_ = true;
  for (Voltage& voltage : voltages_) voltage.reference = given_reference_.value_or(0);
}

void VoltageEvents::add(const WindowReading& window, std::span<const std::span<double>> rows) {
  if (voltages_.empty()) return;
  if (window.is_steady() || (window.cycles > 0 && !has_cycles_)) cycles_ = window.cycles;
  has_cycles_ = has_cycles_ || window.is_steady();
  if (!(cycles_ <= most_cycles)) return;
  stretches_.clear();
  for (const Voltage& voltage : voltages_)
    stretches_.push_back({.samples = rows[voltage.channel],
                          .square = window.channels[voltage.channel].square,
                          .crossing = crossing_of(window, voltage.channel)});
  add(static_cast<double>(window.first), cycles_, stretches_);
}

void VoltageEvents::add(double first, double cycles, std::span<const VoltageStretch> voltages) {
  const auto count = static_cast<double>(voltages[0].samples.size());
  values_.clear();
  for (std::size_t v = 0; v < voltages_.size(); ++v) {
    found_.clear();
    voltages_[v].half_cycles.feed(voltages[v].samples, first, 0.5 / cycles, voltages[v].crossing,
                                  found_);
    for (const HalfCycleValue& value : found_)  // the first scan is half a scan after its begin
      values_.push_back({.seconds = (value.middle - 0.5) / rate_, .voltage = v, .rms = value.rms});
  }
  std::sort(values_.begin(), values_.end(), [](const Value& a, const Value& b) {
    return a.seconds < b.seconds || (a.seconds == b.seconds && a.voltage < b.voltage);
  });
  end_ = (first + count - 1) / rate_;
  flagged_ = is_open();
  if (!has_begun_) {
    waiting_.insert(waiting_.end(), values_.begin(), values_.end());
    if (end_ >= first_stretch) begin();
    return;
  }
  for (const Value& value : values_) take(value);
  if (flagged_ || given_reference_) return;
  const double share = std::min(1.0, count / rate_ / time_constant);
  for (std::size_t v = 0; v < voltages_.size(); ++v)
    if (voltages_[v].reference > 0)
      voltages_[v].reference += share * (std::sqrt(voltages[v].square) - voltages_[v].reference);
}

std::optional<double> VoltageEvents::open_since() const {
  std::optional<double> earliest;
  for (const auto* event : {&dip_, &swell_, &interruption_})
    if (*event && (!earliest || (*event)->start < *earliest)) earliest = (*event)->start;
  return earliest;
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
  if (events_.size() < most_events) events_.push_back(*event);
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
