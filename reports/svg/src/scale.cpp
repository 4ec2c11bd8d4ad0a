// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace meterrig::svg {

Scale::Scale(Kind kind, double least, double greatest, double from, double to)
    : kind_(kind), least_(least), greatest_(greatest), from_(from), to_(to) {
  if (!std::isfinite(least_) || !std::isfinite(greatest_)) least_ = 0, greatest_ = 1;
  if (kind_ == Kind::logarithmic) {
    if (!(greatest_ > 0)) greatest_ = 1;
    if (!(least_ > 0)) least_ = greatest_ / 1000;
  }
  if (greatest_ > least_) return;
  if (kind_ == Kind::logarithmic) {
    greatest_ = 2 * least_, least_ /= 2;
  } else {
    greatest_ = least_ + 1, least_ -= 1;
  }
}

double Scale::at(double value) const {
  double part = (value - least_) / (greatest_ - least_);
  if (kind_ == Kind::logarithmic) {
    if (!(value > 0)) return std::numeric_limits<double>::quiet_NaN();
    part = std::log(value / least_) / std::log(greatest_ / least_);
  }
  return from_ + part * (to_ - from_);
}

double Scale::clamp(double value) const { return std::clamp(value, least_, greatest_); }

Ticks nice_ticks(double least, double greatest, int wanted) {
  Ticks ticks;
  const double span = greatest - least;
  if (!std::isfinite(span) || !(span > 0) || wanted < 1) return ticks;
  const double raw = span / wanted;
  int exponent = static_cast<int>(std::floor(std::log10(raw)));
  double step = std::pow(10.0, exponent);
  const double ratio = raw / step;
  if (ratio > 7.07) {
    step *= 10, ++exponent;
  } else if (ratio > 3.16) {
    step *= 5;
  } else if (ratio > 1.41) {
    step *= 2;
  }
  ticks.decimals = std::clamp(-exponent, 0, 12);
  // A bound that is a multiple but for rounding counts as one.
  const double first = std::ceil(least / step - 1e-9);
  const double last = std::floor(greatest / step + 1e-9);
  if (last - first > 1000) return ticks;
  const int intervals = static_cast<int>(last - first);
  for (int i = 0; i <= intervals; ++i) ticks.values.push_back((first + i) * step);
  return ticks;
}

std::string tick_label(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", std::abs(value), decimals);
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  return value < 0 && !zero ? "\u2212" + text : text;
}

}  // namespace meterrig::svg
