// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/energy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <iterator>
#include <optional>
#include <vector>

#include "compensated_sum.h"
#include "meterrig/reference/frequency.h"
#include "meterrig/vocabulary/wide.h"
#include "period_window.h"
#include "power_history.h"
#include "sample_integral.h"

namespace meterrig::reference {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t channel_count = 2 * phase_count;
constexpr std::size_t tile = 64;
constexpr std::size_t shared_samples = std::size_t{2} * reach;  // of two neighbouring windows

using Rows = std::array<std::span<const double>, channel_count>;

Rows part_of(const Rows& rows, std::size_t offset, std::size_t count) {
  Rows part;
  for (std::size_t c = 0; c < channel_count; ++c) part[c] = rows[c].subspan(offset, count);
  return part;
}

Rows all_of(const std::array<std::vector<double>, channel_count>& rows) {
  Rows all;
  for (std::size_t c = 0; c < channel_count; ++c) all[c] = rows[c];
  return all;
}

Result<void> check_finite(const Rows& rows) {
  for (std::size_t c = 0; c < channel_count; ++c)
    if (!std::all_of(rows[c].begin(), rows[c].end(), [](double x) { return std::isfinite(x); }))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} L{} has a sample that is not a finite number",
                              c < phase_count ? "voltage" : "current", c % phase_count + 1));
  return {};
}

struct Phasor {
  double x = 0;
  double y = 0;
  [[nodiscard]] double square() const { return x * x + y * y; }
};

Position position_of(double samples) {
  const double whole = std::floor(samples);
  return {.sample = static_cast<std::int64_t>(whole), .part = samples - whole};
}

struct Window;
void demodulate(Window& window, SineCosine phase, const Rows& rows, std::size_t count);

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
    demodulate(*this, phase_at(sample), rows, count);
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

// Adds a tile of samples, `phase` at the first of them. Sums are those of sum_in_lanes().
METERRIG_WIDER_CLONES
void demodulate(Window& window, SineCosine phase, const Rows& rows, std::size_t count) {
  std::array<double, tile> sine;
  std::array<double, tile> cosine;
  for (std::size_t k = 0; k < tile; ++k) {
    sine[k] = phase.sine * window.table_cosine[k] + phase.cosine * window.table_sine[k];
    cosine[k] = phase.cosine * window.table_cosine[k] - phase.sine * window.table_sine[k];
  }
  const std::size_t whole = count / 4 * 4;
  for (std::size_t c = 0; c < channel_count; ++c) {
    const double* row = rows[c].data();
    Quad x = {};
    Quad y = {};
    for (std::size_t k = 0; k < whole; k += 4) {
      Quad value;
      Quad si;
      Quad co;
      std::memcpy(&value, row + k, sizeof(Quad));
      std::memcpy(&si, &sine[k], sizeof(Quad));
      std::memcpy(&co, &cosine[k], sizeof(Quad));
      x += co * value;
      y += si * value;
    }
    for (std::size_t k = whole; k < count; ++k) {
      x[k - whole] += cosine[k] * row[k];
      y[k - whole] += sine[k] * row[k];
    }
    window.phasors[c].x += (x[0] + x[2]) + (x[1] + x[3]);
    window.phasors[c].y -= (y[0] + y[2]) + (y[1] + y[3]);
  }
}

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
    if (!origin_) return;
    const Position position = position_of_time(time);
    history_.forget_before(std::min(position.sample, next_));
    const double sample = static_cast<double>(position.sample) + position.part;
    while (window_ends_.size() > 1 && window_ends_[1].sample <= sample) window_ends_.pop_front();
  }
  [[nodiscard]] ReactiveEnergy reactive_until(Instant time) const;
  [[nodiscard]] Registers registers() const;
  [[nodiscard]] Frequency frequency() const {
    return hertz((window_ ? window_->cycles : nominal_cycles_) * per_second_);
  }

 private:
  [[nodiscard]] Position position_of_time(Instant time) const;
  [[nodiscard]] Instant time_of_position(double samples) const;
  [[nodiscard]] double seconds(double samples) const { return samples / per_second_; }
  [[nodiscard]] Window first_window(const Rows& rows);
  void keep(const Rows& rows, std::size_t offset, std::size_t count);
  std::size_t process(const Rows& rows);
  void process_boundary(Window& window, const Rows& rows);
  void finish_window(const Window& done, const StepWeights& weights);
  [[nodiscard]] double cycles_after(const Window& window) const;

  Rational rate_;
  double per_second_;
  double nominal_cycles_;
  int cycle_count_;
  std::size_t lead_;  // samples to find the first frequency in
  std::optional<std::int64_t> origin_;
  PowerHistory history_;

  // Samples not yet in a window, too few for its next tile; and the number of the first of them.
  std::array<std::vector<double>, channel_count> waiting_;
  std::int64_t next_ = 0;

  std::optional<Window> window_;
  std::optional<Window> last_;  // finished
  std::optional<Window> before_last_;
  PerPhase<double> integral_at_end_{};  // of the last finished window
  double until_ = 0;
  PerPhase<Counter> counters_;
  Counter total_;

  // Net reactive energy of all phases, in vars times sample intervals.
  struct WindowEnd {
    double sample = 0;
    double reactive = 0;
  };
  std::deque<WindowEnd> window_ends_{WindowEnd{}};  // those that may still be asked for
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
  // A product is not finite when a factor is not, or when it is beyond all numbers.
  if (!history_.put(rows))
    if (auto finite = check_finite(rows); !finite) return finite;
  history_.count_put(rows[0].size());
  if (!origin_) origin_ = block.first_sample;

  // Of samples that waited, and enough new ones to be through with them; then straight from the
  // block.
  std::size_t done = 0;
  if (!window_ || !waiting_[0].empty()) {
    const std::size_t waited = waiting_[0].size();
    const std::size_t added = window_ ? std::min(rows[0].size(), 2 * tile) : rows[0].size();
    keep(rows, 0, added);
    const std::size_t used = process(all_of(waiting_));
    if (used < waited || added == rows[0].size()) {
      for (auto& row : waiting_)
        row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(used));
      return {};
    }
    done = used - waited;
    for (auto& row : waiting_) row.clear();
  }
  done += process(part_of(rows, done, rows[0].size() - done));
  keep(rows, done, rows[0].size() - done);
  return {};
}

