// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"

namespace meterrig::test {

/// The standard of that id that ships, which must be right.
inline v1::Standard standard(const std::string& id) {
  const auto loaded = loader::load_standard(std::filesystem::path(METERRIG_PROJECT_SOURCE_DIR) /
                                            "scenarios/standards" / (id + ".yaml"));
  BOOST_TEST(loader::findings_of(loaded) == "");
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->message.standard().id() == id);
  return loaded->message.standard();
}

}  // namespace meterrig::test
