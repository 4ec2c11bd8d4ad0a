// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/energy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "compensated_sum.h"
#include "lanes.h"
#include "meterrig/reference/frequency.h"
#include "period_window.h"
#include "power_history.h"
#include "sample_integral.h"

namespace meterrig::reference {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t channel_count = 2 * phase_count;
constexpr std::size_t tile = 64;

using Rows = std::array<std::span<const double>, channel_count>;

struct Phasor {
  double x = 0;
  double y = 0;
  [[nodiscard]] double square() const { return x * x + y * y; }
};

Position position_of(double samples) {
  const double whole = std::floor(samples);
  return {.sample = static_cast<std::int64_t>(whole), .part = samples - whole};
}

// The fundamental phasors of whole periods from `begin` to `end`, in samples. Neighbours share the
// samples around a boundary by step_weights, as the energy does.
struct Window {
  Window(double begin_sample, double cycles_per_sample, int cycle_count)
      : begin(begin_sample),
        end(begin_sample + cycle_count / cycles_per_sample),
        cycles(cycles_per_sample) {}

  void build_table() {
    for (std::size_t k = 0; k < tile; ++k) {
      const SineCosine value = sine_cosine(turn_of_turns(static_cast<double>(k) * cycles));
      table_sine[k] = value.sine;
      table_cosine[k] = value.cosine;
    }
  }

  // Phase of the demodulation at a sample.
  [[nodiscard]] SineCosine phase_at(std::int64_t sample) const {
    return sine_cosine(turn_of_turns((static_cast<double>(sample) - begin) * cycles));
  }

  void add_sample(const std::array<double, channel_count>& values, std::int64_t sample,
                  double weight) {
    const auto [sine, cosine] = phase_at(sample);
    for (std::size_t c = 0; c < channel_count; ++c) {
      phasors[c].x += weight * values[c] * cosine;
      phasors[c].y -= weight * values[c] * sine;
    }
  }

  void add_tile(const Rows& rows, std::int64_t sample, std::size_t count) {
    const auto [sine0, cosine0] = phase_at(sample);
    std::array<double, tile> sine;
    std::array<double, tile> cosine;
    for (std::size_t k = 0; k < tile; ++k) {
      sine[k] = sine0 * table_cosine[k] + cosine0 * table_sine[k];
      cosine[k] = cosine0 * table_cosine[k] - sine0 * table_sine[k];
    }
    for (std::size_t c = 0; c < channel_count; ++c) {
      phasors[c].x += dot(cosine.data(), rows[c].data(), count);
      phasors[c].y -= dot(sine.data(), rows[c].data(), count);
    }
  }

  [[nodiscard]] double centre() const { return 0.5 * (begin + end); }

  // Turns of a channel's fundamental at the window's centre, but for whole ones.
  [[nodiscard]] double turns_at_centre(std::size_t channel) const {
    const Phasor& phasor = phasors[channel];
    return angle_of_point(phasor.x, phasor.y).in(degree) / 360.0 + 0.5 * (end - begin) * cycles;
  }

  // Q1 = U_1 I_1 sin(phi_u - phi_i)
  [[nodiscard]] double reactive_power(std::size_t phase) const {
    const Phasor& u = phasors[phase];
    const Phasor& i = phasors[phase_count + phase];
    const double length = end - begin;
    return 2 * (u.y * i.x - u.x * i.y) / (length * length);
  }

  double begin;
  double end;
  double cycles;
  std::array<Phasor, channel_count> phasors{};
  std::array<double, tile> table_sine{};
  std::array<double, tile> table_cosine{};
};

// Quadrant of IEC 62053-23, annex C, from 0.
std::size_t quadrant_of(double active, double reactive) {
  if (reactive >= 0) return active >= 0 ? 0 : 1;
  return active < 0 ? 2 : 3;
}

// Energies of one phase or of their sum, in watts or vars times sample intervals.
struct Counter {
  CompensatedSum import_;
  CompensatedSum export_;
  std::array<CompensatedSum, 4> quadrant;

