// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/splice.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {
namespace {

constexpr std::int64_t farthest = std::numeric_limits<std::int64_t>::max() / 4;

}  // namespace

Splice::Splice(std::unique_ptr<Signal> base, std::unique_ptr<Signal> other,
               const SplicePlace& place)
    : base_(std::move(base)), other_(std::move(other)), place_(place) {}

Result<Splice> Splice::create(std::unique_ptr<Signal> base, std::unique_ptr<Signal> other,
                              const SplicePlace& place) {
  if (base->rate() != other->rate())
    return fail(ErrorCode::invalid_argument,
                fmt::format("a signal of {} samples a second in one of {}; expected the same rate",
                            other->rate().value(), base->rate().value()));
  if (place.first < 0 || place.first > farthest)
    return fail(ErrorCode::out_of_range,
                fmt::format("a splice at sample {}; expected 0 or a later one", place.first));
  if (place.length < 1 || place.length > farthest)
    return fail(ErrorCode::out_of_range,
                fmt::format("a splice of {} samples; expected one at least", place.length));
  if (place.fade < 0 || place.fade > place.length / 2)
    return fail(ErrorCode::out_of_range,
                fmt::format("a fade of {} samples at either end of {}; expected 0 to {}",
                            place.fade, place.length, place.length / 2));
  return Splice(std::move(base), std::move(other), place);
}

double Splice::share(std::int64_t n) const {
  __extension__ using Wide = unsigned __int128;
  const std::int64_t from_end = std::min(n, place_.length - 1 - n);
  if (from_end >= place_.fade) return 1;
  const Wide part = static_cast<Wide>(2 * from_end + 1) << 64;
  const Turn turn{static_cast<std::uint64_t>(part / (8 * static_cast<Wide>(place_.fade)))};
  const double sine = sine_cosine(turn).sine;
  return sine * sine;
}

Result<void> Splice::read(SampleBlock& block) {
  if (auto read = base_->read(block); !read) return read;
  const std::int64_t end = block.first_sample + static_cast<std::int64_t>(block.count());
  const std::int64_t first = std::max(block.first_sample, place_.first);
  const std::int64_t last = std::min(end, place_.first + place_.length);
  if (first >= last) return {};
  const auto count = static_cast<std::size_t>(last - first);
  if (part_.count() != count || part_.rate != block.rate) part_ = SampleBlock(block.rate, 0, count);
  part_.first_sample = first - place_.first;
  if (auto read = other_->read(part_); !read) return read;
  const auto skip = static_cast<std::size_t>(first - block.first_sample);
  const auto mix = [&](std::span<double> base, std::span<const double> other) {
    for (std::size_t i = 0; i < count; ++i) {
      const double w = share(part_.first_sample + static_cast<std::int64_t>(i));
      // Exactly the other one where it is alone: 0 times a base that is not finite is not 0.
      base[skip + i] = w == 1 ? other[i] : (1 - w) * base[skip + i] + w * other[i];
    }
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (place_.voltage.at(p)) mix(block.volts(p), std::as_const(part_).volts(p));
    if (place_.current.at(p)) mix(block.amperes(p), std::as_const(part_).amperes(p));
  }
  return {};
}

}  // namespace meterrig::synthesis
