// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/resample/fed_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "meterrig/resample/place.h"

namespace meterrig::resample {
namespace {

constexpr double greatest_ratio = 1000;

template <class Block>
auto row_of(Block& block, std::size_t row) {
  return row < phase_count ? block.volts(row) : block.amperes(row - phase_count);
}

}  // namespace

FedSignal::FedSignal(Rational fed_rate, Rational read_rate, Rational step, std::size_t capacity)
    : fed_rate_(fed_rate),
      read_rate_(read_rate),
      step_(step),
      kernel_(fed_rate, read_rate),
      capacity_(capacity),
      weights_(kernel_.taps()) {}

Result<FedSignal> FedSignal::create(Rational fed_rate, Rational read_rate, std::size_t capacity) {
  for (const Rational rate : {fed_rate, read_rate})
    if (rate.numerator <= 0 || rate.denominator <= 0)
      return fail(ErrorCode::out_of_range, "a sample rate that is not above 0");
  const auto step = divide(fed_rate, read_rate);
  if (!step) return tl::unexpected(step.error());
  if (!(step->value() <= greatest_ratio && step->value() >= 1 / greatest_ratio))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("samples at {} a second for a converter with {}; expected a ratio of at "
                    "most {}",
                    fed_rate.value(), read_rate.value(), greatest_ratio));
  return FedSignal(fed_rate, read_rate, *step, capacity);
}

Result<void> FedSignal::feed(const SampleBlock& block) {
  if (block.rate != fed_rate_)
    return fail(ErrorCode::invalid_argument, fmt::format("samples at {} a second; expected {}",
                                                         block.rate.value(), fed_rate_.value()));
  if (begun_ ? block.first_sample != next_ : block.first_sample > 0)
    return fail(ErrorCode::failed_precondition,
                fmt::format("the block begins with sample {}; expected {}", block.first_sample,
                            begun_ ? fmt::format("{}", next_) : "sample 0 or one before it"));
  if (block.count() > room())
    return fail(ErrorCode::failed_precondition,
                fmt::format("{} samples where there is room for {}; expected time to advance first",
                            block.count(), room()));
  for (std::size_t r = 0; r < rows_.size(); ++r)
    for (const double value : row_of(block, r))
      if (!std::isfinite(value))
        return fail(ErrorCode::invalid_argument,
                    fmt::format("a sample of {} L{} is not a finite number",
                                r < phase_count ? "voltage" : "current", r % phase_count + 1));
  if (!begun_) first_ = block.first_sample;
  begun_ = true;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    const auto row = row_of(block, r);
    std::vector<double>& mine = rows_[r];
    mine.erase(mine.begin(), mine.begin() + static_cast<std::ptrdiff_t>(dropped_));
    mine.insert(mine.end(), row.begin(), row.end());
  }
  dropped_ = 0;
  next_ = block.first_sample + static_cast<std::int64_t>(block.count());
  return {};
}

Result<void> FedSignal::read(SampleBlock& block) {
  if (block.rate != read_rate_)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the signal has {}", block.rate.value(),
                            read_rate_.value()));
  if (block.count() == 0) return {};
  const auto count = static_cast<std::int64_t>(block.count());
  const auto taps = static_cast<std::int64_t>(kernel_.taps());
  const std::int64_t from = place_of(block.first_sample, step_).whole - taps / 2 + 1;
  const std::int64_t to = needed_for(block.first_sample + count - 1);
  if (to > next_)
    return fail(ErrorCode::failed_precondition,
                fmt::format("the samples fed end before {}; {} more are needed for this time",
                            next_, to - next_));
  if (dropped_any_ && from < first_)
    return fail(ErrorCode::out_of_range,
                fmt::format("sample {} needs samples that are no longer held", block.first_sample));
  for (std::int64_t i = 0; i < count; ++i) {
    const Place place = place_of(block.first_sample + i, step_);
    kernel_.weigh(place.fraction, weights_);
    const std::int64_t first = place.whole - taps / 2 + 1;
    const std::int64_t skipped = std::clamp<std::int64_t>(first_ - first, 0, taps);
    const std::span<const double> weights =
        std::span<const double>(weights_).subspan(static_cast<std::size_t>(skipped));
    const std::size_t offset = dropped_ + static_cast<std::size_t>(first + skipped - first_);
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      const double* samples = rows_[r].data() + offset;
      double sum = 0;
      for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * samples[k];
      row_of(block, r)[static_cast<std::size_t>(i)] = sum;
    }
  }
  drop_before(place_of(block.first_sample + count, step_).whole - taps / 2 + 1);
  return {};
}

std::int64_t FedSignal::needed_for(std::int64_t last) const {
  return place_of(last, step_).whole + static_cast<std::int64_t>(reach()) + 1;
}

void FedSignal::drop_before(std::int64_t sample) {
  const auto gone = std::clamp<std::int64_t>(sample - first_, 0, next_ - first_);
  dropped_ += static_cast<std::size_t>(gone);
  first_ += gone;
  dropped_any_ = dropped_any_ || gone > 0;
}

}  // namespace meterrig::resample
