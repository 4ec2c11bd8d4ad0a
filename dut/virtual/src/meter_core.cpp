// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/twin/meter_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "code_sums.h"
#include "harmonic_view.h"
#include "meterrig/vocabulary/turn.h"
#include "tariff_clock.h"

namespace meterrig::twin {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t channel_count = 2 * phase_count;
constexpr std::size_t segment_samples = 4096;
constexpr int widest_narrow_code = 24;  // whose products, a segment of them, fit 64 bits
constexpr double femto = 1e15;
constexpr Wide femto_watt_hours_per_kilowatt_hour = 1'000'000'000'000'000'000;
constexpr double lowest_frequency_hertz = 5;
constexpr double least_share = 0.01;  // of Un: below it no distortion of a voltage is shown
constexpr double direct_component_share = 0.25;  // of a window in the running mean

constexpr PerPhase<Place> phase_places{Place::L1, Place::L2, Place::L3};
constexpr PerPhase<Place> line_places{Place::L1_L2, Place::L2_L3, Place::L3_L1};

// Nearly all numbers fit 64 bits, which the machine converts by itself.
double to_double(std::int64_t value) { return static_cast<double>(value); }
double to_double(Wide value) {
  const auto low = static_cast<std::int64_t>(value);
  return low == value ? static_cast<double>(low) : static_cast<double>(value);
}

// Nearest whole number.
Wide rounded(double value) {
  const double above = value + 0.5;
  if (!(std::abs(above) < 0x1p62)) return static_cast<Wide>(std::floor(above));
  const auto whole = static_cast<std::int64_t>(above);  // towards 0
  return whole - static_cast<std::int64_t>(static_cast<double>(whole) > above);
}

/// Samples at which something that recurs may happen: the first at or after each multiple.
class Grid {
 public:
  Grid() = default;
  explicit Grid(Rational samples)
      : whole_(samples.numerator / samples.denominator),
        numerator_(static_cast<std::uint64_t>(samples.numerator % samples.denominator)),
        denominator_(static_cast<std::uint64_t>(samples.denominator)) {}
  [[nodiscard]] std::int64_t next() const { return before_ + (part_ > 0 ? 1 : 0); }
  void step() {
    before_ += whole_;
    part_ += numerator_;
    if (part_ >= denominator_) {
      part_ -= denominator_;
      ++before_;
    }
  }

 private:
  std::int64_t whole_ = 1;
  std::uint64_t numerator_ = 0;  // of the rest
  std::uint64_t denominator_ = 1;
  std::int64_t before_ = 0;  // the multiple's whole samples, and its part of one
  std::uint64_t part_ = 0;
};

struct OutputState {
  PulseEnergy energy = PulseEnergy::active_import;
  Grid grid;
  Wide constant = 1;  // pulses for `threshold` femtowatt-hours
  Wide threshold = 1;
  std::int64_t spacing = 1;  // least samples between rising edges
  Wide counted = 0;          // energy since the last pulse, times `constant`
  std::int64_t waiting = 0;  // pulses earned but not given yet
  std::int64_t earliest = 0;
  double lost = 0;  // shares of a pulse that is yet to be lost, or repeated
  double repeated = 0;
};

/// Import and export of one kind of energy in one phase, femtowatt-hours.
struct Counter {
  int direction = 0;  // 1 import, -1 export, 0 nothing is counted
  Wide import_ = 0;
  Wide export_ = 0;
  Wide pending = 0;  // against the direction, so far: never taken back from a register

  /// What of it is now in the register of the direction.
  Wide add(Wide energy) {
    pending = direction == 0 ? 0 : pending + energy;
    const Wide ahead = direction > 0 ? pending : -pending;
    if (ahead <= 0) return 0;
    pending = 0;
    (direction > 0 ? import_ : export_) += ahead;
    return ahead;
  }
};

/// Nearest energy whose number of watt-hours has a significand of so many bits.
Wide rounded_to_bits(double femto_watt_hours, int bits) {
  int exponent = 0;
  const double significand = std::frexp(femto_watt_hours / femto, &exponent);
  const double kept = std::round(std::ldexp(significand, bits));
  return rounded(std::ldexp(kept, exponent - bits) * femto);
}

/// True when a share of what was added up makes a whole.
bool whole_one(double& sum, double share) {
  sum += share;
  if (sum < 1) return false;
  sum -= 1;
  return true;
}

/// Energy of one tick, or of one tariff, in all phases, femtowatt-hours.
struct TickEnergies {
  Wide imported = 0;
  Wide exported = 0;

  void add(const Counter& counter, Wide energy) {
    (counter.direction > 0 ? imported : exported) += energy;
  }
  TickEnergies& operator+=(const TickEnergies& other) {
    imported += other.imported;
    exported += other.exported;
    return *this;
  }
};

// What an output counts of it.
Wide counted_by(PulseEnergy output, const TickEnergies& active, const TickEnergies& reactive) {
  switch (output) {
    case PulseEnergy::active_import:
      return active.imported;
    case PulseEnergy::active_export:
      return active.exported;
    case PulseEnergy::active_total:
      return active.imported + active.exported;
    case PulseEnergy::reactive_import:
      return reactive.imported;
    case PulseEnergy::reactive_export:
      return reactive.exported;
    case PulseEnergy::reactive_total:
      break;
  }
  return reactive.imported + reactive.exported;
}

int sign(double value) { return value > 0 ? 1 : (value < 0 ? -1 : 0); }

}  // namespace

