// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "served_bench.h"
#include "three_phase_settings.h"

/// The value, or the end of the test.
template <class T>
T must(meterrig::Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? std::string() : result.error().message));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A served bench with the driver's two ends on it.
struct DriverRig {
  ServedBench served;
  std::shared_ptr<meterrig::iio::Context> context;
  std::unique_ptr<meterrig::iio::DacSource> source;
  std::unique_ptr<meterrig::iio::AdcInput> input;

  explicit DriverRig(ServedBench bench,
                     const meterrig::iio::DacSettings& outputs = three_phase_outputs(),
                     const meterrig::iio::AdcSettings& inputs = three_phase_inputs())
      : served(std::move(bench)), context(served.connect()) {
    source = must(meterrig::iio::DacSource::open(context, outputs));
    input = must(meterrig::iio::AdcInput::open(context, inputs));
  }
};
