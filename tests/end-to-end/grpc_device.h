// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "rig_fixture.h"

namespace meterrig::test {

/// A simulated SMART X96-5A that is served over gRPC alone, as a process of its own.
struct GrpcDevice {
  /// `options` of `device serve`; waits until it is ready.
  GrpcDevice(Rig& rig, std::vector<std::string> options);

  Process process;
  std::string said;
  std::string address;  ///< with the port that was chosen
};

}  // namespace meterrig::test
