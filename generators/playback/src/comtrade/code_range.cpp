// SPDX-License-Identifier: GPL-3.0-or-later
#include "code_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace meterrig::playback::comtrade {
namespace {

double greatest_code(DataType type, ComtradeRevision revision) {
  switch (type) {
    case DataType::binary16:
      return revision == ComtradeRevision::r1991 ? 16383 : INT16_MAX;
    case DataType::binary32:
      return INT32_MAX;
    case DataType::ascii:
    case DataType::float32:
      break;
  }
  // Of 13 characters in 2013, 6 before.
  return revision == ComtradeRevision::r2013 ? 99'999'999 : 99'998;
}

// The quotient to 9 digits, rounded up; a quotient that has been, and multiplied out since, stays.
double step_for(double full_scale, double greatest) {
  constexpr double smallest = 1e-280;  // below, the digits are not there
  const double step = full_scale / greatest * (1 - 1e-12);
  if (!(step > smallest)) return 1;
  const int exponent = static_cast<int>(std::floor(std::log10(step))) - 8;
  const double digits = std::ceil(step / std::pow(10.0, exponent));
  return std::strtod(fmt::format("{:.0f}e{}", digits, exponent).c_str(), nullptr);
}

}  // namespace

Scaling scaling_for(double full_scale, DataType type, ComtradeRevision revision) {
  if (type == DataType::float32) {
    // The values themselves; whole numbers, as some readers take no others.
    const double range = std::clamp(std::ceil(full_scale), 1.0, 1e15);
    return {.a = 1, .b = 0, .lowest_code = -range, .highest_code = range};
  }
  const double greatest = greatest_code(type, revision);
  const double a = step_for(full_scale, greatest);
  if (type == DataType::binary16 && revision == ComtradeRevision::r1991)
    return {.a = a, .b = -a * greatest, .lowest_code = 0, .highest_code = 2 * greatest};
  return {.a = a, .b = 0, .lowest_code = -greatest, .highest_code = greatest};
}

}  // namespace meterrig::playback::comtrade
