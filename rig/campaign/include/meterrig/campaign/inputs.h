// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "meterrig/campaign/replay.h"
#include "meterrig/loader/load.h"

namespace meterrig::campaign {

/// The files that a run is made from, checked one by one.
struct Inputs {
  loader::Loaded<v1::DeviceFile> device;
  std::vector<loader::Loaded<v1::SuiteFile>> suites;
  std::vector<loader::Loaded<v1::StandardFile>>
      standards;  ///< the one each suite names, same order
  loader::Loaded<v1::BenchFile> bench;
  std::optional<loader::Loaded<v1::OrderFile>> order;
  std::optional<Replay> replay = std::nullopt;  ///< the recording, for suites that replay one
  /// Other editions of the suites' standards: what they would say of the points is in the plan.
  std::vector<v1::Standard> other_editions = {};
};

}  // namespace meterrig::campaign
