// SPDX-License-Identifier: GPL-3.0-or-later
#include "tile_sums.h"

#include <array>
#include <cstddef>

#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {
namespace {

// Sums go on in eight lanes: lane i has the scans i, i + 8, ..., in one vector of eight or two of
// four.
constexpr std::size_t lanes = 8;
template <class Vector>
constexpr std::size_t in_vector = sizeof(Vector) / sizeof(double);
template <class Vector>
using Lanes = std::array<Vector, lanes / in_vector<Vector>>;

[[gnu::always_inline]] inline double total(const Quad& sums) {
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}
[[gnu::always_inline]] inline double total(const Lanes<Quad>& sums) {
  return total(sums[0] + sums[1]);
}
[[gnu::always_inline]] inline double total(const Lanes<Oct>& sums) {
  const Oct& all = sums[0];
  return total(Quad{all[0], all[1], all[2], all[3]} + Quad{all[4], all[5], all[6], all[7]});
}

template <class Vector>
struct Squares {
  Lanes<Vector> uu{};
  Lanes<Vector> ii{};
  Lanes<Vector> ui{};
};

template <class Vector>
struct Firsts {
  Lanes<Vector> u{};
  Lanes<Vector> i{};
  Lanes<Vector> ux{};
  Lanes<Vector> uy{};
  Lanes<Vector> ix{};
  Lanes<Vector> iy{};
};

// Samples of one vector, and with their weights.
template <class Vector>
struct Scans {
  Vector u;
  Vector i;
  Vector wu;
  Vector wi;
};

template <bool weighted, class Vector>
[[gnu::always_inline]] inline void load_scans(Scans<Vector>& scans, const PhaseTile& tile,
                                              const double* weights, std::size_t at) {
  load(scans.u, tile.volts + at);
  load(scans.i, tile.amperes + at);
  scans.wu = scans.u;
  scans.wi = scans.i;
  if constexpr (weighted) {
    Vector weight;
    load(weight, weights + at);
    scans.wu *= weight;
    scans.wi *= weight;
  }
}

template <class Vector>
[[gnu::always_inline]] inline void add_squares(Squares<Vector>& to, std::size_t part,
                                               const Scans<Vector>& scans) {
  to.uu[part] += scans.wu * scans.u;
  to.ii[part] += scans.wi * scans.i;
  to.ui[part] += scans.wu * scans.i;
}

template <class Vector>
[[gnu::always_inline]] inline void add_firsts(Firsts<Vector>& to, std::size_t part,
                                              const Scans<Vector>& scans, const PhaseTile& tile,
                                              std::size_t at) {
  Vector cosine;
  Vector sine;
  load(cosine, tile.cosine + at);
  load(sine, tile.sine + at);
  to.u[part] += scans.wu;
  to.i[part] += scans.wi;
  to.ux[part] += scans.wu * cosine;
  to.uy[part] += scans.wu * sine;
  to.ix[part] += scans.wi * cosine;
  to.iy[part] += scans.wi * sine;
}

// Whole eights of scans. All at once where there are registers for nine sums of eight lanes, else
// the squares first: the order of additions within a lane is the same.
template <bool all, bool weighted, class Vector>
[[gnu::always_inline]] inline void add_whole(Squares<Vector>& squares, Firsts<Vector>& firsts,
                                             const PhaseTile& tile, const double* weights,
                                             std::size_t whole) {
  constexpr bool at_once = in_vector<Vector> == lanes;
  Scans<Vector> scans;
  for (std::size_t k = 0; k < whole; k += lanes)
    for (std::size_t part = 0; part < lanes / in_vector<Vector>; ++part) {
      const std::size_t at = k + part * in_vector<Vector>;
      load_scans<weighted>(scans, tile, weights, at);
      add_squares(squares, part, scans);
      if constexpr (all && at_once) add_firsts(firsts, part, scans, tile, at);
    }
  if constexpr (all && !at_once)
    for (std::size_t k = 0; k < whole; k += lanes)
      for (std::size_t part = 0; part < lanes / in_vector<Vector>; ++part) {
        const std::size_t at = k + part * in_vector<Vector>;
        load_scans<weighted>(scans, tile, weights, at);
        add_firsts(firsts, part, scans, tile, at);
      }
}

template <bool all, bool weighted, class Vector>
[[gnu::always_inline]] inline void sum_tile(const PhaseTile& tile, const double* weights,
                                            PhaseSums& sums) {
  Squares<Vector> squares;
  Firsts<Vector> firsts;
  const std::size_t whole = tile.count / lanes * lanes;
  add_whole<all, weighted>(squares, firsts, tile, weights, whole);
  // What is not a whole eight ends in zeros, which add nothing.
  const std::size_t left = tile.count - whole;
  if (left > 0) {
    std::array<std::array<double, lanes>, 5> rest{};
    const std::array<const double*, 5> from{tile.volts, tile.amperes, tile.cosine, tile.sine,
                                            weights};
    for (std::size_t row = 0; row < (weighted ? 5 : 4); ++row)
      for (std::size_t k = 0; k < left; ++k) rest[row][k] = from[row][whole + k];
    const PhaseTile last{.volts = rest[0].data(),
                         .amperes = rest[1].data(),
                         .cosine = rest[2].data(),
                         .sine = rest[3].data(),
                         .count = lanes};
    add_whole<all, weighted>(squares, firsts, last, rest[4].data(), lanes);
  }
  sums.uu = total(squares.uu);
  sums.ii = total(squares.ii);
  sums.ui = total(squares.ui);
  if constexpr (all) {
    sums.u = total(firsts.u);
    sums.i = total(firsts.i);
    sums.ux = total(firsts.ux);
    sums.uy = total(firsts.uy);
    sums.ix = total(firsts.ix);
    sums.iy = total(firsts.iy);
  }
}

template <bool all, class Vector>
[[gnu::always_inline]] inline void sum_any(const PhaseTile& tile, const double* weights,
                                           PhaseSums& sums) {
  if (weights == nullptr) {
    sum_tile<all, false, Vector>(tile, nullptr, sums);
  } else {
    sum_tile<all, true, Vector>(tile, weights, sums);
  }
}

METERRIG_WIDER_CLONES
void sum_all(const PhaseTile& tile, const double* weights, PhaseSums& sums) {
  sum_any<true, Quad>(tile, weights, sums);
}

METERRIG_AVX512
void sum_all_by_eight(const PhaseTile& tile, const double* weights, PhaseSums& sums) {
  sum_any<true, Oct>(tile, weights, sums);
}

METERRIG_WIDER_CLONES
void sum_squares(const PhaseTile& tile, const double* weights, PhaseSums& sums) {
  sum_any<false, Quad>(tile, weights, sums);
}

METERRIG_AVX512
void sum_squares_by_eight(const PhaseTile& tile, const double* weights, PhaseSums& sums) {
  sum_any<false, Oct>(tile, weights, sums);
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
  (has_avx512() ? sum_all_by_eight : sum_all)(tile, weights, sums);
  return sums;
}

PhaseSums square_sums(const PhaseTile& tile, const double* weights) {
  PhaseSums sums;
  (has_avx512() ? sum_squares_by_eight : sum_squares)(tile, weights, sums);
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
