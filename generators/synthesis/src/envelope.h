// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "change_course.h"
#include "phase_course.h"

namespace meterrig::synthesis {

template <class Course>
struct Weighted {
  double weight;
  Course course;
};

/// What amplitude modulations and changes make of an amplitude.
class Envelope {
 public:
  void add(double depth, ModulationCourse course) { modulations_.push_back({depth, course}); }
  /// To `share` of the amplitude.
  void add(double share, ChangeCourse course) { changes_.push_back({share - 1, course}); }
  [[nodiscard]] bool flat() const { return modulations_.empty() && changes_.empty(); }
  /// Factors from sample `first` on.
  void factors(std::int64_t first, std::span<double> out) const;

 private:
  std::vector<Weighted<ModulationCourse>> modulations_;
  std::vector<Weighted<ChangeCourse>> changes_;
};

/// What is added to a value: by modulations and changes to a phase, by changes to dc.
class Shift {
 public:
  void add(double depth, ModulationCourse course) { modulations_.push_back({depth, course}); }
  void add(double value, ChangeCourse course) { changes_.push_back({value, course}); }
  [[nodiscard]] bool none() const { return modulations_.empty() && changes_.empty(); }
  [[nodiscard]] double at(std::int64_t sample) const;

 private:
  std::vector<Weighted<ModulationCourse>> modulations_;
  std::vector<Weighted<ChangeCourse>> changes_;
};

}  // namespace meterrig::synthesis
