// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/together.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "current_order.h"
#include "findings.h"
#include "in_quotes.h"
#include "meterrig/loader/notation.h"
#include "meterrig/vocabulary/units.h"
#include "together_influence.h"

namespace meterrig::loader {
namespace {

template <class Rows>
auto find_row(const Rows& rows, const std::string& id) {
  return std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id() == id; });
}

template <class Rows>
std::string ids(const Rows& rows) {
  std::string list;
  for (const auto& row : rows) list += (list.empty() ? "" : ", ") + row.id();
  return list.empty() ? "(none)" : list;
}

template <class Limits>
bool has_class(const Limits& limits, const std::string& accuracy_class) {
  return std::any_of(limits.begin(), limits.end(),
                     [&](const auto& limit) { return limit.accuracy_class() == accuracy_class; });
}

template <class Factors>
bool holds(const Factors& factors, const v1::PowerFactor& wanted) {
  return std::any_of(factors.begin(), factors.end(),
                     [&](const v1::PowerFactor& factor) { return same(factor, wanted); });
}

class SuiteAgainstStandard {
 public:
  SuiteAgainstStandard(const Loaded<v1::SuiteFile>& suite, const v1::Standard& standard)
      : suite_(suite.message.suite()), locations_(suite.locations), standard_(standard) {}

  std::vector<Finding> run() && {
    if (suite_.standard() != standard_.id()) {
      report("suite.standard", in_quotes(suite_.standard()),
             fmt::format("{}, the standard given", standard_.id()));
      return std::move(findings_).list();
    }
    for (int i = 0; i < suite_.tests_size(); ++i) {
      const v1::Test& test = suite_.tests(i);
      const std::string where = fmt::format("suite.tests[{}].", i);
      if (test.has_intrinsic_error()) errors(test.intrinsic_error(), where + "intrinsic_error");
      if (test.has_load_difference()) difference(test.load_difference(), where + "load_difference");
      if (test.has_starting())
        classes(standard_.starting_rows(), test.starting().row(), where + "starting.row",
                "starting");
      if (test.has_no_load())
        classes(standard_.no_load_rows(), test.no_load().row(), where + "no_load.row", "no-load");
      if (test.has_replay()) replay(test.replay(), where + "replay");
      if (test.has_composite_error())
        named(standard_.composite_rows(), test.composite_error().rows(),
              where + "composite_error.rows", "composite");
      if (test.has_quantity_error())
        named(standard_.quantity_rows(), test.quantity_error().rows(),
              where + "quantity_error.rows", "quantity");
      if (test.has_meter_constant()) constant(test.meter_constant(), where + "meter_constant.row");
      if (test.has_tariff())
        classes(standard_.tariff_rows(), test.tariff().row(), where + "tariff.row", "tariff");
      if (test.has_requirement()) {
        for (int r = 0; r < test.requirement().rows_size(); ++r)
          classes(standard_.requirement_rows(), test.requirement().rows(r),
                  fmt::format("{}requirement.rows[{}]", where, r), "requirement");
      }
      if (test.has_self_heating()) self_heating(test.self_heating(), where + "self_heating.rows");
      if (test.has_influence()) {
        for (Finding& finding : check_influence_test(test.influence(), suite_.accuracy_class(),
                                                     where + "influence", locations_, standard_))
          findings_.add(std::move(finding));
      }
    }
    return std::move(findings_).list();
  }

 private:
  void report(std::string_view where, std::string found, std::string expected) {
    findings_.add(locations_.finding(where, std::move(found), std::move(expected)));
  }

  void no_row(const std::string& where, const std::string& id, std::string_view sort,
              const std::string& known) {
    report(where, in_quotes(id),
           fmt::format("{} {} row of {}: one of {}", sort == "error" ? "an" : "a", sort,
                       standard_.id(), known));
  }

  void no_class(const std::string& where, const std::string& row) {
    report(
        where,
        fmt::format("the row {}, which has no class {}", in_quotes(row), suite_.accuracy_class()),
        "a row with the suite's accuracy_class");
  }

