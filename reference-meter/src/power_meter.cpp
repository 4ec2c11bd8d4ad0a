// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/power_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "compensated_sum.h"
#include "lanes.h"
#include "means.h"
#include "meterrig/reference/frequency.h"
#include "meterrig/vocabulary/turn.h"
#include "period_ramp.h"
#include "period_window.h"
#include "tile_sums.h"

namespace meterrig::reference {
namespace {

using Boundary = PowerWindow::Boundary;
using Rows = std::array<const double*, channel_count>;
using Sums = PerPhase<PhaseSums>;

constexpr double half_ramp = 0.5 * PeriodRamp::periods;
constexpr double frequency_tolerance = 0.2;

Boundary moved(Boundary from, double samples) {
  const double place = from.part + samples;
  const double whole = std::floor(place);
  return {.sample = from.sample + static_cast<std::int64_t>(whole), .part = place - whole};
}

// b - a in samples.
double distance(Boundary a, Boundary b) {
  return static_cast<double>(b.sample - a.sample) + (b.part - a.part);
}

std::int64_t first_sample_from(Boundary place) {
  return place.part > 0 ? place.sample + 1 : place.sample;
}

void add(Sums& to, const Sums& sums, double sign) {
  for (std::size_t p = 0; p < phase_count; ++p) {
    const PhaseSums& from = sums[p];
    to[p].u += sign * from.u;
    to[p].i += sign * from.i;
    to[p].uu += sign * from.uu;
    to[p].ii += sign * from.ii;
    to[p].ui += sign * from.ui;
    to[p].ux += sign * from.ux;
    to[p].uy += sign * from.uy;
    to[p].ix += sign * from.ix;
    to[p].iy += sign * from.iy;
  }
}

/// The wave that the fundamental is held against, its phase without a jump when its frequency
/// changes, and a tile of it from phase 0 on.
class Carrier {
 public:
  void set(std::int64_t sample, double cycles) {
    turn_ = at(sample);
    origin_ = sample;
    cycles_ = cycles;
    step_ = turn_of_turns(cycles);
    // The first half of the table, turned by its length, is the second one: eight turns in all, and
    // an error of as many roundings.
    sine_[0] = 0;
    cosine_[0] = 1;
    for (std::size_t half = 1; half < tile_scans; half *= 2) {
      const auto [s, c] = sine_cosine(static_cast<std::int64_t>(half) * step_);
      for (std::size_t k = 0; k < half; ++k) {
        sine_[half + k] = sine_[k] * c + cosine_[k] * s;
        cosine_[half + k] = cosine_[k] * c - sine_[k] * s;
      }
    }
  }
  [[nodiscard]] double cycles() const { return cycles_; }
  [[nodiscard]] Turn at(std::int64_t sample) const { return turn_ + (sample - origin_) * step_; }
  [[nodiscard]] Turn at(Boundary place) const {
    return at(place.sample) + turn_of_turns(place.part * static_cast<double>(step_.word) * 0x1p-64);
  }
  [[nodiscard]] const double* sine() const { return sine_.data(); }
  [[nodiscard]] const double* cosine() const { return cosine_.data(); }

