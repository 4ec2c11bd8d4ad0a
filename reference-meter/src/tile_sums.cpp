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
template <bool all>
[[gnu::always_inline]] inline void add_four(Lanes& lanes, const Quad& u, const Quad& i,
                                            const Quad& wu, const Quad& wi, const Quad& cosine,
                                            const Quad& sine) {
  lanes.uu += wu * u;
  lanes.ii += wi * i;
  lanes.ui += wu * i;
  if constexpr (all) {
    lanes.u += wu;
    lanes.i += wi;
    lanes.ux += wu * cosine;
    lanes.uy += wu * sine;
    lanes.ix += wi * cosine;
    lanes.iy += wi * sine;
  }
}

[[gnu::always_inline]] inline double total(const Quad& lanes) {
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

template <bool all, bool weighted>
[[gnu::always_inline]] inline void sum_tile(const PhaseTile& tile, const double* weights,
                                            PhaseSums& sums) {
  Lanes lanes;
  const std::size_t whole = tile.count / 4 * 4;
  const std::size_t left = tile.count - whole;
  Quad u;
  Quad i;
  Quad cosine{};
  Quad sine{};
  Quad weight;
  // Three chains of additions wait for one another: twice three.
  std::size_t k = 0;
  if constexpr (!all) {
    Lanes other;
    for (; k + 8 <= whole; k += 8)
      for (std::size_t half = 0; half < 8; half += 4) {
        Lanes& to = half == 0 ? lanes : other;
        load(u, tile.volts + k + half);
        load(i, tile.amperes + k + half);
        if constexpr (weighted) {
          load(weight, weights + k + half);
          add_four<all>(to, u, i, weight * u, weight * i, cosine, sine);
        } else {
          add_four<all>(to, u, i, u, i, cosine, sine);
        }
      }
    lanes.uu += other.uu;
    lanes.ii += other.ii;
    lanes.ui += other.ui;
  }
  for (; k < whole; k += 4) {
    load(u, tile.volts + k);
    load(i, tile.amperes + k);
    if constexpr (all) {
      load(cosine, tile.cosine + k);
      load(sine, tile.sine + k);
    }
    if constexpr (weighted) {
      load(weight, weights + k);
      add_four<all>(lanes, u, i, weight * u, weight * i, cosine, sine);
    } else {
      add_four<all>(lanes, u, i, u, i, cosine, sine);
    }
  }
  load_some(u, tile.volts + whole, left);
  load_some(i, tile.amperes + whole, left);
  load_some(cosine, tile.cosine + whole, left);
  load_some(sine, tile.sine + whole, left);
  if constexpr (weighted) {
    load_some(weight, weights + whole, left);
    add_four<all>(lanes, u, i, weight * u, weight * i, cosine, sine);
  } else {
    add_four<all>(lanes, u, i, u, i, cosine, sine);
  }
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
void sum_all(const PhaseTile& tile, PhaseSums& sums) { sum_tile<true, false>(tile, nullptr, sums); }

METERRIG_WIDER_CLONES
void sum_all_weighted(const PhaseTile& tile, const double* weights, PhaseSums& sums) {
  sum_tile<true, true>(tile, weights, sums);
}

METERRIG_WIDER_CLONES
void sum_squares(const PhaseTile& tile, PhaseSums& sums) {
  sum_tile<false, false>(tile, nullptr, sums);
}

METERRIG_WIDER_CLONES
void sum_squares_weighted(const PhaseTile& tile, const double* weights, PhaseSums& sums) {
  sum_tile<false, true>(tile, weights, sums);
}

METERRIG_WIDER_CLONES
void sum_carrier(const double* values, const PhaseTile& tile, const double* weights,
                 CarrierSums& sums) {
  std::array<Quad, 2> x{};
  std::array<Quad, 2> y{};
  const std::size_t whole = tile.count / 8 * 8;
  for (std::size_t k = 0; k < whole; k += 8)
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t at = k + 4 * half;
      Quad value;
      Quad cosine;
      Quad sine;
      load(value, values + at);
      load(cosine, tile.cosine + at);
      load(sine, tile.sine + at);
      if (weights != nullptr) {
        Quad weight;
        load(weight, weights + at);
        value *= weight;
      }
      x[half] += value * cosine;
      y[half] += value * sine;
    }
  sums = {.x = total(x[0] + x[1]), .y = total(y[0] + y[1])};
  for (std::size_t k = whole; k < tile.count; ++k) {
    const double value = weights != nullptr ? weights[k] * values[k] : values[k];
    sums.x += value * tile.cosine[k];
    sums.y += value * tile.sine[k];
  }
}

METERRIG_WIDER_CLONES
void evaluate(const std::array<double, 6>& c, double first, double step, std::size_t count,
              double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const double x = first + static_cast<double>(static_cast<int>(i)) * step;
    out[i] = c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * c[5]))));
  }
}

}  // namespace

PhaseSums tile_sums(const PhaseTile& tile, const double* weights) {
  PhaseSums sums;
  if (weights == nullptr) {
    sum_all(tile, sums);
  } else {
    sum_all_weighted(tile, weights, sums);
  }
  return sums;
}

PhaseSums square_sums(const PhaseTile& tile, const double* weights) {
  PhaseSums sums;
  if (weights == nullptr) {
    sum_squares(tile, sums);
  } else {
    sum_squares_weighted(tile, weights, sums);
  }
  return sums;
}

CarrierSums carrier_sums(const double* values, const PhaseTile& tile, const double* weights) {
  CarrierSums sums;
  sum_carrier(values, tile, weights, sums);
  return sums;
}

void polynomial_at(const std::array<double, 6>& coefficients, double first, double step,
                   std::size_t count, double* out) {
  evaluate(coefficients, first, step, count, out);
}

}  // namespace meterrig::reference
