// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/second_algorithm.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "harmonic_fit.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

constexpr int highest_order = 63;
constexpr double fewest_periods = 2;

using Vector = Eigen::VectorXd;

// Time runs from the middle of the block, t = n - (N - 1) / 2 in samples: then the sum of cos x sin
// over the block is 0 and the cosines and the sines are two fits of half the size. The cosines see
// the even part of the samples, the sines the odd part.
class Fit {
 public:
  Fit(std::size_t count, double cycles)
      : count_(count),
        orders_(std::min(highest_order, static_cast<int>(std::floor(0.45 / cycles)))),
        half_cycle_(turn_of_turns(0.5 * cycles)) {
    const Eigen::Index size = orders_ + 1;
    Eigen::MatrixXd cosines(size, size);
    Eigen::MatrixXd sines(size - 1, size - 1);
    for (int a = 0; a <= orders_; ++a)
      for (int b = 0; b <= orders_; ++b) {
        cosines(a, b) = 0.5 * (kernel(a - b) + kernel(a + b));
        if (a > 0 && b > 0) sines(a - 1, b - 1) = 0.5 * (kernel(a - b) - kernel(a + b));
      }
    cosine_solver_.compute(cosines);
    sine_solver_.compute(sines);
  }

  [[nodiscard]] int orders() const { return orders_; }

  // Amplitudes: cosine[h] cos(h w t) + sine[h - 1] sin(h w t).
  struct Spectrum {
    Vector cosine;
    Vector sine;
    double residual = 0;  // r.m.s. per degree of freedom
    double rest = 0;      // mean square of what is left
  };

  // Vector by vector: Eigen then uses no blocking that depends on the machine's caches.
  [[nodiscard]] std::vector<Spectrum> solve(std::span<const std::span<const double>> rows) const {
    std::vector<Spectrum> spectra(rows.size());
    for (Spectrum& spectrum : spectra) {
      spectrum.cosine = Vector::Zero(orders_ + 1);
      spectrum.sine = Vector::Zero(orders_);
    }
    for_each_pair([&](std::size_t early, std::size_t late, const Vector& c, const Vector& s) {
      const double share = early == late ? 0.5 : 1.0;  // the middle sample is its own partner
      for (std::size_t r = 0; r < rows.size(); ++r) {
        spectra[r].cosine += share * (rows[r][late] + rows[r][early]) * c;
        spectra[r].sine += share * (rows[r][late] - rows[r][early]) * s.tail(orders_);
      }
    });
    for (Spectrum& spectrum : spectra) {
      spectrum.cosine = cosine_solver_.solve(spectrum.cosine).eval();
      spectrum.sine = sine_solver_.solve(spectrum.sine).eval();
    }
    for_each_pair([&](std::size_t early, std::size_t late, const Vector& c, const Vector& s) {
      const double share = early == late ? 0.25 : 0.5;
      for (std::size_t r = 0; r < rows.size(); ++r) {
        const double even = rows[r][late] + rows[r][early] - 2 * spectra[r].cosine.dot(c);
        const double odd =
            rows[r][late] - rows[r][early] - 2 * spectra[r].sine.dot(s.tail(orders_));
        spectra[r].residual += share * (even * even + odd * odd);
      }
    });
    const double freedom = std::max(1.0, static_cast<double>(count_) - (2 * orders_ + 1));
    for (Spectrum& spectrum : spectra) {
      spectrum.rest = spectrum.residual / static_cast<double>(count_);
      spectrum.residual = std::sqrt(spectrum.residual / freedom);
    }
    return spectra;
  }

 private:
  [[nodiscard]] double kernel(int k) const { return sum_of_cosines(k, count_, half_cycle_); }

  // Calls use(early, late, cosines of orders 0.., sines of orders 0..) for the samples at -t and t.
  template <class Use>
  void for_each_pair(Use use) const {
    Vector c(orders_ + 1);
    Vector s(orders_ + 1);
    for (std::size_t late = count_ / 2; late < count_; ++late) {
      const auto twice =
          static_cast<std::int64_t>(2 * late) - static_cast<std::int64_t>(count_ - 1);
      const SineCosine first = sine_cosine(twice * half_cycle_);
      c[0] = 1;
      s[0] = 0;
      c[1] = first.cosine;
      s[1] = first.sine;
      // Each order from two of half of it: six products in a row at most, and as many roundings.
      for (int h = 2; h <= orders_; ++h) {
        const int a = h / 2;
        const int b = h - a;
        c[h] = c[a] * c[b] - s[a] * s[b];
        s[h] = s[a] * c[b] + c[a] * s[b];
      }
      use(count_ - 1 - late, late, c, s);
    }
  }