 private:
  std::int64_t origin_ = 0;
  double cycles_ = 0;  // a sample
  Turn turn_;
  Turn step_;
  alignas(64) std::array<double, tile_scans> sine_{};
  alignas(64) std::array<double, tile_scans> cosine_{};
};

// From products with a wave of phase 0 to those with one of this phase.
void rotate(PhaseSums& sums, SineCosine phase) {
  const auto turn = [phase](double& x, double& y) {
    const double cosine = x * phase.cosine - y * phase.sine;
    y = x * phase.sine + y * phase.cosine;
    x = cosine;
  };
  turn(sums.ux, sums.uy);
  turn(sums.ix, sums.iy);
}

// What needs the fundamentals of all channels is unknown without them.
void forget_fundamentals(MeterReading& reading) {
  reading.q1_total = {};
  for (PhaseReading& phase : reading.phase) {
    phase.q1 = {};
    phase.voltage_angle = {};
    phase.displacement = {};
    phase.voltage_thd = {};
    phase.current_thd = {};
  }
}

}  // namespace

// Fields stand by what they are for: one such object is not worth their order by size.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
class PowerMeter::State {
 public:
  explicit State(const Settings& settings)
      : rate_(settings.rate),
        per_second_(settings.rate.value()),
        nominal_cycles_(settings.nominal.in(hertz) / per_second_),
        window_cycles_(settings.cycles),
        all_(settings.quantities == Quantities::all),
        lead_(static_cast<std::size_t>(std::ceil(
            std::max(0.25 * per_second_, 4 / ((1 - frequency_tolerance) * nominal_cycles_))))) {
    for (auto& row : head_) row.resize(lead_);
  }

  Result<void> feed(const SampleBlock& block, Sink& sink);
  [[nodiscard]] Energies energies() const;

 private:
  // Samples between two changes of what is done with them.
  enum class Stretch : std::uint8_t { ramp, flat };

  [[nodiscard]] Result<void> check(const SampleBlock& block) const;
  void begin_stream();
  void process(const Rows& rows, std::size_t count, Sink& sink);
  void take_tile(const Rows& rows, std::size_t count);
  void take_part(const Rows& rows, std::size_t count, std::size_t wanted);
  void add_part(const Rows& rows, std::size_t at, std::size_t count);
  void set_weights(std::size_t count);
  void finish_tile(Sums& all, Sums& weighted, std::size_t count);
  [[nodiscard]] bool counted() const { return window_begin_ || stretch_ == Stretch::flat; }
  [[nodiscard]] Summed summed_of(std::size_t phase) const;
  void next_stretch(Sink& sink);
  void finish_window(Boundary begin, Sink& sink);
  void follow_frequency(const Sums& sums, Boundary centre);
  [[nodiscard]] Means means_of(const Sums& sums, double length) const;

  Rational rate_;
  double per_second_;
  double nominal_cycles_;  // a sample
  int window_cycles_;
  bool all_;
  std::size_t lead_;  // samples to find the first frequency in
  PeriodRamp ramp_;

  std::optional<std::int64_t> origin_;
  std::optional<std::size_t> broken_channel_;
  std::int64_t fed_ = 0;
  // The first samples, until there are enough of them.
  std::array<std::vector<double>, channel_count> head_;
  bool started_ = false;
  // A tile that comes in parts: the sums of its eights so far, and what is not yet an eight.
  std::size_t in_part_ = 0;
  PerPhase<PartSums> part_all_;
  PerPhase<PartSums> part_weighted_;
  std::array<std::array<double, tile_lanes>, channel_count> rest_{};
  alignas(64) std::array<double, tile_scans> weights_{};  // of the tile, in a ramp

  std::int64_t next_ = 0;  // first sample not yet in a sum
  double cycles_ = 0;      // of the fundamental, a sample
  Carrier carrier_;
  Stretch stretch_ = Stretch::ramp;
  std::int64_t stretch_end_ = 0;
  Boundary boundary_;           // in the middle of this ramp or of the next
  double boundary_period_ = 0;  // samples
  std::optional<Boundary> window_begin_;
  Boundary window_centre_;
  Turn carrier_at_centre_;
  Sums window_{};  // of the window that is open
  Sums next_window_{};
  struct Phase {
    Boundary centre;
    Turn turn;
  };
  std::optional<Phase> last_phase_;
  std::size_t followed_ = 0;  // its channel
  int unknown_windows_ = 0;   // that do not have its fundamental
  std::int64_t windows_ = 0;

