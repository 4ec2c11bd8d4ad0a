// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "composite_points.h"
#include "influence_points.h"
#include "load_point.h"
#include "measurement.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/verdict/resolution.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/units.h"
#include "method.h"
#include "no_load_time.h"
#include "other_editions.h"
#include "point_name.h"
#include "quantity_points.h"
#include "replay/limit.h"
#include "rows.h"
#include "self_heating_points.h"
#include "sequential_points.h"
#include "settling.h"
#include "steps.h"
#include "tariff_table.h"
#include "unmeasured.h"

namespace meterrig::campaign {
namespace {

constexpr std::array<const char*, 3> phase_names{"L1", "L2", "L3"};
// A load that changes is measured for so long at least, if that is several rounds.
constexpr double usual_repeated_seconds = 60;
constexpr double longest_repeated_seconds = 60;
constexpr double usual_without_voltage_seconds = 30;
constexpr double tariff_margin = 4;  // times the limit, from the last switch to the end
constexpr double unity = 0.9995;     // shown without a sign
constexpr const char* no_starting_current =
    "the row states no starting current for the device's connection";

// Expands one suite for one position.
class Expansion {
 public:
  Expansion(const Inputs& inputs, std::size_t suite_index, const v1::Position& position,
            std::vector<loader::Finding>& findings)
      : inputs_(inputs),
        loaded_(inputs.suites.at(suite_index)),
        suite_(loaded_.message.suite()),
        standard_(inputs.standards.at(suite_index).message.standard()),
        device_(inputs.device.message.device()),
        ratings_(device_.ratings()),
        rated_(rated_currents(ratings_, standard_, suite_.accuracy_class())),
        position_(position),
        findings_(findings) {}

  Plan points() {
    check_device();
    if (suite_.has_conditioning()) warm_up(suite_.conditioning());
    for (int i = 0; i < suite_.tests_size(); ++i) {
      where_ = fmt::format("suite.tests[{}]", i);
      const v1::Test& test = suite_.tests(i);
      switch (test.procedure_case()) {
        case v1::Test::kIntrinsicError:
          intrinsic_error(test, test.intrinsic_error());
          break;
        case v1::Test::kLoadDifference:
          load_difference(test, test.load_difference());
          break;
        case v1::Test::kStarting:
          starting(test, test.starting());
          break;
        case v1::Test::kNoLoad:
          no_load(test, test.no_load());
          break;
        case v1::Test::kMeterConstant:
          meter_constant(test, test.meter_constant());
          break;
        case v1::Test::kReplay:
          replay(test, test.replay());
          break;
        case v1::Test::kInfluence:
          influence(test, test.influence());
          break;
        case v1::Test::kRepeatability:
          repeatability(test, test.repeatability());
          break;
        case v1::Test::kStartUp:
          start_up(test, test.start_up());
          break;
        case v1::Test::kCompositeError:
          composite_error(test, test.composite_error());
          break;
        case v1::Test::kQuantityError:
          quantity_error(test, test.quantity_error());
          break;
        case v1::Test::kRequirement:
          unmeasured("requirement",
                     requirement_points(test.requirement(), standard_, suite_.accuracy_class(),
                                        rated_, base(test, "requirement")));
          break;
        case v1::Test::kSelfHeating:
          self_heating(test, test.self_heating());
          break;
        case v1::Test::kTariff:
          tariff(test, test.tariff());
          break;
        case v1::Test::PROCEDURE_NOT_SET:
          break;  // the loader refuses it
      }
    }
    for (v1::PlannedPoint& point : plan_)
      note_other_editions(point,
                          {.standard = standard_,
                           .accuracy_class = suite_.accuracy_class(),
                           .device = device_,
                           .rated = rated_},
                          inputs_.other_editions);
    return std::move(plan_);
  }

 private:
  void finding(std::string_view where, std::string found, std::string expected) {
    findings_.push_back(loaded_.locations.finding(where, std::move(found), std::move(expected)));
  }
  void missing_row(std::string_view where, const std::string& row, std::string_view kind) {
    finding(
        where, fmt::format("'{}'", row),
        fmt::format("the id of {} of {} {}", kind, standard_.designation(), standard_.edition()));
  }

  [[nodiscard]] bool reactive() const { return standard_.energy() == v1::ENERGY_REACTIVE; }

  void check_device() {
    const auto& classes =
        reactive() ? ratings_.reactive_accuracy_classes() : ratings_.accuracy_classes();
    if (std::find(classes.begin(), classes.end(), suite_.accuracy_class()) == classes.end())
      finding(
          "suite.accuracy_class", fmt::format("class {}", suite_.accuracy_class()),
          fmt::format("a class that {} claims{}: {}", device_.model(),
                      reactive() ? " for reactive energy" : "",
                      classes.empty() ? "(none)" : fmt::format("{}", fmt::join(classes, ", "))));
    for (std::string& broken : broken_relations(rated_, standard_, suite_.accuracy_class()))
      findings_.push_back(inputs_.device.locations.finding(
          "device.ratings", std::move(broken),
          fmt::format("the currents of class {} in {} {}", suite_.accuracy_class(),
                      standard_.designation(), standard_.edition())));
    if (ratings_.connection() != v1::CONNECTION_3P4W)
      findings_.push_back(inputs_.device.locations.finding(
          "device.ratings.connection", "a connection that this version cannot drive", "3P4W"));
  }