  std::size_t count_;
  int orders_;
  Turn half_cycle_;
  Eigen::LDLT<Eigen::MatrixXd> cosine_solver_;
  Eigen::LDLT<Eigen::MatrixXd> sine_solver_;
};

double mean_square(const Fit::Spectrum& x) {
  return x.cosine[0] * x.cosine[0] +
         0.5 * (x.cosine.tail(x.cosine.size() - 1).squaredNorm() + x.sine.squaredNorm()) + x.rest;
}

std::vector<std::complex<double>> phasors_of(const Fit::Spectrum& x) {
  std::vector<std::complex<double>> phasors(static_cast<std::size_t>(x.cosine.size()));
  phasors[0] = x.cosine[0];
  for (Eigen::Index h = 1; h < x.cosine.size(); ++h)
    phasors[static_cast<std::size_t>(h)] = {x.sine[h - 1] / std::numbers::sqrt2,
                                            x.cosine[h] / std::numbers::sqrt2};
  return phasors;
}

// Amplitudes c of the wave as the sum over k from -orders to orders of c[orders + k] e^(j k w t).
std::vector<std::complex<double>> two_sided(const std::vector<std::complex<double>>& phasors) {
  const std::size_t orders = phasors.size() - 1;
  std::vector<std::complex<double>> amplitudes(2 * orders + 1);
  amplitudes[orders] = phasors[0];
  for (std::size_t h = 1; h <= orders; ++h) {
    // sqrt(2) Im(X e^(j h w t)) = -j X / sqrt(2) e^(j h w t) + its conjugate
    const std::complex<double> c =
        std::complex<double>(phasors[h].imag(), -phasors[h].real()) / std::numbers::sqrt2;
    amplitudes[orders + h] = c;
    amplitudes[orders - h] = std::conj(c);
  }
  return amplitudes;
}

// Coefficient of e^(j m w t), m >= 0, in the product of two waves of equally many orders.
std::complex<double> product_coefficient(const std::vector<std::complex<double>>& a,
                                         const std::vector<std::complex<double>>& b,
                                         std::size_t m) {
  const std::size_t orders = (a.size() - 1) / 2;
  double real = 0;
  double imaginary = 0;
  for (std::size_t k = m; k < a.size(); ++k) {  // a of order k - orders, b of order m - that
    const std::complex<double> x = a[k];
    const std::complex<double> y = b[m + 2 * orders - k];
    real += x.real() * y.real() - x.imag() * y.imag();
    imaginary += x.real() * y.imag() + x.imag() * y.real();
  }
  return {real, imaginary};
}

// Seconds from the middle of the block to a time.
double seconds_from_middle(const SecondReading& reading, Instant time) {
  __extension__ using Wide = __int128;
  const Wide half_samples_of_time = Wide{time.nanoseconds} * 2 * reading.rate.numerator;
  const Wide middle = Wide{reading.twice_middle} * 1000000000 * reading.rate.denominator;
  return static_cast<double>(half_samples_of_time - middle) /
         (2e9 * static_cast<double>(reading.rate.numerator));
}

}  // namespace

Result<SecondReading> measure_by_fit(const SampleBlock& block, Frequency frequency) {
  const double cycles = frequency.in(hertz) / block.rate.value();
  if (!(cycles > 0) || !std::isfinite(cycles))
    return fail(ErrorCode::invalid_argument, "a frequency that is not above 0 Hz");
  if (!(static_cast<double>(block.count()) * cycles >= fewest_periods * (1 - 1e-6)) ||
      cycles > 0.45)
    return fail(ErrorCode::failed_precondition,
                "a block shorter than 2 periods of the fundamental");
  std::array<std::span<const double>, 2 * phase_count> rows;
  for (std::size_t p = 0; p < phase_count; ++p) {
    rows.at(p) = block.volts(p);
    rows.at(phase_count + p) = block.amperes(p);
  }
  for (const auto row : rows)
    if (!std::all_of(row.begin(), row.end(), [](double x) { return std::isfinite(x); }))
      return fail(ErrorCode::invalid_argument, "a sample that is not a finite number");

  const Fit fit(block.count(), cycles);
  const auto spectra = fit.solve(rows);
  SecondReading reading;
  reading.p_total = watt(0);
  reading.q1_total = var(0);
  reading.s_total = volt_ampere(0);
  reading.frequency = frequency;
  reading.rate = block.rate;
  reading.twice_middle = 2 * block.first_sample + static_cast<std::int64_t>(block.count()) - 1;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const Fit::Spectrum& u = spectra.at(p);
    const Fit::Spectrum& i = spectra.at(phase_count + p);
    double watts = u.cosine[0] * i.cosine[0];
    for (int h = 1; h <= fit.orders(); ++h)
      watts += 0.5 * (u.cosine[h] * i.cosine[h] + u.sine[h - 1] * i.sine[h - 1]);
    reading.p.at(p) = watt(watts);
    reading.q1.at(p) = var(0.5 * (u.cosine[1] * i.sine[0] - u.sine[0] * i.cosine[1]));
    reading.p_total += reading.p.at(p);
    reading.q1_total += reading.q1.at(p);
    reading.u.at(p) = volt(std::sqrt(mean_square(u)));
    reading.i.at(p) = ampere(std::sqrt(mean_square(i)));
    reading.s_total += reading.u.at(p) * reading.i.at(p);
    reading.voltage_phasors.at(p) = phasors_of(u);
    reading.current_phasors.at(p) = phasors_of(i);
    reading.voltage_residual.at(p) = volt(u.residual);
    reading.current_residual.at(p) = ampere(i.residual);
  }
  return reading;
}