// Fields stand by what they are for: one such object is not worth their order by size.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
class MeterCore::State {
 public:
  CoreSettings settings;
  std::vector<OutputState> outputs;
  Grid energy_grid;   // when there are no outputs
  Grid refresh_grid;  // of the energies that are shown

  void prepare();
  void feed(const Codes& codes, std::vector<PulseEdge>& edges);
  void begin_day() { day_begin_ = samples_; }
  [[nodiscard]] std::int64_t samples() const { return samples_; }
  [[nodiscard]] Readings readings() const;
  void keep_for_harmonics(HarmonicSamples& samples) const;
  void add_harmonics(const HarmonicSamples& samples, Readings& shown) const;

 private:
  void append(const Codes& codes, std::size_t from, std::size_t count);
  void process(std::size_t begin, std::size_t end, std::vector<PulseEdge>& edges);
  std::size_t find_border(std::size_t begin, std::size_t end);
  [[nodiscard]] CodeRows codes(std::size_t begin, std::size_t end) const;
  template <class Number>
  void accumulate(std::size_t begin, std::size_t end, std::vector<PulseEdge>& edges);
  [[nodiscard]] Sums<double> products_at(std::size_t index) const;
  void at_border(std::size_t index);
  void at_timeout();
  void take_window(const Sums<double>& means, double periods, double length);
  void begin_window(std::optional<std::size_t> border);
  [[nodiscard]] double reactive_of(double late, double active) const;
  void at_tick(const ProductSums<double>& sums, std::vector<PulseEdge>& edges);
  void renew_shown_energies();
  void choose_tick();

  // Constants.
  double rate_ = 0;
  double volts_per_code_ = 0;
  double amperes_per_code_ = 0;
  double femto_watt_hours_ = 0;  // of one product of codes held for one sample
  std::size_t history_ = 0;      // samples kept before the present ones
  std::int64_t window_target_ = 0;
  std::int64_t window_limit_ = 0;
  bool follows_signal_ = true;         // windows begin and end at zero crossings
  SineCosine quadrature_error_{0, 1};  // beyond the quarter period
  double direct_taken_ = 1;            // share of the direct product that does not count

  // Samples: rows of the channels, voltages first; `fill_` is the end of what is known.
  std::array<std::vector<std::int32_t>, channel_count> rows_;
  std::size_t fill_ = 0;
  std::int64_t samples_ = 0;

  // Since the last tick, and since the window began.
  ProductSums<Wide> tick_sums_{};
  std::int64_t tick_samples_ = 0;
  std::int64_t next_tick_ = 0;
  Sums<Wide> window_sums_{};
  std::int64_t window_samples_ = 0;
  bool window_open_ = false;  // it began at a zero crossing
  std::int64_t periods_ = 0;
  double start_fraction_ = 0;  // crossing at (first sample of the window) - 1 + this
  Sums<double> before_start_{};
  Sums<double> at_start_{};

  // Tracking.
  std::size_t reference_ = 0;  // phase whose voltage is watched
  bool armed_ = false;
  std::int32_t level_ = 0;  // zero of the reference voltage, in codes
  std::int32_t hysteresis_ = 0;
  std::size_t delay_ = 0;  // samples of about a quarter period
  SineCosine delay_angle_{1, 0};
  bool direct_known_ = false;
  std::array<double, channel_count> direct_{};  // direct components, in codes

  // Results.
  Readings window_readings_;
  PerPhase<double> apparent_watts_{};
  PerPhase<Wide> apparent_of_tick_{};  // femtowatt-hours
  std::int64_t apparent_samples_ = 0;  // of that tick; 0 when it is not known
  struct Energies {
    PerPhase<Counter> active{};
    PerPhase<Counter> reactive{};
    PerPhase<Wide> apparent{};
    std::array<TickEnergies, greatest_tariff> active_of_tariff{};
  };
  Energies energies_;
  Energies shown_energies_;
  Energies renewed_at_;  // exact ones at the last renewal
  TariffClock tariff_clock_;
  std::int64_t day_begin_ = 0;  // sample
  HarmonicView harmonic_view_;
};

