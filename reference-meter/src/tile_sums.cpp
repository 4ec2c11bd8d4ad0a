// SPDX-License-Identifier: GPL-3.0-or-later
#include "tile_sums.h"

#include <algorithm>

namespace meterrig::reference {
namespace {

double total_of(const Octet& sums) {
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

// What is not a whole eight ends in zeros, which add nothing.
struct Ending {
  Ending(const double* from, std::size_t count) { std::copy_n(from, count, values.begin()); }
  std::array<double, lanes> values{};
};

// A tile of whole eights, and what is left of it.
template <class Add>
[[gnu::always_inline]] inline void in_eights(const PhaseTile& tile, Add add) {
  const std::size_t whole = tile.count / lanes * lanes;
  const double* weights = tile.weights == nullptr ? tile.cosine : tile.weights;  // not read then
  for (std::size_t k = 0; k < whole; k += lanes)
    add(tile.volts + k, tile.amperes + k, tile.cosine + k, tile.sine + k, weights + k);
  const std::size_t left = tile.count - whole;
  if (left == 0) return;
  const Ending volts(tile.volts + whole, left);
  const Ending amperes(tile.amperes + whole, left);
  const Ending cosine(tile.cosine + whole, left);
  const Ending sine(tile.sine + whole, left);
  const Ending last_weights(weights + whole, left);
  add(volts.values.data(), amperes.values.data(), cosine.values.data(), sine.values.data(),
      last_weights.values.data());
}

// The chains of additions that a function has side by side hide one another's latency.
template <bool weighted, bool with_means>
[[gnu::always_inline]] inline void squares(const PhaseTile& tile, PhaseLanes& sums) {
  Octet uu = sums.uu;
  Octet ii = sums.ii;
  Octet ui = sums.ui;
  Octet u_sum = sums.u;
  Octet i_sum = sums.i;
  in_eights(tile, [&](const double* volts, const double* amperes, const double*, const double*,
                      const double* weights) __attribute__((always_inline)) {
    Octet u;
    Octet i;
    load(u, volts);
    load(i, amperes);
    Octet wu = u;
    Octet wi = i;
    if constexpr (weighted) {
      Octet weight;
      load(weight, weights);
      wu *= weight;
      wi *= weight;
    }
    uu += wu * u;
    ii += wi * i;
    ui += wu * i;
    if constexpr (with_means) {
      u_sum += wu;
      i_sum += wi;
    }
  });
  sums.uu = uu;
  sums.ii = ii;
  sums.ui = ui;
  sums.u = u_sum;
  sums.i = i_sum;
}

template <bool weighted>
[[gnu::always_inline]] inline void carriers(const PhaseTile& tile, PhaseLanes& sums) {
  Octet ux = sums.ux;
  Octet uy = sums.uy;
  Octet ix = sums.ix;
  Octet iy = sums.iy;
  in_eights(tile, [&](const double* volts, const double* amperes, const double* cosines,
                      const double* sines, const double* weights) __attribute__((always_inline)) {
    Octet u;
    Octet i;
    Octet cosine;
    Octet sine;
    load(u, volts);
    load(i, amperes);
    load(cosine, cosines);
    load(sine, sines);
    if constexpr (weighted) {
      Octet weight;
      load(weight, weights);
      cosine *= weight;
      sine *= weight;
    }
    ux += u * cosine;
    uy += u * sine;
    ix += i * cosine;
    iy += i * sine;
  });
  sums.ux = ux;
  sums.uy = uy;
  sums.ix = ix;
  sums.iy = iy;
}

}  // namespace

PhaseSums total(const PhaseLanes& phase) {
  return {.u = total_of(phase.u),
          .i = total_of(phase.i),
          .uu = total_of(phase.uu),
          .ii = total_of(phase.ii),
          .ui = total_of(phase.ui),
          .ux = total_of(phase.ux),
          .uy = total_of(phase.uy),
          .ix = total_of(phase.ix),
          .iy = total_of(phase.iy)};
}

METERRIG_WIDEST_CLONES
void add_squares(const PhaseTile& tile, PhaseLanes& sums) {
  if (tile.weights == nullptr) {
    squares<false, false>(tile, sums);
  } else {
    squares<true, false>(tile, sums);
  }
}

METERRIG_WIDEST_CLONES
void add_squares_and_means(const PhaseTile& tile, PhaseLanes& sums) {
  if (tile.weights == nullptr) {
    squares<false, true>(tile, sums);
  } else {
    squares<true, true>(tile, sums);
  }
}

METERRIG_WIDEST_CLONES
void add_carriers(const PhaseTile& tile, PhaseLanes& sums) {
  if (tile.weights == nullptr) {
    carriers<false>(tile, sums);
  } else {
    carriers<true>(tile, sums);
  }
}

METERRIG_WIDEST_CLONES
void turn_table(const double* sine, const double* cosine, double by_sine, double by_cosine,
                std::size_t count, double* sine_out, double* cosine_out) {
  for (std::size_t k = 0; k < count; ++k) {
    sine_out[k] = sine[k] * by_cosine + cosine[k] * by_sine;
    cosine_out[k] = cosine[k] * by_cosine - sine[k] * by_sine;
  }
}

METERRIG_WIDEST_CLONES
void polynomial_at(const std::array<double, 6>& c, double first, double step, std::size_t count,
                   double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const double x = first + static_cast<double>(static_cast<int>(i)) * step;
    out[i] = c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * c[5]))));
  }
}

// 0 times a number is 0, unless the number is not finite.
METERRIG_WIDEST_CLONES
bool all_finite(const double* values, std::size_t count) {
  Octet first{};
  Octet second{};
  const std::size_t whole = count / 16 * 16;
  for (std::size_t k = 0; k < whole; k += 16) {
    Octet a;
    Octet b;
    load(a, values + k);
    load(b, values + k + 8);
    first += 0.0 * a;
    second += 0.0 * b;
  }
  double sum = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) sum += first[lane] + second[lane];
  for (std::size_t k = whole; k < count; ++k) sum += 0.0 * values[k];
  return sum == 0;
}

}  // namespace meterrig::reference
