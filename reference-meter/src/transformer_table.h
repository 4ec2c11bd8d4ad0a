// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/reference/front_end_model.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::reference {

/// The points of a transformer at a burden: those of the nearest burdens, interpolated over it.
[[nodiscard]] std::vector<TransformerPoint> points_at(std::span<const TransformerPoint> points,
                                                      double burden);

/// Of squares over a period, as they are and times x that runs from 0 to 1 over it. Lane k has
/// samples k, k + 8, ... of the period.
inline constexpr std::size_t square_lanes = 8;
struct SquareSums {
  std::array<double, square_lanes> square{};
  std::array<double, square_lanes> rising{};
};

/// Adds `count` values of each row. They begin with sample `number` of a period, at `first` in it.
void add_squares(const PerPhase<const double*>& values, std::size_t count, std::uint64_t number,
                 Turn first, Turn step, PerPhase<SquareSums>& sums);

/// Errors of three current transformers, following the currents through them from period to period.
class TransformerTable {
 public:
  struct Errors {
    double ratio = 0;  // fraction
    double turns = 0;  // lead
  };

  /// Points of one burden, by rising current; without any there are no errors.
  explicit TransformerTable(std::vector<TransformerPoint> points);

  /// The longest lead or lag of all points.
  [[nodiscard]] double longest_turns() const;
  [[nodiscard]] const Errors& errors(std::size_t phase) const { return errors_[phase]; }

  void reset();
  /// Of the fundamental in cycles a sample; 0 as long as it is unknown, and the errors stay.
  void set_frequency(double cycles);
  /// Takes the currents of samples [begin, end) or up to the end of the period, and says where it
  /// stopped. Sums run in an order that does not depend on the cuts.
  [[nodiscard]] std::size_t take(const PerPhase<const double*>& amperes, std::size_t begin,
                                 std::size_t end);
  /// Whether the samples taken end a period; if so the errors are now those of the next samples.
  [[nodiscard]] bool turn_period();

 private:
  __extension__ using Wide = unsigned __int128;

  [[nodiscard]] Errors errors_at(double amperes_square) const;

  std::vector<TransformerPoint> points_;
  std::vector<double> logarithms_;
  PerPhase<Errors> errors_{};
  std::uint64_t turn_ = 0;  // place in the period
  std::uint64_t step_ = 0;
  std::uint64_t taken_ = 0;  // samples of this period
  bool period_ends_ = false;
  PerPhase<SquareSums> sums_{};
  Wide weight_ = 0;                  // sum of places, in 2^-64 of a period
  double rising_weight_before_ = 0;  // of the period before, 0 for none
  PerPhase<double> rising_before_{};
};

}  // namespace meterrig::reference