  void errors(const v1::IntrinsicError& test, const std::string& where) {
    std::vector<const v1::ErrorRow*> rows;
    for (int r = 0; r < test.rows_size(); ++r) {
      const std::string at = fmt::format("{}.rows[{}]", where, r);
      const auto row = find_row(standard_.error_rows(), test.rows(r));
      if (row == standard_.error_rows().end()) {
        no_row(at, test.rows(r), "error", ids(standard_.error_rows()));
        return;
      }
      if (row->load() != test.load())
        report(at, fmt::format("{}, a row for another load", in_quotes(row->id())),
               "a row for the test's load");
      if (!has_class(row->limits(), suite_.accuracy_class())) no_class(at, row->id());
      rows.push_back(&*row);
    }
    // Every current and every power factor must lead to a point, and none to two limits.
    std::vector<bool> factor_used(static_cast<std::size_t>(test.power_factors_size()), false);
    for (int c = 0; c < test.currents_size(); ++c) {
      bool current_used = false;
      for (int f = 0; f < test.power_factors_size(); ++f) {
        bool found = false;
        bool told = false;  // rows without ranges clash for both connections
        for (const v1::Circuit circuit : circuits) {
          const v1::ErrorRow* first = nullptr;
          for (const v1::ErrorRow* row : rows) {
            if (!covers(*row, test.currents(c), circuit) ||
                !holds(row->power_factors(), test.power_factors(f)))
              continue;
            found = true;
            if (first == nullptr) {
              first = row;
            } else if (!told) {
              told = true;
              report(fmt::format("{}.currents[{}]", where, c),
                     fmt::format("{} at power factor {} in two rows, {} and {}",
                                 to_string(test.currents(c)), to_string(test.power_factors(f)),
                                 first->id(), row->id()),
                     "one limit for a point");
            }
          }
        }
        if (!found) continue;
        current_used = true;
        factor_used[static_cast<std::size_t>(f)] = true;
      }
      if (!current_used)
        report(fmt::format("{}.currents[{}]", where, c), in_quotes(to_string(test.currents(c))),
               "a current for which one of the rows has a limit");
    }
    for (int f = 0; f < test.power_factors_size(); ++f) {
      if (!factor_used[static_cast<std::size_t>(f)])
        report(fmt::format("{}.power_factors[{}]", where, f),
               in_quotes(to_string(test.power_factors(f))),
               "a power factor for which one of the rows has a limit");
    }
  }

  void replay(const v1::Replay& test, const std::string& where) {
    for (int r = 0; r < test.rows_size(); ++r) {
      const std::string at = fmt::format("{}.rows[{}]", where, r);
      const auto row = find_row(standard_.error_rows(), test.rows(r));
      if (row == standard_.error_rows().end()) {
        no_row(at, test.rows(r), "error", ids(standard_.error_rows()));
      } else if (!has_class(row->limits(), suite_.accuracy_class())) {
        no_class(at, row->id());
      }
    }
  }

  // The points that a difference needs must be measured by the two tests.
  void difference(const v1::LoadDifference& test, const std::string& where) {
    const auto row = find_row(standard_.difference_rows(), test.row());
    if (row == standard_.difference_rows().end()) {
      no_row(where + ".row", test.row(), "difference", ids(standard_.difference_rows()));
      return;
    }
    if (!has_class(row->limits(), suite_.accuracy_class())) no_class(where + ".row", row->id());
    operand(test.balanced_test(), *row, where + ".balanced_test");
    operand(test.single_phase_test(), *row, where + ".single_phase_test");
  }

  void operand(const std::string& id, const v1::DifferenceRow& row, const std::string& where) {
    const auto test = find_row(suite_.tests(), id);
    if (test == suite_.tests().end()) return;  // found by the check of the suite alone
    const v1::IntrinsicError& errors = test->intrinsic_error();
    const bool current = std::any_of(errors.currents().begin(), errors.currents().end(),
                                     [&](const v1::CurrentLevel& level) {
                                       return current_order(level) == current_order(row.current());
                                     });
    if (!current || !holds(errors.power_factors(), row.power_factor()))
      report(where,
             fmt::format("{}, which has no point at {} and power factor {}", in_quotes(id),
                         to_string(row.current()), to_string(row.power_factor())),
             fmt::format("a test with the point that row {} compares", row.id()));
  }

