// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/mutants/bisection.h"

#include <algorithm>
#include <cmath>

namespace meterrig::mutants {
namespace {

constexpr double wide = 10;  // ratio of ends from which on the middle is the geometric one

double middle(double mild, double severe) {
  if (mild * severe > 0) {
    const double ratio = severe / mild;
    if (ratio > wide || ratio < 1 / wide)
      return std::copysign(std::sqrt(std::abs(mild)) * std::sqrt(std::abs(severe)), mild);
  }
  return mild + (severe - mild) / 2;
}

}  // namespace

double severity(const v1::MutantSize& size, double number) {
  return (number - size.mild()) / (size.severe() - size.mild());
}

Result<Border> find_border(const v1::MutantSize& size, double caught_at, int steps,
                           const std::function<Result<bool>(double size)>& is_caught) {
  const auto mildest = is_caught(size.mild());
  if (!mildest) return tl::unexpected(mildest.error());
  if (*mildest) return Border{.smallest_caught = size.mild(), .largest_missed = std::nullopt};
  double missed = size.mild();
  double caught = caught_at;
  for (int step = 0; step < steps; ++step) {
    double next = middle(missed, caught);
    if (size.whole()) {
      next = std::round(next);
      if (next == missed || next == caught) {
        if (std::abs(caught - missed) <= 1) break;
        next = caught > missed ? missed + 1 : missed - 1;
      }
    }
    const auto found = is_caught(next);
    if (!found) return tl::unexpected(found.error());
    (*found ? caught : missed) = next;
  }
  return Border{.smallest_caught = caught, .largest_missed = missed};
}

}  // namespace meterrig::mutants
