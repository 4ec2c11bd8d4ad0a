// SPDX-License-Identifier: GPL-3.0-or-later
#include "transformer_table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "fraction.h"
#include "meterrig/vocabulary/logarithm.h"
#include "meterrig/vocabulary/wide.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

using Points = std::span<const TransformerPoint>;
using Rows = PerPhase<const double*>;

double sum_of(const std::array<double, square_lanes>& x) {
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

// As many words as a vector has doubles.
template <class Vector>
struct WordsOf;
template <>
struct WordsOf<Quad> {
  using Type = std::uint64_t __attribute__((vector_size(32)));
};
template <>
struct WordsOf<Oct> {
  using Type = std::uint64_t __attribute__((vector_size(64)));
};

// A place in the period, from 0 up to 1: its first 52 bits.
constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0);
double part_of_period(std::uint64_t turn) { return std::bit_cast<double>((turn >> 12) | one) - 1; }

// Scans [i, i + 8), of which the first is of lane 0.
template <class Vector>
[[gnu::always_inline]] inline std::size_t add_eights(const PerPhase<const double*>& values,
                                                     std::size_t i, std::size_t count,
                                                     std::uint64_t& turn, std::uint64_t step,
                                                     PerPhase<SquareSums>& sums) {
  constexpr std::size_t together = sizeof(Vector) / sizeof(double);
  constexpr std::size_t parts = square_lanes / together;
  using Words = typename WordsOf<Vector>::Type;
  // Three phases side by side: one sum waits for itself longer than a step takes.
  std::array<std::array<Vector, parts>, phase_count> square;
  std::array<std::array<Vector, parts>, phase_count> rising;
  for (std::size_t p = 0; p < phase_count; ++p)
    for (std::size_t part = 0; part < parts; ++part) {
      load(square[p][part], sums[p].square.data() + part * together);
      load(rising[p][part], sums[p].rising.data() + part * together);
    }
  std::array<Words, parts> turns;
  for (std::size_t k = 0; k < square_lanes; ++k)
    turns[k / together][k % together] = turn + k * step;
  for (; i + square_lanes <= count; i += square_lanes)
    for (std::size_t part = 0; part < parts; ++part) {
      const Words bits = (turns[part] >> 12) | one;
      Vector x;
      std::memcpy(&x, &bits, sizeof(x));
      x -= 1.0;
      for (std::size_t p = 0; p < phase_count; ++p) {
        Vector value;
        load(value, values[p] + i + part * together);
        const Vector squared = value * value;
        square[p][part] += squared;
        rising[p][part] += x * squared;
      }
      turns[part] += square_lanes * step;
    }
  for (std::size_t p = 0; p < phase_count; ++p)
    for (std::size_t part = 0; part < parts; ++part) {
      store(sums[p].square.data() + part * together, square[p][part]);
      store(sums[p].rising.data() + part * together, rising[p][part]);
    }
  turn = turns[0][0];
  return i;
}

METERRIG_WIDER_CLONES
std::size_t add_by_four(const PerPhase<const double*>& values, std::size_t i, std::size_t count,
                        std::uint64_t& turn, std::uint64_t step, PerPhase<SquareSums>& sums) {
  return add_eights<Quad>(values, i, count, turn, step, sums);
}

METERRIG_AVX512
std::size_t add_by_eight(const PerPhase<const double*>& values, std::size_t i, std::size_t count,
                         std::uint64_t& turn, std::uint64_t step, PerPhase<SquareSums>& sums) {
  return add_eights<Oct>(values, i, count, turn, step, sums);
}

double between(double low, double high, double share) { return low + share * (high - low); }

// Ratio and phase error at a current, over its logarithm; the ends hold.
TransformerTable::Errors errors_of(Points points, std::span<const double> logarithms,
                                   double logarithm) {
  const auto errors = [&points](std::size_t k) {
    return TransformerTable::Errors{fraction(points[k].ratio_error), turns(points[k].phase_error)};
  };
  const auto above = std::upper_bound(logarithms.begin(), logarithms.end(), logarithm);
  if (above == logarithms.begin()) return errors(0);
  if (above == logarithms.end()) return errors(points.size() - 1);
  const auto b = static_cast<std::size_t>(above - logarithms.begin());
  const double share = (logarithm - logarithms[b - 1]) / (logarithms[b] - logarithms[b - 1]);
  const TransformerTable::Errors low = errors(b - 1);
  const TransformerTable::Errors high = errors(b);
  return {between(low.ratio, high.ratio, share), between(low.turns, high.turns, share)};
}

std::vector<double> logarithms_of(Points points) {
  std::vector<double> logarithms;
  logarithms.reserve(points.size());
  for (const TransformerPoint& point : points)
    logarithms.push_back(natural_logarithm(point.current.in(ampere)));
  return logarithms;
}

}  // namespace