  // A level whose base neither the device declares nor the standard's relations give.
  bool known(const v1::CurrentLevel& level, std::string_view where) {
    if (resolve(level, rated_).known()) return true;
    finding(where, fmt::format("{}, which is not known of {}", label(level), device_.model()),
            "a current that the device's ratings or a relation of the standard give");
    return false;
  }

  void unmeasured(std::string_view procedure, UnmeasuredPoints found) {
    for (UnmeasuredPoints::Refusal& refusal : found.refusals)
      finding(fmt::format("{}.{}.rows[{}]", where_, procedure, refusal.row),
              std::move(refusal.found), std::move(refusal.expected));
    for (v1::PlannedPoint& point : found.points) {
      point.set_id(name(point.id()));
      plan_.push_back(std::move(point));
    }
  }

  // At Un, balanced, with power factor 1.
  void warm_up(const v1::Conditioning& conditioning) {
    Current current = ampere(0);
    if (conditioning.has_current()) {
      if (!known(conditioning.current(), "suite.conditioning.current")) return;
      current = resolve(conditioning.current(), rated_);
    }
    v1::Test test;
    test.set_id("warm-up");
    test.set_title("Warm-up");
    v1::PlannedPoint point = base(test, "warm_up");
    point.set_id(name(test.id()));
    point.set_step(true);
    point.set_settle_s(0);
    *point.mutable_applied() = loader::message_from(
        operating_point(ratings_, 1.0, current, degree(0), v1::DIRECTION_IMPORT, {}));
    point.set_direction(v1::DIRECTION_IMPORT);
    point.set_energy(standard_.energy());
    point.set_load(v1::LOAD_BALANCED);
    point.set_current_label(conditioning.has_current() ? label(conditioning.current()) : "0");
    point.set_current_over_nominal(current / ampere(ratings_.nominal_current()));
    point.set_duration_s(std::max(conditioning.duration(), ratings_.warm_up()));
    plan_.push_back(std::move(point));
  }

  v1::PlannedPoint base(const v1::Test& test, std::string_view procedure) const {
    v1::PlannedPoint point;
    point.set_suite(suite_.id());
    point.set_test(test.id());
    point.set_test_title(test.title());
    point.set_procedure(std::string(procedure));
    point.set_position(position_.id());
    point.set_settle_s(suite_.settle());
    return point;
  }

  std::string name(std::string tail) const {
    return point_name(inputs_, suite_, position_, std::move(tail));
  }

  void intrinsic_error(const v1::Test& test, const v1::IntrinsicError& spec) {
    std::vector<const v1::ErrorRow*> rows;
    for (int i = 0; i < spec.rows_size(); ++i) {
      const std::string where = fmt::format("{}.intrinsic_error.rows[{}]", where_, i);
      const v1::ErrorRow* row = find_row(standard_.error_rows(), spec.rows(i));
      if (row == nullptr) {
        missing_row(where, spec.rows(i), "an error row");
        continue;
      }
      if (row->load() != spec.load())
        finding(where, fmt::format("row {} for another load", row->id()),
                "a row for this test's load");
      if (!limit_of(*row, suite_.accuracy_class(), standard_))
        finding(
            where,
            fmt::format("row {} without a limit for class {}", row->id(), suite_.accuracy_class()),
            "a row with a limit for the suite's class");
      rows.push_back(row);
    }
    const bool single = spec.load() == v1::LOAD_SINGLE_PHASE;
    for (const int direction_number : spec.directions()) {
      const auto direction = static_cast<v1::Direction>(direction_number);
      if (!offered(direction)) continue;
      for (const v1::CurrentLevel& level : spec.currents()) {
        if (!known(level, where_ + ".intrinsic_error.currents")) return;
        for (const v1::PowerFactor& pf : spec.power_factors()) {
          for (std::size_t phase = 0; phase < (single ? phase_count : 1); ++phase) {
            error_point(test, spec, rows, direction, level, pf,
                        single ? std::optional(phase) : std::nullopt);
          }
        }
      }
    }
  }

  // A device that does not register a direction has no points for it.
  bool offered(v1::Direction direction) const {
    const auto& directions = ratings_.directions();
    return std::find(directions.begin(), directions.end(), direction) != directions.end();
  }

