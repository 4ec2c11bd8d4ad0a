// SPDX-License-Identifier: GPL-3.0-or-later
#include "window_sums.h"

#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "bessel_series.h"

namespace meterrig::reference {
namespace {

METERRIG_WIDER_CLONES
void add_whole(const Scan* scans, std::size_t count, WindowSums& sums) {
  WindowSums sum = sums;
  for (std::size_t i = 0; i < count; ++i) {
    const Quad u = scans[i].volts;
    const Quad a = scans[i].amperes;
    const Quad u_magnitude = u < 0 ? -u : u;
    const Quad a_magnitude = a < 0 ? -a : a;
    sum.volts_square += u * u;
    sum.amperes_square += a * a;
    sum.product += u * a;
    sum.volts_rectified += u_magnitude;
    sum.amperes_rectified += a_magnitude;
    sum.volts_peak = u_magnitude > sum.volts_peak ? u_magnitude : sum.volts_peak;
    sum.amperes_peak = a_magnitude > sum.amperes_peak ? a_magnitude : sum.amperes_peak;
  }
  sums = sum;
}

METERRIG_WIDER_CLONES
void add_weighted(const Scan* scans, std::span<const double> weights, WindowSums& sums) {
  WindowSums sum = sums;
  for (std::size_t n = 0; n < weights.size(); ++n) {
    const double weight = weights[n];
    const Quad u = scans[n].volts;
    const Quad a = scans[n].amperes;
    sum.volts_square += weight * u * u;
    sum.amperes_square += weight * a * a;
    sum.product += weight * u * a;
    sum.volts_rectified += weight * (u < 0 ? -u : u);
    sum.amperes_rectified += weight * (a < 0 ? -a : a);
  }
  sums = sum;
}

METERRIG_WIDER_CLONES
void add_peaks(const Scan* scans, std::size_t count, WindowSums& sums) {
  for (std::size_t n = 0; n < count; ++n) {
    const Quad u = scans[n].volts < 0 ? -scans[n].volts : scans[n].volts;
    const Quad a = scans[n].amperes < 0 ? -scans[n].amperes : scans[n].amperes;
    sums.volts_peak = u > sums.volts_peak ? u : sums.volts_peak;
    sums.amperes_peak = a > sums.amperes_peak ? a : sums.amperes_peak;
  }
}

}  // namespace

WindowEdge::WindowEdge(std::size_t reach) : reach_(reach) {
  const double width = 2 * static_cast<double>(reach);
  const double beta = std::numbers::pi * width * 0.1;
  const double area = 0.5 * width * 2 * sinh_ratio(beta * beta);
  const auto bump = [&](double offset) {
    const double z = 2 * offset / width;
    return bessel(beta * beta * std::max(0.0, 1 - z * z)) / area;
  };
  double before = -0.5 * width;
  double sum = 0;
  share_ = CubicTable(-0.5 * width, 0.5 * width, 16 * reach, [&](double offset) {
    const double step = offset - before;  // Simpson's rule
    sum += step / 6 * (bump(before) + 4 * bump(before + 0.5 * step) + bump(offset));
    before = offset;
    return sum;
  });
}

void sum_window(const Scan* scans, double begin, double end, const WindowEdge& edge,
                WindowSums& sums) {
  sums = {};
  const std::size_t reach = edge.reach();
  const auto first = static_cast<std::size_t>(std::ceil(begin));
  const auto last = static_cast<std::size_t>(std::ceil(end));  // the first one that is not in it
  std::array<double, 2 * WindowEdge::most_reach> weights{};
  const std::span<double> shares = std::span(weights).first(2 * reach);
  for (std::size_t n = 0; n < shares.size(); ++n)
    shares[n] = edge.share(static_cast<double>(first + n) - static_cast<double>(reach) - begin);
  add_weighted(scans + first - reach, shares, sums);
  add_peaks(scans + first, reach, sums);
  add_whole(scans + first + reach, last - first - 2 * reach, sums);
  for (std::size_t n = 0; n < shares.size(); ++n)
    shares[n] = 1 - edge.share(static_cast<double>(last + n) - static_cast<double>(reach) - end);
  add_weighted(scans + last - reach, shares, sums);
  add_peaks(scans + last - reach, reach, sums);
}

}  // namespace meterrig::reference
