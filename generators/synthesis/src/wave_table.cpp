// SPDX-License-Identifier: GPL-3.0-or-later
#include "wave_table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>

#include "meterrig/vocabulary/wide.h"

namespace meterrig::synthesis {
namespace {

constexpr long double pi = 3.14159265358979323846264338327950288L;
constexpr std::size_t most_terms = 18;

// J_n(b) by its power series (Abramowitz and Stegun 9.1.10), for |b| up to 1 or so.
long double bessel(std::size_t n, long double b) {
  const long double half = b / 2;
  long double term = 1;
  for (std::size_t k = 1; k <= n; ++k) term *= half / static_cast<long double>(k);
  long double sum = 0;
  for (std::size_t m = 1; m <= 16; ++m) {
    sum += term;
    term *= -half * half / (static_cast<long double>(m) * static_cast<long double>(m + n));
  }
  return sum;
}

// Powers of t in T_n(t).
using Powers = std::array<long double, most_terms>;
std::vector<Powers> chebyshev_polynomials(std::size_t count) {
  std::vector<Powers> t(count, Powers{});
  for (std::size_t n = 0; n < count; ++n) {
    if (n < 2) {
      t[n][n] = 1;
      continue;
    }
    for (std::size_t k = 0; k < most_terms; ++k)
      t[n][k] = (k > 0 ? 2 * t[n - 1][k - 1] : 0) - t[n - 2][k];
  }
  return t;
}

// Coefficients of e^{j b t}: those of even powers are real, those of odd ones are j times this.
Powers exponential(long double b, std::size_t terms, const std::vector<Powers>& polynomials) {
  Powers result{};
  for (std::size_t n = 0; n < terms; ++n) {
    // j^n is 1, j, -1, -j.
    const long double sign = (n / 2) % 2 == 0 ? 1 : -1;
    const long double weight = (n == 0 ? 1 : 2) * sign * bessel(n, b);
    for (std::size_t k = n % 2; k <= n; k += 2) result[k] += weight * polynomials[n][k];
  }
  return result;
}

struct Shape {
  unsigned segment_bits = 4;
  std::size_t terms = 1;
};

// Fewest operations that keep the bound. A table beyond the first-level cache costs more, one
// beyond the second-level cache much more, and a long one takes time to make.
Shape shape_for(const std::map<std::int32_t, double>& amplitudes, std::size_t width) {
  constexpr double allowed = 1e-15;
  double sum = 0;
  for (const auto& [order, amplitude] : amplitudes) sum += amplitude;
  Shape best{.segment_bits = 4, .terms = 1};
  double lowest_cost = std::numeric_limits<double>::infinity();
  std::vector<double> left_out(amplitudes.size());
  for (unsigned bits = 4; bits <= 16 && sum > 0; ++bits) {
    const double segments = std::ldexp(1.0, static_cast<int>(bits));
    const double half = 0.5 * static_cast<double>(pi) / segments;
    if (half * amplitudes.rbegin()->first > 1) continue;
    std::transform(amplitudes.begin(), amplitudes.end(), left_out.begin(),
                   [](const auto& line) { return 2 * line.second; });
    std::size_t terms = 0;
    double bound = sum;
    while (bound > allowed * sum && terms < most_terms) {
      ++terms;
      bound = 0;
      auto part = left_out.begin();
      for (const auto& [order, amplitude] : amplitudes) {
        *part *= half * order / static_cast<double>(terms);
        bound += *part++;
      }
    }
    if (bound > allowed * sum) continue;
    const double bytes = segments * static_cast<double>(terms * width * sizeof(double));
    const double dearness = bytes <= 32768 ? 1.0 : (bytes <= 524288 ? 1.4 : 3.0);
    const double cost = static_cast<double>(terms) * dearness + 0.002 * segments;
    if (cost < lowest_cost) {
      lowest_cost = cost;
      best = {.segment_bits = bits, .terms = terms};
    }
  }
  return best;
}

// Peaks of all waves at one order.
struct Order {
  std::array<double, WaveTable::most_waves> sine{};
  std::array<double, WaveTable::most_waves> cosine{};
};

// Where a turn lies in its segment, from -1 up to below 1, exactly but for 2^-53: the bits below
// the segment's become the mantissa of a number from 2 up to 4, less 3.
double place_in_segment(std::uint64_t word, unsigned segment_bits) {
  const std::uint64_t mantissa = (word << segment_bits) >> 12;
  return std::bit_cast<double>(mantissa | 0x4000000000000000U) - 3.0;
}

struct Kernel {
  const double* table;
  std::size_t terms;
  unsigned segment_bits;
  std::size_t stride;  // see stride_of(); a multiple of 4
};

// In what steps to go through the turns, so that one step after another meets the segment of the
// one before and finds its coefficients in the first-level cache: about a number of periods, the
// one after which the first turn comes back most closely. As far as all of them when there is none.
std::size_t stride_of(std::span<const Turn> turns, std::size_t segments) {
  std::size_t best = std::max(turns.size(), std::size_t{4});
  if (turns.size() < 8) return best;
  const std::uint64_t step = (turns[1] - turns[0]).word;
  std::uint64_t least = ~std::uint64_t{0} / segments;
  for (std::size_t i = 4; i <= turns.size() / 2; i += 4) {
    const std::uint64_t turned = i * step;
    const std::uint64_t off = std::min(turned, ~turned);
    if (off >= least) continue;
    least = off;
    best = i;
  }
  return best;
}

// Values of four waves at four turns, made to rows of them.
[[gnu::always_inline]] inline void put_rows(const Quad& value0, const Quad& value1,
                                            const Quad& value2, const Quad& value3,
                                            double* const* row, std::size_t i) {
  const Quad even01 = __builtin_shufflevector(value0, value1, 0, 4, 2, 6);
  const Quad odd01 = __builtin_shufflevector(value0, value1, 1, 5, 3, 7);
  const Quad even23 = __builtin_shufflevector(value2, value3, 0, 4, 2, 6);
  const Quad odd23 = __builtin_shufflevector(value2, value3, 1, 5, 3, 7);
  if (row[0] != nullptr) store(row[0] + i, __builtin_shufflevector(even01, even23, 0, 1, 4, 5));
  if (row[1] != nullptr) store(row[1] + i, __builtin_shufflevector(odd01, odd23, 0, 1, 4, 5));
  if (row[2] != nullptr) store(row[2] + i, __builtin_shufflevector(even01, even23, 2, 3, 6, 7));
  if (row[3] != nullptr) store(row[3] + i, __builtin_shufflevector(odd01, odd23, 2, 3, 6, 7));
}

// Four turns at a time: four polynomials whose chains of additions hide one another's latency, and
// a transposition that makes rows of them. A Vector has as many waves as it holds; of `waves`. In
// which order does not matter to the values.
template <class Vector, std::size_t waves>
[[gnu::always_inline]] inline void evaluate_by(const Kernel& kernel, const Turn* turns,
                                               std::size_t count, double* const* rows) {
  constexpr std::size_t width = sizeof(Vector) / sizeof(double);
  constexpr std::size_t vectors = waves / width;
  const std::size_t terms = kernel.terms;
  const std::size_t stride = terms * waves;
  const unsigned segment_bits = kernel.segment_bits;
  const unsigned shift = 64 - segment_bits;
  const double* const table = kernel.table;
  for (std::size_t first = 0; first < std::min(kernel.stride, count); first += 4)
    for (std::size_t i = first; i < count; i += kernel.stride) {
      const double* place[4] = {};    // NOLINT(modernize-avoid-c-arrays): registers
      Vector t[4] = {};               // NOLINT(modernize-avoid-c-arrays)
      Vector value[vectors][4] = {};  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 4
      for (std::size_t s = 0; s < 4; ++s) {
        const std::uint64_t word = turns[i + s].word;
        place[s] = table + (word >> shift) * stride;
        const double x = place_in_segment(word, segment_bits);
        t[s] = Vector{} + x;
#pragma GCC unroll 2
        for (std::size_t v = 0; v < vectors; ++v) load(value[v][s], place[s] + width * v);
      }
      for (std::size_t k = waves; k < stride; k += waves)
#pragma GCC unroll 4
        for (std::size_t s = 0; s < 4; ++s)
#pragma GCC unroll 2
          for (std::size_t v = 0; v < vectors; ++v) {
            Vector coefficient;
            load(coefficient, place[s] + k + width * v);
            value[v][s] = value[v][s] * t[s] + coefficient;
          }
      if constexpr (width == 4) {
#pragma GCC unroll 2
        for (std::size_t v = 0; v < vectors; ++v)
          put_rows(value[v][0], value[v][1], value[v][2], value[v][3], rows + 4 * v, i);
      } else {
        Quad half[2][4] = {};  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 4
        for (std::size_t s = 0; s < 4; ++s) {
          half[0][s] = __builtin_shufflevector(value[0][s], value[0][s], 0, 1, 2, 3);
          half[1][s] = __builtin_shufflevector(value[0][s], value[0][s], 4, 5, 6, 7);
        }
#pragma GCC unroll 2
        for (std::size_t h = 0; h < 2; ++h)
          put_rows(half[h][0], half[h][1], half[h][2], half[h][3], rows + 4 * h, i);
      }
    }
}

METERRIG_WIDER_CLONES
void evaluate_four(const Kernel& kernel, const Turn* turns, std::size_t count,
                   double* const* rows) {
  evaluate_by<Quad, 4>(kernel, turns, count, rows);
}

METERRIG_WIDER_CLONES
void evaluate_eight(const Kernel& kernel, const Turn* turns, std::size_t count,
                    double* const* rows) {
  evaluate_by<Quad, 8>(kernel, turns, count, rows);
}

METERRIG_AVX512
void evaluate_eight_at_once(const Kernel& kernel, const Turn* turns, std::size_t count,
                            double* const* rows) {
  evaluate_by<Oct, 8>(kernel, turns, count, rows);
}

}  // namespace

WaveTable::WaveTable(std::size_t waves, std::span<const WaveLine> lines,
                     std::span<const double> offsets)
    : fours_(waves <= 4 ? 1 : 2) {
  std::map<std::int32_t, Order> orders;
  for (const WaveLine& line : lines) {
    Order& order = orders[line.order];
    order.sine[line.wave] += line.sine;
    order.cosine[line.wave] += line.cosine;
  }
  std::map<std::int32_t, double> amplitudes;
  for (const auto& [number, order] : orders)
    for (std::size_t w = 0; w < most_waves; ++w)
      amplitudes[number] =
          std::max(amplitudes[number], std::abs(order.sine[w]) + std::abs(order.cosine[w]));
  const Shape shape = shape_for(amplitudes, 4 * fours_);
  segment_bits_ = shape.segment_bits;
  terms_ = shape.terms;
  const std::size_t count = segments();
  const std::size_t width = 4 * fours_;  // segments are even in number: whole cache lines
  coefficients_.assign(count * terms_ * width / CacheLine{}.size(), CacheLine{});
  double* const coefficients = coefficients_.front().data();
  for (std::size_t m = 0; m < count; ++m)
    for (std::size_t w = 0; w < offsets.size(); ++w)
      coefficients[((m + 1) * terms_ - 1) * width + w] = offsets[w];

  // Sine and cosine at the middles of the segments: odd multiples of half a segment, h times of
  // which are again multiples of it.
  std::vector<SineCosine> circle(2 * count);
  for (std::size_t j = 0; j < circle.size(); ++j)
    circle[j] = sine_cosine({static_cast<std::uint64_t>(j) << (63 - segment_bits_)});
  const std::vector<Powers> polynomials = chebyshev_polynomials(terms_);
  std::vector<double> scale(terms_);
  for (const auto& [number, order] : orders) {
    const Powers powers =
        exponential(pi * number / static_cast<long double>(count), terms_, polynomials);
    for (std::size_t k = 0; k < terms_; ++k) scale[k] = static_cast<double>(powers[k]);
    const auto step = static_cast<std::size_t>(number);
    for (std::size_t m = 0; m < count; ++m) {
      const SineCosine& middle = circle[(step * (2 * m + 1)) & (2 * count - 1)];
      // sin(a + b t) = Im e^{j a} e^{j b t}, and the cosine its real part: of an even power, and of
      // an odd one.
      std::array<std::array<double, most_waves>, 2> part;
      for (std::size_t w = 0; w < most_waves; ++w) {
        part[0][w] = order.sine[w] * middle.sine + order.cosine[w] * middle.cosine;
        part[1][w] = order.sine[w] * middle.cosine - order.cosine[w] * middle.sine;
      }
      double* row = coefficients + (m + 1) * terms_ * width;
      for (std::size_t k = 0; k < terms_; ++k) {
        row -= width;
        for (std::size_t w = 0; w < width; ++w) row[w] += scale[k] * part[k % 2][w];
      }
    }
  }
}

void WaveTable::evaluate(std::span<const Turn> turns,
                         const std::array<double*, most_waves>& rows) const {
  constexpr std::size_t first_level_cache = 32768;
  const bool fits = coefficients_.size() * sizeof(CacheLine) <= first_level_cache;
  const Kernel kernel{.table = coefficients_.front().data(),
                      .terms = terms_,
                      .segment_bits = segment_bits_,
                      .stride = fits ? turns.size() + 4 : stride_of(turns, segments())};
  const auto eight = has_avx512() ? evaluate_eight_at_once : evaluate_eight;
  const auto run = fours_ == 1 ? evaluate_four : eight;
  const std::size_t whole = turns.size() / 4 * 4;
  run(kernel, turns.data(), whole, rows.data());
  if (whole == turns.size()) return;
  // What is left over is computed the same way, four at a time, and put where it belongs.
  std::array<Turn, 4> last{};
  std::copy(turns.begin() + static_cast<std::ptrdiff_t>(whole), turns.end(), last.begin());
  std::array<std::array<double, 4>, most_waves> values{};
  std::array<double*, most_waves> places{};
  for (std::size_t w = 0; w < most_waves; ++w) places[w] = values[w].data();
  run(kernel, last.data(), 4, places.data());
  for (std::size_t w = 0; w < most_waves; ++w)
    if (rows[w] != nullptr) std::copy_n(values[w].begin(), turns.size() - whole, rows[w] + whole);
}

}  // namespace meterrig::synthesis