void MeterCore::State::prepare() {
  rate_ = settings.nominal_rate.value();
  const double full_scale = std::ldexp(1.0, settings.adc_bits - 1) - 1;
  volts_per_code_ = settings.voltage_full_scale.in(volt) / full_scale;
  amperes_per_code_ = settings.current_full_scale.in(ampere) / full_scale;
  femto_watt_hours_ = volts_per_code_ * amperes_per_code_ / rate_ / 3600.0 * femto;
  harmonic_view_ = HarmonicView(rate_);
  history_ = std::max(static_cast<std::size_t>(rate_ / (4 * lowest_frequency_hertz)) + 2,
                      harmonic_view_.length());
  for (std::vector<std::int32_t>& row : rows_) row.assign(2 * history_ + 2 * segment_samples, 0);
  fill_ = history_;
  delay_ = static_cast<std::size_t>(
      std::floor(rate_ / (4 * settings.reference_frequency.in(hertz)) + 0.5));
  // About a second, ended by the crossing next to it.
  window_target_ = static_cast<std::int64_t>(rate_) - static_cast<std::int64_t>(delay_);
  window_limit_ = static_cast<std::int64_t>(rate_ * 1.25);
  if (settings.reading_window > second(0)) {
    follows_signal_ = false;
    window_limit_ = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::round(settings.reading_window.in(second)*rate_)));
  }
  quadrature_error_ = sine_cosine(turn_of(settings.quadrature_error));
  direct_taken_ = 1 - settings.direct_power_kept.in(percent) / 100;
  hysteresis_ =
      static_cast<std::int32_t>(settings.reference_voltage.in(volt) / 4 / volts_per_code_);
  // Of the phases alike, so that they add up to the total.
  const auto share = [](ActiveEnergy energy, std::size_t phase) {
    const Wide all = rounded(energy.in(watt_hour)*femto);
    return phase == 0 ? all - 2 * (all / 3) : all / 3;
  };
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    energies_.active[phase].import_ = share(settings.initial_import, phase);
    energies_.active[phase].export_ = share(settings.initial_export, phase);
  }
  tariff_clock_ = TariffClock(settings.tariffs, settings.tariff_delay, rate_);
  const int tariff = tariff_clock_.tariff_at(0);
  energies_.active_of_tariff.at(static_cast<std::size_t>(tariff) - 1) = {
      rounded(settings.initial_import.in(watt_hour)*femto),
      rounded(settings.initial_export.in(watt_hour)*femto)};
  shown_energies_ = energies_;
  renewed_at_ = energies_;
  choose_tick();
}

void MeterCore::State::choose_tick() {
  next_tick_ = outputs.empty() ? energy_grid.next() : std::numeric_limits<std::int64_t>::max();
  for (const OutputState& output : outputs) next_tick_ = std::min(next_tick_, output.grid.next());
}

void MeterCore::State::feed(const Codes& codes, std::vector<PulseEdge>& edges) {
  const std::size_t total = codes.volts[0].size();
  for (std::size_t done = 0; done < total;) {
    const std::size_t count = std::min(total - done, segment_samples);
    append(codes, done, count);
    process(fill_ - count, fill_, edges);
    done += count;
  }
}

void MeterCore::State::append(const Codes& codes, std::size_t from, std::size_t count) {
  if (fill_ + count > rows_[0].size()) {
    for (std::vector<std::int32_t>& row : rows_) {
      std::copy(row.begin() + static_cast<std::ptrdiff_t>(fill_ - history_),
                row.begin() + static_cast<std::ptrdiff_t>(fill_), row.begin());
    }
    fill_ = history_;
  }
  for (std::size_t channel = 0; channel < channel_count; ++channel) {
    const auto source =
        channel < phase_count ? codes.volts[channel] : codes.amperes[channel - phase_count];
    std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(from), count,
                rows_[channel].begin() + static_cast<std::ptrdiff_t>(fill_));
  }
  fill_ += count;
}

void MeterCore::State::process(std::size_t begin, std::size_t end, std::vector<PulseEdge>& edges) {
  std::size_t position = begin;
  while (position < end) {
    const auto room = static_cast<std::size_t>(window_limit_ - window_samples_);
    const std::size_t stop = std::min(end, position + room);
    const std::size_t border = find_border(position, stop);
    if (settings.adc_bits <= widest_narrow_code) {
      accumulate<std::int64_t>(position, border, edges);
    } else {
      accumulate<Wide>(position, border, edges);
    }
    window_samples_ += static_cast<std::int64_t>(border - position);
    position = border;
    if (border < stop) at_border(border);  // its sample is the next window's first
    if (window_samples_ >= window_limit_) at_timeout();
  }
}

/// Watches the reference voltage for rising zero crossings: counts those inside the window and
/// returns the first sample after the one that ends it, `end` if there is none.
std::size_t MeterCore::State::find_border(std::size_t begin, std::size_t end) {
  const std::int32_t* u = rows_[reference_].data();
  const std::int64_t low = std::int64_t{level_} - hysteresis_;
  for (std::size_t k = begin; k < end; ++k) {
    if (!armed_) {
      while (k < end && u[k] >= low) ++k;
      armed_ = k < end;
    } else {
      while (k < end && u[k] < level_) ++k;
      if (k == end) break;
      armed_ = false;
      ++periods_;
      const bool due =
          !window_open_ || window_samples_ + static_cast<std::int64_t>(k - begin) >= window_target_;
      if (follows_signal_ && due) return k;
    }
  }
  return end;
}

CodeRows MeterCore::State::codes(std::size_t begin, std::size_t end) const {
  CodeRows codes{.row = {}, .delay = delay_, .count = end - begin};
  for (std::size_t channel = 0; channel < channel_count; ++channel)
    codes.row[channel] = rows_[channel].data() + begin;
  return codes;
}

