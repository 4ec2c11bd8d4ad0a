// SPDX-License-Identifier: GPL-3.0-or-later
#include "unmeasured.h"

#include <fmt/format.h>

#include <algorithm>

#include "reasons.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

UnmeasuredPoints::Refusal no_such(int row, const std::string& id, std::string_view kind,
                                  const v1::Standard& standard) {
  return {.row = row,
          .found = fmt::format("'{}'", id),
          .expected = fmt::format("the id of a {} row of {} {}", kind, standard.designation(),
                                  standard.edition())};
}

}  // namespace

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