  PerPhase<CompensatedSum> active_;  // watts times samples, and so on
  PerPhase<CompensatedSum> reactive_;
  PerPhase<CompensatedSum> apparent_;
  CompensatedSum samples_;
};

Result<void> PowerMeter::State::check(const SampleBlock& block) const {
  if (broken_channel_)
    return fail(ErrorCode::failed_precondition,
                "the stream had a sample that is not a finite number; expected a new meter");
  if (block.rate != rate_)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the meter takes {}",
                            block.rate.value(), per_second_));
  if (origin_ && block.first_sample != *origin_ + fed_)
    return fail(ErrorCode::failed_precondition,
                fmt::format("a block that begins at sample {}; expected {}", block.first_sample,
                            *origin_ + fed_));
  return {};
}

Result<void> PowerMeter::State::feed(const SampleBlock& block, Sink& sink) {
  if (auto sound = check(block); !sound) return sound;
  if (!origin_) origin_ = block.first_sample;
  Rows rows{};
  for (std::size_t p = 0; p < phase_count; ++p) {
    rows[p] = block.volts(p).data();
    rows[phase_count + p] = block.amperes(p).data();
  }
  std::size_t left = block.count();
  if (!started_) {
    const std::size_t count = std::min(left, lead_ - static_cast<std::size_t>(fed_));
    for (std::size_t c = 0; c < channel_count; ++c)
      std::copy_n(rows[c], count, head_[c].begin() + fed_);
    fed_ += static_cast<std::int64_t>(count);
    left -= count;
    for (const double*& row : rows) row += count;
    if (static_cast<std::size_t>(fed_) < lead_) return {};
    begin_stream();
    Rows head{};
    for (std::size_t c = 0; c < channel_count; ++c) head[c] = head_[c].data();
    process(head, lead_, sink);
  }
  fed_ += static_cast<std::int64_t>(left);
  if (!broken_channel_) process(rows, left, sink);
  if (!broken_channel_) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} L{} has a sample that is not a finite number",
                          *broken_channel_ < phase_count ? "voltage" : "current",
                          *broken_channel_ % phase_count + 1));
}

// The frequency of the first samples; the nominal one when there is no signal near it.
void PowerMeter::State::begin_stream() {
  started_ = true;
  cycles_ = nominal_cycles_;
  for (const auto& row : head_) {
    const auto found = measure_frequency(row, rate_);
    if (!found) continue;
    const double candidate = found->in(hertz) / per_second_;
    if (std::abs(candidate - nominal_cycles_) > frequency_tolerance * nominal_cycles_) continue;
    cycles_ = candidate;
    break;
  }
  boundary_period_ = 1 / cycles_;
  boundary_ = moved({}, half_ramp * boundary_period_);
  carrier_.set(0, cycles_);
  stretch_end_ = first_sample_from(moved(boundary_, half_ramp * boundary_period_));
}

// Tiles are counted from the begin of each stretch, so that sums do not depend on the blocks.
void PowerMeter::State::process(const Rows& rows, std::size_t count, Sink& sink) {
  std::size_t used = 0;
  while (used < count) {
    const std::int64_t first_of_tile = next_;
    const auto wanted =
        static_cast<std::size_t>(std::min<std::int64_t>(tile_scans, stretch_end_ - first_of_tile));
    const std::size_t more = std::min(wanted - in_part_, count - used);
    Rows tile = rows;
    for (const double*& row : tile) row += used;
    if (more == wanted) {
      take_tile(tile, wanted);
    } else {
      take_part(tile, more, wanted);
    }
    if (broken_channel_) return;
    used += more;
    if (next_ == stretch_end_) next_stretch(sink);
  }
}

void PowerMeter::State::take_tile(const Rows& rows, std::size_t count) {
  const bool ramp = stretch_ == Stretch::ramp;
  if (ramp) set_weights(count);
  Sums all;
  Sums weighted;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const PhaseTile tile{.volts = rows[p],
                         .amperes = rows[phase_count + p],
                         .cosine = carrier_.cosine(),
                         .sine = carrier_.sine(),
                         .count = count};
    if (counted()) all[p] = tile_sums(tile, nullptr, summed_of(p));
    if (ramp) weighted[p] = tile_sums(tile, weights_.data(), summed_of(p));
  }
  finish_tile(all, weighted, count);
}

