// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.h"

#include <limits>

namespace meterrig::report {

std::string_view name(reference::EventKind kind) {
  switch (kind) {
    case reference::EventKind::dip:
      return "dip";
    case reference::EventKind::swell:
      return "swell";
    case reference::EventKind::interruption:
      return "interruption";
  }
  return "";
}

std::string_view name(reference::WiringFault fault) {
  switch (fault) {
    case reference::WiringFault::reversed_sequence:
      return "reversed_sequence";
    case reference::WiringFault::voltage_missing:
      return "voltage_missing";
    case reference::WiringFault::current_missing:
      return "current_missing";
    case reference::WiringFault::current_reversed:
      return "current_reversed";
    case reference::WiringFault::currents_swapped:
      return "currents_swapped";
  }
  return "";
}

std::string_view name(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::voltage:
      return "voltage";
    case ChannelKind::current:
      return "current";
    case ChannelKind::other:
      return "other";
  }
  return "";
}

const std::string& label(const RecordedChannel& channel) {
  return channel.id.empty() ? channel.name : channel.id;
}

Scaling scaling(const RecordedChannel& channel, double magnitude, int digits) {
  if (channel.kind == ChannelKind::other) return plain(magnitude, channel.unit, digits);
  return engineering(magnitude, channel.to_si, channel.kind == ChannelKind::voltage ? "V" : "A",
                     digits);
}

Scaling power_scaling(const RecordedChannel& voltage, const RecordedChannel& current,
                      double magnitude, std::string_view symbol, int digits) {
  if (voltage.kind == ChannelKind::voltage && current.kind == ChannelKind::current)
    return engineering(magnitude, voltage.to_si * current.to_si, symbol, digits);
  return plain(magnitude, voltage.unit + "*" + current.unit, digits);
}

double depth_percent(const reference::EventReading& event) {
  if (event.kind == reference::EventKind::swell) return std::numeric_limits<double>::quiet_NaN();
  return 100 * (event.reference - event.extreme) / event.reference;
}

}  // namespace meterrig::report