/// Sums samples that all belong to one window; `Number` holds such sums of a segment.
template <class Number>
void MeterCore::State::accumulate(std::size_t begin, std::size_t end,
                                  std::vector<PulseEdge>& edges) {
  if (begin == end) return;
  constexpr bool narrow = sizeof(Number) == 8;
  Sums<Number> sums;
  if constexpr (narrow) {
    put_narrow_square_sums(codes(begin, end), sums);
  } else {
    put_square_sums(codes(begin, end), sums);
  }
  std::fill_n(sums.begin(), product_sum_count, Number{0});
  while (begin < end) {
    const std::int64_t room = next_tick_ - samples_ + 1;
    const bool whole = room <= static_cast<std::int64_t>(end - begin);
    const std::size_t stop = whole ? begin + static_cast<std::size_t>(room) : end;
    ProductSums<Number> products;
    if constexpr (narrow) {
      put_narrow_product_sums(codes(begin, stop), products);
    } else {
      put_product_sums(codes(begin, stop), products);
    }
    for (std::size_t j = 0; j < product_sum_count; ++j) sums[j] += products[j];
    const bool began_before = tick_samples_ > 0;
    const auto taken = static_cast<std::int64_t>(stop - begin);
    samples_ += taken;
    tick_samples_ += taken;
    begin = stop;
    if (!whole || began_before)
      for (std::size_t j = 0; j < product_sum_count; ++j) tick_sums_[j] += products[j];
    if (!whole) break;
    ProductSums<double> of_tick;
    for (std::size_t j = 0; j < product_sum_count; ++j)
      of_tick[j] = began_before ? to_double(tick_sums_[j]) : to_double(products[j]);
    at_tick(of_tick, edges);
  }
  for (std::size_t j = 0; j < sum_count; ++j) window_sums_[j] += sums[j];
}

Sums<double> MeterCore::State::products_at(std::size_t index) const {
  Sums<double> products{};
  const auto code = [this, index](std::size_t channel) {
    return static_cast<double>(rows_[channel][index]);
  };
  double neutral = 0;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const double u = code(phase);
    const double i = code(phase_count + phase);
    const double line = u - code((phase + 1) % phase_count);
    products[sum_u(phase)] = u;
    products[sum_i(phase)] = i;
    products[sum_uu(phase)] = u * u;
    products[sum_ii(phase)] = i * i;
    products[sum_ui(phase)] = u * i;
    products[sum_qi(phase)] = static_cast<double>(rows_[phase][index - delay_]) * i;
    products[sum_ll(phase)] = line * line;
    neutral += i;
  }
  products[sum_nn] = neutral * neutral;
  return products;
}

/// A rising crossing between sample `index` - 1 and `index` ends a window, or begins the first.
void MeterCore::State::at_border(std::size_t index) {
  if (window_open_) {
    // The integral from crossing to crossing of what is linear between samples: the trapezoidal
    // rule, and two cut pieces at the ends. Over whole periods its error is of third order.
    const double zero = direct_[reference_];
    const double below = rows_[reference_][index - 1] - zero;
    const double above = rows_[reference_][index] - zero;
    const double end_fraction =
        above > below ? std::clamp(-below / (above - below), 0.0, 1.0) : 1.0;
    const Sums<double> before_end = products_at(index - 1);
    const Sums<double> at_end = products_at(index);
    const double head = 1 - start_fraction_;
    const double tail = end_fraction;
    const double length = static_cast<double>(window_samples_) - start_fraction_ + end_fraction;
    Sums<double> means{};
    for (std::size_t j = 0; j < sum_count; ++j) {
      const double inner = to_double(window_sums_[j]) - 0.5 * at_start_[j] - 0.5 * before_end[j];
      const double first = head * (at_start_[j] - 0.5 * head * (at_start_[j] - before_start_[j]));
      const double last = tail * (before_end[j] + 0.5 * tail * (at_end[j] - before_end[j]));
      means[j] = (inner + first + last) / length;
    }
    take_window(means, static_cast<double>(periods_), length);
  }
  begin_window(index);
}

/// No crossing for long: a dead, direct or very slow voltage. The window is what there was, as it
/// is for a meter that does not look for crossings.
void MeterCore::State::at_timeout() {
  const auto length = static_cast<double>(window_samples_);
  Sums<double> means{};
  for (std::size_t j = 0; j < sum_count; ++j) means[j] = to_double(window_sums_[j]) / length;
  take_window(means, follows_signal_ ? 0 : static_cast<double>(periods_), length);
  begin_window(std::nullopt);
}

void MeterCore::State::begin_window(std::optional<std::size_t> border) {
  window_sums_ = {};
  window_samples_ = 0;
  periods_ = 0;
  window_open_ = border.has_value();
  if (!border) return;
  const double zero = direct_[reference_];
  const double below = rows_[reference_][*border - 1] - zero;
  const double above = rows_[reference_][*border] - zero;
  start_fraction_ = above > below ? std::clamp(-below / (above - below), 0.0, 1.0) : 1.0;
  before_start_ = products_at(*border - 1);
  at_start_ = products_at(*border);
}

