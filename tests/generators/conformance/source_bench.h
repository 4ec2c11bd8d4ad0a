// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "meterrig/vocabulary/instruments.h"

namespace meterrig::conformance {

/// What can go wrong with one operation on an instrument.
enum class LineFault : std::uint8_t { garbage, late, lost, disconnect };

/// A driver with its simulated instrument, as the conformance suite needs them. An operation is
/// whatever the driver does to the instrument at once: a line of text, a write, a buffer.
class SourceBench {
 public:
  virtual ~SourceBench() = default;
  /// A new driver on the same instrument.
  [[nodiscard]] virtual Result<std::unique_ptr<Source>> connect() = 0;
  /// What is on the wires, from the simulation itself and not through the driver.
  [[nodiscard]] virtual OperatingPoint output() = 0;
  /// Since the instrument is there.
  [[nodiscard]] virtual std::int64_t operations() = 0;
  /// The n-th operation from now on, counted from 1, goes wrong. A late answer comes after the
  /// driver's time-out.
  virtual void fault_at(std::int64_t n, LineFault fault) = 0;
  virtual void clear_faults() = 0;
  /// The voltage that is put out differs by so much from what was set.
  virtual void deviate(Percent voltage) = 0;
  /// Whether the instrument measures what it puts out. A converter does not: that something else is
  /// on the wires than was set is then for the reference to show, and its read-back says so.
  [[nodiscard]] virtual bool measures() const { return true; }
  /// The driver's own tolerance and the instrument's error together, as a fraction.
  [[nodiscard]] virtual double tolerance() const { return 5e-4; }
};

using MakeSourceBench = std::function<std::unique_ptr<SourceBench>()>;

}  // namespace meterrig::conformance