// The next `count` scans of a tile of `wanted`. What is not a whole eight waits for the next part.
void PowerMeter::State::take_part(const Rows& rows, std::size_t count, std::size_t wanted) {
  if (in_part_ == 0) {
    part_all_ = {};
    part_weighted_ = {};
    if (stretch_ == Stretch::ramp) set_weights(wanted);
  }
  std::size_t used = 0;
  const auto keep = [&](std::size_t scans) {
    for (std::size_t c = 0; c < channel_count; ++c)
      std::copy_n(rows[c] + used, scans, rest_[c].begin() + in_part_ % tile_lanes);
    in_part_ += scans;
    used += scans;
  };
  const auto add_kept = [&] {
    Rows kept{};
    for (std::size_t c = 0; c < channel_count; ++c) kept[c] = rest_[c].data();
    const std::size_t scans = (in_part_ - 1) % tile_lanes + 1;
    add_part(kept, in_part_ - scans, scans);
  };
  if (const std::size_t waiting = in_part_ % tile_lanes; waiting > 0) {
    keep(std::min(count, tile_lanes - waiting));
    if (in_part_ % tile_lanes == 0) add_kept();
  }
  const std::size_t whole = (count - used) / tile_lanes * tile_lanes;
  if (whole > 0) {
    Rows eights = rows;
    for (const double*& row : eights) row += used;
    add_part(eights, in_part_, whole);
    in_part_ += whole;
    used += whole;
  }
  if (used < count) keep(count - used);
  if (in_part_ < wanted) return;
  if (in_part_ % tile_lanes > 0) add_kept();
  in_part_ = 0;
  Sums all;
  Sums weighted;
  for (std::size_t p = 0; p < phase_count; ++p) {
    all[p] = part_all_[p].total();
    weighted[p] = part_weighted_[p].total();
  }
  finish_tile(all, weighted, wanted);
}

// Scans that stand at `at` in the tile.
void PowerMeter::State::add_part(const Rows& rows, std::size_t at, std::size_t count) {
  for (std::size_t p = 0; p < phase_count; ++p) {
    const PhaseTile tile{.volts = rows[p],
                         .amperes = rows[phase_count + p],
                         .cosine = carrier_.cosine() + at,
                         .sine = carrier_.sine() + at,
                         .count = count};
    if (counted()) part_all_[p].add(tile, nullptr, summed_of(p));
    if (stretch_ == Stretch::ramp) part_weighted_[p].add(tile, weights_.data() + at, summed_of(p));
  }
}

// Of the tile that begins here.
void PowerMeter::State::set_weights(std::size_t count) {
  const double place = distance(boundary_, {.sample = next_, .part = 0});
  ramp_.values(std::max(0.0, half_ramp + place / boundary_period_), 1 / boundary_period_,
               std::span(weights_).first(count));
}

void PowerMeter::State::finish_tile(Sums& all, Sums& weighted, std::size_t count) {
  const SineCosine phase = sine_cosine(carrier_.at(next_));
  for (std::size_t p = 0; p < phase_count; ++p) {
    rotate(all[p], phase);
    rotate(weighted[p], phase);
    // The sums of squares are finite if, and but for squares beyond 1e308 only if, all samples are.
    if (!std::isfinite(all[p].uu + weighted[p].uu)) broken_channel_ = p;
    if (!std::isfinite(all[p].ii + weighted[p].ii)) broken_channel_ = phase_count + p;
  }
  add(window_, all, 1);
  if (stretch_ == Stretch::ramp) {
    add(window_, weighted, -1);
    add(next_window_, weighted, 1);
  }
  next_ += static_cast<std::int64_t>(count);
}

