// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "../rated_currents.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "next_coordinates.h"

namespace meterrig::campaign {

/// A balanced load and what is off the reference conditions with it.
struct SearchedPlace {
  double amperes = 0;  ///< r.m.s.
  v1::PowerFactor power_factor;
  double voltage_factor = 1;    ///< multiple of Un
  double frequency_factor = 1;  ///< multiple of fn
  /// Harmonics of an influence row's level, as a share (0 to 1) of their size; none when null.
  const v1::InfluenceLevel* shape = nullptr;
  double share = 0;
};

/// What a standard allows a meter at a place.
struct Permission {
  v1::LimitUsed limit;               ///< all of it together
  std::vector<v1::LimitUsed> added;  ///< what influence rows add to the limit of the load
};

/// Where a standard limits the error of a class: the hull of its rows. Current and power factor are
/// those of the error rows with balanced load; between two power factors the limit is that of the
/// next one further from 1, on the same side. Voltage and frequency go from the least to the
/// greatest level of the rows that change them alone, harmonics from none to those of a row; each
/// only at the currents and power factors that its row is for. Away from the reference conditions
/// the limits of the shifts are added to that of the load: no meter that meets its rows one by one
/// errs by more, as long as its shifts add.
class PermittedRange {
 public:
  /// `load_rows` are error rows of the standard, which must outlive this.
  PermittedRange(const v1::Standard& standard, std::string accuracy_class,
                 const RatedCurrents& rated, std::span<const v1::ErrorRow* const> load_rows);

  /// Whether there is a load at all.
  [[nodiscard]] bool empty() const { return loads_.empty(); }
  /// Current, power factor, voltage, frequency and one for each shape.
  [[nodiscard]] std::size_t axes() const { return load_axes + 2 + shapes_.size(); }

  /// The place there, in figures of few digits; what its load does not allow is at reference.
  /// Nothing where no load is. Axes go from -1 to 1: current, logarithmic; power factor, by the
  /// angle from 1 (negative capacitive); voltage, frequency (0 at reference); shapes (none up to
  /// 0), of which there is one at a time.
  [[nodiscard]] std::optional<SearchedPlace> place_at(const Coordinates& at) const;
  [[nodiscard]] Coordinates coordinates_of(const SearchedPlace& place) const;

  /// Nothing when the standard has no limit for the place.
  [[nodiscard]] std::optional<Permission> permission(const SearchedPlace& place) const;

  /// The level of that id whose harmonics a place may have; null when there is none.
  [[nodiscard]] const v1::InfluenceLevel* shape(std::string_view id) const;

 private:
  struct Load {
    const v1::ErrorRow* row;
    v1::LimitUsed limit;
  };
  // A row that moves one factor, or brings one shape.
  struct Influence {
    const v1::InfluenceRow* row;
    v1::LimitUsed limit;
    double least = 1;     // factor
    double greatest = 1;  // factor
    const v1::InfluenceLevel* level = nullptr;
  };

  void take(const v1::InfluenceRow& row, const v1::LimitUsed& limit);
  [[nodiscard]] bool holds(const Influence& influence, const SearchedPlace& place) const;
  [[nodiscard]] const Load* load_at(const SearchedPlace& place) const;
  [[nodiscard]] v1::PowerFactor farthest(double amperes, v1::Character side) const;
  [[nodiscard]] v1::PowerFactor power_factor_at(double amperes, double at) const;
  [[nodiscard]] double end_of(const std::vector<Influence>& rows, const SearchedPlace& place,
                              bool upwards) const;
  [[nodiscard]] double factor_at(const std::vector<Influence>& rows, const SearchedPlace& place,
                                 double at) const;
  [[nodiscard]] double coordinate_of(const std::vector<Influence>& rows, const SearchedPlace& place,
                                     double factor) const;
  [[nodiscard]] const Influence* narrowest(const std::vector<Influence>& rows,
                                           const SearchedPlace& place, double factor) const;

  const v1::Standard& standard_;
  std::string accuracy_class_;
  RatedCurrents rated_;
  std::vector<Load> loads_;
  std::vector<Influence> voltages_;
  std::vector<Influence> frequencies_;
  std::vector<Influence> shapes_;
  double least_amperes_ = 0;
  double greatest_amperes_ = 0;
};

/// What a place is off the reference conditions by, as a level: the harmonics scaled, the title in
/// words ("0.93 Un, 1.01 fn"), the id that of its shape.
[[nodiscard]] v1::InfluenceLevel level_of(const SearchedPlace& place);

}  // namespace meterrig::campaign