/// Reactive from the product with the late voltage and the active one.
double MeterCore::State::reactive_of(double late, double active) const {
  const bool quarter = std::abs(delay_angle_.sine) > 0.5;  // else tracking has yet to catch up
  const double reactive =
      quarter ? (late - active * delay_angle_.cosine) / delay_angle_.sine : late;
  return reactive * quadrature_error_.cosine - active * quadrature_error_.sine;
}

/// Readings, direction of energy and tracking from the means of a window of `length` samples.
void MeterCore::State::take_window(const Sums<double>& means, double periods, double length) {
  Readings shown;
  const double frequency = periods * rate_ / length;
  shown[{Measurand::frequency, Place::total}] = frequency;
  if (periods > 0) {
    delay_angle_ =
        sine_cosine(turn_of(degree(360.0 * static_cast<double>(delay_) * periods / length)));
  }

  for (std::size_t channel = 0; channel < channel_count; ++channel) {
    const double mean =
        means[channel < phase_count ? sum_u(channel) : sum_i(channel - phase_count)];
    direct_[channel] = direct_known_
                           ? direct_[channel] + direct_component_share * (mean - direct_[channel])
                           : mean;
  }
  direct_known_ = true;
  const auto alternating = [&means](std::size_t square, double mean) {
    return std::sqrt(std::max(0.0, means[square] - mean * mean));
  };

  PerPhase<double> volts{};
  double amperes_sum = 0;
  double watts_sum = 0;
  double vars_sum = 0;
  double apparent_sum = 0;
  double current_mean = 0;
  const double threshold = settings.creep_threshold.in(ampere);
  const auto power_factor = [](double p, double s) { return s > 0 ? p / s : 0.0; };
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const Place place = phase_places[phase];
    const double mu = means[sum_u(phase)];
    const double mi = means[sum_i(phase)];
    current_mean += mi;
    volts[phase] = alternating(sum_uu(phase), mu) * volts_per_code_;
    const double amperes = alternating(sum_ii(phase), mi) * amperes_per_code_;
    const double watt_per_product = volts_per_code_ * amperes_per_code_;
    const double direct = direct_taken_ * mu * mi;
    const double watts = (means[sum_ui(phase)] - direct) * watt_per_product;
    const double vars = reactive_of((means[sum_qi(phase)] - direct) * watt_per_product, watts);
    shown[{Measurand::voltage, place}] = volts[phase];
    shown[{Measurand::voltage, line_places[phase]}] =
        alternating(sum_ll(phase), mu - means[sum_u((phase + 1) % phase_count)]) * volts_per_code_;
    const bool creeps = amperes < threshold;
    energies_.active[phase].direction = creeps ? 0 : sign(watts);
    energies_.reactive[phase].direction = creeps ? 0 : sign(vars);
    apparent_watts_[phase] = creeps ? 0 : volts[phase] * amperes;
    if (creeps) continue;
    shown[{Measurand::current, place}] = amperes;
    shown[{Measurand::active_power, place}] = watts;
    shown[{Measurand::reactive_power, place}] = vars;
    shown[{Measurand::apparent_power, place}] = apparent_watts_[phase];
    shown[{Measurand::power_factor, place}] = power_factor(watts, apparent_watts_[phase]);
    shown[{Measurand::phase_angle, place}] = angle_of_point(watts, vars).in(degree);
    amperes_sum += amperes;
    watts_sum += watts;
    vars_sum += vars;
    apparent_sum += apparent_watts_[phase];
  }
  shown[{Measurand::voltage, Place::mean}] = (volts[0] + volts[1] + volts[2]) / 3;
  shown[{Measurand::current, Place::mean}] = amperes_sum / 3;
  shown[{Measurand::current, Place::total}] = amperes_sum;
  const double neutral = alternating(sum_nn, current_mean) * amperes_per_code_;
  shown[{Measurand::current, Place::N}] = neutral < threshold ? 0 : neutral;
  shown[{Measurand::active_power, Place::total}] = watts_sum;
  shown[{Measurand::reactive_power, Place::total}] = vars_sum;
  shown[{Measurand::apparent_power, Place::total}] = apparent_sum;
  shown[{Measurand::power_factor, Place::total}] = power_factor(watts_sum, apparent_sum);
  shown[{Measurand::phase_angle, Place::total}] = angle_of_point(watts_sum, vars_sum).in(degree);
  window_readings_ = shown;
  apparent_samples_ = 0;

  // Tracking: the quarter period of this frequency, and a voltage that is alive.
  if (frequency >= lowest_frequency_hertz) {
    const auto nearest = static_cast<std::size_t>(std::floor(length / periods / 4 + 0.5));
    delay_ = std::clamp<std::size_t>(nearest, 1, history_ - 2);
    delay_angle_ =
        sine_cosine(turn_of(degree(360.0 * static_cast<double>(delay_) * periods / length)));
  }
  const double alive = settings.reference_voltage.in(volt) / 20;
  std::size_t live = 0;
  while (live < phase_count && volts[live] < alive) ++live;
  const std::size_t before = reference_;
  reference_ = live < phase_count ? live : 0;
  if (reference_ != before) armed_ = false;
  hysteresis_ = static_cast<std::int32_t>(std::max(volts[reference_], alive) / 2 / volts_per_code_);
  level_ = static_cast<std::int32_t>(std::floor(direct_[reference_] + 0.5));
}

