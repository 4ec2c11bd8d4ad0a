// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/quantity_agreement.h"

#include <algorithm>
#include <bit>
#include <numbers>
#include <vector>

#include "compensated_sum.h"
#include "meterrig/reference/din40110.h"
#include "meterrig/reference/ieee1459.h"
#include "meterrig/reference/wiring.h"
#include "period_window.h"
#include "phasor_sums.h"

namespace meterrig::reference {
namespace {

constexpr double per_operation = 1e-15;  // four roundings or so

double rounding_of(std::size_t orders) { return per_operation * static_cast<double>(orders + 10); }

// Equidistant points of a period, a power of two of them and a multiple of 4.
class Points {
 public:
  explicit Points(std::size_t orders)
      : circle_(std::bit_ceil(std::max<std::size_t>(2 * orders, 4))) {
    for (std::size_t n = 0; n < circle_.size(); ++n)
      circle_[n] =
          sine_cosine(turn_of_turns(static_cast<double>(n) / static_cast<double>(circle_.size())));
  }

  [[nodiscard]] std::vector<double> wave(HarmonicPhasors x) const {
    std::vector<double> points(circle_.size(), phasor(x, 0).real());
    add(x, 1, x.size(), false, points);
    return points;
  }
  // Orders [first, last) each a quarter of their own period later.
  [[nodiscard]] std::vector<double> later(HarmonicPhasors x, std::size_t first,
                                          std::size_t last) const {
    std::vector<double> points(circle_.size());
    add(x, first, std::min(last, x.size()), true, points);
    return points;
  }
  // Mean of a(t - shift / count periods) b(t).
  [[nodiscard]] double mean(const std::vector<double>& a, const std::vector<double>& b,
                            std::size_t shift = 0) const {
    const std::size_t count = circle_.size();
    double sum = 0;
    for (std::size_t n = 0; n < count; ++n) sum += a[(n + count - shift) % count] * b[n];
    return sum / static_cast<double>(count);
  }
  [[nodiscard]] std::size_t quarter() const { return circle_.size() / 4; }

 private:
  // sqrt(2) Im(X e^(j h t)); later, -j X in place of X.
  void add(HarmonicPhasors x, std::size_t first, std::size_t last, bool later,
           std::vector<double>& points) const {
    for (std::size_t h = first; h < last; ++h)
      for (std::size_t n = 0; n < points.size(); ++n) {
        const auto [sine, cosine] = circle_[h * n % circle_.size()];
        points[n] += std::numbers::sqrt2 * (later ? x[h].imag() * sine - x[h].real() * cosine
                                                  : x[h].real() * sine + x[h].imag() * cosine);
      }
  }

