// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/command_file.h"

#include <algorithm>

namespace meterrig {
namespace {

template <class Entry>
const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name(InstrumentRole role) {
  switch (role) {
    case InstrumentRole::three_phase_source:
      return "three_phase_source";
    case InstrumentRole::reference_meter:
      return "reference_meter";
    case InstrumentRole::climatic_chamber:
      return "climatic_chamber";
    case InstrumentRole::load:
      return "load";
    case InstrumentRole::dc_supply:
      return "dc_supply";
    case InstrumentRole::immunity_generator:
      return "immunity_generator";
  }
  return "unknown";
}

const InstrumentParameter* CommandFile::parameter(std::string_view name) const {
  return find(parameters, name);
}
const InstrumentAction* CommandFile::action(std::string_view name) const {
  return find(actions, name);
}

}  // namespace meterrig