  void add(double active, double reactive) {
    (active >= 0 ? import_ : export_).add(std::abs(active));
    quadrant[quadrant_of(active, reactive)].add(std::abs(reactive));
  }
};

}  // namespace

class EnergyMeter::State {
 public:
  State(Rational rate, Frequency nominal)
      : rate_(rate),
        per_second_(rate.value()),
        nominal_cycles_(nominal.in(hertz) / per_second_),
        cycle_count_(std::max(1, static_cast<int>(std::lround(0.2 * nominal.in(hertz))))),
        lead_(static_cast<std::size_t>(std::ceil(1.25 * cycle_count_ / nominal_cycles_))) {}

  Result<void> feed(const SampleBlock& block);
  [[nodiscard]] PerPhase<ActiveEnergy> active_until(Instant time) const;
  /// Samples that are not yet in a window are kept for its energy.
  void forget_before(Instant time) {
    if (origin_) history_.forget_before(std::min(position_of_time(time).sample, next_));
  }
  [[nodiscard]] Registers registers() const;
  [[nodiscard]] Frequency frequency() const {
    return hertz((window_ ? window_->cycles : nominal_cycles_) * per_second_);
  }

 private:
  [[nodiscard]] Position position_of_time(Instant time) const;
  [[nodiscard]] Instant time_of_position(double samples) const;
  [[nodiscard]] double seconds(double samples) const { return samples / per_second_; }
  [[nodiscard]] Rows waiting(std::size_t offset, std::size_t count) const;
  [[nodiscard]] Window first_window();
  void process();
  bool process_boundary(Window& window);
  void finish_window(const Window& done);
  [[nodiscard]] double cycles_after(const Window& window) const;

  Rational rate_;
  double per_second_;
  double nominal_cycles_;
  int cycle_count_;
  std::size_t lead_;  // samples to find the first frequency in
  std::optional<std::int64_t> origin_;
  PowerHistory history_;

  // Samples not yet in a window, and the place of the first of them.
  std::array<std::vector<double>, channel_count> waiting_;
  std::size_t used_ = 0;
  std::int64_t next_ = 0;

  std::optional<Window> window_;
  std::optional<Window> last_;  // finished
  std::optional<Window> before_last_;
  PerPhase<double> integral_at_end_{};  // of the last finished window
  double until_ = 0;
  PerPhase<Counter> counters_;
  Counter total_;
};

Result<void> EnergyMeter::State::feed(const SampleBlock& block) {
  if (block.rate != rate_)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the meter takes {}",
                            block.rate.value(), per_second_));
  if (origin_ && block.first_sample != *origin_ + history_.count())
    return fail(ErrorCode::failed_precondition,
                fmt::format("a block that begins at sample {}; expected {}", block.first_sample,
                            *origin_ + history_.count()));
  Rows rows;
  for (std::size_t p = 0; p < phase_count; ++p) {
    rows[p] = block.volts(p);
    rows[phase_count + p] = block.amperes(p);
  }
  for (std::size_t c = 0; c < channel_count; ++c) {
    // 0 times a number is 0, unless the number is not finite.
    const double* values = rows[c].data();
    if (sum_in_lanes(rows[c].size(), [values](std::size_t i) { return 0.0 * values[i]; }) != 0.0)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} L{} has a sample that is not a finite number",
                              c < phase_count ? "voltage" : "current", c % phase_count + 1));
  }
  if (!origin_) origin_ = block.first_sample;
  history_.append(rows);
  for (std::size_t c = 0; c < channel_count; ++c)
    waiting_[c].insert(waiting_[c].end(), rows[c].begin(), rows[c].end());
  process();
  return {};
}

Rows EnergyMeter::State::waiting(std::size_t offset, std::size_t count) const {
  Rows rows;
  for (std::size_t c = 0; c < channel_count; ++c)
    rows[c] = std::span(waiting_[c]).subspan(used_ + offset, count);
  return rows;
}

