// SPDX-License-Identifier: GPL-3.0-or-later
#include "unmeasured.h"

#include <fmt/format.h>

#include <algorithm>

#include "reasons.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

// "5..30degC" or "-10..5degC+30..40degC".
std::string label(const google::protobuf::RepeatedPtrField<v1::TemperatureSpan>& spans) {
  std::string text;
  for (const v1::TemperatureSpan& span : spans)
    text += fmt::format("{}{}..{}degC", text.empty() ? "" : "+", span.from(), span.to());
  return text;
}

UnmeasuredPoints::Refusal no_such(int row, const std::string& id, std::string_view kind,
                                  const v1::Standard& standard) {
  return {.row = row,
          .found = fmt::format("'{}'", id),
          .expected = fmt::format("the id of a {} row of {} {}", kind, standard.designation(),
                                  standard.edition())};
}

UnmeasuredPoints::Refusal no_limit(int row, const std::string& id,
                                   const std::string& accuracy_class) {
  return {.row = row,
          .found = fmt::format("row {} without a limit for class {}", id, accuracy_class),
          .expected = "a row with a limit for the class"};
}

}  // namespace

UnmeasuredPoints composite_points(const v1::CompositeError& spec, const v1::Standard& standard,
                                  const std::string& accuracy_class, const RatedCurrents& rated,
                                  const v1::PlannedPoint& base) {
  UnmeasuredPoints result;
  for (int r = 0; r < spec.rows_size(); ++r) {
    const v1::CompositeRow* row = find_row(standard.composite_rows(), spec.rows(r));
    if (row == nullptr) {
      result.refusals.push_back(no_such(r, spec.rows(r), "composite", standard));
      continue;
    }
    const auto limit = limit_of(*row, accuracy_class, standard);
    if (!limit) {
      result.refusals.push_back(no_limit(r, row->id(), accuracy_class));
      continue;
    }
    if (row->load() != spec.load()) {
      result.refusals.push_back({.row = r,
                                 .found = fmt::format("row {} for another load", row->id()),
                                 .expected = "a row for this test's load"});
      continue;
    }
    for (const v1::CurrentLevel& level : spec.currents()) {
      const Current current = resolve(level, rated);
      if (!current.known()) {
        result.refusals.push_back(
            {.row = r,
             .found = fmt::format("{}, which is not known of the device", campaign::label(level)),
             .expected = "a current that the device's ratings or a relation of the standard give"});
        continue;
      }
      if (!covers(*row, current, rated)) continue;
      for (const v1::PowerFactor& factor : spec.power_factors()) {
        const auto& known = row->power_factors();
        if (std::none_of(known.begin(), known.end(),
                         [&](const v1::PowerFactor& k) { return same(k, factor); }))
          continue;
        v1::PlannedPoint point = base;
        point.set_id(fmt::format("{}/{}/{}/{}", base.test(), label(row->temperatures()),
                                 id_part(level), campaign::label(factor)));
        *point.mutable_limit() = *limit;
        point.set_load(row->load());
        point.set_current_label(campaign::label(level));
        point.set_power_factor_label(campaign::label(factor));
        point.set_current_over_nominal(current / rated.nominal);
        point.set_not_run_reason(
            "the composite error needs the shifts of temperature, voltage and frequency at this "
            "load, which this version does not measure together");
        result.points.push_back(std::move(point));
      }
    }
  }
  return result;
}

UnmeasuredPoints requirement_points(const v1::Requirement& spec, const v1::Standard& standard,
                                    const std::string& accuracy_class, const RatedCurrents& rated,
                                    const v1::PlannedPoint& base) {
  UnmeasuredPoints result;
  for (int r = 0; r < spec.rows_size(); ++r) {
    const v1::RequirementRow* row = find_row(standard.requirement_rows(), spec.rows(r));
    if (row == nullptr) {
      result.refusals.push_back(no_such(r, spec.rows(r), "requirement", standard));
      continue;
    }
    const auto& classes = row->accuracy_classes();
    if (std::find(classes.begin(), classes.end(), accuracy_class) == classes.end()) {
      result.refusals.push_back(
          {.row = r,
           .found = fmt::format("row {} for classes {}", row->id(), fmt::join(classes, ", ")),
           .expected = fmt::format("a row for class {}", accuracy_class)});
      continue;
    }
    v1::PlannedPoint point = base;
    point.set_id(fmt::format("{}/{}", base.test(), row->id()));
    *point.mutable_limit() = cite(row->source(), row->id(), standard);
    point.set_influence_title(row->title());
    point.set_settle_s(0);
    if (!for_connection(row->connection(), rated.circuit)) {
      point.set_not_applicable(true);
      point.set_not_run_reason(reason_for_connection(row->connection()));
    } else if (row->needs() != v1::INFLUENCE_MEANS_UNSPECIFIED) {
      point.set_manual(true);
      point.set_not_run_reason(reason_for_person(row->needs(), row->instruction()));
    } else {
      point.set_not_run_reason(row->not_run());
    }
    result.points.push_back(std::move(point));
  }
  return result;
}

}  // namespace meterrig::campaign
