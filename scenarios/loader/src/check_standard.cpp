// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "check_influence.h"
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
    for (int i = 0; i < standard_.error_rows_size(); ++i)
      error_row(standard_.error_rows(i), path("error_rows", i));
    for (int i = 0; i < standard_.difference_rows_size(); ++i)
      classes_once(standard_.difference_rows(i).limits(), path("difference_rows", i));
    for (int i = 0; i < standard_.no_load_rows_size(); ++i)
      no_load_row(standard_.no_load_rows(i), path("no_load_rows", i));
    for (int i = 0; i < standard_.constant_rows_size(); ++i)
      constant_row(standard_.constant_rows(i), path("constant_rows", i));
    for (int i = 0; i < standard_.influence_rows_size(); ++i) {
      const std::string where = path("influence_rows", i);
      classes_once(standard_.influence_rows(i).limits(), where);
      check_influence(standard_.influence_rows(i), where, examination_);
    }
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

  void error_row(const v1::ErrorRow& row, const std::string& where) {
    classes_once(row.limits(), where);
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
    const v1::CurrentLevel& greatest = below ? row.below() : row.up_to();
    const auto from = current_order(row.from());
    const auto to = current_order(greatest);
    if (from > to || (below && from == to))
      examination_.report(end, in_quotes(to_string(greatest)),
                          "a current above the row's least, " + to_string(row.from()));
  }

  void no_load_row(const v1::NoLoadRow& row, const std::string& where) {
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
    if (!covers(limit, row.current()))
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
