// SPDX-License-Identifier: GPL-3.0-or-later
#include "envelope.h"

namespace meterrig::synthesis {

void Envelope::factors(std::int64_t first, std::span<double> out) const {
  for (double& factor : out) {
    factor = 1;
    for (const auto& [depth, course] : modulations_) factor *= 1 + depth * course.at(first);
    for (const auto& [change, course] : changes_) factor *= 1 + change * course.progress(first);
    ++first;
  }
}

double Shift::at(std::int64_t sample) const {
  double sum = 0;
  for (const auto& [depth, course] : modulations_) sum += depth * course.at(sample);
  for (const auto& [value, course] : changes_) sum += value * course.progress(sample);
  return sum;
}

}  // namespace meterrig::synthesis
