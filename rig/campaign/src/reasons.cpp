// SPDX-License-Identifier: GPL-3.0-or-later
#include "reasons.h"

#include <fmt/format.h>

namespace meterrig::campaign {
namespace {

std::string_view needed(v1::InfluenceMeans means) {
  switch (means) {
    case v1::INFLUENCE_MEANS_CHAMBER:
      return "a climatic chamber";
    case v1::INFLUENCE_MEANS_MAGNET:
      return "an electromagnet or a coil";
    case v1::INFLUENCE_MEANS_IMMUNITY_LABORATORY:
      return "an immunity laboratory";
    case v1::INFLUENCE_MEANS_AUXILIARY_SUPPLY:
      return "a source for the auxiliary supply";
    case v1::INFLUENCE_MEANS_OVERCURRENT_SOURCE:
      return "a source of short-time overcurrents";
    case v1::INFLUENCE_MEANS_LOAD_SWITCH:
      return "a source that switches its load for hours";
    case v1::INFLUENCE_MEANS_HIGH_FREQUENCY_SOURCE:
      return "a source of currents from 2 kHz to 150 kHz";
    case v1::INFLUENCE_MEANS_CONSUMPTION_METER:
      return "a meter of what the circuits take";
    default:
      return "an operator";
  }
}

}  // namespace

std::string reason_for_person(v1::InfluenceMeans means, std::string_view instruction) {
  return fmt::format("needs {}: {}", needed(means), instruction);
}

bool for_connection(v1::Circuit row, v1::Circuit device) {
  return row == v1::CIRCUIT_UNSPECIFIED || row == device;
}

std::string reason_for_connection(v1::Circuit row) {
  return row == v1::CIRCUIT_DIRECT
             ? "for direct connection alone; the device is connected through transformers"
             : "for connection through transformers alone; the device is connected directly";
}

}  // namespace meterrig::campaign
