// SPDX-License-Identifier: GPL-3.0-or-later
#include "phase_course.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace meterrig::synthesis {
namespace {

__extension__ using Wide = unsigned __int128;

// floor(2^64 n p / q)
Cycles exact_cycles(Rational cycles_per_sample, std::int64_t sample) {
  const Wide product = Wide{static_cast<std::uint64_t>(cycles_per_sample.numerator)} *
                       static_cast<std::uint64_t>(sample);
  const auto q = static_cast<std::uint64_t>(cycles_per_sample.denominator);
  const Wide whole = product / q;
  const Wide part = ((product % q) << 64) / q;
  return static_cast<Cycles>((whole << 64) + part);
}

Cycles cycles_of(long double turns) {
  const long double whole = std::floor(turns);
  const auto part = static_cast<std::uint64_t>((turns - whole) * 0x1p64L);
  return (static_cast<Cycles>(static_cast<std::int64_t>(whole)) * (static_cast<Cycles>(1) << 64)) +
         static_cast<Cycles>(part);
}

}  // namespace

Turn ModulationCourse::turn(std::int64_t sample) const {
  return Turn{static_cast<std::uint64_t>(exact_cycles(cycles_per_sample_, sample))} + phase_;
}

double ModulationCourse::at(std::int64_t sample) const {
  const Turn now = turn(sample);
  if (shape_ == ModulationShape::rectangular) return now.word >> 63 == 0 ? 1 : -1;
  return sine_cosine(now).sine;
}

double ModulationCourse::integral(std::int64_t sample) const {
  const Turn now = turn(sample);
  if (shape_ == ModulationShape::sine) {
    constexpr double two_pi = 6.28318530717958647692;
    return (sine_cosine(phase_).cosine - sine_cosine(now).cosine) / two_pi;
  }
  // Up for half a period, then down.
  const auto triangle = [](Turn turn) {
    const double x = static_cast<double>(turn.word >> 63 == 0 ? turn.word : -turn.word);
    return x * 0x1p-64;
  };
  return triangle(now) - triangle(phase_);
}

Result<PhaseCourse> PhaseCourse::create(const std::string& name, Rational frequency, Rational rate,
                                        const std::vector<Modulation<Frequency>>& modulations,
                                        const std::vector<Change<Frequency>>& changes) {
  auto ratio = divide(frequency, rate);
  if (!ratio) return tl::unexpected(std::move(ratio.error()));
  PhaseCourse course;
  course.cycles_per_sample_ = *ratio;
  course.slow_cycles_per_sample_ = *ratio;
  course.highest_ = frequency.value();
  double lowest = frequency.value();
  for (const Modulation<Frequency>& modulation : modulations) {
    const double depth = modulation.depth.in(hertz);
    auto cycles = divide(modulation.frequency, rate);
    if (!cycles || modulation.frequency.numerator <= 0 || !std::isfinite(depth) ||
        !modulation.phase.known())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}: a modulation at {} Hz by {} Hz; expected a frequency above 0, "
                              "a depth and a phase",
                              name, modulation.frequency.value(), depth));
    course.highest_ += std::abs(depth);
    lowest -= std::abs(depth);
    // Turns a period of the modulation: depth / its frequency.
    const long double period = static_cast<long double>(modulation.frequency.denominator) /
                               static_cast<long double>(modulation.frequency.numerator);
    course.modulations_.push_back(
        {.weight = depth * period, .course = ModulationCourse(modulation, *cycles)});
  }
  for (const Change<Frequency>& change : changes) {
    if (change.start.angle)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}: a change of frequency that starts at a phase angle; expected a "
                              "time",
                              name));
    auto made = course_of(name, change, first_sample_at(change.start.time, rate), rate);
    if (!made) return tl::unexpected(std::move(made.error()));
    const double value = change.value.in(hertz);
    if (value > 0) course.highest_ += value;
    if (value < 0) lowest += value;
    course.changes_.push_back({.weight = value, .course = *made});
  }
  if (!(lowest > 0))
    return fail(ErrorCode::out_of_range,
                fmt::format("{}: modulations and changes take it down to {} Hz; expected above 0",
                            name, lowest));
  return course;
}

Cycles PhaseCourse::deviation(std::int64_t sample) const {
  long double turns = 0;
  for (const auto& [weight, course] : modulations_) turns += weight * course.integral(sample);
  for (const auto& [weight, course] : changes_) turns += weight * course.integral(sample);
  return cycles_of(turns);
}

Cycles PhaseCourse::at(std::int64_t sample) const {
  const Cycles steady_part = exact_cycles(cycles_per_sample_, sample);
  return steady() ? steady_part : steady_part + deviation(sample);
}

Result<PhaseCourse> PhaseCourse::slower(std::int32_t divisor) const {
  auto ratio = divide(cycles_per_sample_, {divisor, 1});
  if (!ratio) return tl::unexpected(std::move(ratio.error()));
  PhaseCourse course = *this;
  course.divisor_ = divisor;
  course.slow_cycles_per_sample_ = *ratio;
  return course;
}

void PhaseCourse::turns(std::int64_t first, std::span<Turn> out) const {
  if (steady()) {
    PhaseStepper stepper(slow_cycles_per_sample_, first);
    for (Turn& turn : out) {
      turn = stepper.turn();
      stepper.step();
    }
    return;
  }
  const auto divisor = static_cast<std::uint32_t>(divisor_);
  for (Turn& turn : out)
    turn.word = static_cast<std::uint64_t>(static_cast<Wide>(at(first++)) % (Wide{divisor} << 64) /
                                           divisor);
}

Beginning PhaseCourse::first_at(Cycles cycles) const {
  std::int64_t before = -1;  // the last one known to be before
  std::int64_t after = 1;
  while (at(after) < cycles) {
    before = after;
    after *= 2;
  }
  while (after - before > 1) {
    const std::int64_t middle = before + (after - before) / 2;
    (at(middle) < cycles ? before : after) = middle;
  }
  if (after == 0) return {};
  const auto beyond = static_cast<double>(at(after) - cycles);
  const auto step = static_cast<double>(at(after) - at(after - 1));
  return {.sample = after, .part = beyond / step};
}

}  // namespace meterrig::synthesis