/// Registers the energy since the last tick, of these sums, and gives the pulses that are due.
void MeterCore::State::at_tick(const ProductSums<double>& sums, std::vector<PulseEdge>& edges) {
  const std::int64_t sample = samples_ - 1;
  const auto count = static_cast<double>(tick_samples_);
  if (apparent_samples_ != tick_samples_) {
    apparent_samples_ = tick_samples_;
    for (std::size_t phase = 0; phase < phase_count; ++phase)
      apparent_of_tick_[phase] = rounded(apparent_watts_[phase] * count / rate_ / 3600.0 * femto);
  }
  TickEnergies active_energy;
  TickEnergies reactive_energy;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    energies_.apparent[phase] += apparent_of_tick_[phase];
    Counter& active_counter = energies_.active[phase];
    Counter& reactive_counter = energies_.reactive[phase];
    if (active_counter.direction == 0 && reactive_counter.direction == 0) {
      active_counter.pending = reactive_counter.pending = 0;
      continue;
    }
    const double mu = direct_[phase];
    const double mi = direct_[phase_count + phase];
    const double direct =
        direct_taken_ * (mu * sums[sum_i(phase)] + mi * sums[sum_u(phase)] - count * mu * mi);
    const double active = sums[sum_ui(phase)] - direct;
    const double reactive = reactive_of(sums[sum_qi(phase)] - direct, active);
    active_energy.add(active_counter, active_counter.add(rounded(active * femto_watt_hours_)));
    reactive_energy.add(reactive_counter,
                        reactive_counter.add(rounded(reactive * femto_watt_hours_)));
  }
  const int tariff = tariff_clock_.tariff_at(sample - day_begin_);
  energies_.active_of_tariff.at(static_cast<std::size_t>(tariff) - 1) += active_energy;
  tick_sums_ = {};
  tick_samples_ = 0;
  if (sample >= refresh_grid.next()) {
    renew_shown_energies();
    while (refresh_grid.next() <= sample) refresh_grid.step();
  }

  for (std::size_t index = 0; index < outputs.size(); ++index) {
    OutputState& output = outputs[index];
    output.counted += counted_by(output.energy, active_energy, reactive_energy) * output.constant;
    if (output.counted >= output.threshold) {
      output.waiting += static_cast<std::int64_t>(output.counted / output.threshold);
      output.counted %= output.threshold;
    }
    if (output.grid.next() != sample) continue;
    output.grid.step();
    if (output.waiting > 0 && sample >= output.earliest) {
      --output.waiting;
      output.earliest = sample + output.spacing;
      if (whole_one(output.repeated, settings.repeated_pulses.in(percent) / 100)) ++output.waiting;
      if (whole_one(output.lost, settings.lost_pulses.in(percent) / 100)) continue;
      edges.push_back({index, sample});
    }
  }
  if (outputs.empty()) energy_grid.step();
  choose_tick();
}

void MeterCore::State::renew_shown_energies() {
  if (settings.accumulator_bits == 0) {
    shown_energies_ = energies_;
    return;
  }
  const auto add = [this](Wide& shown, Wide now, Wide before) {
    shown = rounded_to_bits(to_double(shown) + to_double(now - before), settings.accumulator_bits);
  };
  const auto add_both = [&add](Counter& shown, const Counter& now, const Counter& before) {
    add(shown.import_, now.import_, before.import_);
    add(shown.export_, now.export_, before.export_);
  };
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    add_both(shown_energies_.active[phase], energies_.active[phase], renewed_at_.active[phase]);
    add_both(shown_energies_.reactive[phase], energies_.reactive[phase],
             renewed_at_.reactive[phase]);
    add(shown_energies_.apparent[phase], energies_.apparent[phase], renewed_at_.apparent[phase]);
  }
  for (std::size_t t = 0; t < energies_.active_of_tariff.size(); ++t) {
    const TickEnergies& now = energies_.active_of_tariff.at(t);
    const TickEnergies& before = renewed_at_.active_of_tariff.at(t);
    add(shown_energies_.active_of_tariff.at(t).imported, now.imported, before.imported);
    add(shown_energies_.active_of_tariff.at(t).exported, now.exported, before.exported);
  }
  renewed_at_ = energies_;
}

