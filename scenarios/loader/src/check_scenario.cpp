// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>

#include "checks.h"
#include "meterrig/vocabulary/element.h"

namespace meterrig::loader {
namespace {

template <class Channels>
void check_channels(const Channels& channels, const std::string& list, Examination& examination) {
  if (examination.written(list) && channels.size() > static_cast<int>(phase_count))
    examination.report(fmt::format("{}[{}]", list, phase_count),
                       fmt::format("{} entries", channels.size()), "at most three: L1, L2, L3");
  for (int i = 0; i < channels.size(); ++i) {
    std::map<int, std::string> orders;
    for (int c = 0; c < channels[i].components_size(); ++c) {
      const std::string where = fmt::format("{}[{}].components[{}].order", list, i, c);
      if (!examination.sound(where)) continue;
      const int order = channels[i].components(c).order();
      const auto [first, fresh] = orders.emplace(order, where);
      if (!fresh)
        examination.report(
            where, fmt::format("order {} again", order),
            "an order once in a channel; the first is" + examination.in_line(first->second));
    }
  }
}

}  // namespace

void check(const v1::ScenarioFile& file, Examination& examination) {
  const v1::Scenario& scenario = file.scenario();
  if (examination.written("scenario") && !examination.written("scenario.voltage") &&
      !examination.written("scenario.current"))
    examination.report("scenario", "neither voltage nor current", "at least one of them");
  check_channels(scenario.voltage(), "scenario.voltage", examination);
  check_channels(scenario.current(), "scenario.current", examination);
}

}  // namespace meterrig::loader
