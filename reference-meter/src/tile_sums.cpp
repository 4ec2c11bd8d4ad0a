// SPDX-License-Identifier: GPL-3.0-or-later
#include "tile_sums.h"

#include <array>
#include <cstddef>

#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {
namespace {

// By sum, in the order of PhaseSums.
using AllLanes = std::array<std::array<double, tile_lanes>, 9>;

// Eight lanes are one vector of eight or two of four.
template <class Vector>
constexpr std::size_t in_vector = sizeof(Vector) / sizeof(double);
template <class Vector>
constexpr std::size_t vectors = tile_lanes / in_vector<Vector>;
template <class Vector>
using Lanes = std::array<Vector, vectors<Vector>>;

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

template <Summed summed, class Vector>
[[gnu::always_inline]] inline void add_firsts(Firsts<Vector>& to, std::size_t part,
                                              const Scans<Vector>& scans, const PhaseTile& tile,
                                              std::size_t at) {
  Vector cosine;
  Vector sine;
  load(cosine, tile.cosine + at);
  load(sine, tile.sine + at);
  if constexpr (summed == Summed::all) {
    to.u[part] += scans.wu;
    to.i[part] += scans.wi;
  }
  if constexpr (summed != Summed::squares_and_amperes) {
    to.ux[part] += scans.wu * cosine;
    to.uy[part] += scans.wu * sine;
  }
  if constexpr (summed != Summed::squares_and_volts) {
    to.ix[part] += scans.wi * cosine;
    to.iy[part] += scans.wi * sine;
  }
}

// Whole eights of scans. All at once where there are registers for nine sums of eight lanes, else
// the squares first: the order of additions within a lane is the same.
template <Summed summed, bool weighted, class Vector>
[[gnu::always_inline]] inline void add_whole(Squares<Vector>& squares, Firsts<Vector>& firsts,
                                             const PhaseTile& tile, const double* weights,
                                             std::size_t whole) {
  constexpr bool has_firsts = summed != Summed::squares;
  constexpr bool at_once = vectors<Vector> == 1;
  Scans<Vector> scans;
  for (std::size_t k = 0; k < whole; k += tile_lanes)
    for (std::size_t part = 0; part < vectors<Vector>; ++part) {
      const std::size_t at = k + part * in_vector<Vector>;
      load_scans<weighted>(scans, tile, weights, at);
      add_squares(squares, part, scans);
      if constexpr (has_firsts && at_once) add_firsts<summed>(firsts, part, scans, tile, at);
    }
  if constexpr (has_firsts && !at_once)
    for (std::size_t k = 0; k < whole; k += tile_lanes)
      for (std::size_t part = 0; part < vectors<Vector>; ++part) {
        const std::size_t at = k + part * in_vector<Vector>;
        load_scans<weighted>(scans, tile, weights, at);
        add_firsts<summed>(firsts, part, scans, tile, at);
      }
}

// The lanes of one sum, from memory or to it.
template <bool store_them, class Vector>
[[gnu::always_inline]] inline void move_lanes(Lanes<Vector>& vector,
                                              std::array<double, tile_lanes>& memory) {
  for (std::size_t part = 0; part < vectors<Vector>; ++part) {
    double* const at = memory.data() + part * in_vector<Vector>;
    if constexpr (store_them) {
      store(at, vector[part]);
    } else {
      load(vector[part], at);
    }
  }
}

template <Summed summed, bool store_them, class Vector>
[[gnu::always_inline]] inline void move_all(Squares<Vector>& squares, Firsts<Vector>& firsts,
                                            AllLanes& lanes) {
  move_lanes<store_them>(squares.uu, lanes[2]);
  move_lanes<store_them>(squares.ii, lanes[3]);
  move_lanes<store_them>(squares.ui, lanes[4]);
  if constexpr (summed == Summed::all) {
    move_lanes<store_them>(firsts.u, lanes[0]);
    move_lanes<store_them>(firsts.i, lanes[1]);
  }
  if constexpr (summed == Summed::all || summed == Summed::squares_and_volts) {
    move_lanes<store_them>(firsts.ux, lanes[5]);
    move_lanes<store_them>(firsts.uy, lanes[6]);
  }
  if constexpr (summed == Summed::all || summed == Summed::squares_and_amperes) {
    move_lanes<store_them>(firsts.ix, lanes[7]);
    move_lanes<store_them>(firsts.iy, lanes[8]);
  }
}

template <Summed summed, bool weighted, class Vector>
[[gnu::always_inline]] inline void add_tile(const PhaseTile& tile, const double* weights,
                                            AllLanes& lanes) {
  Squares<Vector> squares;
  Firsts<Vector> firsts;
  move_all<summed, false>(squares, firsts, lanes);
  const std::size_t whole = tile.count / tile_lanes * tile_lanes;
  add_whole<summed, weighted>(squares, firsts, tile, weights, whole);
  // What is not a whole eight ends in zeros, which add nothing.
  const std::size_t left = tile.count - whole;
  if (left > 0) {
    std::array<std::array<double, tile_lanes>, 5> rest{};
    const std::array<const double*, 5> from{tile.volts, tile.amperes, tile.cosine, tile.sine,
                                            weights};
    for (std::size_t row = 0; row < (weighted ? 5 : 4); ++row)
      for (std::size_t k = 0; k < left; ++k) rest[row][k] = from[row][whole + k];
    const PhaseTile last{.volts = rest[0].data(),
                         .amperes = rest[1].data(),
                         .cosine = rest[2].data(),
                         .sine = rest[3].data(),
                         .count = tile_lanes};
    add_whole<summed, weighted>(squares, firsts, last, rest[4].data(), tile_lanes);
  }
  move_all<summed, true>(squares, firsts, lanes);
}

template <Summed summed, class Vector>
[[gnu::always_inline]] inline void add_one(const PhaseTile& tile, const double* weights,
                                           AllLanes& lanes) {
  if (weights == nullptr) {
    add_tile<summed, false, Vector>(tile, nullptr, lanes);
  } else {
    add_tile<summed, true, Vector>(tile, weights, lanes);
  }
}

template <class Vector>
[[gnu::always_inline]] inline void add_any(const PhaseTile& tile, const double* weights,
                                           Summed summed, AllLanes& lanes) {
  switch (summed) {
    case Summed::all:
      return add_one<Summed::all, Vector>(tile, weights, lanes);
    case Summed::squares:
      return add_one<Summed::squares, Vector>(tile, weights, lanes);
    case Summed::squares_and_volts:
      return add_one<Summed::squares_and_volts, Vector>(tile, weights, lanes);
    case Summed::squares_and_amperes:
      return add_one<Summed::squares_and_amperes, Vector>(tile, weights, lanes);
  }
}

METERRIG_WIDER_CLONES
void add_by_four(const PhaseTile& tile, const double* weights, Summed summed, AllLanes& lanes) {
  add_any<Quad>(tile, weights, summed, lanes);
}

METERRIG_AVX512
void add_by_eight(const PhaseTile& tile, const double* weights, Summed summed, AllLanes& lanes) {
  add_any<Oct>(tile, weights, summed, lanes);
}

void add(const PhaseTile& tile, const double* weights, Summed summed, AllLanes& lanes) {
  (has_avx512() ? add_by_eight : add_by_four)(tile, weights, summed, lanes);
}

double total(const std::array<double, tile_lanes>& x) {
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

PhaseSums total(const AllLanes& lanes) {
  return {.u = total(lanes[0]),
          .i = total(lanes[1]),
          .uu = total(lanes[2]),
          .ii = total(lanes[3]),
          .ui = total(lanes[4]),
          .ux = total(lanes[5]),
          .uy = total(lanes[6]),
          .ix = total(lanes[7]),
          .iy = total(lanes[8])};
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

PhaseSums tile_sums(const PhaseTile& tile, const double* weights, Summed summed) {
  alignas(64) AllLanes lanes{};
  add(tile, weights, summed, lanes);
  return total(lanes);
}

void PartSums::add(const PhaseTile& part, const double* weights, Summed summed) {
  reference::add(part, weights, summed, lanes_);
}

PhaseSums PartSums::total() const { return reference::total(lanes_); }

void polynomial_at(const std::array<double, 6>& coefficients, double first, double step,
                   std::size_t count, double* out) {
  evaluate(coefficients, first, step, count, out);
}

}  // namespace meterrig::reference
