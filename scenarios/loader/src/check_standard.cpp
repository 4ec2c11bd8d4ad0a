// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "check_influence.h"
#include "check_self_heating.h"
#include "checks.h"
#include "current_order.h"
#include "in_quotes.h"
#include "meterrig/loader/notation.h"

namespace meterrig::loader {
namespace {

class StandardCheck {
 public:
  StandardCheck(const v1::Standard& standard, Examination& examination)
      : standard_(standard), examination_(examination) {}

  void run() {
    names("error_rows", standard_.error_rows());
    names("difference_rows", standard_.difference_rows());
    names("starting_rows", standard_.starting_rows());
    names("no_load_rows", standard_.no_load_rows());
    names("constant_rows", standard_.constant_rows());
    names("influence_rows", standard_.influence_rows());
    names("self_heating_rows", standard_.self_heating_rows());
    names("requirement_rows", standard_.requirement_rows());
    names("current_relations", standard_.current_relations());
    names("composite_rows", standard_.composite_rows());
    names("quantity_rows", standard_.quantity_rows());
    names("repeatability_rows", standard_.repeatability_rows());
    names("start_up_rows", standard_.start_up_rows());
    ambient();
    for (int i = 0; i < standard_.error_rows_size(); ++i)
      error_row(standard_.error_rows(i), path("error_rows", i));
    for (int i = 0; i < standard_.difference_rows_size(); ++i)
      classes_once(standard_.difference_rows(i).limits(), path("difference_rows", i));
    for (int i = 0; i < standard_.starting_rows_size(); ++i)
      starting_row(standard_.starting_rows(i), path("starting_rows", i));
    for (int i = 0; i < standard_.no_load_rows_size(); ++i)
      no_load_row(standard_.no_load_rows(i), path("no_load_rows", i));
    for (int i = 0; i < standard_.constant_rows_size(); ++i)
      constant_row(standard_.constant_rows(i), path("constant_rows", i));
    for (int i = 0; i < standard_.influence_rows_size(); ++i) {
      const std::string where = path("influence_rows", i);
      classes_once(standard_.influence_rows(i).limits(), where);
      check_influence(standard_.influence_rows(i), where, examination_);
      temperatures(standard_.influence_rows(i), where);
      ranges(standard_.influence_rows(i).ranges(), where + ".ranges");
    }
    for (int i = 0; i < standard_.self_heating_rows_size(); ++i) {
      const std::string where = path("self_heating_rows", i);
      classes_once(standard_.self_heating_rows(i).limits(), where);
      check_self_heating(standard_.self_heating_rows(i), where, examination_);
    }
    for (int i = 0; i < standard_.requirement_rows_size(); ++i)
      requirement_row(path("requirement_rows", i));
    for (int i = 0; i < standard_.tariff_rows_size(); ++i)
      tariff_row(standard_.tariff_rows(i), path("tariff_rows", i) + ".id");
    for (int i = 0; i < standard_.current_relations_size(); ++i)
      one_of(path("current_relations", i), {"at_most", "at_least", "equals"});
    for (int i = 0; i < standard_.composite_rows_size(); ++i)
      composite_row(standard_.composite_rows(i), path("composite_rows", i));
    for (int i = 0; i < standard_.quantity_rows_size(); ++i)
      quantity_row(standard_.quantity_rows(i), path("quantity_rows", i));
    if (standard_.has_voltage_events()) voltage_events(standard_.voltage_events());
  }

 private:
  static std::string path(std::string_view list, int index) {
    return fmt::format("standard.{}[{}]", list, index);
  }

  // interruption < dip < 100 % < swell, and none ends where another begins.
  void voltage_events(const v1::VoltageEvents& events) {
    const auto place = [](const char* field) {
      return fmt::format("standard.voltage_events.{}.limit", field);
    };
    for (const char* field : {"dip", "swell", "interruption", "hysteresis"}) {
      if (!examination_.sound(place(field))) return;
    }
    const double hysteresis = events.hysteresis().limit();
    const double dip = events.dip().limit();
    const double most = 100 - hysteresis;
    if (dip > most)
      examination_.report(place("dip"), fmt::format("'{} %'", dip),
                          fmt::format("at most {} %: 100 % less the hysteresis", most));
    if (const double swell = events.swell().limit(); swell < 100 + hysteresis)
      examination_.report(place("swell"), fmt::format("'{} %'", swell),
                          fmt::format("at least {} %: 100 % and the hysteresis", 100 + hysteresis));
    if (const double interruption = events.interruption().limit(); interruption > dip - hysteresis)
      examination_.report(
          place("interruption"), fmt::format("'{} %'", interruption),
          fmt::format("at most {} %: the dip's less the hysteresis", dip - hysteresis));
  }

