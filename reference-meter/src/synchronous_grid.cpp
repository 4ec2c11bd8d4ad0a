// SPDX-License-Identifier: GPL-3.0-or-later
#include "synchronous_grid.h"

#include <Eigen/Dense>
#include <cmath>
#include <cstring>
#include <numbers>
#include <span>

#include "bessel_series.h"
#include "meterrig/vocabulary/turn.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

constexpr std::size_t in_registers = 4;  // points whose sums are

// c of the kernel.
double centre_of(const GridDesign& design) {
  return design.highest + design.cut * (design.stop - design.highest);
}

// Place of line k after a transform of n points in quarters, the last stage in halves if need be.
std::uint32_t place_of_line(std::size_t k, std::size_t n) {
  std::size_t place = 0;
  while (n > 1) {
    const std::size_t radix = n == 2 ? 2 : 4;
    n /= radix;
    place += (k % radix) * n;
    k /= radix;
  }
  return static_cast<std::uint32_t>(place);
}

// The weights of as many points as a vector has lanes, at the offsets s in [-1, 1) from the middles
// between their taps: a tap and its mirror are even(s^2) + s odd(s^2) and even(s^2) - s odd(s^2).
template <std::size_t terms, class Vector, class TapWeights>
[[gnu::always_inline]] inline void weigh(const Vector& s, const double* even, const double* odd,
                                         std::span<TapWeights> weights) {
  const Vector square = s * s;
  for (TapWeights& weight : weights) {
    Vector sum = Vector{} + even[terms - 1];
    Vector difference = Vector{} + odd[terms - 1];
    for (std::size_t k = terms - 1; k-- > 0;) {
      sum = sum * square + even[k];
      difference = difference * square + odd[k];
    }
    difference *= s;
    const Vector tap = sum + difference;
    const Vector mirror = sum - difference;
    std::memcpy(weight.tap.data(), &tap, sizeof(tap));
    std::memcpy(weight.mirror.data(), &mirror, sizeof(mirror));
    even += terms;
    odd += terms;
  }
}

}  // namespace

SynchronousGrid::SynchronousGrid(std::size_t points, const GridDesign& design)
    : points_(points),
      half_(static_cast<std::size_t>(std::ceil(
          design.shape / (2 * std::numbers::pi * (design.stop - centre_of(design))) - 1e-9))),
      terms_(static_cast<std::size_t>(design.terms)),
      even_(half_ * terms_),
      odd_(half_ * terms_),
      weights_(half_),
      grid_(points),
      place_(points) {
  const double width = 2 * static_cast<double>(half_);
  const double centre = centre_of(design);
  const double beta = std::numbers::pi * width * (design.stop - centre);
  const double peak = bessel(beta * beta);
  const auto kernel = [&](double distance) {
    const double z = 2 * distance / width;
    const double window = bessel(beta * beta * std::max(0.0, 1 - z * z)) / peak;
    const double turns = centre * distance;
    const double sinc = std::abs(turns) < 1e-9 ? 1
                                               : sine_cosine(turn_of_turns(turns)).sine /
                                                     (2 * std::numbers::pi * turns);
    return 2 * centre * sinc * window;
  };
  // Interpolated at Chebyshev's points, as in period_grid.cpp.
  const auto terms = static_cast<Eigen::Index>(terms_);
  Eigen::MatrixXd powers(terms, terms);
  std::vector<double> offset(terms_);
  for (Eigen::Index i = 0; i < terms; ++i) {
    const double s = sine_cosine(turn_of_turns((2 * static_cast<double>(i) + 1) /
                                               (8 * static_cast<double>(terms))))
                         .cosine;
    offset[static_cast<std::size_t>(i)] = s;
    double power = 1;
    for (Eigen::Index k = 0; k < terms; ++k, power *= s * s) powers(i, k) = power;
  }
  const auto solver = powers.fullPivLu();
  for (std::size_t j = 0; j < half_; ++j) {
    const double middle = static_cast<double>(half_ - j) - 0.5;
    Eigen::VectorXd even(terms);
    Eigen::VectorXd odd(terms);
    for (Eigen::Index i = 0; i < terms; ++i) {
      const double s = offset[static_cast<std::size_t>(i)];
      const double plus = kernel(middle + 0.5 * s);
      const double minus = kernel(middle - 0.5 * s);
      even[i] = 0.5 * (plus + minus);
      odd[i] = 0.5 * (plus - minus) / s;
    }
    even = solver.solve(even).eval();
    odd = solver.solve(odd).eval();
    for (std::size_t k = 0; k < terms_; ++k) {
      even_[j * terms_ + k] = even[static_cast<Eigen::Index>(k)];
      odd_[j * terms_ + k] = odd[static_cast<Eigen::Index>(k)];
    }
  }
  // K by the trapezoidal rule, whose error is what the kernel holds beyond 500 of its widths. Over
  // a cell K falls by a hundredth at most, and a cubic leaves 1e-9 of that.
  constexpr std::size_t nodes = 512;
  constexpr std::size_t cells = 512;
  std::vector<double> values(nodes + 1);
  for (std::size_t i = 0; i <= nodes; ++i)
    values[i] =
        kernel(0.5 * width * static_cast<double>(i) / nodes) * (i == 0 || i == nodes ? 0.5 : 1);
  correction_ = CubicTable(0, design.readable, cells, [&](double y) {
    const double twice = 2 * sine_cosine(turn_of_turns(0.5 * width * y / nodes)).cosine;
    double before = 0.5 * twice;  // cosines by Chebyshev's recurrence
    double now = 1;
    double sum = 0;
    for (const double value : values) {
      sum += value * now;
      const double next = twice * now - before;
      before = now;
      now = next;
    }
    return nodes / (width * sum);
  });

  for (std::size_t n = points; n > 4; n /= 4)
    for (std::size_t k = 0; k < n / 4; ++k) {
      Twiddle twiddle{};
      for (std::size_t r = 1; r < 4; ++r) {
        const SineCosine value =
            sine_cosine(turn_of_turns(static_cast<double>(r * k) / static_cast<double>(n)));
        twiddle.cosine.at(r - 1) = value.cosine;
        twiddle.sine.at(r - 1) = value.sine;
      }
      twiddles_.push_back(twiddle);
    }
  for (std::size_t k = 0; k < points; ++k) place_[k] = place_of_line(k, points);
}