PerPhase<ActiveEnergy> energy_by_fit(const SecondReading& reading, Instant begin, Instant end) {
  const double from = seconds_from_middle(reading, begin);
  const double to = seconds_from_middle(reading, end);
  const double frequency = reading.frequency.in(hertz);
  const Turn turn_from = turn_of_turns(from * frequency);
  const Turn turn_to = turn_of_turns(to * frequency);
  const double omega = 2 * std::numbers::pi * frequency;
  PerPhase<ActiveEnergy> energies;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const auto u = two_sided(reading.voltage_phasors.at(p));
    const auto i = two_sided(reading.current_phasors.at(p));
    double sum = product_coefficient(u, i, 0).real() * (to - from);
    for (std::size_t m = 1; m < u.size(); ++m) {
      // 2 Re of d (e^(j m w to) - e^(j m w from)) / (j m w)
      const std::complex<double> d = product_coefficient(u, i, m);
      const auto order = static_cast<std::int64_t>(m);
      const SineCosine a = sine_cosine(order * turn_from);
      const SineCosine b = sine_cosine(order * turn_to);
      sum += 2 * (d.real() * (b.sine - a.sine) + d.imag() * (b.cosine - a.cosine)) /
             (static_cast<double>(m) * omega);
    }
    energies.at(p) = watt_second(sum);
  }
  return energies;
}

Agreement agreement(const MeterReading& first, const SecondReading& second, std::size_t samples) {
  constexpr double rounding = 1e-11;  // of U I: sums of up to 10^6 samples, and the fit's solution
  const double noise = 12 / std::sqrt(static_cast<double>(samples));
  // Of the square of one channel's r.m.s., relative.
  const auto relative = [&](double rms, double rest) {
    if (rms == 0) return 0.0;
    const double share = rest / rms;
    return first.leakage + rounding + 2 * noise * share + 4 * share * share;
  };
  double bound = 0;
  double s_bound = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double u = first.phase.at(p).u.in(volt);
    const double i = first.phase.at(p).i.in(ampere);
    const double u_rest = second.voltage_residual.at(p).in(volt);
    const double i_rest = second.current_residual.at(p).in(ampere);
    bound += (first.leakage + rounding) * u * i + noise * (u * i_rest + i * u_rest) +
             4 * u_rest * i_rest;
    const double e_u = relative(u, u_rest);
    const double e_i = relative(i, i_rest);
    s_bound += u * i * (e_u + e_i + e_u * e_i);
  }
  const double s_first = first.s_total.in(volt_ampere);
  const double s_second = second.s_total.in(volt_ampere);
  const double factor = second.p_total.in(watt) / s_second;
  Agreement result{.p_difference = first.p_total - second.p_total,
                   .p_bound = watt(bound),
                   .q_difference = first.q1_total - second.q1_total,
                   .q_bound = var(bound),
                   .s_difference = first.s_total - second.s_total,
                   .s_bound = volt_ampere(s_bound),
                   .power_factor_difference = first.power_factor_total - factor,
                   .power_factor_bound = (bound + std::abs(factor) * s_bound) / s_first,
                   .within = false};
  const bool factors_agree =
      s_first == 0 ? s_second <= s_bound
                   : std::abs(result.power_factor_difference) <= result.power_factor_bound;
  result.within = std::abs(result.p_difference.in(watt)) <= bound &&
                  std::abs(result.q_difference.in(var)) <= bound &&
                  std::abs(result.s_difference.in(volt_ampere)) <= s_bound && factors_agree;
  return result;
}

}  // namespace meterrig::reference