  // Within a list the walk finds doubles; here between the lists.
  template <class Rows>
  void names(std::string_view list, const Rows& rows) {
    for (int i = 0; i < rows.size(); ++i) {
      const std::string where = path(list, i) + ".id";
      if (!examination_.sound(where)) continue;
      const auto [first, fresh] = places_.emplace(rows[i].id(), where);
      const bool same_list = first->second.starts_with(fmt::format("standard.{}[", list));
      if (!fresh && !same_list)
        examination_.report(
            where, in_quotes(rows[i].id()) + " again",
            "a name once in the standard; the first is" + examination_.in_line(first->second));
    }
  }

  // Index of the row that is named at `where`. Silent while the name of any row of the list is in
  // doubt.
  template <class Rows>
  std::optional<int> find(std::string_view list, const Rows& rows, const std::string& id,
                          const std::string& where) {
    if (!examination_.sound(where)) return std::nullopt;
    std::string known;
    for (int i = 0; i < rows.size(); ++i) {
      if (!examination_.sound(path(list, i) + ".id")) return std::nullopt;
      if (rows[i].id() == id) return i;
      known += (known.empty() ? "" : ", ") + rows[i].id();
    }
    examination_.report(where, in_quotes(id),
                        fmt::format("one of the {}: {}", list, known.empty() ? "(none)" : known));
    return std::nullopt;
  }

  template <class Limits>
  void classes_once(const Limits& limits, const std::string& row) {
    std::map<std::string, std::string> seen;
    for (int i = 0; i < limits.size(); ++i) {
      const std::string where = fmt::format("{}.limits[{}].accuracy_class", row, i);
      if (!examination_.sound(where)) continue;
      const auto [first, fresh] = seen.emplace(limits[i].accuracy_class(), where);
      if (!fresh)
        examination_.report(
            where, in_quotes(limits[i].accuracy_class()) + " again",
            "a class once in a row; the first is" + examination_.in_line(first->second));
    }
  }

  // Exactly one of the keys is written.
  bool one_of(const std::string& where, const std::vector<std::string>& keys) {
    if (!examination_.written(where)) return false;
    std::vector<std::string> found;
    for (const std::string& key : keys) {
      if (examination_.written(fmt::format("{}.{}", where, key))) found.push_back(key);
    }
    if (found.size() == 1) return true;
    examination_.report(
        where,
        found.empty() ? "none of " + joined(keys) : fmt::format("{} beside {}", found[1], found[0]),
        "exactly one of " + joined(keys));
    return false;
  }

  static std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
  }

  // Of a row or a range.
  template <class Range>
  void current_range(const Range& range, const std::string& where) {
    const bool below = examination_.written(where + ".below");
    const bool up_to = examination_.written(where + ".up_to");
    if (below == up_to && examination_.written(where)) {
      examination_.report(below ? where + ".up_to" : where,
                          below ? "up_to beside below" : "neither below nor up_to",
                          "exactly one of below (not included) and up_to (included)");
      return;
    }
    const std::string end = where + (below ? ".below" : ".up_to");
    if (!examination_.sound(where + ".from") || !examination_.sound(end)) return;
    const v1::CurrentLevel& greatest = below ? range.below() : range.up_to();
    const auto from = current_order(range.from());
    const auto to = current_order(greatest);
    if (from > to || (below && from == to))
      examination_.report(end, in_quotes(to_string(greatest)),
                          "a current above the row's least, " + to_string(range.from()));
  }

  // Each connection once.
  template <class Entries>
  void connections(const Entries& entries, const std::string& list) {
    for (int i = 1; i < entries.size(); ++i) {
      const std::string where = fmt::format("{}[{}].connection", list, i);
      for (int k = 0; k < i; ++k) {
        if (examination_.sound(where) && entries[i].connection() == entries[k].connection())
          examination_.report(where, "a connection again", "each connection once");
      }
    }
  }

