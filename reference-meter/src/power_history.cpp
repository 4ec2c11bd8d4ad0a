// SPDX-License-Identifier: GPL-3.0-or-later
#include "power_history.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lanes.h"
#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {
namespace {

constexpr std::int64_t stencil = std::int64_t{2} * reach;

// Products of two rows; their sum, which is finite only if all of them are.
METERRIG_WIDER_CLONES
double multiply(const double* a, const double* b, double* products, std::size_t count) {
  Quad sum = {};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    Quad x;
    Quad y;
    std::memcpy(&x, a + i, sizeof(x));
    std::memcpy(&y, b + i, sizeof(y));
    x *= y;
    std::memcpy(products + i, &x, sizeof(x));
    sum += x;
  }
  double rest = 0;
  for (; i < count; ++i) {
    products[i] = a[i] * b[i];
    rest += products[i];
  }
  return (sum[0] + sum[2]) + (sum[1] + sum[3]) + rest;
}

}  // namespace

bool PowerHistory::put(const std::array<std::span<const double>, 2 * phase_count>& rows) {
  const std::size_t count = rows[0].size();
  double sum = 0;
  for (std::size_t done = 0; done < count;) {
    const std::int64_t place = count_ + static_cast<std::int64_t>(done);
    const auto at = static_cast<std::size_t>(place % chunk_size);
    const auto index = static_cast<std::size_t>(place / chunk_size - first_chunk_);
    if (index == chunks_.size()) chunks_.emplace_back();
    const std::size_t step = std::min(count - done, static_cast<std::size_t>(chunk_size) - at);
    for (std::size_t p = 0; p < phase_count; ++p)
      sum += multiply(rows[p].data() + done, rows[phase_count + p].data() + done,
                      chunks_[index].watts[p].data() + at, step);
    done += step;
  }
  return std::isfinite(sum);
}

void PowerHistory::count_put(std::size_t samples) {
  const std::int64_t end = count_ + static_cast<std::int64_t>(samples);
  while (count_ < end) {
    Chunk& chunk = chunks_[static_cast<std::size_t>(count_ / chunk_size - first_chunk_)];
    if (count_ % chunk_size == 0) chunk.before = total_;
    const std::int64_t before = count_;
    count_ = std::min(end, (count_ / chunk_size + 1) * chunk_size);
    if (count_ % chunk_size == 0)
      for (std::size_t p = 0; p < phase_count; ++p) {
        const double* watts = chunk.watts[p].data();
        total_[p].add(sum_in_lanes(chunk_size, [watts](std::size_t i) { return watts[i]; }));
      }
    // The first intervals have no stencil of full width: integrate them once, by the narrow one.
    if (before < stencil && count_ >= stencil)
      for (std::size_t p = 0; p < phase_count; ++p) {
        const std::span head(chunk.watts[p].data(), static_cast<std::size_t>(stencil));
        const double narrow = integral_near_end(head, 0, reach - 1);
        start_[p] = narrow - inner_integral(p, reach - 1, step_weights(0));
      }
  }
}

void PowerHistory::copy(std::size_t phase, std::int64_t first, std::span<double> out) const {
  for (double& value : out) {
    const auto chunk = static_cast<std::size_t>(first / chunk_size - first_chunk_);
    value = chunks_[chunk].watts[phase][static_cast<std::size_t>(first % chunk_size)];
    ++first;
  }
}

double PowerHistory::sum_before(std::size_t phase, std::int64_t sample) const {
  const auto at =
      static_cast<std::size_t>(std::min(sample, count_ - 1) / chunk_size - first_chunk_);
  const Chunk& chunk = chunks_[at];
  const double* watts = chunk.watts[phase].data();
  const auto inside = static_cast<std::size_t>(
      sample - (first_chunk_ + static_cast<std::int64_t>(at)) * chunk_size);
  CompensatedSum sum = chunk.before[phase];
  sum.add(sum_in_lanes(inside, [watts](std::size_t i) { return watts[i]; }));
  return sum.value();
}

// With the wide stencil, taking the samples before the record as 0.
double PowerHistory::inner_integral(std::size_t phase, std::int64_t sample,
                                    const StepWeights& weights) const {
  std::array<double, static_cast<std::size_t>(stencil)> watts{};
  const std::int64_t first = sample - (reach - 1);
  copy(phase, first, watts);
  double sum = 0;
  for (std::size_t k = 0; k < watts.size(); ++k) sum += weights[k] * watts[k];
  return sum_before(phase, first) + sum;
}

std::optional<PerPhase<double>> PowerHistory::integral_until(
    Position position, const StepWeights* known_weights) const {
  const bool beyond = position.sample > count_ || (position.sample == count_ && position.part > 0);
  if (position.sample < 0 || count_ == 0 || beyond) return std::nullopt;
  const std::int64_t first_needed =
      std::max<std::int64_t>(0, std::min(position.sample, count_ - 1 - reach) - (reach - 1));
  if (first_needed < kept_from()) return std::nullopt;
  PerPhase<double> result{};
  const double x = static_cast<double>(position.sample) + position.part;
  if (count_ < stencil || position.sample < reach - 1) {
    std::array<double, static_cast<std::size_t>(stencil)> head{};
    const auto size = static_cast<std::size_t>(std::min(count_, stencil));
    for (std::size_t p = 0; p < phase_count; ++p) {
      copy(p, 0, std::span(head).first(size));
      result[p] = integral_near_end(std::span(head).first(size), 0, x);
    }
  } else if (position.sample + reach < count_) {
    const StepWeights weights = known_weights ? *known_weights : step_weights(position.part);
    for (std::size_t p = 0; p < phase_count; ++p)
      result[p] = start_[p] + inner_integral(p, position.sample, weights);
  } else {
    std::array<double, static_cast<std::size_t>(stencil)> tail{};
    const StepWeights weights = step_weights(0);
    const std::int64_t last_inner = count_ - 1 - reach;
    const double from = reach - 1;  // place of last_inner in the tail
    const double to = static_cast<double>(position.sample - (count_ - stencil)) + position.part;
    for (std::size_t p = 0; p < phase_count; ++p) {
      copy(p, count_ - stencil, tail);
      result[p] =
          start_[p] + inner_integral(p, last_inner, weights) + integral_near_end(tail, from, to);
    }
  }
  return result;
}

void PowerHistory::forget_before(std::int64_t sample) {
  const std::int64_t needed = std::min(sample, count_) - stencil - 1;
  while (chunks_.size() > 1 && (first_chunk_ + 1) * chunk_size <= needed) {
    chunks_.pop_front();
    ++first_chunk_;
  }
}

}  // namespace meterrig::reference
