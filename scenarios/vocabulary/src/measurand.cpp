// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/measurand.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <optional>
#include <system_error>

namespace meterrig {
namespace {

struct MeasurandText {
  Measurand measurand;
  std::string_view name;
  QuantityKind kind;
};

constexpr std::array measurands{
    MeasurandText{Measurand::voltage, "voltage", QuantityKind::voltage},
    MeasurandText{Measurand::current, "current", QuantityKind::current},
    MeasurandText{Measurand::active_power, "active_power", QuantityKind::active_power},
    MeasurandText{Measurand::reactive_power, "reactive_power", QuantityKind::reactive_power},
    MeasurandText{Measurand::apparent_power, "apparent_power", QuantityKind::apparent_power},
    MeasurandText{Measurand::power_factor, "power_factor", QuantityKind::none},
    MeasurandText{Measurand::phase_angle, "phase_angle", QuantityKind::angle},
    MeasurandText{Measurand::frequency, "frequency", QuantityKind::frequency},
    MeasurandText{Measurand::active_energy_import, "active_energy_import",
                  QuantityKind::active_energy},
    MeasurandText{Measurand::active_energy_export, "active_energy_export",
                  QuantityKind::active_energy},
    MeasurandText{Measurand::active_energy_total, "active_energy_total",
                  QuantityKind::active_energy},
    MeasurandText{Measurand::reactive_energy_import, "reactive_energy_import",
                  QuantityKind::reactive_energy},
    MeasurandText{Measurand::reactive_energy_export, "reactive_energy_export",
                  QuantityKind::reactive_energy},
    MeasurandText{Measurand::reactive_energy_total, "reactive_energy_total",
                  QuantityKind::reactive_energy},
    MeasurandText{Measurand::apparent_energy, "apparent_energy", QuantityKind::apparent_energy},
    MeasurandText{Measurand::voltage_thd, "voltage_thd", QuantityKind::percentage},
    MeasurandText{Measurand::current_thd, "current_thd", QuantityKind::percentage},
    MeasurandText{Measurand::voltage_harmonic, "voltage_harmonic", QuantityKind::percentage},
    MeasurandText{Measurand::current_harmonic, "current_harmonic", QuantityKind::percentage},
};

struct PlaceText {
  Place place;
  std::string_view name;
};

constexpr std::array places{
    PlaceText{Place::L1, "L1"},       PlaceText{Place::L2, "L2"},
    PlaceText{Place::L3, "L3"},       PlaceText{Place::N, "N"},
    PlaceText{Place::L1_L2, "L1-L2"}, PlaceText{Place::L2_L3, "L2-L3"},
    PlaceText{Place::L3_L1, "L3-L1"}, PlaceText{Place::mean, "mean"},
    PlaceText{Place::total, "total"},
};

/// Order or tariff of a text that names this measurand, 0 where it has none; nothing for another
/// text.
std::optional<int> order_of(const MeasurandText& m, std::string_view what) {
  const bool tariffs = has_tariffs(m.measurand);
  if (!has_order(m.measurand) && m.name == what) return 0;
  if (!has_order(m.measurand) && !tariffs) return std::nullopt;
  const std::string_view before = tariffs ? "_t" : "_";
  const std::size_t begin = m.name.size() + before.size();
  if (!what.starts_with(m.name) || !what.substr(m.name.size()).starts_with(before))
    return std::nullopt;
  int order = 0;
  const char* const end = what.data() + what.size();
  const auto parsed = std::from_chars(what.data() + begin, end, order);
  if (parsed.ec != std::errc() || parsed.ptr != end ||
      order < (tariffs ? 1 : least_harmonic_order) ||
      order > (tariffs ? greatest_tariff : greatest_harmonic_order))
    return std::nullopt;
  return order;
}

std::string_view suffix(const PlaceText& /*place*/) { return ""; }
std::string_view suffix(const MeasurandText& m) {
  if (has_tariffs(m.measurand)) return "[_t1..8]";
  return has_order(m.measurand) ? "_2..63" : "";
}

template <class Table>
std::string all_names(const Table& table) {
  std::string list;
  for (const auto& entry : table)
    fmt::format_to(std::back_inserter(list), "{}{}{}", list.empty() ? "" : ", ", entry.name,
                   suffix(entry));
  return list;
}

}  // namespace

std::string to_string(QuantityId id) {
  std::string which;
  if (has_order(id.measurand)) {
    which = fmt::format("_{}", id.order);
  } else if (id.order > 0) {
    which = fmt::format("_t{}", id.order);
  }
  return fmt::format("{}{}.{}", measurands.at(static_cast<std::size_t>(id.measurand)).name, which,
                     places.at(static_cast<std::size_t>(id.place)).name);
}

Result<QuantityId> parse_quantity_id(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view what = text.substr(0, dot);
  const std::string_view where = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  for (const MeasurandText& m : measurands) {
    const std::optional<int> order = order_of(m, what);
    if (!order) continue;
    if (*order > 0 && has_tariffs(m.measurand)) {
      if (where == "total") return QuantityId{m.measurand, Place::total, *order};
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("'{}' is kept of all phases together; expected {}.total", text, what));
    }
    for (const PlaceText& p : places) {
      if (p.name == where) return QuantityId{m.measurand, p.place, *order};
    }
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' does not say where; expected {}.X with X one of {}", text, what,
                            all_names(places)));
  }
  return fail(
      ErrorCode::invalid_argument,
      fmt::format(
          "'{}' is not a quantity of a meter; expected QUANTITY.PLACE with QUANTITY one of {}",
          text, all_names(measurands)));
}

QuantityKind kind_of(Measurand measurand) {
  return measurands.at(static_cast<std::size_t>(measurand)).kind;
}

}  // namespace meterrig
