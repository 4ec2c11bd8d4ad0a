// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>

#include "../../end-to-end/process.h"

namespace meterrig::test {

/// small_server.cpp as a process of its own, as a device is.
struct SmallServerProcess {
  SmallServerProcess() {
    for (int i = 0; i < 2000 && said.find('\n') == std::string::npos; ++i) {
      process.wait_for(std::chrono::milliseconds(5));
      said = process.output();
    }
    BOOST_REQUIRE_MESSAGE(said.find('\n') != std::string::npos, "the small server does not start");
    address = said.substr(0, said.find('\n'));
  }
  TemporaryFolder folder;
  Process process{{METERRIG_SMALL_SERVER}, folder.path(), folder / "server.log"};
  std::string said;
  std::string address;
};

}  // namespace meterrig::test