  void error_row(const v1::ErrorRow& row, const std::string& where) {
    classes_once(row.limits(), where);
    if (!one_of(where, {"from", "ranges"})) return;
    if (!examination_.written(where + ".ranges")) {
      current_range(row, where);
      return;
    }
    for (const char* key : {".below", ".up_to"}) {
      if (examination_.written(where + key))
        examination_.report(where + key, "it beside ranges", "it in each of the ranges");
    }
    ranges(row.ranges(), where + ".ranges");
  }

  template <class Ranges>
  void ranges(const Ranges& list, const std::string& where) {
    connections(list, where);
    for (int i = 0; i < list.size(); ++i) current_range(list[i], fmt::format("{}[{}]", where, i));
  }

  void ambient() {
    const std::string where = "standard.reference_conditions";
    const bool temperature = examination_.written(where + ".temperature");
    if (temperature == examination_.written(where + ".temperature_tolerance")) return;
    examination_.report(where,
                        temperature ? "temperature without temperature_tolerance"
                                    : "temperature_tolerance without temperature",
                        "both or neither");
  }

  // A coefficient is between the reference temperature and another.
  void temperatures(const v1::InfluenceRow& row, const std::string& where) {
    const v1::ReferenceConditions& conditions = standard_.reference_conditions();
    if (!examination_.sound("standard.reference_conditions")) return;
    const double apart = 2 * conditions.temperature_tolerance();
    for (int i = 0; i < row.levels_size(); ++i) {
      const std::string at = fmt::format("{}.levels[{}].temperature", where, i);
      const double temperature = row.levels(i).temperature();
      if (!examination_.sound(at) || std::abs(temperature - conditions.temperature()) > apart)
        continue;
      examination_.report(
          at, fmt::format("'{} degC'", temperature),
          fmt::format("one below {} degC or above {} degC, twice the tolerance of the reference "
                      "temperature away from it",
                      conditions.temperature() - apart, conditions.temperature() + apart));
    }
  }

  void requirement_row(const std::string& where) {
    if (!one_of(where, {"needs", "not_run"})) return;
    const bool needs = examination_.written(where + ".needs");
    if (needs != examination_.written(where + ".instruction"))
      examination_.report(where, needs ? "no instruction" : "an instruction without needs",
                          "an instruction with needs, and only then");
  }

  // A person does it where the device cannot be asked: both bear one name.
  void tariff_row(const v1::TariffRow& row, const std::string& where) {
    if (!examination_.sound(where) || !examination_.sound("standard.requirement_rows")) return;
    const auto& all = standard_.requirement_rows();
    if (std::none_of(all.begin(), all.end(),
                     [&](const v1::RequirementRow& other) { return other.id() == row.id(); }))
      examination_.report(where, in_quotes(row.id()),
                          "the id of a requirement row, for devices without registers of tariffs");
  }

  void starting_row(const v1::StartingRow& row, const std::string& where) {
    if (one_of(where, {"current", "currents"})) connections(row.currents(), where + ".currents");
  }

  void composite_row(const v1::CompositeRow& row, const std::string& where) {
    classes_once(row.limits(), where);
    current_range(row, where);
    for (int i = 0; i < row.temperatures_size(); ++i) {
      const std::string at = fmt::format("{}.temperatures[{}]", where, i);
      const v1::TemperatureSpan& span = row.temperatures(i);
      if (examination_.sound(at) && span.from() >= span.to())
        examination_.report(at + ".to", fmt::format("'{} degC'", span.to()),
                            fmt::format("more than from, {} degC", span.from()));
    }
  }