Readings MeterCore::State::readings() const {
  Readings shown = window_readings_;
  const double span = settings.register_span.in(watt_hour);
  const double step = settings.register_step.in(watt_hour);
  const auto put = [&](Measurand measurand, Place place, Wide energy, int tariff = 0) {
    double value = to_double(energy) / femto;
    if (span > 0) value = std::fmod(value, span);
    if (step > 0) value = std::floor(value / step) * step;
    shown[{measurand, place, tariff}] = value;
  };
  Counter active;
  Counter reactive;
  Wide apparent = 0;
  const auto put_all = [&put](Place place, const Counter& p, const Counter& q, Wide s) {
    put(Measurand::active_energy_import, place, p.import_);
    put(Measurand::active_energy_export, place, p.export_);
    put(Measurand::active_energy_total, place, p.import_ + p.export_);
    put(Measurand::reactive_energy_import, place, q.import_);
    put(Measurand::reactive_energy_export, place, q.export_);
    put(Measurand::reactive_energy_total, place, q.import_ + q.export_);
    put(Measurand::apparent_energy, place, s);
  };
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    put_all(phase_places[phase], shown_energies_.active[phase], shown_energies_.reactive[phase],
            shown_energies_.apparent[phase]);
    active.import_ += shown_energies_.active[phase].import_;
    active.export_ += shown_energies_.active[phase].export_;
    reactive.import_ += shown_energies_.reactive[phase].import_;
    reactive.export_ += shown_energies_.reactive[phase].export_;
    apparent += shown_energies_.apparent[phase];
  }
  put_all(Place::total, active, reactive, apparent);
  for (int tariff = 1; tariff <= greatest_tariff; ++tariff) {
    const TickEnergies& of =
        shown_energies_.active_of_tariff.at(static_cast<std::size_t>(tariff) - 1);
    put(Measurand::active_energy_import, Place::total, of.imported, tariff);
    put(Measurand::active_energy_export, Place::total, of.exported, tariff);
  }
  return shown;
}

void MeterCore::State::keep_for_harmonics(HarmonicSamples& samples) const {
  samples.frequency = window_readings_[{Measurand::frequency, Place::total}] / rate_;
  const auto end = static_cast<std::ptrdiff_t>(fill_);
  const auto begin = end - static_cast<std::ptrdiff_t>(harmonic_view_.length());
  for (std::size_t channel = 0; channel < channel_count; ++channel)
    samples.rows[channel].assign(rows_[channel].begin() + begin, rows_[channel].begin() + end);
  const double least_volts = least_share * settings.reference_voltage.in(volt);
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const Place place = phase_places[phase];
    samples.live[phase] = window_readings_[{Measurand::voltage, place}] >= least_volts;
    samples.live[phase_count + phase] = window_readings_[{Measurand::current, place}] > 0;
  }
}

// Of what does not change alone, so that it may be called while samples are fed.
void MeterCore::State::add_harmonics(const HarmonicSamples& samples, Readings& shown) const {
  if (!(samples.frequency > 0)) return;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const Place place = phase_places[phase];
    OrderValues volts;
    OrderValues amperes;
    harmonic_view_.read(samples.rows[phase], samples.rows[phase_count + phase], samples.frequency,
                        volts, amperes);
    const auto put = [&](const OrderValues& values, Measurand thd, Measurand harmonic) {
      double squares = 0;
      for (std::size_t order = 2; order < values.size(); ++order) {
        const double share = values.at(order) / values[1] * 100;
        squares += share * share;
        const double error = order < settings.harmonic_errors.size()
                                 ? settings.harmonic_errors[order].in(percent)
                                 : 0;
        shown[{harmonic, place, static_cast<int>(order)}] = share * (1 + error / 100);
      }
      const double of = settings.distortion_of_rms ? std::sqrt(1 + squares / 1e4) : 1;
      shown[{thd, place}] = std::sqrt(squares) / of;
    };
    if (samples.live[phase] && volts[1] > 0)
      put(volts, Measurand::voltage_thd, Measurand::voltage_harmonic);
    if (samples.live[phase_count + phase] && amperes[1] > 0)
      put(amperes, Measurand::current_thd, Measurand::current_harmonic);
  }
}

