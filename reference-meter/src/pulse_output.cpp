// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/pulse_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sample_integral.h"

namespace meterrig::reference {
namespace {

__extension__ using Wide = __int128;

constexpr double most_pulses = 1e7;  // of one call to add()
constexpr double least_constant = 1e-3;
constexpr double most_constant = 1e9;                 // imp/kWh
constexpr double least_hysteresis = 0.1;              // Wh, of the settings' default
constexpr std::int64_t searched_at_once = 1'000'000;  // nanoseconds
constexpr std::int64_t micro = 1000;                  // nanoseconds

bool is_positive(double x) { return x > 0 && std::isfinite(x); }

double energy_at(const EnergyMeter& meter, Instant time) {
  return meter.active_until(time).in(watt_hour);
}

// The first nanosecond at or after a sample.
Instant time_of(std::int64_t sample, Rational rate) {
  const Wide numerator = Wide{sample} * rate.denominator * 1000000000;
  const Wide floor = numerator / rate.numerator;
  return {static_cast<std::int64_t>(floor) + (floor * rate.numerator < numerator ? 1 : 0)};
}

double power_at(const SampleBlock& block, std::size_t sample) {
  double watts = 0;
  for (std::size_t p = 0; p < phase_count; ++p)
    watts += block.volts(p)[sample] * block.amperes(p)[sample];
  return watts;
}

// Watt hours of a block, whichever way they flow.
double absolute_energy(const SampleBlock& block) {
  double watts = 0;
  for (std::size_t n = 0; n < block.count(); ++n) watts += std::abs(power_at(block, n));
  return watts / block.rate.value() / 3600;
}

// Where energy stands still between two times of opposite power: Newton's method for its derivative
// from differences over a microsecond, begun where the power would be 0 if it were a line.
Instant turning_point(const EnergyMeter& meter, Instant from, Instant to, double watts_from,
                      double watts_to) {
  const std::int64_t width = to.nanoseconds - from.nanoseconds;
  const std::int64_t step = std::min(micro, width / 4);
  if (step < 1) return from;
  const auto inside = [&](double nanoseconds) {
    return std::clamp<std::int64_t>(std::llround(nanoseconds), step, width - step);
  };
  std::int64_t at = inside(static_cast<double>(width) * watts_from / (watts_from - watts_to));
  for (int k = 0; k < 8; ++k) {
    const std::int64_t time = from.nanoseconds + at;
    const double before = energy_at(meter, {time - step});
    const double here = energy_at(meter, {time});
    const double after = energy_at(meter, {time + step});
    const double curvature = before - 2 * here + after;
    if (curvature == 0) break;
    const double move = 0.5 * static_cast<double>(step) * (before - after) / curvature;
    const std::int64_t next =
        inside(static_cast<double>(at) + std::clamp(move, -0.5 * static_cast<double>(width),
                                                    0.5 * static_cast<double>(width)));
    const bool settled = std::abs(next - at) < micro / 10;
    at = next;
    if (settled) break;
  }
  return {from.nanoseconds + at};
}

}  // namespace

PulseOutput::PulseOutput(const PulseOutputSettings& settings)
    : settings_(settings),
      pulse_hours_(1000 / settings.constant.in(impulse_per_kilowatt_hour)),
      remaining_(ExactEnergy::of(pulse_hours_)) {
  if (std::isnan(settings_.hysteresis))
    settings_.hysteresis = std::max(0.5 * pulse_hours_, least_hysteresis);
}

Result<PulseOutput> PulseOutput::create(PulseOutputSettings settings) {
  const double constant = settings.constant.in(impulse_per_kilowatt_hour);
  if (!(constant >= least_constant) || constant > most_constant)
    return fail(ErrorCode::out_of_range, fmt::format("a constant of {} imp/kWh; must be {} to {}",
                                                     constant, least_constant, most_constant));
  if (!is_positive(settings.width.in(second)))
    return fail(ErrorCode::out_of_range,
                fmt::format("pulses {} s wide; must be above 0", settings.width.in(second)));
  if (settings.hysteresis < 0 || std::isinf(settings.hysteresis))
    return fail(ErrorCode::out_of_range,
                fmt::format("a hysteresis of {} Wh; must be at least 0", settings.hysteresis));
  return PulseOutput(settings);
}

void PulseOutput::emit(const Crossing& rise, std::vector<PulseEdges>& pulses) {
  const Instant fall =
      Instant{rise.time.nanoseconds} + second(settings_.width.in(second) + 1e-9 * rise.part);
  pulses.push_back({.rise = rise.time,
                    .rise_part = rise.part,
                    .fall = fall,
                    .number = ++count_,
                    .merged = last_fall_ && rise.time < *last_fall_});
  last_fall_ = fall;
}

// Counts `gain`, which begins `from` into the stretch.
void PulseOutput::count_on(double gain, double from, double sign, const auto& edge_at,
                           std::vector<PulseEdges>& pulses) {
  ExactEnergy next = remaining_;
  while (next.value() <= gain) {
    emit(edge_at(sign * (from + next.value())), pulses);
    next += ExactEnergy::of(pulse_hours_);
  }
  remaining_ = next - ExactEnergy::of(gain);
}

// An energy that flows in one direction, `hours` in all; edge_at tells when part of it has flowed.
void PulseOutput::stretch(double hours, const auto& edge_at, std::vector<PulseEdges>& pulses) {
  if (hours >= 0) {
    const double from = lost_motion_;
    lost_motion_ = std::max(0.0, lost_motion_ - hours);
    if (hours > from && settings_.direction != PulseDirection::export_)
      count_on(hours - from, from, 1, edge_at, pulses);
    return;
  }
  const double from = settings_.hysteresis - lost_motion_;
  lost_motion_ = std::min(settings_.hysteresis, lost_motion_ - hours);
  if (-hours > from && settings_.direction != PulseDirection::import_)
    count_on(-hours - from, from, -1, edge_at, pulses);
}

// Energy rises or falls from one moment to the other. A long stretch with pulses in it is halved,
// so that they share the search.
void PulseOutput::follow_stretch(const Moment& from, const Moment& to, const EnergyMeter& meter,
                                 std::vector<PulseEdges>& pulses) {
  const std::int64_t width = to.time.nanoseconds - from.time.nanoseconds;
  if (width > searched_at_once && std::abs(to.hours - from.hours) >= remaining_.value()) {
    const Instant half{from.time.nanoseconds + width / 2};
    const Moment middle{.time = half, .hours = energy_at(meter, half)};
    follow_stretch(from, middle, meter, pulses);
    follow_stretch(middle, to, meter, pulses);
    return;
  }
  // The false position method after Illinois, to a nanosecond, then a line.
  const auto edge_at = [&](double target) -> Crossing {
    const double sign = target < 0 ? -1 : 1;
    std::int64_t low = from.time.nanoseconds;
    std::int64_t high = to.time.nanoseconds;
    double below = -std::abs(target);
    double above = std::max(0.0, sign * (to.hours - from.hours - target));
    double low_weight = 1;
    double high_weight = 1;
    int moved = 0;  // which end moved last, -1 or 1
    while (high - low > 1) {
      const double share = low_weight * below / (low_weight * below - high_weight * above);
      const std::int64_t step = std::clamp<std::int64_t>(
          static_cast<std::int64_t>(share * static_cast<double>(high - low)), 1, high - low - 1);
      const double value = sign * (energy_at(meter, {low + step}) - from.hours - target);
      const int moves = value < 0 ? -1 : 1;
      // An end that stays twice weighs half.
      high_weight = moves == -1 ? (moved == -1 ? 0.5 * high_weight : high_weight) : 1;
      low_weight = moves == 1 ? (moved == 1 ? 0.5 * low_weight : low_weight) : 1;
      moved = moves;
      (value < 0 ? below : above) = value;
      (value < 0 ? low : high) = low + step;
    }
    const double part = below < 0 ? below / (below - above) : 0;
    return {.time = {low}, .part = part};
  };
  stretch(to.hours - from.hours, edge_at, pulses);
}

Result<void> PulseOutput::check(const SampleBlock& block, const EnergyMeter& meter) const {
  if (settings_.energy != PulsedEnergy::active || until_)
    return fail(ErrorCode::failed_precondition,
                "samples follow active energy, of an output that was given none");
  if (done_ && (block.rate != rate_ || block.first_sample != next_sample_))
    return fail(ErrorCode::failed_precondition,
                fmt::format("a block that begins at sample {}; expected {}", block.first_sample,
                            next_sample_));
  const std::int64_t last = block.first_sample + static_cast<std::int64_t>(block.count()) - 1;
  const Instant first = done_ ? done_->time : time_of(block.first_sample, block.rate);
  if (!std::isfinite(energy_at(meter, first)) ||
      !std::isfinite(energy_at(meter, time_of(last, block.rate))))
    return fail(ErrorCode::failed_precondition,
                fmt::format("the meter does not know the energy of samples {} to {}",
                            block.first_sample, last));
  if (const double hours = absolute_energy(block); !(hours <= most_pulses * pulse_hours_))
    return fail(ErrorCode::out_of_range,
                fmt::format("a block of {} Wh; at most {} pulses of {} Wh at once", hours,
                            most_pulses, pulse_hours_));
  return {};
}

Result<void> PulseOutput::follow(const SampleBlock& block, const EnergyMeter& meter,
                                 std::vector<PulseEdges>& pulses) {
  if (block.count() == 0) return {};
  if (auto valid = check(block, meter); !valid) return valid;
  rate_ = block.rate;
  next_sample_ = block.first_sample + static_cast<std::int64_t>(block.count());
  const Instant start = time_of(block.first_sample, rate_);
  Moment done = done_.value_or(Moment{.time = start, .hours = energy_at(meter, start)});
  watts_.reserve(watts_.size() + block.count());
  for (std::size_t n = 0; n < block.count(); ++n) watts_.push_back(power_at(block, n));
  // The integral near the end of the record changes with the samples to come.
  const std::size_t usable = watts_.size() - std::min<std::size_t>(watts_.size(), reach);
  const std::int64_t first_sample = next_sample_ - static_cast<std::int64_t>(watts_.size());
  const auto time = [&](std::size_t k) {
    return time_of(first_sample + static_cast<std::int64_t>(k), rate_);
  };
  const auto go_on_to = [&](Instant to) {
    if (to <= done.time) return;
    const Moment next{.time = to, .hours = energy_at(meter, to)};
    follow_stretch(done, next, meter, pulses);
    done = next;
  };
  std::size_t at = 0;
  while (at + 1 < usable) {
    const bool imports = watts_[at] >= 0;
    while (at + 1 < usable && (watts_[at + 1] >= 0) == imports) ++at;
    go_on_to(time(at));
    if (at + 1 >= usable) break;
    go_on_to(turning_point(meter, time(at), time(at + 1), watts_[at], watts_[at + 1]));
    ++at;
    go_on_to(time(at));
  }
  watts_.erase(watts_.begin(), watts_.begin() + static_cast<std::ptrdiff_t>(at));
  done_ = done;
  return {};
}

std::optional<Instant> PulseOutput::needed_from() const {
  if (!done_) return std::nullopt;
  return done_->time;
}

Result<void> PulseOutput::add_evenly(PulsedEnergy kind, double hours, Instant begin, Instant end,
                                     std::vector<PulseEdges>& pulses) {
  if (kind != settings_.energy || done_)
    return fail(ErrorCode::failed_precondition,
                "an output of another energy, or one that follows samples");
  if (!std::isfinite(hours) || end <= begin)
    return fail(ErrorCode::invalid_argument,
                fmt::format("an energy of {} Wh from {} ns to {} ns", hours, begin.nanoseconds,
                            end.nanoseconds));
  if (until_ && begin < *until_)
    return fail(ErrorCode::failed_precondition,
                fmt::format("an energy from {} ns; the last one ended at {} ns", begin.nanoseconds,
                            until_->nanoseconds));
  if (std::abs(hours) > most_pulses * pulse_hours_)
    return fail(ErrorCode::out_of_range,
                fmt::format("an energy of {} Wh; at most {} pulses of {} Wh at once", hours,
                            most_pulses, pulse_hours_));
  const double width = static_cast<double>(end.nanoseconds - begin.nanoseconds);
  const auto edge_at = [&](double target) -> Crossing {
    const double nanoseconds = std::min(width, width * (target / hours));
    const double whole = std::floor(nanoseconds);
    return {.time = {begin.nanoseconds + static_cast<std::int64_t>(whole)},
            .part = nanoseconds - whole};
  };
  stretch(hours, edge_at, pulses);
  until_ = end;
  return {};
}

Result<void> PulseOutput::add(ActiveEnergy energy, Instant begin, Instant end,
                              std::vector<PulseEdges>& pulses) {
  return add_evenly(PulsedEnergy::active, energy.in(watt_hour), begin, end, pulses);
}

Result<void> PulseOutput::add(ReactiveEnergy energy, Instant begin, Instant end,
                              std::vector<PulseEdges>& pulses) {
  return add_evenly(PulsedEnergy::reactive, energy.in(var_hour), begin, end, pulses);
}

Result<void> PulseOutput::add(ApparentEnergy energy, Instant begin, Instant end,
                              std::vector<PulseEdges>& pulses) {
  return add_evenly(PulsedEnergy::apparent, energy.in(volt_ampere_hour), begin, end, pulses);
}

}  // namespace meterrig::reference