  std::vector<SineCosine> circle_;
};

std::size_t orders_of(const PowerElement& element) {
  return std::max(element.voltage.size(), element.current.size());
}

std::size_t orders_of(const ThreePhaseElements& elements) {
  std::size_t orders = 0;
  for (const PowerElement& element : elements.phase) orders = std::max(orders, orders_of(element));
  return orders;
}

double apparent(const PowerElement& element) { return (element.u * element.i).in(volt_ampere); }

// Bound of |a - b| of two roots whose squares are `d` apart at most.
double root_bound(double a, double b, double d) {
  const double root = std::sqrt(d);
  return a + b > root ? d / (a + b) : root;
}

// With e_H^2 summed over the orders but the first.
struct EffectiveSquares {
  double u = 0;
  double i = 0;
};
EffectiveSquares effective_squares(const ThreePhaseElements& elements, std::size_t order) {
  PerPhase<std::complex<double>> u;
  PerPhase<std::complex<double>> i;
  for (std::size_t k = 0; k < phase_count; ++k) {
    u[k] = phasor(elements.phase[k].voltage, order);
    i[k] = phasor(elements.phase[k].current, order);
  }
  // The sequence form holds at every order, whatever the sequences mean there.
  const SequenceReading u_sequence = symmetrical_components(u);
  const SequenceReading i_sequence = symmetrical_components(i);
  const bool four = elements.wires == Wires::four;
  return {.u = std::norm(u_sequence.positive) + std::norm(u_sequence.negative) +
               (four ? 0.5 * std::norm(u_sequence.zero) : 0),
          .i = std::norm(i_sequence.positive) + std::norm(i_sequence.negative) +
               (four ? 4 * std::norm(i_sequence.zero) : 0)};
}

double distortion_square_by_pairs(const PowerElement& element) {
  const std::size_t orders = orders_of(element);
  double sum = 0;
  for (std::size_t h = 0; h < orders; ++h)
    for (std::size_t g = 0; g < h; ++g) {
      const std::complex<double> ug = phasor(element.voltage, g);
      const std::complex<double> uh = phasor(element.voltage, h);
      const std::complex<double> ig = phasor(element.current, g);
      const std::complex<double> ih = phasor(element.current, h);
      const std::complex<double> sg = complex_power(ug, ig);
      const std::complex<double> sh = complex_power(uh, ih);
      sum += std::norm(ug) * std::norm(ih) + std::norm(uh) * std::norm(ig) -
             2 * (sg.real() * sh.real() + sg.imag() * sh.imag());
    }
  return sum;
}

std::array<Conductor, 4> conductors_of(const ThreePhaseElements& elements,
                                       const std::vector<std::complex<double>>& neutral) {
  std::array<Conductor, 4> conductors;
  for (std::size_t k = 0; k < phase_count; ++k)
    conductors[k] = {.potential = elements.phase[k].voltage, .current = elements.phase[k].current};
  conductors[3] = {.potential = {}, .current = neutral};
  return conductors;
}

QuantityAgreement between(std::string_view quantity, double first, double second, double bound) {
  return {.quantity = quantity, .first = first, .second = second, .bound = bound};
}

}  // namespace

bool all_within(std::span<const QuantityAgreement> quantities) {
  return std::all_of(quantities.begin(), quantities.end(),
                     [](const QuantityAgreement& q) { return q.within(); });
}

std::array<QuantityAgreement, waveform_quantity_count> waveform_agreement(
    const PowerElement& element, Voltage voltage_rest, Current current_rest, double relative) {
  const std::size_t orders = orders_of(element);
  const Points points(orders);
  const std::vector<double> u = points.wave(element.voltage);
  const std::vector<double> i = points.wave(element.current);
  const double rms_u = std::sqrt(points.mean(u, u));
  const double rms_i = std::sqrt(points.mean(i, i));
  const double p = points.mean(u, i);
  const double s = rms_u * rms_i;

  const double first_u = element.u.in(volt);
  const double first_i = element.i.in(ampere);
  const double first_s = first_u * first_i;
  const double rest_u = voltage_rest.in(volt);
  const double rest_i = current_rest.in(ampere);
  const double rounding = rounding_of(orders);
  const double u_bound = rest_u + (relative + rounding) * first_u;
  const double i_bound = rest_i + (relative + rounding) * first_i;
  const double p_bound =
      first_u * rest_i + first_i * rest_u + rest_u * rest_i + 2 * (relative + rounding) * first_s;
  const double factor = p / s;
  // Without apparent power there is no factor, and both sides say so.
  const bool has_factor = first_s > 0 && s > 0;
  const double q_bound = rounding * s;
  const auto q = [&](ReactivePowerDefinition definition) {
    return reactive_power(element, definition).value.in(var);
  };
  using enum ReactivePowerDefinition;
  return {
      between("U", first_u, rms_u, u_bound),
      between("I", first_i, rms_i, i_bound),
      between("S", first_s, s, p_bound),
      between("P", element.p.in(watt), p, p_bound),
      between("power factor", has_factor ? element.p.in(watt) / first_s : 0,
              has_factor ? factor : 0, has_factor ? p_bound * (1 + std::abs(factor)) / first_s : 0),
      between("Q1", q(fundamental), points.mean(points.later(element.voltage, 1, 2), i), q_bound),
      between("Q Budeanu", q(budeanu),
              points.mean(points.later(element.voltage, 1, element.voltage.size()), i), q_bound),
      between("Q quarter-period delay", q(quarter_period_delay),
              points.mean(u, i, points.quarter()), q_bound)};
}

std::array<QuantityAgreement, three_phase_quantity_count> three_phase_agreement(
    const ThreePhaseElements& given) {
  // From the phasors alone.
  ThreePhaseElements elements{.wires = given.wires, .phase = {}, .line_to_line = {}, .neutral = {}};
  for (std::size_t k = 0; k < phase_count; ++k)
    elements.phase[k] = element_of(given.phase[k].voltage, given.phase[k].current);
  const std::size_t orders = orders_of(elements);
  const ThreePhasePower power = three_phase_power(elements);

  const EffectiveSquares first = effective_squares(elements, 1);
  EffectiveSquares rest;
  for (std::size_t h = 0; h < orders; ++h) {
    if (h == 1) continue;
    const EffectiveSquares at = effective_squares(elements, h);
    rest.u += at.u;
    rest.i += at.i;
  }
  const double se_square =
      9 * (first.u * first.i + first.u * rest.i + rest.u * first.i + rest.u * rest.i);

  std::vector<std::complex<double>> neutral(orders);
  for (std::size_t h = 0; h < orders; ++h)
    for (const PowerElement& element : elements.phase) neutral[h] -= phasor(element.current, h);
  const std::array<Conductor, 4> conductors = conductors_of(elements, neutral);
  const std::size_t count = elements.wires == Wires::four ? 4 : 3;
  const Din40110Power star = din40110_power(std::span(conductors).first(count));
  const Din40110Power pairs = din40110_power(elements);

  double u_squares = 0;
  double i_squares = 0;
  double non_active = 0;
  double by_pairs = 0;
  double s_squares = 0;
  for (const PowerElement& element : elements.phase) {
    u_squares += square(element.u.in(volt));
    i_squares += square(element.i.in(ampere));
    const double s_square = square(apparent(element));
    s_squares += s_square;
    non_active += s_square - square(element.p.in(watt));
    const double q = reactive_power(element, ReactivePowerDefinition::budeanu).value.in(var);
    by_pairs += q * q + distortion_square_by_pairs(element);
  }
  const double rounding = rounding_of(orders);
  const auto of_root = [&](std::string_view quantity, double a, double b, double squares) {
    return between(quantity, a, b, root_bound(a, b, rounding * squares));
  };
  const double products = u_squares * i_squares;
  return {of_root("Ue1", power.ue1.in(volt), std::sqrt(first.u), u_squares),
          // 4 I_0^2 is up to 4 / 3 of the squares
          of_root("Ie1", power.ie1.in(ampere), std::sqrt(first.i), 4 * i_squares),
          of_root("Se", power.se.in(volt_ampere), std::sqrt(se_square), 36 * products),
          of_root("S DIN 40110-2", pairs.s.in(volt_ampere), star.s.in(volt_ampere), 4 * products),
          between("P DIN 40110-2", pairs.p.in(watt), star.p.in(watt),
                  rounding * std::sqrt(4 * products)),
          // the double sum has as many terms again as there are orders
          between("QB^2 + DB^2", non_active, by_pairs,
                  rounding * static_cast<double>(orders + 10) * s_squares)};
}

QuantityAgreement reactive_agreement(const ThreePhaseElements& first,
                                     const ThreePhaseElements& second,
                                     ReactivePowerDefinition definition, double relative) {
  const double a = reactive_power(first, definition).value.in(var);
  const double b = reactive_power(second, definition).value.in(var);
  PerPhase<double> s{};
  double sum = 0;
  for (std::size_t k = 0; k < phase_count; ++k) {
    s[k] = std::max(apparent(first.phase[k]), apparent(second.phase[k]));
    sum += s[k];
  }
  const double e = relative + rounding_of(std::max(orders_of(first), orders_of(second)));
  const double of_product = 2 * (2 * e + e * e);
  double bound = 0;
  switch (definition) {
    case ReactivePowerDefinition::fundamental:
    case ReactivePowerDefinition::budeanu:
    case ReactivePowerDefinition::quarter_period_delay:
      bound = of_product * sum;
      break;
    case ReactivePowerDefinition::fryze:
    case ReactivePowerDefinition::vector:
      for (std::size_t k = 0; k < phase_count; ++k) {
        const double d = 12 * e * square(s[k]);
        if (definition == ReactivePowerDefinition::fryze) {
          bound += root_bound(reactive_power(first.phase[k], definition).value.in(var),
                              reactive_power(second.phase[k], definition).value.in(var), d);
        } else {
          // |sqrt(a^2 + b^2)| moves by no more than a and b do; D_B has Q_B in it as well
          bound += of_product * s[k] + root_bound(distortion_power(first.phase[k]).in(var),
                                                  distortion_power(second.phase[k]).in(var), 2 * d);
        }
      }
      break;
    case ReactivePowerDefinition::arithmetic:
      bound = root_bound(a, b, 12 * e * square(sum));
      break;
    case ReactivePowerDefinition::effective:
    case ReactivePowerDefinition::collective:
      bound = root_bound(a, b, 12 * e * square(3 * sum));
      break;
  }
  return between(name(definition), a, b, bound);
}

void EnergyBounds::add(const Agreement& agreement, Duration time) {
  active += agreement.p_bound * time;
  reactive += agreement.q_bound * time;
  apparent += agreement.s_bound * time;
}

WindowEnergy window_energy(const SecondReading& reading, Instant begin, Instant end) {
  const Duration time = end - begin;
  WindowEnergy window{.begin = begin,
                      .end = end,
                      .active = {},
                      .reactive = {},
                      .apparent = {},
                      .apparent_total = reading.s_total * time};
  for (std::size_t p = 0; p < phase_count; ++p) {
    window.active[p] = reading.p[p] * time;
    window.reactive[p] = reading.q1[p] * time;
    window.apparent[p] = reading.u[p] * reading.i[p] * time;
  }
  return window;
}

QuantityAgreement energy_agreement(const EnergyMeter& meter, const SecondReading& reading,
                                   Instant begin, Instant end) {
  const double before = meter.active_until(begin).in(watt_second);
  const double after = meter.active_until(end).in(watt_second);
  const PerPhase<ActiveEnergy> fitted = energy_by_fit(reading, begin, end);
  const double time = std::abs((end - begin).in(second));
  const double period = 1 / reading.frequency.in(hertz);
  const double samples = std::max(1.0, time * reading.rate.value());
  double energy = 0;
  double bound = 4e-16 * (std::abs(before) + std::abs(after));
  for (std::size_t p = 0; p < phase_count; ++p) {
    energy += fitted[p].in(watt_second);
    const double u = reading.u[p].in(volt);
    const double i = reading.i[p].in(ampere);
    const double u_rest = reading.voltage_residual[p].in(volt);
    const double i_rest = reading.current_residual[p].in(ampere);
    bound += u * i * (2e-9 * period + 1e-11 * time) +
             (12 * time / std::sqrt(samples) + period) * (u * i_rest + i * u_rest) +
             4 * time * u_rest * i_rest;
  }
  return between("active energy", watt_second(after - before).in(watt_hour),
                 watt_second(energy).in(watt_hour), watt_second(bound).in(watt_hour));
}

namespace {

// Sums by sign, in Wh, varh and VAh.
struct Sums {
  CompensatedSum active_import;
  CompensatedSum active_export;
  CompensatedSum reactive_import;
  CompensatedSum reactive_export;
  CompensatedSum apparent;