  void error_point(const v1::Test& test, const v1::IntrinsicError& spec,
                   const std::vector<const v1::ErrorRow*>& rows, v1::Direction direction,
                   const v1::CurrentLevel& level, const v1::PowerFactor& pf,
                   std::optional<std::size_t> phase) {
    const Current current = resolve(level, rated_);
    const v1::ErrorRow* match = nullptr;
    for (const v1::ErrorRow* row : rows) {
      if (!covers(*row, current, rated_)) continue;
      if (std::none_of(row->power_factors().begin(), row->power_factors().end(),
                       [&](const v1::PowerFactor& candidate) { return same(candidate, pf); }))
        continue;
      if (match != nullptr) {
        finding(where_ + ".intrinsic_error.rows",
                fmt::format("rows {} and {} both limit {} at PF {}", match->id(), row->id(),
                            label(level), label(pf)),
                "one row for each point");
        return;
      }
      match = row;
    }
    if (match == nullptr) return;  // the standard has no limit there
    auto limit = limit_of(*match, suite_.accuracy_class(), standard_);
    if (!limit) return;  // reported with the rows
    limit->set_magnitude(limit->magnitude() * limit_factor(*match, current, rated_));

    v1::PlannedPoint point = base(test, "intrinsic_error");
    const OperatingPoint operating = operating_point(
        ratings_, 1.0, current, displacement(pf, standard_.energy()), direction, phase);
    *point.mutable_applied() = loader::message_from(operating);
    *point.mutable_limit() = *limit;
    point.set_direction(direction);
    point.set_energy(standard_.energy());
    point.set_load(spec.load());
    point.set_current_label(label(level));
    point.set_power_factor_label(label(pf));
    point.set_current_over_nominal(current / ampere(ratings_.nominal_current()));
    std::string id =
        fmt::format("{}/{}/{}/{}", test.id(), word(direction), id_part(level), label(pf));
    if (phase) {
      point.set_phase(phase_names.at(*phase));
      id += fmt::format("/{}", phase_names.at(*phase));
    }
    point.set_id(name(id));

    MethodQuestion question{.device = device_,
                            .bench = inputs_.bench.message.bench(),
                            .suite = suite_,
                            .limit = percent(limit->magnitude()),
                            .point = operating,
                            .direction = direction,
                            .method = {},
                            .fixed_duration = {},
                            .energy = standard_.energy()};
    if (spec.method() != v1::METHOD_UNSPECIFIED) question.method = spec.method();
    if (spec.has_duration()) question.fixed_duration = second(spec.duration());
    const MethodChoice choice = choose_method(question);
    point.set_method(choice.method);
    point.set_duration_s(choice.duration.in(second));
    if (!choice.refusal.empty()) {
      if (spec.has_duration()) {
        finding(
            where_ + ".intrinsic_error.duration",
            fmt::format("{} at {}", readable(spec.duration(), QuantityKind::duration), point.id()),
            choice.refusal);
        return;
      }
      point.set_not_run_reason(choice.refusal);
    }
    if (suite_.has_sequential() && choice.method == v1::METHOD_PULSES && choice.refusal.empty() &&
        !spec.has_duration())
      make_sequential(
          suite_,
          verdict::pulse_interval(
              impulse_per_kilowatt_hour(test_output(device_, standard_.energy())->constant()),
              nominal_power(operating, standard_.energy())),
          point);
    plan_.push_back(std::move(point));
  }

  void load_difference(const v1::Test& test, const v1::LoadDifference& spec) {
    const v1::DifferenceRow* row = find_row(standard_.difference_rows(), spec.row());
    if (row == nullptr)
      return missing_row(where_ + ".load_difference.row", spec.row(), "a difference row");
    const auto limit = limit_of(*row, suite_.accuracy_class(), standard_);
    if (!limit)
      return finding(where_ + ".load_difference.row",
                     fmt::format("no limit for class {}", suite_.accuracy_class()),
                     "a row with a limit for the suite's class");
    const std::string tail =
        fmt::format("import/{}/{}", id_part(row->current()), label(row->power_factor()));
    const std::string balanced = name(fmt::format("{}/{}", spec.balanced_test(), tail));
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      const std::string single =
          name(fmt::format("{}/{}/{}", spec.single_phase_test(), tail, phase_names.at(phase)));
      for (const std::string& needed : {balanced, single}) {
        if (std::none_of(plan_.begin(), plan_.end(),
                         [&](const auto& p) { return p.id() == needed; }))
          return finding(where_ + ".load_difference",
                         fmt::format("no point '{}' before it", needed),
                         "both tests, with this current and power factor, above this one");
      }
      v1::PlannedPoint point = base(test, "load_difference");
      point.set_id(name(fmt::format("{}/{}", test.id(), phase_names.at(phase))));
      *point.mutable_limit() = *limit;
      point.set_phase(phase_names.at(phase));
      point.set_load(v1::LOAD_SINGLE_PHASE);
      point.set_direction(v1::DIRECTION_IMPORT);
      point.set_current_label(label(row->current()));
      point.set_power_factor_label(label(row->power_factor()));
      point.set_current_over_nominal(resolve(row->current(), rated_) /
                                     ampere(ratings_.nominal_current()));
      point.add_of_points(single);
      point.add_of_points(balanced);
      point.set_settle_s(0);
      plan_.push_back(std::move(point));
    }
  }

  // Seconds between pulses of the test output at m U I, PF 1 (accuracy of the nominal constant).
  double pulse_interval_s(Voltage u, Current i) const {
    const v1::PulseOutput* output = test_output(device_, standard_.energy());
    return 3.6e6 / (output->constant() * 3 * u.in(volt)*i.in(ampere));
  }

  static v1::PowerFactor unity_factor() {
    v1::PowerFactor factor;
    factor.set_value(1);
    return factor;
  }

  // Points of reactive energy stay in the plan without one, with the reason.
  bool has_test_output(std::string_view where) {
    if (reactive() || test_output(device_, v1::ENERGY_ACTIVE) != nullptr) return true;
    finding(where, fmt::format("{} has no test output", device_.model()),
            "a device with a pulse output for tests");
    return false;
  }

