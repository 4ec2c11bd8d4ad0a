// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SoapySDR/Types.hpp>
#include <cstddef>
#include <string>

#include "loop.h"

namespace meterrig::rigloop {

/// What a rigloop device is made with; README lists the keys.
struct Arguments {
  std::string serial = "rigloop-1";
  Pace pace = Pace::wall;
  std::size_t receivers = 1;
  std::size_t buffer = 32768;  ///< samples
  Path path;
};

/// Throws std::invalid_argument, naming key and value, as a SoapySDR driver does.
[[nodiscard]] Arguments arguments_from(const SoapySDR::Kwargs& arguments);
/// The whole text as a number; throws likewise.
[[nodiscard]] double number_of(const std::string& key, const std::string& text);
/// Sets the part of a path that `key` names (loss, tilt, noise, ppm); false for another key.
bool set_path(Path& path, const std::string& key, const std::string& text);

}  // namespace meterrig::rigloop