namespace {

/// Samples in a duration, as an exact ratio.
Result<Rational> samples_in(Duration duration, Rational rate) {
  return exact_rational(duration.in(second)).and_then([rate](Rational seconds) {
    return divide(seconds, Rational{rate.denominator, rate.numerator});
  });
}

// Nothing happens more often than once a sample.
Grid grid_of(Rational samples) {
  return Grid(samples.numerator < samples.denominator ? Rational{1, 1} : samples);
}

Result<OutputState> output_state(const PulseOutput& output, Rational rate) {
  const auto wrong = [&output](std::string_view what) {
    return fail(ErrorCode::out_of_range, fmt::format("pulse output {}: {}", output.id, what));
  };
  constexpr std::int64_t largest = 1'000'000'000'000;  // energy times this fits 128 bits
  const auto constant = exact_rational(output.constant.in(impulse_per_kilowatt_hour));
  if (!constant || constant->numerator <= 0 || constant->numerator > largest ||
      constant->denominator > largest) {
    return wrong("its constant must be above 0 with at most 12 digits");
  }
  if (!(output.width >= second(0) && output.width <= second(60)) ||
      !(output.position_quantum >= second(0) && output.position_quantum <= second(60))) {
    return wrong("its width and position quantum must lie in 0 s..60 s");
  }
  const auto grid = samples_in(output.position_quantum, rate);
  const auto spacing = samples_in(2 * output.width, rate);
  if (!grid || !spacing) return wrong("its width or position quantum has too many digits");
  OutputState state;
  state.energy = output.energy;
  state.constant = constant->numerator;
  state.threshold = femto_watt_hours_per_kilowatt_hour * constant->denominator;
  state.spacing = (spacing->numerator + spacing->denominator - 1) / spacing->denominator;
  state.grid = grid_of(*grid);
  return state;
}

Result<void> check(const CoreSettings& settings) {
  const auto wrong = [](std::string_view what) {
    return fail(ErrorCode::out_of_range, std::string(what));
  };
  if (settings.nominal_rate.denominator <= 0 || !(settings.nominal_rate.value() >= 500) ||
      !(settings.nominal_rate.value() <= 2e6)) {
    return wrong("the sample rate of a meter must lie in 500 Hz..2 MHz");
  }
  if (settings.adc_bits < 8 || settings.adc_bits > 31) return wrong("ADC bits must lie in 8..31");
  if (!(settings.voltage_full_scale > volt(0) && settings.voltage_full_scale <= volt(1e6))) {
    return wrong("the full scale of the voltage must lie in 0 V..1 MV");
  }
  if (!(settings.current_full_scale > ampere(0) && settings.current_full_scale <= ampere(1e6))) {
    return wrong("the full scale of the current must lie in 0 A..1 MA");
  }
  if (!(settings.reference_voltage > volt(0) &&
        settings.reference_voltage <= settings.voltage_full_scale)) {
    return wrong("the reference voltage must lie within the full scale");
  }
  if (!(settings.reference_frequency >= hertz(lowest_frequency_hertz) &&
        settings.reference_frequency.in(hertz) * 8 <= settings.nominal_rate.value())) {
    return wrong("the reference frequency must lie in 5 Hz..an eighth of the sample rate");
  }
  if (!(settings.creep_threshold >= ampere(0))) return wrong("the creep threshold must be known");
  if (!(settings.reading_window >= second(0) && settings.reading_window <= minute(1)))
    return wrong("a reading window must lie in 0 s..60 s");
  if (settings.accumulator_bits < 0 || settings.accumulator_bits > 53)
    return wrong("accumulator bits must lie in 0..53");
  if (!(settings.register_span >= watt_hour(0)) || !(settings.register_step >= watt_hour(0)))
    return wrong("span and step of the energy registers must be at least 0 Wh");
  for (const Percent share :
       {settings.lost_pulses, settings.repeated_pulses, settings.direct_power_kept}) {
    if (!(share >= percent(0) && share <= percent(100)))
      return wrong("shares of pulses and of direct power must lie in 0 %..100 %");
  }
  if (!(settings.tariff_delay >= hour(-1) && settings.tariff_delay <= hour(1)))
    return wrong("the delay of tariffs must lie in -1 h..1 h");
  for (const TariffChange& change : settings.tariffs) {
    if (!(change.time >= second(0) && change.time < hour(24)))
      return wrong("a tariff must begin in 0 h..24 h, without the end");
    if (change.tariff < 1 || change.tariff > greatest_tariff)
      return wrong("a tariff must lie in 1..8");
  }
  for (const ActiveEnergy energy : {settings.initial_import, settings.initial_export}) {
    if (!(energy >= watt_hour(0) && energy <= kilowatt_hour(1e9))) {
      return wrong("initial energies must lie in 0 kWh..1e9 kWh");
    }
  }
  return {};
}

}  // namespace

Result<MeterCore> MeterCore::create(CoreSettings settings) {
  if (auto checked = check(settings); !checked) return tl::unexpected(std::move(checked.error()));
  auto state = std::make_unique<State>();
  for (const PulseOutput& output : settings.outputs) {
    auto made = output_state(output, settings.nominal_rate);
    if (!made) return tl::unexpected(std::move(made.error()));
    state->outputs.push_back(*made);
  }
  const auto every_20_ms = samples_in(millisecond(20), settings.nominal_rate);
  if (!every_20_ms) return tl::unexpected(every_20_ms.error());
  state->energy_grid = Grid(*every_20_ms);
  if (!(settings.energy_refresh >= second(0) && settings.energy_refresh <= minute(60))) {
    return fail(ErrorCode::out_of_range, "energies must be renewed every 0 s..60 min");
  }
  const auto refresh = samples_in(settings.energy_refresh, settings.nominal_rate);
  if (!refresh) return tl::unexpected(refresh.error());
  state->refresh_grid = grid_of(*refresh);
  state->settings = std::move(settings);
  state->prepare();
  return MeterCore(std::move(state));
}

MeterCore::MeterCore(std::unique_ptr<State> state) : state_(std::move(state)) {}
MeterCore::MeterCore(MeterCore&&) noexcept = default;
MeterCore& MeterCore::operator=(MeterCore&&) noexcept = default;
MeterCore::~MeterCore() = default;

void MeterCore::feed(const Codes& codes, std::vector<PulseEdge>& edges) {
  state_->feed(codes, edges);
}
void MeterCore::begin_day() { state_->begin_day(); }
std::int64_t MeterCore::samples() const { return state_->samples(); }
Readings MeterCore::readings() const { return state_->readings(); }
void MeterCore::keep_for_harmonics(HarmonicSamples& samples) const {
  state_->keep_for_harmonics(samples);
}
void MeterCore::add_harmonics(const HarmonicSamples& samples, Readings& shown) const {
  state_->add_harmonics(samples, shown);
}

}  // namespace meterrig::twin
