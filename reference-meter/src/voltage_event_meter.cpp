// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/voltage_event_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cycle_tracker.h"
#include "lanes.h"
#include "meterrig/reference/frequency.h"
#include "scan.h"
#include "voltage_events.h"

namespace meterrig::reference {
namespace {

constexpr double lowest_share = 0.85;  // of the nominal frequency that is followed
constexpr double highest_share = 1.15;
constexpr std::size_t most_kept = 32768;    // half cycles
constexpr int patience = 4;                 // stretches that a crossing is kept for
constexpr std::size_t most_recent = 10000;  // events

bool is_finite(const SampleBlock& block) {
  for (std::size_t p = 0; p < phase_count; ++p)
    for (const auto row : {block.volts(p), block.amperes(p)}) {
      const double* values = row.data();
      if (sum_in_lanes(row.size(), [values](std::size_t i) { return 0.0 * values[i]; }) != 0.0)
        return false;
    }
  return true;
}

}  // namespace

// Samples are gathered in stretches of 10 or 12 nominal cycles, at whose end the fundamentals are
// found anew. In them half cycles are read as half a cycle's worth of samples is there, by the
// fundamentals of the stretch before; those of the first stretch wait for its own.
class VoltageEventMeter::State {
 public:
  State(Rational rate, Frequency nominal, const VoltageEventSettings& settings)
      : rate_(rate),
        per_second_(rate.value()),
        nominal_(nominal.in(hertz) / per_second_),
        cycles_(nominal.in(hertz) < 55 ? 10 : 12),
        piece_(static_cast<std::size_t>(std::lround(0.5 / nominal_))),
        stretch_(2 * static_cast<std::size_t>(cycles_) * piece_),
        frequency_(nominal_),
        phases_(phases_of(settings)),
        events_(settings.limits, settings.reference_voltage, per_second_, phases_),
        scans_(stretch_),
        crossings_(phases_.size()),
        unsteady_(phases_.size()),
        last_(phases_.size(), -std::numeric_limits<double>::infinity()) {
    for (auto& row : rows_) row.resize(stretch_);
    half_cycles_.reserve(most_kept);
    stretches_.resize(phases_.size());
    if (settings.reference_voltage) events_.begin_at_once();
  }

  Result<void> feed(const SampleBlock& block);
  [[nodiscard]] double known_until() const;
  [[nodiscard]] bool overlaps(double begin, double end);
  [[nodiscard]] std::vector<EventReading> take_events() { return std::exchange(ended_, {}); }
  [[nodiscard]] std::vector<HalfCycleReading> take_half_cycles() {
    std::vector<HalfCycleReading> taken = half_cycles_;
    half_cycles_.clear();
    return taken;
  }
  [[nodiscard]] Frequency frequency() const { return hertz(frequency_ * per_second_); }

 private:
  struct Interval {
    double begin = 0;
    double end = 0;
  };

  static std::vector<std::size_t> phases_of(const VoltageEventSettings& settings) {
    std::vector<std::size_t> phases;
    for (std::size_t p = 0; p < phase_count; ++p)
      if (settings.watched.at(p)) phases.push_back(p);
    return phases;
  }

  void find_first_frequency();
  void find_fundamentals();
  void read_pieces();
  void read_piece(std::size_t begin);

  Rational rate_;
  double per_second_;
  double nominal_;  // cycles a sample
  int cycles_;
  std::size_t piece_;
  std::size_t stretch_;
  double frequency_;  // cycles a sample
  std::vector<std::size_t> phases_;
  VoltageEvents events_;

  std::optional<std::int64_t> origin_;
  std::int64_t begin_ = 0;  // of the stretch, from the first sample fed
  std::size_t filled_ = 0;
  std::size_t read_ = 0;
  bool found_ = false;  // fundamentals have been looked for
  std::vector<Scan> scans_;
  PerPhase<std::vector<double>> rows_;
  std::vector<std::optional<double>> crossings_;  // samples from the stretch's first one
  std::vector<int> unsteady_;                     // stretches without a new crossing
  std::vector<VoltageStretch> stretches_;