  std::string no_pulses() const {
    return no_pulses_because(device_, inputs_.bench.message.bench(), standard_.energy());
  }

  void starting(const v1::Test& test, const v1::Starting& spec) {
    const v1::StartingRow* row = find_row(standard_.starting_rows(), spec.row());
    if (row == nullptr) return missing_row(where_ + ".starting.row", spec.row(), "a starting row");
    if (!for_class(*row, where_ + ".starting.row") || !has_test_output(where_ + ".starting"))
      return;
    const v1::CurrentLevel* level = starting_level(*row, rated_);
    if (level != nullptr && !known(*level, where_ + ".starting.row")) return;
    const Current current = level == nullptr ? ampere(0) : resolve(*level, rated_);
    for (const int direction_number : spec.directions()) {
      const auto direction = static_cast<v1::Direction>(direction_number);
      if (!offered(direction)) continue;
      v1::PlannedPoint point = base(test, "starting");
      point.set_id(name(fmt::format("{}/{}", test.id(), word(direction))));
      *point.mutable_applied() = loader::message_from(operating_point(
          ratings_, 1.0, current, displacement(unity_factor(), standard_.energy()), direction, {}));
      *point.mutable_limit() = cite(row->source(), row->id(), standard_);
      point.set_interval_factor(row->interval_factor());
      point.set_direction(direction);
      point.set_energy(standard_.energy());
      point.set_load(v1::LOAD_BALANCED);
      if (level != nullptr) point.set_current_label(label(*level));
      point.set_power_factor_label("1");
      point.set_current_over_nominal(current / ampere(ratings_.nominal_current()));
      point.set_method(v1::METHOD_PULSES);
      if (std::string missing = no_pulses(); !missing.empty()) {
        point.set_not_run_reason(std::move(missing));
      } else if (level == nullptr) {
        point.set_not_run_reason(no_starting_current);
      } else {
        const double interval_s = pulse_interval_s(volt(ratings_.reference_voltage()), current);
        point.mutable_limit()->set_magnitude(row->interval_factor() * interval_s);
        point.set_duration_s(2 * row->interval_factor() * interval_s);
      }
      plan_.push_back(std::move(point));
    }
  }

  void repeatability(const v1::Test& test, const v1::Repeatability& spec) {
    const std::string where = where_ + ".repeatability";
    const v1::RepeatabilityRow* row = find_row(standard_.repeatability_rows(), spec.row());
    if (row == nullptr) return missing_row(where + ".row", spec.row(), "a repeatability row");
    if (!for_class(*row, where + ".row") || !offered(spec.direction())) return;
    std::vector<const v1::ErrorRow*> rows;
    for (int i = 0; i < spec.limit_rows_size(); ++i) {
      const v1::ErrorRow* limits = find_row(standard_.error_rows(), spec.limit_rows(i));
      if (limits == nullptr)
        return missing_row(fmt::format("{}.limit_rows[{}]", where, i), spec.limit_rows(i),
                           "an error row");
      rows.push_back(limits);
    }
    for (const v1::CurrentLevel& level : spec.currents()) {
      if (!known(level, where + ".currents")) return;
      const Current current = resolve(level, rated_);
      for (const v1::PowerFactor& pf : spec.power_factors()) {
        const auto match = std::find_if(rows.begin(), rows.end(), [&](const v1::ErrorRow* limits) {
          return limits->load() == v1::LOAD_BALANCED && covers(*limits, current, rated_) &&
                 std::any_of(limits->power_factors().begin(), limits->power_factors().end(),
                             [&](const v1::PowerFactor& known) { return same(known, pf); });
        });
        const auto base_limit = match == rows.end()
                                    ? std::nullopt
                                    : limit_of(**match, suite_.accuracy_class(), standard_);
        if (!base_limit) {
          finding(where + ".limit_rows",
                  fmt::format("no limit for {} at PF {}", label(level), label(pf)),
                  "an error row with balanced load that limits the point");
          continue;
        }
        repeatability_point(test, spec, *row, level, pf,
                            row->fraction_of_limit() * base_limit->magnitude() *
                                limit_factor(**match, current, rated_));
      }
    }
  }

  void repeatability_point(const v1::Test& test, const v1::Repeatability& spec,
                           const v1::RepeatabilityRow& row, const v1::CurrentLevel& level,
                           const v1::PowerFactor& pf, double limit) {
    const Current current = resolve(level, rated_);
    const OperatingPoint operating = operating_point(
        ratings_, 1.0, current, displacement(pf, standard_.energy()), spec.direction(), {});
    v1::PlannedPoint point = base(test, "repeatability");
    point.set_id(name(
        fmt::format("{}/{}/{}/{}", test.id(), word(spec.direction()), id_part(level), label(pf))));
    *point.mutable_applied() = loader::message_from(operating);
    *point.mutable_limit() = cite(row.source(), row.id(), standard_);
    point.mutable_limit()->set_magnitude(limit);
    point.set_direction(spec.direction());
    point.set_energy(standard_.energy());
    point.set_load(v1::LOAD_BALANCED);
    point.set_current_label(label(level));
    point.set_power_factor_label(label(pf));
    point.set_current_over_nominal(current / ampere(ratings_.nominal_current()));
    point.set_measurements(spec.measurements());
    const MethodChoice choice = choose_method({.device = device_,
                                               .bench = inputs_.bench.message.bench(),
                                               .suite = suite_,
                                               .limit = percent(limit),
                                               .point = operating,
                                               .direction = spec.direction(),
                                               .method = {},
                                               .fixed_duration = {},
                                               .energy = standard_.energy()});
    point.set_method(choice.method);
    point.set_duration_s(choice.duration.in(second));
    point.set_not_run_reason(choice.refusal);
    plan_.push_back(std::move(point));
  }