  template <class Rows, class Ids>
  void named(const Rows& rows, const Ids& wanted, const std::string& where, std::string_view sort) {
    for (int i = 0; i < wanted.size(); ++i) {
      if (find_row(rows, wanted[i]) == rows.end())
        no_row(fmt::format("{}[{}]", where, i), wanted[i], sort, ids(rows));
    }
  }

  template <class Rows>
  void classes(const Rows& rows, const std::string& id, const std::string& where,
               std::string_view sort) {
    const auto row = find_row(rows, id);
    if (row == rows.end()) {
      no_row(where, id, sort, ids(rows));
      return;
    }
    const auto& known = row->accuracy_classes();
    if (std::find(known.begin(), known.end(), suite_.accuracy_class()) == known.end())
      no_class(where, id);
  }

  void self_heating(const v1::SelfHeating& test, const std::string& where) {
    for (int r = 0; r < test.rows_size(); ++r) {
      const std::string at = fmt::format("{}[{}]", where, r);
      const auto row = find_row(standard_.self_heating_rows(), test.rows(r));
      if (row == standard_.self_heating_rows().end()) {
        no_row(at, test.rows(r), "self-heating", ids(standard_.self_heating_rows()));
        continue;
      }
      if (!has_class(row->limits(), suite_.accuracy_class())) no_class(at, row->id());
      if (test.interval() > row->drift_time())
        report(fmt::format("{}.interval", where.substr(0, where.rfind('.'))),
               exact_text(test.interval(), QuantityKind::duration),
               fmt::format("at most the drift_time of row {}, {}", row->id(),
                           exact_text(row->drift_time(), QuantityKind::duration)));
    }
  }

  void constant(const v1::ConstantCheck& test, const std::string& where) {
    const auto row = find_row(standard_.constant_rows(), test.row());
    if (row == standard_.constant_rows().end()) {
      no_row(where, test.row(), "constant", ids(standard_.constant_rows()));
      return;
    }
    const auto limit = find_row(standard_.error_rows(), row->limit_row());
    if (limit != standard_.error_rows().end() &&
        !has_class(limit->limits(), suite_.accuracy_class()))
      no_class(where, limit->id());
  }

  const v1::Suite& suite_;
  const Locations& locations_;
  const v1::Standard& standard_;
  Findings findings_;
};

}  // namespace

std::vector<Finding> check_suite(const Loaded<v1::SuiteFile>& suite,
                                 const Loaded<v1::StandardFile>& standard) {
  return SuiteAgainstStandard(suite, standard.message.standard()).run();
}

std::vector<Finding> check_included(const Loaded<v1::SuiteFile>& suite,
                                    const Loaded<v1::SuiteFile>& included) {
  Findings findings;
  const v1::Suite& own = suite.message.suite();
  const v1::Suite& other = included.message.suite();
  const auto& list = own.includes();
  const auto index = std::find(list.begin(), list.end(), other.id()) - list.begin();
  if (own.standard() != other.standard() || own.accuracy_class() != other.accuracy_class())
    findings.add(suite.locations.finding(
        fmt::format("suite.includes[{}]", index),
        fmt::format("{}, class {} of {}", in_quotes(other.id()), other.accuracy_class(),
                    other.standard()),
        fmt::format("a suite of class {} of {}", own.accuracy_class(), own.standard())));
  return std::move(findings).list();
}

