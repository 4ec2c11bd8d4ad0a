// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace meterrig::reference {

/// R.m.s. over one cycle, half a cycle after the one before (U_rms(1/2), IEC 61000-4-30, 3.30).
struct HalfCycleValue {
  double middle = 0;  ///< of its cycle, in scans from the begin of the record's first sample
  double rms = 0;
};

/// U_rms(1/2) of one channel, begun at the zero crossings of its fundamental. A sample counts for
/// the time from half an interval before it to half an interval after; a cycle cuts it in
/// proportion. With n samples a cycle, a sine then reads within (pi / n)^2 / n of its r.m.s.: at a
/// zero crossing the square is (2 pi / n)^2 / 12 of its peak on average over the sample that is
/// cut.
class HalfCycleRms {
 public:
  /// The next samples, of which the first begins at `begin` scans. `half_cycle` in scans, at least
  /// 1; `crossing` is any zero crossing, counted from the first sample's begin, none where the
  /// channel has no fundamental: the half cycles then go on as they were. Values that end in these
  /// samples are appended.
  void feed(std::span<const double> samples, double begin, double half_cycle,
            std::optional<double> crossing, std::vector<HalfCycleValue>& values);

 private:
  struct Half {
    double begin = 0;
    double length = 0;  // 0 for none
    double square = 0;  // integral
  };
  std::optional<double> begin_;  // of the open half cycle, from the next sample's begin; <= 0
  double square_ = 0;            // its integral so far
  Half last_;
};

}  // namespace meterrig::reference