  void start_up(const v1::Test& test, const v1::StartUp& spec) {
    const std::string where = where_ + ".start_up";
    const v1::StartUpRow* row = find_row(standard_.start_up_rows(), spec.row());
    if (row == nullptr) return missing_row(where + ".row", spec.row(), "a start-up row");
    if (!for_class(*row, where + ".row") || !has_test_output(where) ||
        !known(spec.current(), where + ".current"))
      return;
    const Current current = resolve(spec.current(), rated_);
    v1::PlannedPoint point = base(test, "start_up");
    point.set_id(name(test.id()));
    *point.mutable_applied() = loader::message_from(
        operating_point(ratings_, 1.0, current, displacement(unity_factor(), standard_.energy()),
                        v1::DIRECTION_IMPORT, {}));
    *point.mutable_limit() = cite(row->source(), row->id(), standard_);
    point.mutable_limit()->set_magnitude(row->time());
    point.set_direction(v1::DIRECTION_IMPORT);
    point.set_energy(standard_.energy());
    point.set_load(v1::LOAD_BALANCED);
    point.set_current_label(label(spec.current()));
    point.set_power_factor_label("1");
    point.set_current_over_nominal(current / ampere(ratings_.nominal_current()));
    point.set_method(v1::METHOD_PULSES);
    point.set_without_voltage_s(spec.without_voltage());
    point.set_duration_s(spec.without_voltage() + row->time());
    const std::string missing = no_pulses();
    point.set_not_run_reason(missing);
    if (missing.empty()) {
      const double interval_s = pulse_interval_s(volt(ratings_.reference_voltage()), current);
      if (interval_s > row->time() / 2)
        point.set_not_run_reason(
            fmt::format("pulses come every {} with this current, too slow to tell {}",
                        readable(interval_s, QuantityKind::duration, 3),
                        readable(row->time(), QuantityKind::duration)));
    }
    plan_.push_back(std::move(point));
  }

  // Left to a person where the device cannot be asked, as the requirement of that name says.
  void tariff(const v1::Test& test, const v1::TariffCheck& spec) {
    const std::string where = where_ + ".tariff";
    const v1::TariffRow* row = find_row(standard_.tariff_rows(), spec.row());
    if (row == nullptr) return missing_row(where + ".row", spec.row(), "a tariff row");
    if (!for_class(*row, where + ".row") || !known(spec.current(), where + ".current") ||
        !offered(spec.direction()))
      return;
    if (!shows_tariffs(device_, spec.direction())) {
      v1::Requirement requirement;
      requirement.add_rows(spec.row());
      return unmeasured("tariff",
                        requirement_points(requirement, standard_, suite_.accuracy_class(), rated_,
                                           base(test, "requirement")));
    }
    const Current current = resolve(spec.current(), rated_);
    v1::PlannedPoint point = base(test, "tariff");
    point.set_id(name(test.id()));
    *point.mutable_applied() = loader::message_from(
        operating_point(ratings_, 1.0, current, degree(0), spec.direction(), {}));
    *point.mutable_limit() = cite(row->source(), row->id(), standard_);
    point.mutable_limit()->set_magnitude(row->time());
    point.set_direction(spec.direction());
    point.set_load(v1::LOAD_BALANCED);
    point.set_current_label(label(spec.current()));
    point.set_power_factor_label("1");
    point.set_current_over_nominal(current / ampere(ratings_.nominal_current()));
    point.set_method(v1::METHOD_REGISTER_ADVANCE);
    point.set_without_voltage_s(usual_without_voltage_seconds);
    for (v1::TariffSwitch& change : tariff_changes(device_, suite_.settle() + row->time()))
      *point.add_tariff_switches() = std::move(change);
    point.set_duration_s(point.tariff_switches().rbegin()->time() + tariff_margin * row->time());
    if (point.duration_s() > suite_.maximum_duration())
      point.set_not_run_reason(
          fmt::format("it takes {} from the voltage to the second switch of the tariff, the suite "
                      "allows {}; a table for the test may switch sooner",
                      readable(point.duration_s(), QuantityKind::duration),
                      readable(suite_.maximum_duration(), QuantityKind::duration)));
    plan_.push_back(std::move(point));
  }