METERRIG_WIDER_CLONES
void SynchronousGrid::resample_by_four(const Scan* scans, double begin, double step) {
  constexpr std::size_t together = 4;
  const Scan* first = scans - (half_ - 1);
  for (std::size_t m = 0; m < points_; m += together) {
    std::array<const Scan*, together> taps;
    Quad s;
    for (std::size_t i = 0; i < together; ++i) {
      const double place = begin + static_cast<double>(m + i) * step;
      const auto whole = static_cast<std::int64_t>(place);
      taps[i] = first + whole;
      s[i] = 2 * (place - static_cast<double>(whole)) - 1;
    }
    if (terms_ == 4)
      weigh<4>(s, even_.data(), odd_.data(), std::span(weights_));
    else
      weigh<5>(s, even_.data(), odd_.data(), std::span(weights_));
    std::array<Point, together> sums{};
    for (std::size_t j = 0; j < half_; ++j) {
      const TapWeights& weight = weights_[j];
      const std::size_t mirror = 2 * half_ - 1 - j;
      for (std::size_t i = 0; i < together; ++i) {
        const Scan& a = taps[i][j];
        const Scan& b = taps[i][mirror];
        sums[i].real += a.volts * weight.tap[i] + b.volts * weight.mirror[i];
        sums[i].imaginary += a.amperes * weight.tap[i] + b.amperes * weight.mirror[i];
      }
    }
    for (std::size_t i = 0; i < together; ++i) grid_[m + i] = sums[i];
  }
}

// The same with a scan in one register: each lane has the same sums.
METERRIG_AVX512
void SynchronousGrid::resample_by_eight(const Scan* scans, double begin, double step) {
  static_assert(sizeof(Scan) == sizeof(Oct) && sizeof(Point) == sizeof(Oct));
  constexpr std::size_t together = 8;
  const Scan* first = scans - (half_ - 1);
  for (std::size_t m = 0; m < points_; m += together) {
    std::array<const Scan*, together> taps;
    Oct s;
    for (std::size_t i = 0; i < together; ++i) {
      const double place = begin + static_cast<double>(m + i) * step;
      const auto whole = static_cast<std::int64_t>(place);
      taps[i] = first + whole;
      s[i] = 2 * (place - static_cast<double>(whole)) - 1;
    }
    if (terms_ == 4)
      weigh<4>(s, even_.data(), odd_.data(), std::span(weights_));
    else
      weigh<5>(s, even_.data(), odd_.data(), std::span(weights_));
    for (std::size_t group = 0; group < together; group += in_registers) {
      std::array<Oct, in_registers> sums{};
      for (std::size_t j = 0; j < half_; ++j) {
        const TapWeights& weight = weights_[j];
        const std::size_t mirror = 2 * half_ - 1 - j;
        for (std::size_t i = 0; i < in_registers; ++i) {
          Oct a;
          Oct b;
          std::memcpy(&a, taps[group + i] + j, sizeof(a));
          std::memcpy(&b, taps[group + i] + mirror, sizeof(b));
          sums[i] += a * weight.tap[group + i] + b * weight.mirror[group + i];
        }
      }
      for (std::size_t i = 0; i < in_registers; ++i)
        std::memcpy(&grid_[m + group + i], &sums[i], sizeof(Oct));
    }
  }
}