  std::vector<double> last_;  // value of each voltage, seconds
  std::vector<HalfCycleReading> half_cycles_;
  std::vector<EventReading> ended_;
  std::vector<Interval> recent_;
};

Result<void> VoltageEventMeter::State::feed(const SampleBlock& block) {
  if (block.rate != rate_)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the meter takes {}",
                            block.rate.value(), per_second_));
  const std::int64_t fed = begin_ + static_cast<std::int64_t>(filled_);
  if (origin_ && block.first_sample != *origin_ + fed)
    return fail(ErrorCode::failed_precondition,
                fmt::format("a block that begins at sample {}; expected {}", block.first_sample,
                            *origin_ + fed));
  if (!is_finite(block))
    return fail(ErrorCode::invalid_argument, "a sample that is not a finite number");
  if (!origin_) origin_ = block.first_sample;
  std::size_t taken = 0;
  while (taken < block.count()) {
    const std::size_t count = std::min(block.count() - taken, stretch_ - filled_);
    static_cast<void>(interleave(block, taken, count, scans_.data() + filled_));
    for (std::size_t p = 0; p < phase_count; ++p)
      std::copy_n(block.volts(p).begin() + static_cast<std::ptrdiff_t>(taken), count,
                  rows_.at(p).begin() + static_cast<std::ptrdiff_t>(filled_));
    taken += count;
    filled_ += count;
    if (found_) read_pieces();
    if (filled_ < stretch_) continue;
    if (!found_) find_first_frequency();
    find_fundamentals();
    if (!found_) {
      found_ = true;
      read_pieces();
    }
    for (auto& crossing : crossings_)
      if (crossing) *crossing -= static_cast<double>(stretch_);
    begin_ += static_cast<std::int64_t>(stretch_);
    filled_ = read_ = 0;
  }
  return {};
}

void VoltageEventMeter::State::find_first_frequency() {
  for (const std::size_t p : phases_) {
    const auto found = measure_frequency(rows_.at(p), rate_);
    const double frequency = found ? found->in(hertz) / per_second_ : 0;
    if (frequency < lowest_share * nominal_ || frequency > highest_share * nominal_) continue;
    frequency_ = frequency;
    return;
  }
}

// Over the last 8 or 10 cycles of the stretch, which are in it at any frequency that is followed.
void VoltageEventMeter::State::find_fundamentals() {
  const int cycles = cycles_ - 2;
  const double length = cycles / frequency_;
  const double begin = static_cast<double>(stretch_) - length;
  PerPhase<TrackedFundamental> found;
  track_fundamentals(&scans_.front().volts, sizeof(Scan) / sizeof(Quad), begin, length, cycles,
                     found);
  double loudest = 0;
  double correction = 0;
  for (std::size_t v = 0; v < phases_.size(); ++v) {
    const TrackedFundamental& fundamental = found.at(phases_[v]);
    // Most of what alternates, else it is no wave that half cycles could be counted by. Where a dip
    // begins or ends the phase is off by a thousandth, and the one before is better.
    if (!(fundamental.amplitude_square > fundamental.alternating_square)) continue;
    if (!fundamental.is_steady && crossings_[v] && ++unsteady_[v] < patience) continue;
    unsteady_[v] = 0;
    crossings_[v] = begin + 0.5 * length - fundamental.turns / frequency_;
    if (fundamental.amplitude_square <= loudest) continue;
    loudest = fundamental.amplitude_square;
    correction = fundamental.correction;
  }
  const double next = frequency_ + correction;
  if (next >= lowest_share * nominal_ && next <= highest_share * nominal_) frequency_ = next;
}

void VoltageEventMeter::State::read_pieces() {
  for (; read_ + piece_ <= filled_; read_ += piece_) read_piece(read_);
}