  void no_load(const v1::Test& test, const v1::NoLoad& spec) {
    const v1::NoLoadRow* row = find_row(standard_.no_load_rows(), spec.row());
    if (row == nullptr) return missing_row(where_ + ".no_load.row", spec.row(), "a no-load row");
    if (!for_class(*row, where_ + ".no_load.row") || !has_test_output(where_ + ".no_load")) return;
    auto figures = no_load_figures(*row, standard_, suite_.accuracy_class(), device_, rated_);
    if (!figures)
      return finding(where_ + ".no_load.row", std::move(figures.error().found),
                     std::move(figures.error().expected));
    v1::PlannedPoint point = base(test, "no_load");
    point.set_id(name(test.id()));
    *point.mutable_applied() = loader::message_from(operating_point(
        ratings_, row->voltage_factor(), ampere(0), degree(0), v1::DIRECTION_IMPORT, {}));
    *point.mutable_limit() = cite(row->source(), row->id(), standard_);
    point.mutable_limit()->set_magnitude(row->maximum_pulses());
    point.set_maximum_pulses(row->maximum_pulses());
    point.set_energy(standard_.energy());
    point.set_load(v1::LOAD_BALANCED);
    point.set_current_label("0");
    point.set_method(v1::METHOD_PULSES);
    const Duration time = no_load_time(*row, *figures);
    if (std::string missing = no_pulses(); !missing.empty()) {
      point.set_not_run_reason(std::move(missing));
    } else if (!time.known()) {
      point.set_not_run_reason(no_starting_current);
    } else {
      point.set_duration_s(time.in(second));
    }
    plan_.push_back(std::move(point));
  }

  void meter_constant(const v1::Test& test, const v1::ConstantCheck& spec) {
    const v1::ConstantRow* row = find_row(standard_.constant_rows(), spec.row());
    if (row == nullptr)
      return missing_row(where_ + ".meter_constant.row", spec.row(), "a constant row");
    const v1::ErrorRow* error_row = find_row(standard_.error_rows(), row->limit_row());
    if (error_row == nullptr)
      return missing_row(where_ + ".meter_constant.row", row->limit_row(), "an error row");
    const auto base_limit = limit_of(*error_row, suite_.accuracy_class(), standard_);
    if (!base_limit || !has_test_output(where_ + ".meter_constant") ||
        !known(row->current(), where_ + ".meter_constant.row"))
      return;
    const Current current = resolve(row->current(), rated_);
    const OperatingPoint operating = operating_point(
        ratings_, 1.0, current, displacement(row->power_factor(), standard_.energy()),
        spec.direction(), {});
    v1::PlannedPoint point = base(test, "meter_constant");
    point.set_id(name(test.id()));
    *point.mutable_applied() = loader::message_from(operating);
    *point.mutable_limit() = cite(row->source(), row->id(), standard_);
    point.mutable_limit()->set_magnitude(row->fraction_of_limit() * base_limit->magnitude());
    point.set_direction(spec.direction());
    point.set_load(v1::LOAD_BALANCED);
    point.set_current_label(label(row->current()));
    point.set_power_factor_label(label(row->power_factor()));
    point.set_current_over_nominal(current / ampere(ratings_.nominal_current()));
    point.set_method(v1::METHOD_REGISTER_ADVANCE);
    const MethodChoice choice = choose_method({.device = device_,
                                               .bench = inputs_.bench.message.bench(),
                                               .suite = suite_,
                                               .limit = percent(point.limit().magnitude()),
                                               .point = operating,
                                               .direction = spec.direction(),
                                               .register_margin = constant_register_margin,
                                               .method = v1::METHOD_REGISTER_ADVANCE,
                                               .fixed_duration = {},
                                               .energy = standard_.energy()});
    point.set_energy(standard_.energy());
    const std::string missing = no_pulses();
    point.set_duration_s(missing.empty() ? choice.duration.in(second) : 0);
    point.set_not_run_reason(missing.empty() ? choice.refusal : missing);
    plan_.push_back(std::move(point));
  }

