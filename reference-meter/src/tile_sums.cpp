// SPDX-License-Identifier: GPL-3.0-or-later
#include "tile_sums.h"

#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {
namespace {

struct Lanes {
  Quad u{};
  Quad i{};
  Quad uu{};
  Quad ii{};
  Quad ui{};
  Quad ux{};
  Quad uy{};
  Quad ix{};
  Quad iy{};
};

// What is not a whole four ends in zeros, which add nothing.
[[gnu::always_inline]] inline void load_some(Quad& into, const double* from, std::size_t count) {
  into = Quad{};
  for (std::size_t k = 0; k < count; ++k) into[k] = from[k];
}

// `wu` and `wi` are the samples with their weights.
[[gnu::always_inline]] inline void add_four(Lanes& lanes, const Quad& u, const Quad& i,
                                            const Quad& wu, const Quad& wi, const Quad& cosine,
                                            const Quad& sine) {
  lanes.u += wu;
  lanes.i += wi;
  lanes.uu += wu * u;
  lanes.ii += wi * i;
  lanes.ui += wu * i;
  lanes.ux += wu * cosine;
  lanes.uy += wu * sine;
  lanes.ix += wi * cosine;
  lanes.iy += wi * sine;
}

[[gnu::always_inline]] inline double total(const Quad& lanes) {
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

[[gnu::always_inline]] inline void write(const Lanes& lanes, PhaseSums& sums) {
  sums = {.u = total(lanes.u),
          .i = total(lanes.i),
          .uu = total(lanes.uu),
          .ii = total(lanes.ii),
          .ui = total(lanes.ui),
          .ux = total(lanes.ux),
          .uy = total(lanes.uy),
          .ix = total(lanes.ix),
          .iy = total(lanes.iy)};
}

METERRIG_WIDER_CLONES
void sum_plain(const PhaseTile& tile, PhaseSums& sums) {
  Lanes lanes;
  const std::size_t whole = tile.count / 4 * 4;
  Quad u;
  Quad i;
  Quad cosine;
  Quad sine;
  for (std::size_t k = 0; k < whole; k += 4) {
    load(u, tile.volts + k);
    load(i, tile.amperes + k);
    load(cosine, tile.cosine + k);
    load(sine, tile.sine + k);
    add_four(lanes, u, i, u, i, cosine, sine);
  }
  load_some(u, tile.volts + whole, tile.count - whole);
  load_some(i, tile.amperes + whole, tile.count - whole);
  load_some(cosine, tile.cosine + whole, tile.count - whole);
  load_some(sine, tile.sine + whole, tile.count - whole);
  add_four(lanes, u, i, u, i, cosine, sine);
  write(lanes, sums);
}

METERRIG_WIDER_CLONES
void sum_weighted(const PhaseTile& tile, const double* weights, PhaseSums& sums) {
  Lanes lanes;
  const std::size_t whole = tile.count / 4 * 4;
  Quad u;
  Quad i;
  Quad cosine;
  Quad sine;
  Quad weight;
  for (std::size_t k = 0; k < whole; k += 4) {
    load(u, tile.volts + k);
    load(i, tile.amperes + k);
    load(cosine, tile.cosine + k);
    load(sine, tile.sine + k);
    load(weight, weights + k);
    add_four(lanes, u, i, weight * u, weight * i, cosine, sine);
  }
  load_some(u, tile.volts + whole, tile.count - whole);
  load_some(i, tile.amperes + whole, tile.count - whole);
  load_some(cosine, tile.cosine + whole, tile.count - whole);
  load_some(sine, tile.sine + whole, tile.count - whole);
  load_some(weight, weights + whole, tile.count - whole);
  add_four(lanes, u, i, weight * u, weight * i, cosine, sine);
  write(lanes, sums);
}

METERRIG_WIDER_CLONES
void evaluate(const std::array<double, 6>& c, double first, double step, std::size_t count,
              double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const double x = first + static_cast<double>(static_cast<int>(i)) * step;
    out[i] = c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * c[5]))));
  }
}

// 0 times a number is 0, unless the number is not finite.
METERRIG_WIDER_CLONES
void sum_of_zeros(const double* values, std::size_t count, double& sum) {
  std::array<Quad, 4> lanes{};
  const std::size_t whole = count / 16 * 16;
  for (std::size_t k = 0; k < whole; k += 16)
    for (std::size_t q = 0; q < lanes.size(); ++q) {
      Quad four;
      load(four, values + k + 4 * q);
      lanes[q] += 0.0 * four;
    }
  sum = total((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]));
  for (std::size_t k = whole; k < count; ++k) sum += 0.0 * values[k];
}

}  // namespace

bool all_finite(const double* values, std::size_t count) {
  double sum = 0;
  sum_of_zeros(values, count, sum);
  return sum == 0;
}

PhaseSums tile_sums(const PhaseTile& tile) {
  PhaseSums sums;
  sum_plain(tile, sums);
  return sums;
}

PhaseSums tile_sums(const PhaseTile& tile, const double* weights) {
  PhaseSums sums;
  sum_weighted(tile, weights, sums);
  return sums;
}

void polynomial_at(const std::array<double, 6>& coefficients, double first, double step,
                   std::size_t count, double* out) {
  evaluate(coefficients, first, step, count, out);
}

}  // namespace meterrig::reference