// In place, decimated in frequency: a quarter of the lines each time, of a quarter of the points.
METERRIG_WIDER_CLONES
void SynchronousGrid::transform() {
  const Twiddle* twiddle = twiddles_.data();
  std::size_t n = points_;
  for (; n > 4; n /= 4) {
    const std::size_t quarter = n / 4;
    for (std::size_t block = 0; block < points_; block += n) {
      Point* x = grid_.data() + block;
      for (std::size_t k = 0; k < quarter; ++k) {
        const Twiddle& w = twiddle[k];
        const Point a = x[k];
        const Point b = x[k + quarter];
        const Point c = x[k + 2 * quarter];
        const Point d = x[k + 3 * quarter];
        const Quad even_real = a.real + c.real;
        const Quad even_imaginary = a.imaginary + c.imaginary;
        const Quad odd_real = b.real + d.real;
        const Quad odd_imaginary = b.imaginary + d.imaginary;
        x[k] = {even_real + odd_real, even_imaginary + odd_imaginary};
        const Quad half_real = even_real - odd_real;
        const Quad half_imaginary = even_imaginary - odd_imaginary;
        x[k + 2 * quarter] = {half_real * w.cosine[1] + half_imaginary * w.sine[1],
                              half_imaginary * w.cosine[1] - half_real * w.sine[1]};
        const Quad p_real = a.real - c.real;
        const Quad p_imaginary = a.imaginary - c.imaginary;
        const Quad q_real = b.imaginary - d.imaginary;  // -j (b - d)
        const Quad q_imaginary = d.real - b.real;
        const Quad first_real = p_real + q_real;
        const Quad first_imaginary = p_imaginary + q_imaginary;
        x[k + quarter] = {first_real * w.cosine[0] + first_imaginary * w.sine[0],
                          first_imaginary * w.cosine[0] - first_real * w.sine[0]};
        const Quad third_real = p_real - q_real;
        const Quad third_imaginary = p_imaginary - q_imaginary;
        x[k + 3 * quarter] = {third_real * w.cosine[2] + third_imaginary * w.sine[2],
                              third_imaginary * w.cosine[2] - third_real * w.sine[2]};
      }
    }
    twiddle += quarter;
  }
  if (n == 4)
    for (std::size_t block = 0; block < points_; block += 4) {
      Point* x = grid_.data() + block;
      const Point even = {x[0].real + x[2].real, x[0].imaginary + x[2].imaginary};
      const Point odd = {x[1].real + x[3].real, x[1].imaginary + x[3].imaginary};
      const Point p = {x[0].real - x[2].real, x[0].imaginary - x[2].imaginary};
      const Point q = {x[1].imaginary - x[3].imaginary, x[3].real - x[1].real};
      x[0] = {even.real + odd.real, even.imaginary + odd.imaginary};
      x[1] = {p.real + q.real, p.imaginary + q.imaginary};
      x[2] = {even.real - odd.real, even.imaginary - odd.imaginary};
      x[3] = {p.real - q.real, p.imaginary - q.imaginary};
    }
  else
    for (std::size_t block = 0; block < points_; block += 2) {
      Point* x = grid_.data() + block;
      const Point a = x[0];
      x[0] = {a.real + x[1].real, a.imaginary + x[1].imaginary};
      x[1] = {a.real - x[1].real, a.imaginary - x[1].imaginary};
    }
}

void SynchronousGrid::analyze(const Scan* scans, double begin, double length) {
  per_sample_ = 1 / length;
  const double step = length / static_cast<double>(points_);
  if (has_avx512())
    resample_by_eight(scans, begin, step);
  else
    resample_by_four(scans, begin, step);
  transform();
}

METERRIG_WIDER_CLONES
void SynchronousGrid::lines(std::size_t count, Line* lines) const {
  for (std::size_t k = 0; k < count; ++k) {
    const Point& plus = grid_[place_[k]];
    const Point& minus = grid_[place_[(points_ - k) & (points_ - 1)]];
    const double scale =
        0.5 * correction_.at(static_cast<double>(k) * per_sample_) / static_cast<double>(points_);
    lines[k].volts_real = (plus.real + minus.real) * scale;
    lines[k].volts_imaginary = (plus.imaginary - minus.imaginary) * scale;
    lines[k].amperes_real = (plus.imaginary + minus.imaginary) * scale;
    lines[k].amperes_imaginary = (minus.real - plus.real) * scale;
  }
}

}  // namespace meterrig::reference