  void replay(const v1::Test& test, const v1::Replay& spec) {
    if (!inputs_.replay)
      return finding(where_ + ".replay", "no recording to replay",
                     "--recording FILE on the command line");
    if (reactive())
      return finding(where_ + ".replay", "a standard of reactive energy",
                     "one of active energy, which is what a replay compares");
    std::vector<const v1::ErrorRow*> rows;
    for (int i = 0; i < spec.rows_size(); ++i) {
      const v1::ErrorRow* row = find_row(standard_.error_rows(), spec.rows(i));
      if (row == nullptr)
        return missing_row(fmt::format("{}.replay.rows[{}]", where_, i), spec.rows(i),
                           "an error row");
      rows.push_back(row);
    }
    const MeanLoad load = mean_load(inputs_.replay->mean);
    const v1::PlayedRecording& played = inputs_.replay->played;
    v1::PlannedPoint point = base(test, "replay_energy");
    point.set_id(name(fmt::format("{}/energy", test.id())));
    *point.mutable_applied() = loader::message_from(inputs_.replay->mean);
    *point.mutable_recording() = played;
    point.set_observations(spec.observations());
    point.set_direction(load.direction);
    point.set_load(load.load);
    point.set_phase(load.phase);
    point.set_current_over_nominal(load.current / ampere(ratings_.nominal_current()));
    point.set_current_label(fmt::format("{:.3g} In", point.current_over_nominal()));
    point.set_power_factor_label(fmt::format("{:.3g}{}", load.power_factor,
                                             load.power_factor > unity ? ""
                                             : load.leading            ? "c"
                                                                       : "i"));
    v1::PlannedPoint power = point;

    const auto nearest = nearest_row(rows, load, rated_);
    auto limit =
        nearest ? limit_of(*nearest->row, suite_.accuracy_class(), standard_) : std::nullopt;
    if (!limit) {
      point.set_not_run_reason(
          fmt::format("none of the suite's rows limits a {} load of {} near PF {}",
                      load.load == v1::LOAD_BALANCED ? "balanced" : "single-phase",
                      point.current_label(), point.power_factor_label()));
      plan_.push_back(std::move(point));
      return;
    }
    limit->set_magnitude(limit->magnitude() * limit_factor(*nearest->row, load.current, rated_));
    *point.mutable_limit() = *limit;
    point.mutable_recording()->add_notes(
        fmt::format("the limit is that of {} at PF {}, the nearest to {} for which there is one",
                    limit->row(), label(nearest->power_factor), point.power_factor_label()));
    const MethodChoice choice = choose_method({.device = device_,
                                               .bench = inputs_.bench.message.bench(),
                                               .suite = suite_,
                                               .limit = percent(limit->magnitude()),
                                               .point = inputs_.replay->mean,
                                               .direction = load.direction,
                                               .method = {},
                                               .fixed_duration = {}});
    point.set_method(choice.method);
    const bool steady = played.unsteadiness() <= spec.steady_within();
    // Whole rounds, and where the load changes as many for each of the sub-intervals that show the
    // repeatability: otherwise they would show the load.
    double rounds = std::max(1.0, std::ceil(choice.duration.in(second) / played.loop_s()));
    if (!steady && played.loop_s() <= longest_repeated_seconds) {
      const double least = std::floor(usual_repeated_seconds / played.loop_s());
      rounds = std::ceil(std::max(rounds, least) / sub_intervals) * sub_intervals;
    }
    point.set_duration_s(rounds * played.loop_s());
    if (!choice.refusal.empty()) {
      point.set_not_run_reason(choice.refusal);
    } else if (point.duration_s() > suite_.maximum_duration()) {
      point.set_not_run_reason(
          fmt::format("{} round{} of the recording take{} {}, the suite allows {}", rounds,
                      rounds == 1 ? "" : "s", rounds == 1 ? "s" : "",
                      readable(point.duration_s(), QuantityKind::duration),
                      readable(suite_.maximum_duration(), QuantityKind::duration)));
    }
    if (!steady)
      point.mutable_recording()->add_notes(fmt::format(
          "the power changes by up to {:.3g} % from one averaging time of the device to "
          "the next: what the device shows is "
          "compared for information, its power is not held against the limit",
          played.unsteadiness()));
    power.set_procedure("replay_power");
    power.set_id(name(fmt::format("{}/active_power.total", test.id())));
    power.clear_recording();
    power.set_observations(0);
    power.set_settle_s(0);
    power.add_of_points(point.id());
    *power.mutable_limit() = *limit;
    power.set_method(v1::METHOD_INSTANTANEOUS);
    power.set_not_run_reason(point.not_run_reason());
    plan_.push_back(std::move(point));
    if (steady) plan_.push_back(std::move(power));
  }

  InfluenceScope influence_scope(const v1::Test& test, std::string_view kind) {
    return {.standard = standard_,
            .suite = suite_,
            .device = device_,
            .bench = inputs_.bench.message.bench(),
            .rated = rated_,
            .where = fmt::format("{}.{}", where_, kind),
            .test = test.id(),
            .base = [this, &test](std::string_view procedure) { return base(test, procedure); },
            .name = [this](std::string tail) { return name(std::move(tail)); },
            .load_point =
                [this](Current current, Angle phi, v1::Direction direction) {
                  return operating_point(ratings_, 1.0, current, phi, direction, {});
                },
            .offered = [this](v1::Direction direction) { return offered(direction); },
            .finding =
                [this](std::string_view where, std::string found, std::string expected) {
                  finding(where, std::move(found), std::move(expected));
                }};
  }

  void influence(const v1::Test& test, const v1::Influence& spec) {
    Plan points = influence_points(influence_scope(test, "influence"), spec);
    std::move(points.begin(), points.end(), std::back_inserter(plan_));
  }

  void self_heating(const v1::Test& test, const v1::SelfHeating& spec) {
    Plan points = self_heating_points(influence_scope(test, "self_heating"), spec);
    std::move(points.begin(), points.end(), std::back_inserter(plan_));
  }

  void composite_error(const v1::Test& test, const v1::CompositeError& spec) {
    Plan points = composite_points(
        {.standard = standard_,
         .accuracy_class = suite_.accuracy_class(),
         .rated = rated_,
         .where = where_ + ".composite_error",
         .base = base(test, "composite_error"),
         .before = plan_,
         .name = [this](std::string tail) { return name(std::move(tail)); },
         .finding =
             [this](std::string_view where, std::string found, std::string expected) {
               finding(where, std::move(found), std::move(expected));
             }},
        spec);
    std::move(points.begin(), points.end(), std::back_inserter(plan_));
  }

