// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_reading.h"

#include <cmath>
#include <memory>
#include <variant>

#include "meterrig/campaign/hardware_bench.h"
#include "meterrig/reference/meter.h"

namespace meterrig::cli {
namespace {

constexpr Duration settling = second(1);

Result<ReferenceValues> read_samples(SampleInput& input, Duration span) {
  if (auto started = input.start(); !started) return tl::unexpected(started.error());
  const auto samples = [&input](Duration length) {
    return static_cast<std::size_t>(std::ceil(input.rate().value() * length.in(second)));
  };
  // What comes first may be from before the signal was there.
  if (const auto early = input.read(samples(settling)); !early)
    return tl::unexpected(early.error());
  const auto block = input.read(samples(span));
  if (!block) return tl::unexpected(block.error());
  if (auto stopped = input.stop(); !stopped) return tl::unexpected(stopped.error());
  return reference::measure(*block).map(campaign::reference_values);
}

}  // namespace

Result<ReferenceValues> read_reference(OpenReference& reference, Duration span) {
  if (auto* const standard = std::get_if<std::unique_ptr<ReferenceStandard>>(&reference))
    return (*standard)->read();
  return read_samples(*std::get<std::unique_ptr<SampleInput>>(reference), span);
}

}  // namespace meterrig::cli
