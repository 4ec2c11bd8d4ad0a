// SPDX-License-Identifier: GPL-3.0-or-later
#include "row_counts.h"

#include <fmt/format.h>

#include <initializer_list>

namespace meterrig::cli {
namespace {

void count_limit(RowCounts& counts, v1::Confidence confidence) {
  ++counts.limits;
  counts.verified += confidence == v1::CONFIDENCE_VERIFIED;
  counts.public_source += confidence == v1::CONFIDENCE_PUBLIC_SOURCE;
  counts.memory += confidence == v1::CONFIDENCE_MEMORY;
  counts.uncertain += confidence == v1::CONFIDENCE_UNCERTAIN;
}

template <class Row>
void count_row(RowCounts& counts, const Row& row) {
  ++counts.rows;
  count_limit(counts, row.source().confidence());
}

template <class Row>
v1::Confidence confidence_of(const Row& row, const v1::ClassLimit& limit) {
  return limit.confidence() == v1::CONFIDENCE_UNSPECIFIED ? row.source().confidence()
                                                          : limit.confidence();
}

// Rows with limits by class, of every class.
template <class Rows>
void count_classes(RowCounts& counts, const Rows& rows) {
  for (const auto& row : rows) {
    if (row.limits().empty()) {  // a factor for every class
      count_row(counts, row);
      continue;
    }
    ++counts.rows;
    for (const v1::ClassLimit& limit : row.limits()) count_limit(counts, confidence_of(row, limit));
  }
}

template <class Rows>
void count_rows(RowCounts& counts, const Rows& rows) {
  for (const auto& row : rows) count_row(counts, row);
}

template <class Rows>
void count_named(RowCounts& counts, const Rows& rows, const std::string& id) {
  for (const auto& row : rows) {
    if (row.id() == id) count_row(counts, row);
  }
}

// Of rows with limits by class, the class's.
template <class Rows, class Ids>
void count_named(RowCounts& counts, const Rows& rows, const Ids& ids,
                 const std::string& accuracy_class) {
  for (const std::string& id : ids) {
    for (const auto& row : rows) {
      if (row.id() != id) continue;
      if (row.limits().empty()) count_row(counts, row);
      for (const v1::ClassLimit& limit : row.limits()) {
        if (limit.accuracy_class() != accuracy_class) continue;
        ++counts.rows;
        count_limit(counts, confidence_of(row, limit));
      }
    }
  }
}

}  // namespace

RowCounts& RowCounts::operator+=(const RowCounts& other) {
  rows += other.rows;
  limits += other.limits;
  verified += other.verified;
  public_source += other.public_source;
  memory += other.memory;
  uncertain += other.uncertain;
  return *this;
}

RowCounts counts_of(const v1::Standard& standard) {
  RowCounts counts;
  count_classes(counts, standard.error_rows());
  count_classes(counts, standard.difference_rows());
  count_classes(counts, standard.composite_rows());
  count_classes(counts, standard.quantity_rows());
  count_classes(counts, standard.influence_rows());
  count_classes(counts, standard.self_heating_rows());
  count_rows(counts, standard.starting_rows());
  count_rows(counts, standard.no_load_rows());
  count_rows(counts, standard.constant_rows());
  count_rows(counts, standard.repeatability_rows());
  count_rows(counts, standard.requirement_rows());
  count_rows(counts, standard.start_up_rows());
  count_rows(counts, standard.tariff_rows());
  count_rows(counts, standard.current_relations());
  if (standard.has_voltage_events()) {
    const v1::VoltageEvents& events = standard.voltage_events();
    for (const auto* limit :
         {&events.dip(), &events.swell(), &events.interruption(), &events.hysteresis()})
      count_row(counts, *limit);
  }
  if (standard.has_extra_low_voltage()) count_row(counts, standard.extra_low_voltage());
  return counts;
}

RowCounts counts_of(const v1::Suite& suite, const v1::Standard& standard) {
  RowCounts counts;
  const std::string& own = suite.accuracy_class();
  for (const v1::Test& test : suite.tests()) {
    const v1::QuantityError& quantity = test.quantity_error();
    count_named(counts, standard.error_rows(), test.intrinsic_error().rows(), own);
    count_named(counts, standard.error_rows(), test.replay().rows(), own);
    count_named(counts, standard.composite_rows(), test.composite_error().rows(), own);
    count_named(counts, standard.quantity_rows(), quantity.rows(),
                quantity.accuracy_class().empty() ? own : quantity.accuracy_class());
    count_named(counts, standard.influence_rows(), test.influence().rows(), own);
    count_named(counts, standard.self_heating_rows(), test.self_heating().rows(), own);
    if (test.has_load_difference())
      count_named(counts, standard.difference_rows(),
                  std::initializer_list<std::string>{test.load_difference().row()}, own);
    count_named(counts, standard.starting_rows(), test.starting().row());
    count_named(counts, standard.no_load_rows(), test.no_load().row());
    count_named(counts, standard.constant_rows(), test.meter_constant().row());
    for (const std::string& row : test.requirement().rows())
      count_named(counts, standard.requirement_rows(), row);
    count_named(counts, standard.repeatability_rows(), test.repeatability().row());
    count_named(counts, standard.start_up_rows(), test.start_up().row());
    count_named(counts, standard.tariff_rows(), test.tariff().row());
  }
  return counts;
}

std::string sureness(const RowCounts& counts) {
  return fmt::format("{} verified, {} from public sources, {} from memory, {} uncertain",
                     counts.verified, counts.public_source, counts.memory, counts.uncertain);
}

}  // namespace meterrig::cli
