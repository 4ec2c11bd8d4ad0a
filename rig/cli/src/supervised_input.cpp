// SPDX-License-Identifier: GPL-3.0-or-later
#include "supervised_input.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace meterrig::cli {
namespace {

constexpr Duration piece = millisecond(50);  // of samples: far below any lease

}  // namespace

Result<void> SupervisedInput::look() {
  if (const auto served = service_.serve(second(0)); !served) {
    // Switching off is what matters; why it failed is in the journal.
    static_cast<void>(output_.off("the controller: " + served.error().message));
  } else if (stop_) {
    static_cast<void>(output_.off("the source process was told to stop"));
  }
  const safety::OutputStatus status = output_.status();
  if (status.on && status.settled) return {};
  return fail(ErrorCode::aborted,
              status.on ? "the output was set to another point" : "switched off: " + status.reason);
}

Result<void> SupervisedInput::start() {
  if (auto on = look(); !on) return on;
  return input_.start();
}

Result<SampleBlock> SupervisedInput::read(std::size_t count) {
  const Rational rate = input_.rate();
  const auto most =
      std::max<std::size_t>(1, static_cast<std::size_t>(rate.value() * piece.in(second)));
  SampleBlock whole(rate, 0, count);
  for (std::size_t done = 0; done < count;) {
    const std::size_t part = std::min(most, count - done);
    auto block = input_.read(part);
    if (!block) return block;
    if (done == 0) whole.first_sample = block->first_sample;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      const auto at = static_cast<std::ptrdiff_t>(done);
      std::ranges::copy(block->volts(phase), whole.volts(phase).begin() + at);
      std::ranges::copy(block->amperes(phase), whole.amperes(phase).begin() + at);
    }
    done += part;
    if (auto on = look(); !on) {
      static_cast<void>(input_.stop());
      return tl::unexpected(on.error());
    }
  }
  return whole;
}

}  // namespace meterrig::cli