  void quantity_row(const v1::QuantityRow& row, const std::string& where) {
    classes_once(row.limits(), where);
    if (row.has_below() && row.has_up_to())
      examination_.report(where + ".up_to", "up_to beside below",
                          "at most one of below (not included) and up_to (included)");
    if (examination_.sound(where + ".basis") &&
        (row.basis() == v1::LIMIT_BASIS_ABSOLUTE) != examination_.written(where + ".unit"))
      examination_.report(where, row.unit().empty() ? "no unit" : "a unit",
                          "a unit with the basis absolute and only with it");
    if (!one_of(where, {"factor", "limits"})) return;
    if (row.has_factor() != examination_.written(where + ".accuracy_classes")) {
      examination_.report(
          where,
          row.has_factor() ? "factor without accuracy_classes" : "accuracy_classes beside limits",
          "accuracy_classes with factor and only with it");
      return;
    }
    for (int i = 0; i < row.accuracy_classes_size(); ++i) {
      const std::string& text = row.accuracy_classes(i);
      double number = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
      if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !(number > 0))
        examination_.report(fmt::format("{}.accuracy_classes[{}]", where, i), in_quotes(text),
                            "a class that is a number, because the factor is multiplied with it");
    }
  }

  // What a formula needs besides its coefficient.
  bool no_load_formula(const v1::NoLoadRow& row, const std::string& where) {
    const bool starting = row.formula() == v1::NO_LOAD_FORMULA_UNSPECIFIED ||
                          row.formula() == v1::NO_LOAD_FORMULA_STARTING;
    const bool minimum = row.formula() == v1::NO_LOAD_FORMULA_MINIMUM;
    if (!examination_.written(where)) return false;
    const auto wanted = [&](const char* key, bool needed) {
      const std::string at = fmt::format("{}.{}", where, key);
      if (examination_.written(at) != needed)
        examination_.report(
            needed ? where : at, needed ? fmt::format("no {}", key) : "it",
            fmt::format("{} with the formula {} and only with it", key,
                        key == std::string_view("limit_row") ? "minimum" : "starting"));
    };
    wanted("starting_row", starting);
    wanted("limit_row", minimum);
    if (minimum && examination_.sound(where + ".limit_row"))
      (void)find("error_rows", standard_.error_rows(), row.limit_row(), where + ".limit_row");
    return starting && examination_.sound(where + ".starting_row");
  }

  void no_load_row(const v1::NoLoadRow& row, const std::string& where) {
    if (!no_load_formula(row, where)) return;
    const auto found = find("starting_rows", standard_.starting_rows(), row.starting_row(),
                            where + ".starting_row");
    // Scalars that were refused are not in their list, so its numbers hold only when it is sound.
    if (!found || !examination_.sound(path("starting_rows", *found)) ||
        !examination_.sound(where + ".accuracy_classes"))
      return;
    const v1::StartingRow& starting = standard_.starting_rows(*found);
    const auto& known = starting.accuracy_classes();
    for (int i = 0; i < row.accuracy_classes_size(); ++i) {
      const std::string at = fmt::format("{}.accuracy_classes[{}]", where, i);
      if (std::find(known.begin(), known.end(), row.accuracy_classes(i)) == known.end())
        examination_.report(at, in_quotes(row.accuracy_classes(i)),
                            fmt::format("a class of the starting row {}", starting.id()));
    }
  }

  void constant_row(const v1::ConstantRow& row, const std::string& where) {
    const auto found =
        find("error_rows", standard_.error_rows(), row.limit_row(), where + ".limit_row");
    if (!found || !examination_.sound(where) || !examination_.sound(path("error_rows", *found)))
      return;
    const v1::ErrorRow& limit = standard_.error_rows(*found);
    const auto& factors = limit.power_factors();
    if (std::none_of(factors.begin(), factors.end(),
                     [&](const v1::PowerFactor& f) { return same(f, row.power_factor()); }))
      examination_.report(where + ".power_factor", in_quotes(to_string(row.power_factor())),
                          fmt::format("a power factor of the error row {}", limit.id()));
    if (std::none_of(circuits.begin(), circuits.end(),
                     [&](v1::Circuit circuit) { return covers(limit, row.current(), circuit); }))
      examination_.report(where + ".current", in_quotes(to_string(row.current())),
                          fmt::format("a current of the error row {}", limit.id()));
  }

  const v1::Standard& standard_;
  Examination& examination_;
  std::map<std::string, std::string> places_;  // of row names
};

}  // namespace

void check(const v1::StandardFile& file, Examination& examination) {
  StandardCheck(file.standard(), examination).run();
}

}  // namespace meterrig::loader