// All, or the squares and the fundamental of the channel that is followed.
Summed PowerMeter::State::summed_of(std::size_t phase) const {
  if (all_) return Summed::all;
  if (followed_ % phase_count != phase) return Summed::squares;
  return followed_ < phase_count ? Summed::squares_and_volts : Summed::squares_and_amperes;
}

// A ramp ends a window and begins another one; what is flat ends where the next ramp begins.
void PowerMeter::State::next_stretch(Sink& sink) {
  if (stretch_ == Stretch::flat) {
    stretch_ = Stretch::ramp;
    stretch_end_ = first_sample_from(moved(boundary_, half_ramp * boundary_period_));
    return;
  }
  if (window_begin_) finish_window(*window_begin_, sink);
  window_ = std::exchange(next_window_, {});
  window_begin_ = boundary_;
  const double ramp_period = boundary_period_;
  boundary_period_ = 1 / cycles_;
  const double length = window_cycles_ * boundary_period_;
  window_centre_ = moved(boundary_, 0.5 * length);
  // The phasor is held against the mean of the carrier's phase, which in the ramp just past had
  // the steps of before: by the integral of ramp times distance to its end, 10 / 3 periods^2.
  // A carrier that drifts by 1e-7 turns in a window takes 1e-13 of an amplitude: it may stay.
  double late = 0;
  if (std::abs(cycles_ - carrier_.cycles()) * length > 1e-7) {
    late = (cycles_ - carrier_.cycles()) * (10.0 / 3) * ramp_period * ramp_period / length;
    carrier_.set(next_, cycles_);
  }
  carrier_at_centre_ = carrier_.at(window_centre_) + turn_of_turns(late);
  boundary_ = moved(boundary_, length);
  stretch_ = Stretch::flat;
  // A step of frequency may have let the ramp reach beyond the begin of the next.
  stretch_end_ =
      std::max(next_ + 1, first_sample_from(moved(boundary_, -half_ramp * boundary_period_)));
}

Means PowerMeter::State::means_of(const Sums& sums, double length) const {
  Means means;
  means.weight_square = 1 / length;
  const auto channel = [length](double sum, double square, double x, double y) {
    // The mean of x sin is half the amplitude; sqrt(2) makes it r.m.s.
    return ChannelMeans{.mean = sum / length,
                        .square = std::max(0.0, square / length),
                        .x = std::numbers::sqrt2 * y / length,
                        .y = std::numbers::sqrt2 * x / length};
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    means.channels[p] = channel(sums[p].u, sums[p].uu, sums[p].ux, sums[p].uy);
    means.channels[phase_count + p] = channel(sums[p].i, sums[p].ii, sums[p].ix, sums[p].iy);
    means.power[p] = sums[p].ui / length;
  }
  return means;
}

void PowerMeter::State::finish_window(Boundary begin, Sink& sink) {
  const double length = distance(begin, boundary_);
  follow_frequency(window_, window_centre_);
  const Means means = means_of(window_, length);
  const double lines = std::floor(exact_share_of_rate / cycles_) + 1;
  const WindowShape shape{.flat = window_cycles_, .smooth = PeriodRamp::periods};
  PowerWindow window{
      .number = windows_++,
      .begin = begin,
      .end = boundary_,
      .reading = reading_of(means, hertz(cycles_ * per_second_), second(length / per_second_),
                            1.01 * lines * sidelobe_bound(shape, 0.1 / cycles_))};
  if (!all_) forget_fundamentals(window.reading);
  for (std::size_t p = 0; p < phase_count; ++p) {
    const PhaseReading& phase = window.reading.phase.at(p);
    active_[p].add(window_[p].ui);
    reactive_[p].add(phase.q1.in(var)*length);
    apparent_[p].add(phase.s.in(volt_ampere)*length);
  }
  samples_.add(length);
  sink.take(window);
}