  void quantity_error(const v1::Test& test, const v1::QuantityError& spec) {
    Plan points = quantity_points(
        spec, {.standard = standard_,
               .accuracy_class = suite_.accuracy_class(),
               .rated = rated_,
               .reference_voltage = ratings_.reference_voltage(),
               .averaging = averaging_of(device_),
               .test = test.id(),
               .base = [&] { return base(test, "quantity"); },
               .name = [this](std::string tail) { return name(std::move(tail)); },
               .load_point =
                   [this](Current current, Angle phi) {
                     return operating_point(ratings_, 1.0, current, phi, v1::DIRECTION_IMPORT, {});
                   },
               .finding =
                   [this](const std::string& where, std::string found, std::string expected) {
                     finding(fmt::format("{}.quantity_error.{}", where_, where), std::move(found),
                             std::move(expected));
                   }});
    std::move(points.begin(), points.end(), std::back_inserter(plan_));
  }

  template <class Row>
  bool for_class(const Row& row, std::string_view where) {
    const auto& classes = row.accuracy_classes();
    if (std::find(classes.begin(), classes.end(), suite_.accuracy_class()) != classes.end())
      return true;
    finding(where, fmt::format("row {} for classes {}", row.id(), fmt::join(classes, ", ")),
            fmt::format("a row for class {}", suite_.accuracy_class()));
    return false;
  }

  const Inputs& inputs_;
  const loader::Loaded<v1::SuiteFile>& loaded_;
  const v1::Suite& suite_;
  const v1::Standard& standard_;
  const v1::Device& device_;
  const v1::Ratings& ratings_;
  const RatedCurrents rated_;
  const v1::Position& position_;
  std::vector<loader::Finding>& findings_;
  std::string where_;
  Plan plan_;
};

// The names of those asked for, of the points that influence, quantity and composite points among
// them need, which come before them, and of the steps before them.
std::set<std::string, std::less<>> asked_for(const Plan& plan,
                                             const std::vector<std::string>& only) {
  std::set<std::string, std::less<>> names;
  for (auto point = plan.rbegin(); point != plan.rend(); ++point) {
    if (!names.contains(point->id()) && !is_selected(*point, only)) continue;
    names.insert(point->id());
    if (point->procedure() == "influence" || point->procedure() == "quantity" ||
        point->procedure() == "composite_error")
      names.insert(point->of_points().begin(), point->of_points().end());
  }
  for (std::string& step : steps_before(plan, {names.begin(), names.end()}))
    names.insert(std::move(step));
  return names;
}

}  // namespace

bool is_selected(const v1::PlannedPoint& point, const std::vector<std::string>& only) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& word) {
           return point.limit().row() == word || point.test() == word || point.id() == word ||
                  point.id().starts_with(word + "/");
         });
}

tl::expected<Plan, std::vector<loader::Finding>> expand(const Inputs& inputs,
                                                        const PlanOptions& options) {
  std::vector<loader::Finding> findings;
  Plan once;
  for (const v1::Position& position : inputs.bench.message.bench().positions()) {
    Plan here;
    for (std::size_t s = 0; s < inputs.suites.size(); ++s) {
      Plan points = Expansion(inputs, s, position, findings).points();
      std::move(points.begin(), points.end(), std::back_inserter(here));
    }
    put_steps_first(here);
    put_equal_signals_together(here);
    std::move(here.begin(), here.end(), std::back_inserter(once));
  }
  for (const std::string& word : options.only) {
    if (std::none_of(once.begin(), once.end(),
                     [&](const auto& p) { return is_selected(p, {word}); }))
      findings.push_back(
          {.file = "--only",
           .line = 0,
           .column = 0,
           .where = "",
           .found = fmt::format("'{}'", word),
           .expected = "a row (22.B1), a test (balanced) or the beginning of a point's name"});
  }
  const auto asked = asked_for(once, options.only);
  Plan plan;
  for (const v1::PlannedPoint& point : once) {
    for (unsigned n = 1; n <= (point.step() ? 1 : options.repeat); ++n) {
      v1::PlannedPoint copy = point;
      copy.set_repetition(n);
      if (n > 1) {
        copy.set_id(fmt::format("{}#{}", point.id(), n));
        for (std::string& of : *copy.mutable_of_points()) of = fmt::format("{}#{}", of, n);
      }
      if (!asked.contains(point.id())) copy.set_not_run_reason(not_asked_for);
      plan.push_back(std::move(copy));
    }
  }
  // The same suite twice, or two tests of one name, would give two points one name.
  std::vector<std::string_view> ids;
  for (const auto& point : plan) ids.push_back(point.id());
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice != ids.end())
    findings.push_back(inputs.suites.front().locations.finding(
        "suite", fmt::format("two points named '{}'", *twice),
        "points that differ in test, direction, current or power factor"));
  if (!findings.empty()) return tl::unexpected(std::move(findings));
  return plan;
}

Duration expected_time(const v1::PlannedPoint& point) {
  if (!point.not_run_reason().empty()) return second(0);
  const int measurements = std::max({1, point.measurements(), point.sequential().first_look()});
  return second(point.settle_s() + point.duration_s() * measurements);
}

Duration greatest_time(const v1::PlannedPoint& point) {
  if (!point.has_sequential() || !point.not_run_reason().empty()) return expected_time(point);
  return second(point.settle_s() + point.duration_s() * point.sequential().last_look());
}

}  // namespace meterrig::campaign