void VoltageEventMeter::State::read_piece(std::size_t begin) {
  for (std::size_t v = 0; v < phases_.size(); ++v) {
    const double* samples = rows_.at(phases_[v]).data() + begin;
    stretches_[v] = {.samples = {samples, piece_},
                     .square = dot(samples, samples, piece_) / static_cast<double>(piece_),
                     .crossing = std::nullopt};
    // A sample begins half an interval before its time.
    if (const auto crossing = crossings_[v])
      stretches_[v].crossing = *crossing + 0.5 - static_cast<double>(begin);
  }
  events_.add(static_cast<double>(begin_) + static_cast<double>(begin), frequency_, stretches_);
  for (const VoltageEvents::Value& value : events_.values()) {
    last_[value.voltage] = value.seconds;
    if (half_cycles_.size() < most_kept)
      half_cycles_.push_back(
          {.seconds = value.seconds, .phase = phases_[value.voltage], .rms = value.rms});
  }
  for (EventReading& event : events_.take_ended()) {
    if (recent_.size() == most_recent) recent_.erase(recent_.begin());
    recent_.push_back({.begin = event.start, .end = event.start + event.duration});
    ended_.push_back(std::move(event));
  }
}

double VoltageEventMeter::State::known_until() const {
  if (events_.is_waiting()) return -std::numeric_limits<double>::infinity();
  return *std::min_element(last_.begin(), last_.end());
}

bool VoltageEventMeter::State::overlaps(double begin, double end) {
  std::erase_if(recent_, [=](const Interval& event) { return event.end <= begin; });
  const auto open = events_.open_since();
  return (open && *open < end) || std::any_of(recent_.begin(), recent_.end(),
                                              [=](const Interval& e) { return e.begin < end; });
}

Result<VoltageEventMeter> VoltageEventMeter::create(Rational rate, Frequency nominal,
                                                    const VoltageEventSettings& settings) {
  if (rate.numerator <= 0 || rate.denominator <= 0)
    return fail(ErrorCode::invalid_argument, fmt::format("a sample rate of {}/{} is not above 0",
                                                         rate.numerator, rate.denominator));
  const double frequency = nominal.in(hertz);
  if (frequency != 50 && frequency != 60)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a nominal frequency of {} Hz; expected 50 or 60", frequency));
  if (settings.watched == PerPhase<bool>{})
    return fail(ErrorCode::invalid_argument, "no voltage to watch for events");
  if (settings.reference_voltage && !(*settings.reference_voltage > 0))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a reference voltage of {} V; expected more than 0",
                            *settings.reference_voltage));
  constexpr double fewest_samples = 8;  // a cycle
  if (rate.value() < fewest_samples * frequency)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} samples a second for events of {} Hz; expected at least {}",
                            rate.value(), frequency, fewest_samples * frequency));
  return VoltageEventMeter(std::make_unique<State>(rate, nominal, settings));
}

VoltageEventMeter::VoltageEventMeter(std::unique_ptr<State> state) : state_(std::move(state)) {}
VoltageEventMeter::VoltageEventMeter(VoltageEventMeter&&) noexcept = default;
VoltageEventMeter& VoltageEventMeter::operator=(VoltageEventMeter&&) noexcept = default;
VoltageEventMeter::~VoltageEventMeter() = default;

Result<void> VoltageEventMeter::feed(const SampleBlock& block) { return state_->feed(block); }
double VoltageEventMeter::known_until() const { return state_->known_until(); }
bool VoltageEventMeter::overlaps(double begin, double end) { return state_->overlaps(begin, end); }
std::vector<EventReading> VoltageEventMeter::take_events() { return state_->take_events(); }
std::vector<HalfCycleReading> VoltageEventMeter::take_half_cycles() {
  return state_->take_half_cycles();
}
Frequency VoltageEventMeter::frequency() const { return state_->frequency(); }

}  // namespace meterrig::reference
