// SPDX-License-Identifier: GPL-3.0-or-later
#include "together_influence.h"

#include <fmt/format.h>

#include <algorithm>

#include "current_order.h"
#include "in_quotes.h"
#include "meterrig/loader/notation.h"

namespace meterrig::loader {
namespace {

const v1::InfluenceRow* find(const v1::Standard& standard, const std::string& id) {
  for (const v1::InfluenceRow& row : standard.influence_rows()) {
    if (row.id() == id) return &row;
  }
  return nullptr;
}

std::string ids(const v1::Standard& standard) {
  std::string list;
  for (const v1::InfluenceRow& row : standard.influence_rows())
    list += (list.empty() ? "" : ", ") + row.id();
  return list.empty() ? "(none)" : list;
}

template <class Range>
bool within(const Range& range, const v1::CurrentLevel& level) {
  return current_order(level) >= current_order(range.from()) &&
         current_order(level) <= current_order(range.up_to());
}

// With either connection.
bool in_range(const v1::InfluenceRow& row, const v1::CurrentLevel& level) {
  if (!row.ranges().empty())
    return std::any_of(row.ranges().begin(), row.ranges().end(),
                       [&](const v1::CurrentRange& range) { return within(range, level); });
  return !row.has_current() && within(row, level);
}

std::string span(const v1::InfluenceRow& row) {
  std::string text;
  for (const v1::CurrentRange& range : row.ranges())
    text += fmt::format("{}{} to {}", text.empty() ? "" : " or ", to_string(range.from()),
                        to_string(range.up_to()));
  return text.empty() ? fmt::format("{} to {}", to_string(row.from()), to_string(row.up_to()))
                      : text;
}

bool holds_for(const v1::InfluenceRow& row, const v1::PowerFactor& power_factor) {
  return std::any_of(row.power_factors().begin(), row.power_factors().end(),
                     [&](const v1::PowerFactor& own) { return same(own, power_factor); });
}

}  // namespace

std::vector<Finding> check_influence_test(const v1::Influence& test,
                                          const std::string& accuracy_class,
                                          const std::string& where, const Locations& locations,
                                          const v1::Standard& standard) {
  std::vector<Finding> findings;
  const auto report = [&](const std::string& at, std::string found, std::string expected) {
    findings.push_back(locations.finding(at, std::move(found), std::move(expected)));
  };
  std::vector<const v1::InfluenceRow*> rows;
  for (int i = 0; i < test.rows_size(); ++i) {
    const std::string at = fmt::format("{}.rows[{}]", where, i);
    const v1::InfluenceRow* row = find(standard, test.rows(i));
    if (row == nullptr) {
      report(at, in_quotes(test.rows(i)),
             fmt::format("an influence row of {}: one of {}", standard.id(), ids(standard)));
      continue;
    }
    const auto& limits = row->limits();
    if (std::none_of(limits.begin(), limits.end(), [&](const v1::ClassLimit& limit) {
          return limit.accuracy_class() == accuracy_class;
        }))
      report(at,
             fmt::format("the row {}, which has no class {}", in_quotes(row->id()), accuracy_class),
             "a row with the suite's accuracy_class");
    rows.push_back(row);
    if (row->needs() != v1::INFLUENCE_MEANS_UNSPECIFIED) continue;  // no points of its own
    const auto& currents = test.currents();
    const auto& factors = test.power_factors();
    if (!row->has_current() &&
        std::none_of(currents.begin(), currents.end(),
                     [&](const v1::CurrentLevel& level) { return in_range(*row, level); }))
      report(at, fmt::format("the row {}, for none of the test's currents", in_quotes(row->id())),
             "a current from " + span(*row));
    if (!factors.empty() && std::none_of(factors.begin(), factors.end(), [&](const auto& factor) {
          return holds_for(*row, factor);
        }))
      report(at,
             fmt::format("the row {}, for none of the test's power factors", in_quotes(row->id())),
             "one of the row's power factors");
  }
  if (rows.size() < static_cast<std::size_t>(test.rows_size())) return findings;
  for (int i = 0; i < test.currents_size(); ++i) {
    if (std::none_of(rows.begin(), rows.end(),
                     [&](const auto* row) { return in_range(*row, test.currents(i)); }))
      report(fmt::format("{}.currents[{}]", where, i), in_quotes(to_string(test.currents(i))),
             "a current in the range of one of the rows");
  }
  for (int i = 0; i < test.power_factors_size(); ++i) {
    if (std::none_of(rows.begin(), rows.end(),
                     [&](const auto* row) { return holds_for(*row, test.power_factors(i)); }))
      report(fmt::format("{}.power_factors[{}]", where, i),
             in_quotes(to_string(test.power_factors(i))), "a power factor of one of the rows");
  }
  return findings;
}

}  // namespace meterrig::loader