void EnergyMeter::State::keep(const Rows& rows, std::size_t offset, std::size_t count) {
  const Rows part = part_of(rows, offset, count);
  for (std::size_t c = 0; c < channel_count; ++c)
    waiting_[c].insert(waiting_[c].end(), part[c].begin(), part[c].end());
}

// The frequency of the first 0.25 s; the nominal one when there is no signal near it.
Window EnergyMeter::State::first_window(const Rows& rows) {
  double cycles = nominal_cycles_;
  for (std::size_t c = 0; c < channel_count; ++c) {
    const auto found = measure_frequency(rows[c].first(lead_), rate_);
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
  next_ += 2 * reach + 1;
  return window;
}

// Takes the samples from next_ on into windows, and says how many. Tiles are counted from each
// window's first whole sample, so that sums do not depend on the blocks.
std::size_t EnergyMeter::State::process(const Rows& rows) {
  const std::int64_t first = next_;
  const std::size_t count = rows[0].size();
  if (!window_) {
    if (count < lead_) return 0;
    window_ = first_window(rows);
  }
  Window& window = *window_;
  while (true) {
    const auto used = static_cast<std::size_t>(next_ - first);
    const std::size_t left = count - used;
    const std::int64_t inside = position_of(window.end).sample - (reach - 1) - next_;
    if (inside <= 0) {
      if (left < shared_samples) return used;
      process_boundary(window, part_of(rows, used, shared_samples));
      continue;
    }
    const auto taken = static_cast<std::size_t>(std::min<std::int64_t>(inside, tile));
    if (left < taken) return used;
    window.add_tile(part_of(rows, used, taken), next_, taken);
    next_ += static_cast<std::int64_t>(taken);
  }
}

// Shares the samples around the end of the window with the next one, which takes its place.
void EnergyMeter::State::process_boundary(Window& window, const Rows& rows) {
  Window next(window.end, cycles_after(window), cycle_count_);
  next.build_table();
  const StepWeights weights = step_weights(position_of(window.end).part);
  std::array<double, channel_count> values{};
  for (std::size_t k = 0; k < shared_samples; ++k) {
    for (std::size_t c = 0; c < channel_count; ++c) values[c] = rows[c][k];
    const std::int64_t sample = next_ + static_cast<std::int64_t>(k);
    window.add_sample(values, sample, weights[k]);
    next.add_sample(values, sample, 1.0 - weights[k]);
  }
  next_ += static_cast<std::int64_t>(shared_samples);
  finish_window(window, weights);
  before_last_ = last_;
  last_ = window;
  window = next;
}

// Energy since the last boundary, so that the registers add up to the integral.
void EnergyMeter::State::finish_window(const Window& done, const StepWeights& weights) {
  const auto integral = history_.integral_until(position_of(done.end), &weights);
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
  window_ends_.push_back({done.end, window_ends_.back().reactive + reactive_sum});
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

ReactiveEnergy EnergyMeter::State::reactive_until(Instant time) const {
  const Position position = position_of_time(time);
  const double sample = static_cast<double>(position.sample) + position.part;
  if (!origin_ || sample < window_ends_.front().sample || sample > window_ends_.back().sample)
    return {};
  const auto after = std::find_if(window_ends_.begin(), window_ends_.end(),
                                  [sample](const WindowEnd& end) { return end.sample >= sample; });
  if (after->sample == sample) return var_second(seconds(after->reactive));
  const WindowEnd& before = *std::prev(after);
  const double share = (sample - before.sample) / (after->sample - before.sample);
  return var_second(seconds(before.reactive + share * (after->reactive - before.reactive)));
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

ReactiveEnergy EnergyMeter::reactive_until(Instant time) const {
  return state_->reactive_until(time);
}

void EnergyMeter::forget_before(Instant time) { state_->forget_before(time); }

EnergyMeter::Registers EnergyMeter::registers() const { return state_->registers(); }

Frequency EnergyMeter::frequency() const { return state_->frequency(); }

}  // namespace meterrig::reference