// From the phases of this window's fundamental and the last one's, on the voltage that is largest,
// else the current.
void PowerMeter::State::follow_frequency(const Sums& sums, Boundary centre) {
  // Of the fundamental, where all have been summed; else of everything.
  const auto square = [this, &sums](std::size_t channel) {
    const PhaseSums& phase = sums[channel % phase_count];
    if (!all_) return channel < phase_count ? phase.uu : phase.ii;
    return channel < phase_count ? phase.ux * phase.ux + phase.uy * phase.uy
                                 : phase.ix * phase.ix + phase.iy * phase.iy;
  };
  std::size_t channel = 0;
  for (std::size_t c = 1; c < channel_count; ++c)
    if ((c < phase_count || square(channel) == 0) && square(c) > square(channel)) channel = c;
  if (square(channel) == 0) {
    last_phase_.reset();
    return;
  }
  // Of nearly equal ones always the same: a phase is compared with that of the same channel.
  if (followed_ / phase_count == channel / phase_count &&
      square(followed_) > 0.25 * square(channel))
    channel = followed_;
  if (channel != followed_) {
    followed_ = channel;
    last_phase_.reset();
    unknown_windows_ = all_ ? 0 : 2;
  }
  // Where one fundamental is summed alone, the window that is open has not all of the new one.
  if (unknown_windows_ > 0) {
    --unknown_windows_;
    return;
  }
  const PhaseSums& phase = sums[channel % phase_count];
  const Angle ahead = channel < phase_count ? angle_of_point(phase.uy, phase.ux)
                                            : angle_of_point(phase.iy, phase.ix);
  const Phase now{.centre = centre, .turn = turn_of(ahead) + carrier_at_centre_};
  if (last_phase_) {
    const double samples = distance(last_phase_->centre, centre);
    const Turn beyond = now.turn - last_phase_->turn - turn_of_turns(cycles_ * samples);
    const double found = cycles_ + angle_of(beyond).in(degree) / 360 / samples;
    if (std::abs(found - nominal_cycles_) <= frequency_tolerance * nominal_cycles_) cycles_ = found;
  }
  last_phase_ = now;
}

PowerMeter::Energies PowerMeter::State::energies() const {
  Energies energies;
  for (std::size_t p = 0; p < phase_count; ++p) {
    energies.active[p] = watt_second(active_[p].value() / per_second_);
    energies.reactive[p] = var_second(reactive_[p].value() / per_second_);
    energies.apparent[p] = volt_ampere_second(apparent_[p].value() / per_second_);
  }
  energies.duration = second(samples_.value() / per_second_);
  return energies;
}

Result<PowerMeter> PowerMeter::create(const Settings& settings) {
  if (settings.rate.numerator <= 0 || settings.rate.denominator <= 0)
    return fail(ErrorCode::out_of_range, "a sample rate that is not above 0");
  const double nominal = settings.nominal.in(hertz);
  if (!(nominal > 0) || !(settings.rate.value() >= 10 * nominal))
    return fail(ErrorCode::out_of_range,
                fmt::format("a nominal frequency of {} Hz; expected one above 0 and up to a tenth "
                            "of the rate of {} samples a second",
                            nominal, settings.rate.value()));
  if (settings.cycles < PeriodRamp::periods + 1 || settings.cycles > 1000)
    return fail(ErrorCode::out_of_range, fmt::format("windows of {} cycles; expected {} to 1000",
                                                     settings.cycles, PeriodRamp::periods + 1));
  return PowerMeter(std::make_unique<State>(settings));
}

PowerMeter::PowerMeter(std::unique_ptr<State> state) : state_(std::move(state)) {}
PowerMeter::PowerMeter(PowerMeter&&) noexcept = default;
PowerMeter& PowerMeter::operator=(PowerMeter&&) noexcept = default;
PowerMeter::~PowerMeter() = default;

Result<void> PowerMeter::feed(const SampleBlock& block, Sink& sink) {
  return state_->feed(block, sink);
}

PowerMeter::Energies PowerMeter::energies() const { return state_->energies(); }

}  // namespace meterrig::reference