std::vector<TransformerPoint> points_at(Points points, double burden) {
  Points below;
  Points above;
  while (!points.empty()) {
    const double row_burden = points.front().burden;
    const auto next =
        std::find_if(points.begin(), points.end(),
                     [=](const TransformerPoint& point) { return point.burden != row_burden; });
    const Points row(points.begin(), next);
    points = {next, points.end()};
    above = row;
    if (row_burden >= burden) break;
    below = row;
  }
  if (below.empty() || above.front().burden <= burden) return {above.begin(), above.end()};
  if (above.front().burden == below.front().burden) return {below.begin(), below.end()};
  // Straight pieces between the points of both rows stay straight between all of them.
  std::vector<TransformerPoint> all(below.begin(), below.end());
  all.insert(all.end(), above.begin(), above.end());
  const auto by_current = [](const TransformerPoint& a, const TransformerPoint& b) {
    return a.current < b.current;
  };
  std::sort(all.begin(), all.end(), by_current);
  all.erase(std::unique(all.begin(), all.end(),
                        [](const TransformerPoint& a, const TransformerPoint& b) {
                          return a.current == b.current;
                        }),
            all.end());
  const std::vector<double> below_logarithms = logarithms_of(below);
  const std::vector<double> above_logarithms = logarithms_of(above);
  const double share =
      (burden - below.front().burden) / (above.front().burden - below.front().burden);
  for (TransformerPoint& point : all) {
    const double logarithm = natural_logarithm(point.current.in(ampere));
    const auto low = errors_of(below, below_logarithms, logarithm);
    const auto high = errors_of(above, above_logarithms, logarithm);
    point.ratio_error = percent(100 * between(low.ratio, high.ratio, share));
    point.phase_error = degree(360 * between(low.turns, high.turns, share));
    point.burden = burden;
  }
  return all;
}

TransformerTable::TransformerTable(std::vector<TransformerPoint> points)
    : points_(std::move(points)), logarithms_(logarithms_of(points_)) {
  reset();
}

double TransformerTable::longest_turns() const {
  double longest = 0;
  for (const TransformerPoint& point : points_)
    longest = std::max(longest, std::abs(turns(point.phase_error)));
  return longest;
}

void TransformerTable::reset() {
  turn_ = 0;
  taken_ = 0;
  period_ends_ = false;
  sums_ = {};
  weight_ = 0;
  rising_weight_before_ = 0;
  errors_.fill(errors_at(0));
}

void TransformerTable::set_frequency(double cycles) { step_ = turn_of_turns(cycles).word; }

TransformerTable::Errors TransformerTable::errors_at(double amperes_square) const {
  if (points_.empty()) return {};
  if (!(amperes_square > 0)) {
    return {fraction(points_.front().ratio_error), turns(points_.front().phase_error)};
  }
  return errors_of(points_, logarithms_, 0.5 * natural_logarithm(amperes_square));
}

std::size_t TransformerTable::take(const PerPhase<const double*>& amperes, std::size_t begin,
                                   std::size_t end) {
  if (points_.size() < 2 || step_ == 0) return end;  // errors that never change
  const std::uint64_t left = ~turn_ / step_ + 1;     // samples of this period
  period_ends_ = left <= end - begin;
  if (period_ends_) end = begin + static_cast<std::size_t>(left);
  const std::uint64_t count = end - begin;
  Rows rows = amperes;
  for (const double*& row : rows) row += begin;
  add_squares(rows, count, taken_, {turn_}, {step_}, sums_);
  // of turn, turn + step, ...: exact, for they do not wrap within a period
  weight_ += Wide{turn_} * count + Wide{step_} * (count * (count - 1) / 2);
  taken_ += count;
  turn_ += count * step_;
  return end;
}

void add_squares(const PerPhase<const double*>& values, std::size_t count, std::uint64_t number,
                 Turn first, Turn step, PerPhase<SquareSums>& sums) {
  std::uint64_t turn = first.word;
  std::size_t i = 0;
  const auto single = [&] {
    const std::size_t lane = (number + i) % square_lanes;
    const double x = part_of_period(turn);
    for (std::size_t p = 0; p < phase_count; ++p) {
      const double square = values[p][i] * values[p][i];
      sums[p].square[lane] += square;
      sums[p].rising[lane] += x * square;
    }
    ++i;
    turn += step.word;
  };
  while (i < count && (number + i) % square_lanes != 0) single();
  if (i + square_lanes <= count)
    i = (has_avx512() ? add_by_eight : add_by_four)(values, i, count, turn, step.word, sums);
  while (i < count) single();
}

bool TransformerTable::turn_period() {
  if (!period_ends_) return false;
  period_ends_ = false;
  const bool first = rising_weight_before_ == 0;
  const double rising_weight = static_cast<double>(weight_) * 0x1p-64;
  const double falling_weight = static_cast<double>(taken_) - rising_weight;
  const double weight = falling_weight + (first ? rising_weight : rising_weight_before_);
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double rising = sum_of(sums_[p].rising);
    const double falling = sum_of(sums_[p].square) - rising;
    errors_[p] = errors_at(((first ? rising : rising_before_[p]) + falling) / weight);
    rising_before_[p] = rising;
  }
  rising_weight_before_ = rising_weight;
  sums_ = {};
  weight_ = 0;
  taken_ = 0;
  return true;
}

}  // namespace meterrig::reference
