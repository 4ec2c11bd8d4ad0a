// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "meterrig/campaign/hardware_bench.h"
#include "reference_path.h"

namespace meterrig::campaign {

/// See hardware_bench.h. The output is switched on and off here alone.
class HardwareInstruments {
 public:
  HardwareInstruments(const HardwareBenchSettings& settings, safety::SourceProcess source,
                      std::unique_ptr<ReferencePath> reference,
                      std::vector<BenchInstrument> identities);
  HardwareInstruments(const HardwareInstruments&) = delete;
  HardwareInstruments& operator=(const HardwareInstruments&) = delete;
  ~HardwareInstruments();

  /// Puts the point out and returns when it is; before the first one it looks at the wiring.
  /// Errors: failed_precondition (the wiring is wrong: the output is off), those of the source
  /// process.
  Result<void> energise(const OperatingPoint& point);
  Result<void> off(std::string_view reason);
  /// The bench's time, which goes on from point to point, and that of the reference.
  [[nodiscard]] Instant now() const;
  [[nodiscard]] Instant since_begin(Instant instant) const;
  [[nodiscard]] Instant bench_time(Instant since_begin) const;
  /// The control loop has got on, and the output is still on. Error: unavailable, with the reason
  /// of switching off.
  Result<void> renew();

  [[nodiscard]] ReferencePath& reference() { return *reference_; }
  [[nodiscard]] const HardwareBenchSettings& settings() const { return settings_; }
  [[nodiscard]] const std::vector<BenchInstrument>& identities() const { return identities_; }

 private:
  Result<void> put_out(const OperatingPoint& point);
  Result<void> begin();
  Result<void> look_at_wiring();

  HardwareBenchSettings settings_;
  safety::SourceProcess source_;
  std::unique_ptr<ReferencePath> reference_;
  std::vector<BenchInstrument> identities_;
  ports::MonotonicClock clock_;
  Instant begun_at_;
  bool wiring_is_right_ = false;
  bool on_ = false;
};

}  // namespace meterrig::campaign