// The frequency of the first 0.25 s; the nominal one when there is no signal near it.
Window EnergyMeter::State::first_window() {
  double cycles = nominal_cycles_;
  const Rows rows = waiting(0, lead_);
  for (std::size_t c = 0; c < channel_count; ++c) {
    const auto found = measure_frequency(rows[c], rate_);
    if (!found) continue;
    const double candidate = found->in(hertz) / per_second_;
    if (std::abs(candidate - nominal_cycles_) > 0.2 * nominal_cycles_) continue;
    cycles = candidate;
    break;
  }
  // The first boundary needs samples on both sides.
  Window window(reach, cycles, cycle_count_);
  window.build_table();
  const StepWeights weights = step_weights(0);
  std::array<double, channel_count> values{};
  for (std::size_t i = 0; i < 2 * reach + 1; ++i) {
    for (std::size_t c = 0; c < channel_count; ++c) values[c] = rows[c][i];
    window.add_sample(values, static_cast<std::int64_t>(i), i == 0 ? 0.0 : 1.0 - weights[i - 1]);
  }
  used_ += 2 * reach + 1;
  next_ += 2 * reach + 1;
  return window;
}

// Tiles are counted from each window's first whole sample, so that sums do not depend on the
// blocks.
void EnergyMeter::State::process() {
  if (!window_) {
    if (waiting_[0].size() < lead_) return;
    window_ = first_window();
  }
  Window& window = *window_;
  while (true) {
    const std::int64_t boundary = position_of(window.end).sample - (reach - 1);
    const auto left = static_cast<std::int64_t>(waiting_[0].size() - used_);
    const std::int64_t inside = boundary - next_;
    if (inside <= 0) {
      if (!process_boundary(window)) break;
      continue;
    }
    const auto count = std::min<std::int64_t>(inside, tile);
    if (left < count) break;
    window.add_tile(waiting(0, static_cast<std::size_t>(count)), next_,
                    static_cast<std::size_t>(count));
    used_ += static_cast<std::size_t>(count);
    next_ += count;
  }
  if (used_ >= 4096 || used_ == waiting_[0].size()) {
    for (auto& row : waiting_)
      row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ = 0;
  }
}

// Shares the samples around the end of the window with the next one, which takes its place.
bool EnergyMeter::State::process_boundary(Window& window) {
  constexpr std::size_t shared = std::size_t{2} * reach;
  if (waiting_[0].size() - used_ < shared) return false;
  Window next(window.end, cycles_after(window), cycle_count_);
  next.build_table();
  const StepWeights weights = step_weights(position_of(window.end).part);
  const Rows rows = waiting(0, shared);
  std::array<double, channel_count> values{};
  for (std::size_t k = 0; k < shared; ++k) {
    for (std::size_t c = 0; c < channel_count; ++c) values[c] = rows[c][k];
    const std::int64_t sample = next_ + static_cast<std::int64_t>(k);
    window.add_sample(values, sample, weights[k]);
    next.add_sample(values, sample, 1.0 - weights[k]);
  }
  used_ += shared;
  next_ += static_cast<std::int64_t>(shared);
  finish_window(window);
  before_last_ = last_;
  last_ = window;
  window = next;
  return true;
}

// Energy since the last boundary, so that the registers add up to the integral.
void EnergyMeter::State::finish_window(const Window& done) {
  const auto integral = history_.integral_until(position_of(done.end));
  if (!integral) return;  // cannot be: nothing is forgotten that the window needs
  double active_sum = 0;
  double reactive_sum = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double active = (*integral)[p] - integral_at_end_[p];
    const double reactive = done.reactive_power(p) * (done.end - until_);
    counters_[p].add(active, reactive);
    active_sum += active;
    reactive_sum += reactive;
  }
  total_.add(active_sum, reactive_sum);
  integral_at_end_ = *integral;
  until_ = done.end;
}