  void add(double active, double reactive, double volt_ampere_hours) {
    active_import.add(std::max(0.0, active));
    active_export.add(std::max(0.0, -active));
    reactive_import.add(std::max(0.0, reactive));
    reactive_export.add(std::max(0.0, -reactive));
    apparent.add(volt_ampere_hours);
  }
};

// A cumulated energy at the ends of windows, a line between.
class Cumulated {
 public:
  void add(Instant begin, Instant end, double hours) {
    if (times_.empty() || times_.back() != begin) {  // the first, or a gap
      gap_ends_.push_back(begin);
      times_.push_back(begin);
      hours_.push_back(sum_.value());
    }
    sum_.add(hours);
    times_.push_back(end);
    hours_.push_back(sum_.value());
  }

  // Greatest mean power of a period that lies between two gaps; 0 without one.
  [[nodiscard]] double greatest(const DemandPeriod& period) const {
    double greatest = 0;
    if (times_.empty()) return greatest;
    const std::int64_t length = period.sub_period() * period.sub_periods();
    // Sub-periods end at multiples of their length.
    std::int64_t end = period.next_end({times_.front().nanoseconds - 1}).nanoseconds + length;
    for (; end <= times_.back().nanoseconds; end += period.sub_period()) {
      const Instant begin{end - length};
      const auto gap = std::upper_bound(gap_ends_.begin(), gap_ends_.end(), begin);
      if (gap != gap_ends_.end() && gap->nanoseconds <= end) continue;
      greatest = std::max(greatest, (at({end}) - at(begin)) / period.period().in(hour));
    }
    return greatest;
  }

