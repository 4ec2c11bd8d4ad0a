// SPDX-License-Identifier: GPL-3.0-or-later
#include "point_name.h"

#include <fmt/format.h>

namespace meterrig::campaign {

std::string point_name(const Inputs& inputs, const v1::Suite& suite, const v1::Position& position,
                       std::string tail) {
  std::string name = std::move(tail);
  if (inputs.bench.message.bench().positions_size() > 1)
    name = fmt::format("position-{}/{}", position.id(), name);
  return inputs.suites.size() > 1 ? fmt::format("{}/{}", suite.id(), name) : name;
}

}  // namespace meterrig::campaign