// From the phases of the last two finished windows, on the voltage that is largest, else current.
double EnergyMeter::State::cycles_after(const Window& window) const {
  if (!last_ || !before_last_) return window.cycles;
  for (const std::size_t first : {std::size_t{0}, phase_count}) {
    std::size_t channel = first;
    for (std::size_t c = first; c < first + phase_count; ++c)
      if (last_->phasors[c].square() > last_->phasors[channel].square()) channel = c;
    if (last_->phasors[channel].square() == 0 || before_last_->phasors[channel].square() == 0)
      continue;
    const double distance = last_->centre() - before_last_->centre();
    double ahead = last_->turns_at_centre(channel) - before_last_->turns_at_centre(channel) -
                   distance * last_->cycles;
    ahead -= std::nearbyint(ahead);
    const double cycles = last_->cycles + ahead / distance;
    if (std::abs(cycles - nominal_cycles_) <= 0.2 * nominal_cycles_) return cycles;
    break;
  }
  return window.cycles;
}

Position EnergyMeter::State::position_of_time(Instant time) const {
  const Wide numerator = Wide{time.nanoseconds} * rate_.numerator;
  const Wide denominator = Wide{1000000000} * rate_.denominator;
  Wide whole = numerator / denominator;
  Wide rest = numerator % denominator;
  if (rest < 0) {
    rest += denominator;
    --whole;
  }
  return {.sample = static_cast<std::int64_t>(whole) - origin_.value_or(0),
          .part = static_cast<double>(rest) / static_cast<double>(denominator)};
}

Instant EnergyMeter::State::time_of_position(double samples) const {
  const Wide numerator = Wide{origin_.value_or(0)} * rate_.denominator * 1000000000;
  const Wide whole = numerator / rate_.numerator;
  const double rest =
      static_cast<double>(numerator % rate_.numerator) / static_cast<double>(rate_.numerator);
  return {static_cast<std::int64_t>(whole) + std::llround(rest + seconds(samples) * 1e9)};
}

PerPhase<ActiveEnergy> EnergyMeter::State::active_until(Instant time) const {
  PerPhase<ActiveEnergy> energies;
  const auto integral = history_.integral_until(position_of_time(time));
  if (!integral) return energies;
  for (std::size_t p = 0; p < phase_count; ++p) energies[p] = watt_second(seconds((*integral)[p]));
  return energies;
}

EnergyMeter::Registers EnergyMeter::State::registers() const {
  const auto active = [this](const CompensatedSum& sum) {
    return watt_second(seconds(sum.value()));
  };
  const auto reactive = [this](const CompensatedSum& sum) {
    return var_second(seconds(sum.value()));
  };
  Registers result;
  for (std::size_t p = 0; p < phase_count; ++p) {
    result.import_[p] = active(counters_[p].import_);
    result.export_[p] = active(counters_[p].export_);
    for (std::size_t q = 0; q < 4; ++q) result.quadrant[q][p] = reactive(counters_[p].quadrant[q]);
  }
  result.import_total = active(total_.import_);
  result.export_total = active(total_.export_);
  for (std::size_t q = 0; q < 4; ++q) result.quadrant_total[q] = reactive(total_.quadrant[q]);
  result.until = time_of_position(until_);
  return result;
}

EnergyMeter::EnergyMeter(Rational rate, Frequency nominal)
    : state_(std::make_unique<State>(rate, nominal)) {}
EnergyMeter::EnergyMeter(EnergyMeter&&) noexcept = default;
EnergyMeter& EnergyMeter::operator=(EnergyMeter&&) noexcept = default;
EnergyMeter::~EnergyMeter() = default;

Result<void> EnergyMeter::feed(const SampleBlock& block) { return state_->feed(block); }

ActiveEnergy EnergyMeter::active_until(Instant time) const {
  const auto phases = state_->active_until(time);
  return phases[0] + phases[1] + phases[2];
}

PerPhase<ActiveEnergy> EnergyMeter::active_until_per_phase(Instant time) const {
  return state_->active_until(time);
}

void EnergyMeter::forget_before(Instant time) { state_->forget_before(time); }

EnergyMeter::Registers EnergyMeter::registers() const { return state_->registers(); }

Frequency EnergyMeter::frequency() const { return state_->frequency(); }

}  // namespace meterrig::reference
