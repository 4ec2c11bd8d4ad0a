// SPDX-License-Identifier: GPL-3.0-or-later
#include "limit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "../rows.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::campaign {
namespace {

constexpr std::array<const char*, phase_count> line_names{"L1", "L2", "L3"};
constexpr double least_power_factor = 0.25;
constexpr double live = 0.02;  // of the greatest current

}  // namespace

MeanLoad mean_load(const OperatingPoint& mean) {
  const double greatest = std::max({mean.current[0], mean.current[1], mean.current[2]}).in(ampere);
  MeanLoad load;
  load.current = ampere(0);
  double active = 0;
  double reactive = 0;
  double apparent = 0;
  int phases = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double s = mean.voltage.at(p).in(volt)*mean.current.at(p).in(ampere);
    const auto [sine, cosine] = sine_cosine(turn_of(mean.displacement.at(p)));
    active += s * cosine;
    reactive += s * sine;
    apparent += s;
    if (!(mean.current.at(p).in(ampere) > live * greatest)) continue;
    ++phases;
    load.phase = line_names.at(p);
    load.current += mean.current.at(p);
  }
  if (phases == 1) {
    load.load = v1::LOAD_SINGLE_PHASE;
  } else {
    load.phase.clear();
  }
  if (phases > 1) load.current = load.current / phases;
  if (active < 0) load.direction = v1::DIRECTION_EXPORT;
  // Turned back by export: a current that leads does so against its own direction.
  load.leading = (reactive < 0) != (active < 0);
  if (apparent > 0) load.power_factor = std::min(1.0, std::abs(active) / apparent);
  return load;
}

std::optional<NearestRow> nearest_row(const std::vector<const v1::ErrorRow*>& rows,
                                      const MeanLoad& load, const RatedCurrents& rated) {
  if (load.power_factor < least_power_factor) return std::nullopt;
  v1::PowerFactor own;
  own.set_value(load.power_factor);
  own.set_character(load.leading ? v1::CHARACTER_CAPACITIVE : v1::CHARACTER_INDUCTIVE);
  const double angle = displacement(own, v1::ENERGY_ACTIVE).in(degree);
  std::optional<NearestRow> nearest;
  double distance = 0;
  for (const v1::ErrorRow* row : rows) {
    if (row->load() != load.load || !covers(*row, load.current, rated)) continue;
    for (const v1::PowerFactor& stated : row->power_factors()) {
      const double away = std::abs(displacement(stated, v1::ENERGY_ACTIVE).in(degree)-angle);
      if (nearest && away >= distance) continue;
      nearest = NearestRow{.row = row, .power_factor = stated};
      distance = away;
    }
  }
  return nearest;
}

}  // namespace meterrig::campaign
