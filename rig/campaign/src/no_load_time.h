// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/quantity.h"
#include "rated_currents.h"

namespace meterrig::campaign {

/// What the least duration of a no-load test depends on.
struct NoLoadFigures {
  double constant = 0;  ///< k, imp/kWh
  int elements = 0;     ///< m
  Voltage reference;    ///< Un
  RatedCurrents rated;
  Current starting;          ///< Ist of the starting row, formula starting
  Percent limit_at_minimum;  ///< b, formula minimum
};

/// What a plan lacks for one, as a finding says it.
struct MissingFigure {
  std::string found;
  std::string expected;
};

/// What the row's formula needs of a device and a class. Ist is unknown when the starting row has
/// none for the device's connection.
[[nodiscard]] tl::expected<NoLoadFigures, MissingFigure> no_load_figures(
    const v1::NoLoadRow& row, const v1::Standard& standard, std::string_view accuracy_class,
    const v1::Device& device, const RatedCurrents& rated);

/// By the row's formula; unknown when a figure it needs is.
/// starting: coefficient / (k m Utest Ist) min (IEC 62053-2x:2020, EN 50470-3).
/// maximum: coefficient / (k m Un Imax) min (IEC 62053-2x:2003).
/// minimum: coefficient / (b k m Utest Imin) h (OIML R 46).
/// fixed: coefficient min.
[[nodiscard]] Duration no_load_time(const v1::NoLoadRow& row, const NoLoadFigures& figures);

}  // namespace meterrig::campaign
