// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "meterrig/loader/instrument_mapping.h"
#include "meterrig/loader/load.h"
#include "meterrig/vocabulary/command_file.h"

namespace meterrig::scpi {

/// A command file of generators/scpi/instruments.
inline CommandFile shipped_instrument(const std::string& id) {
  const auto loaded =
      loader::load_instrument(METERRIG_SOURCE "/generators/scpi/instruments/" + id + ".yaml");
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loader::to_string(loaded.error())));
  auto file = loader::command_file_from(loaded->message.instrument());
  BOOST_REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().message));
  return std::move(*file);
}

}  // namespace meterrig::scpi
