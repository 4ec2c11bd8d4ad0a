// SPDX-License-Identifier: GPL-3.0-or-later
#include "self_warming.h"

#include <cmath>

namespace meterrig::twin {

void SelfWarming::pass(const SampleBlock& block) {
  if (block.count() == 0) return;
  double squares = 0;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    for (const double amperes : block.amperes(phase)) squares += amperes * amperes;
  }
  const auto count = static_cast<double>(block.count());
  const double maximum = model_.maximum.in(ampere);
  const double target =
      model_.rise * squares / (count * static_cast<double>(phase_count) * maximum * maximum);
  const double seconds = count / block.rate.value();
  kelvins_ = target + (kelvins_ - target) * std::exp(-seconds / model_.time_constant.in(second));
}

}  // namespace meterrig::twin
