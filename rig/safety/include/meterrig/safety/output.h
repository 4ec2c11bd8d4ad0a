// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "meterrig/ports/clock.h"
#include "meterrig/safety/interlock_inputs.h"
#include "meterrig/safety/interlocks.h"
#include "meterrig/safety/journal.h"
#include "meterrig/safety/lease.h"
#include "meterrig/safety/limits.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

struct OutputSettings {
  Limits limits;
  Duration lease = second(1);
  /// Greatest distance of what is read back from what was set, of the greater of set value and a
  /// hundredth of the limit.
  Percent read_back_tolerance = percent(5);
  Duration read_back_interval = second(1);
};

/// How an output stands.
struct OutputStatus {
  bool on = false;
  bool settled = false;  ///< what was asked for is out
  bool unknown = false;  ///< it could not be switched off: it may be on
  std::string reason;    ///< of the last switching off
  OperatingPoint point;  ///< that is out
};

/// The one thing that may switch a source on. It keeps the limits whoever asks, changes the output
/// no faster than they allow, and switches it off by itself when the lease ends, an interlock
/// speaks, the source fails or what is out is not what was set. Currents go to zero before
/// voltages. Time passes in tick() alone; for one thread.
class Output {
 public:
  Output(std::unique_ptr<Source> source, const OutputSettings& settings, Interlocks interlocks,
         Journal journal, const ports::Clock& clock);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  /// Makes the limits stricter, for as long as this object lives. A point that is out and does not
  /// keep the new ones is switched off.
  void narrow(const Limits& limits);
  [[nodiscard]] const Limits& limits() const { return limits_; }

  /// Goes to this point, in steps as tick() is called. Errors, with nothing changed: out_of_range
  /// (beyond a limit, or of what the source can), failed_precondition (an interlock, or no lease).
  [[nodiscard]] Result<void> energise(const OperatingPoint& point);
  /// The control loop has got on. Error: failed_precondition for a count that is not greater than
  /// the one before.
  [[nodiscard]] Result<void> renew(std::uint64_t progress);
  /// Everything to zero now. Error: that of the source; tick() tries again until it succeeds.
  Result<void> off(std::string_view reason);

  /// Looks at these contacts now and in every tick(): their levels are told as by set_interlock().
  void watch(InterlockInputs contacts);
  [[nodiscard]] Result<void> set_interlock(std::string_view name, bool safe);
  [[nodiscard]] Result<void> acknowledge(std::string_view name, std::string_view person);
  [[nodiscard]] const Interlocks& interlocks() const { return interlocks_; }
  /// What the source says of itself. Errors: those of the source.
  [[nodiscard]] Result<InstrumentIdentity> identify() { return source_->identify(); }

  /// To be called at least ten times in the length of the lease.
  void tick();
  [[nodiscard]] OutputStatus status() const;

 private:
  [[nodiscard]] std::string why_off(Instant now) const;
  void step(Duration since);
  void look_at_contacts();
  void look_at_output(Instant now);
  void note(std::string_view event, std::string_view details);

  std::unique_ptr<Source> source_;
  OutputSettings settings_;
  Limits limits_;
  Interlocks interlocks_;
  InterlockInputs contacts_;
  Journal journal_;
  const ports::Clock& clock_;
  Lease lease_;
  std::optional<OperatingPoint> out_;     // set at the source; nothing when off
  std::optional<OperatingPoint> wanted_;  // where it goes
  bool unwritten_ = false;                // the journal took no entry
  bool unknown_ = true;                   // until the source was switched off once
  std::string reason_ = "never switched on";
  Instant ticked_;
  Instant on_since_;
  Instant looked_;
  ApparentEnergy energy_;  // since then
};

}  // namespace meterrig::safety