std::vector<Finding> check_bench(const Loaded<v1::BenchFile>& bench,
                                 const Loaded<v1::DeviceFile>& device) {
  Findings findings;
  const auto report = [&](std::string_view where, std::string found, std::string expected) {
    findings.add(bench.locations.finding(where, std::move(found), std::move(expected)));
  };
  const v1::Device& profile = device.message.device();
  const v1::ModbusMap& map = profile.modbus();
  for (int i = 0; i < bench.message.bench().positions_size(); ++i) {
    const v1::Position& position = bench.message.bench().positions(i);
    if (!position.has_modbus_rtu() && !position.has_modbus_tcp()) continue;
    const std::string where = fmt::format("bench.positions[{}].{}", i,
                                          position.has_modbus_rtu() ? "modbus_rtu" : "modbus_tcp");
    if (!profile.has_modbus()) {
      report(where, "a Modbus link", fmt::format("a link that {} has", profile.id()));
      continue;
    }
    if (!position.has_modbus_rtu()) continue;  // a gateway may renumber the units
    const v1::ModbusRtu& line = position.modbus_rtu();
    if (line.unit() < map.lowest_unit() || line.unit() > map.highest_unit())
      report(where + ".unit", fmt::format("'{}'", line.unit()),
             fmt::format("a unit that {} can have, from {} to {}", profile.id(), map.lowest_unit(),
                         map.highest_unit()));
    const auto& rates = map.baud_rates();
    if (std::find(rates.begin(), rates.end(), line.baud_rate()) == rates.end())
      report(where + ".baud_rate", fmt::format("'{}'", line.baud_rate()),
             fmt::format("a baud rate of {}: one of {}", profile.id(), fmt::join(rates, ", ")));
  }
  return std::move(findings).list();
}

std::vector<Finding> check_twin(const Loaded<v1::TwinFile>& twin,
                                const Loaded<v1::DeviceFile>& device) {
  Findings findings;
  const v1::Twin& model = twin.message.twin();
  const v1::Device& profile = device.message.device();
  if (model.device() != profile.id())
    findings.add(twin.locations.finding("twin.device", in_quotes(model.device()),
                                        fmt::format("{}, the device given", profile.id())));
  const double current_peak = std::sqrt(2.0) * profile.ratings().maximum_current();
  if (model.front_end().current_full_scale() < current_peak)
    findings.add(twin.locations.finding(
        "twin.front_end.current_full_scale",
        exact_text(model.front_end().current_full_scale(), QuantityKind::current),
        fmt::format("at least the peak of Imax, {}",
                    readable(current_peak, QuantityKind::current))));
  // 1.1 Un is the voltage of the no-load test of the 2020 series.
  const double voltage_peak = std::sqrt(2.0) * 1.1 * profile.ratings().reference_voltage();
  if (model.front_end().voltage_full_scale() < voltage_peak)
    findings.add(twin.locations.finding(
        "twin.front_end.voltage_full_scale",
        exact_text(model.front_end().voltage_full_scale(), QuantityKind::voltage),
        fmt::format("at least the peak of 1.1 Un, {}",
                    readable(voltage_peak, QuantityKind::voltage))));
  return std::move(findings).list();
}

std::vector<Finding> check_mutants(const Loaded<v1::MutantFile>& mutants,
                                   const Loaded<v1::SuiteFile>& suite) {
  Findings findings;
  const auto& tests = suite.message.suite().tests();
  for (int i = 0; i < mutants.message.mutants_size(); ++i) {
    const v1::Mutant& mutant = mutants.message.mutants(i);
    for (int k = 0; k < mutant.expectations_size(); ++k) {
      const v1::MutantExpectation& expectation = mutant.expectations(k);
      if (expectation.suite() != suite.message.suite().id()) continue;
      for (int t = 0; t < expectation.tests_size(); ++t) {
        if (find_row(tests, expectation.tests(t)) != tests.end()) continue;
        findings.add(mutants.locations.finding(
            fmt::format("mutants[{}].expectations[{}].tests[{}]", i, k, t),
            in_quotes(expectation.tests(t)),
            fmt::format("a test of the suite {}: {}", expectation.suite(), ids(tests))));
      }
    }
  }
  return std::move(findings).list();
}

}  // namespace meterrig::loader