 private:
  [[nodiscard]] double at(Instant time) const {
    const auto after = std::lower_bound(times_.begin(), times_.end(), time);
    const auto k = static_cast<std::size_t>(after - times_.begin());
    if (*after == time || k == 0) return hours_[k];
    return hours_[k - 1] +
           (hours_[k] - hours_[k - 1]) * ((time - times_[k - 1]) / (times_[k] - times_[k - 1]));
  }

  std::vector<Instant> times_;
  std::vector<double> hours_;
  std::vector<Instant> gap_ends_;  // where windows begin that do not follow one another
  CompensatedSum sum_;
};

constexpr std::array<Place, 4> places{Place::L1, Place::L2, Place::L3, Place::total};
constexpr std::array<std::string_view, 20> register_names{
    "active import L1",    "active export L1",      "reactive import L1",    "reactive export L1",
    "apparent L1",         "active import L2",      "active export L2",      "reactive import L2",
    "reactive export L2",  "apparent L2",           "active import L3",      "active export L3",
    "reactive import L3",  "reactive export L3",    "apparent L3",           "active import total",
    "active export total", "reactive import total", "reactive export total", "apparent total"};

}  // namespace

std::array<QuantityAgreement, register_quantity_count> register_agreement(
    const EnergyRegisters& first, const EnergyRegisterSettings& settings,
    std::span<const WindowEnergy> second, const EnergyBounds& bounds) {
  std::array<Sums, 4> sums;
  Cumulated active;
  Cumulated apparent;
  const bool by_phase = settings.total == TotalCounting::by_phase;
  for (const WindowEnergy& window : second) {
    double p_sum = 0;
    double q_sum = 0;
    double import_sum = 0;
    double s_sum = 0;
    for (std::size_t k = 0; k < phase_count; ++k) {
      const double p = window.active[k].in(watt_hour);
      const double q = window.reactive[k].in(var_hour);
      const double s = window.apparent[k].in(volt_ampere_hour);
      sums[k].add(p, q, s);
      if (by_phase) sums[3].add(p, q, s);
      p_sum += p;
      q_sum += q;
      s_sum += s;
      import_sum += std::max(0.0, p);
    }
    const double s = by_phase ? s_sum : window.apparent_total.in(volt_ampere_hour);
    if (!by_phase) sums[3].add(p_sum, q_sum, s);
    active.add(window.begin, window.end, by_phase ? import_sum : std::max(0.0, p_sum));
    apparent.add(window.begin, window.end, s);
  }

  // Both sides round what they read a few times.
  const auto bound = [](double of_windows, double value) {
    return of_windows + 2e-15 * std::abs(value);
  };
  const double active_bound = bounds.active.in(watt_hour);
  const double reactive_bound = bounds.reactive.in(var_hour);
  const double apparent_bound = bounds.apparent.in(volt_ampere_hour);
  std::array<QuantityAgreement, register_quantity_count> result;
  std::size_t at = 0;
  const auto compare = [&](double a, double b, double of_windows) {
    result[at] = between(register_names.at(at), a, b, bound(of_windows, b));
    ++at;
  };
  for (std::size_t k = 0; k < places.size(); ++k) {
    const RegisterReading reading = first.read(places.at(k));
    compare(reading.active_import.in(watt_hour), sums[k].active_import.value(), active_bound);
    compare(reading.active_export.in(watt_hour), sums[k].active_export.value(), active_bound);
    compare(reading.reactive_import.in(var_hour), sums[k].reactive_import.value(), reactive_bound);
    compare(reading.reactive_export.in(var_hour), sums[k].reactive_export.value(), reactive_bound);
    compare(reading.apparent_total.in(volt_ampere_hour), sums[k].apparent.value(), apparent_bound);
  }
  const auto demand = [&](std::string_view quantity, DemandQuantity which, const Cumulated& curve,
                          double cumulated, double of_windows) {
    const auto found = first.maximum_demand(which);
    const double hours = settings.demand ? settings.demand->period().in(hour) : 1;
    // The difference of two points of the curve is rounded as they are.
    result[at++] = between(quantity, found ? found->value : 0,
                           settings.demand ? curve.greatest(*settings.demand) : 0,
                           bound(of_windows, cumulated) / hours);
  };
  demand("maximum demand active import", DemandQuantity::active_import, active,
         sums[3].active_import.value(), active_bound);
  demand("maximum demand apparent", DemandQuantity::apparent, apparent, sums[3].apparent.value(),
         apparent_bound);
  return result;
}

}  // namespace meterrig::reference
