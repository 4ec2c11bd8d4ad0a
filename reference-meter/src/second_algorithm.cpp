// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/second_algorithm.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
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
    for (Spectrum& spectrum : spectra) spectrum.residual = std::sqrt(spectrum.residual / freedom);
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
      for (int h = 0; h <= orders_; ++h) {
        const SineCosine value = sine_cosine(h * twice * half_cycle_);
        c[h] = value.cosine;
        s[h] = value.sine;
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
    reading.voltage_residual.at(p) = volt(u.residual);
    reading.current_residual.at(p) = ampere(i.residual);
  }
  return reading;
}

Agreement agreement(const MeterReading& first, const SecondReading& second, std::size_t samples) {
  constexpr double rounding = 1e-11;  // of U I: sums of up to 10^6 samples, and the fit's solution
  double bound = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double u = first.phase.at(p).u.in(volt);
    const double i = first.phase.at(p).i.in(ampere);
    const double u_rest = second.voltage_residual.at(p).in(volt);
    const double i_rest = second.current_residual.at(p).in(ampere);
    bound += (first.leakage + rounding) * u * i +
             12 / std::sqrt(static_cast<double>(samples)) * (u * i_rest + i * u_rest) +
             4 * u_rest * i_rest;
  }
  Agreement result{.p_difference = first.p_total - second.p_total,
                   .p_bound = watt(bound),
                   .q_difference = first.q1_total - second.q1_total,
                   .q_bound = var(bound),
                   .within = false};
  result.within = std::abs(result.p_difference.in(watt)) <= bound &&
                  std::abs(result.q_difference.in(var)) <= bound;
  return result;
}

}  // namespace meterrig::reference
