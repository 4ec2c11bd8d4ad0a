// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "meterrig/reference/demand.h"
#include "meterrig/reference/energy.h"
#include "meterrig/reference/exact_energy.h"
#include "meterrig/reference/meter.h"
#include "meterrig/reference/tariff_table.h"
#include "meterrig/vocabulary/measurand.h"

namespace meterrig::reference {

/// The energies of a window of time, such as 0.2 s. Their signs say where they count.
struct WindowEnergy {
  Instant begin;
  Instant end;
  PerPhase<ActiveEnergy> active;      ///< positive when imported
  PerPhase<ReactiveEnergy> reactive;  ///< positive when the current lags
  PerPhase<ApparentEnergy> apparent;  ///< at least 0
  ApparentEnergy apparent_total;      ///< by the definition of S that the caller declares
};

/// P, Q1 and S of a reading held from `begin` to `end`; a quantity that the reading does not have
/// (a phase without signal) counts 0. S of all phases is arithmetic.
[[nodiscard]] WindowEnergy window_energy(const MeterReading& reading, Instant begin, Instant end);
/// Likewise, with the active energy from the gapless integral of a meter that was fed beyond `end`.
[[nodiscard]] WindowEnergy window_energy(const EnergyMeter& meter, const MeterReading& reading,
                                         Instant begin, Instant end);

/// What is counted, always upwards.
enum class EnergyRegister : std::uint8_t {
  active_import,
  active_export,
  reactive_quadrant_1,  ///< P > 0, Q > 0 (IEC 62053-23, annex C)
  reactive_quadrant_2,  ///< P < 0, Q > 0
  reactive_quadrant_3,
  reactive_quadrant_4,
  apparent_import,  ///< while P >= 0
  apparent_export,
};
inline constexpr std::size_t energy_register_count = 8;

/// How the registers of all phases count.
enum class TotalCounting : std::uint8_t {
  by_sum,    ///< by the signs of the sums over phases: import of one phase sets off export of
             ///< another
  by_phase,  ///< the sum of the phases' registers
};

enum class DemandQuantity : std::uint8_t {
  active_import,
  active_export,
  reactive_import,  ///< quadrants I and II
  reactive_export,  ///< quadrants III and IV
  apparent,
};
inline constexpr std::size_t demand_quantity_count = 5;

struct EnergyRegisterSettings {
  TotalCounting total = TotalCounting::by_sum;
  std::optional<TariffTable> tariffs;  ///< none: select_tariff() chooses
  std::optional<DemandPeriod> demand;  ///< of the registers of all phases; none: not formed
};

/// What a place's registers say.
struct RegisterReading {
  ActiveEnergy active_import;
  ActiveEnergy active_export;
  ActiveEnergy active_net;    ///< import - export
  ActiveEnergy active_total;  ///< import + export
  std::array<ReactiveEnergy, 4> reactive_quadrant;
  ReactiveEnergy reactive_import;  ///< quadrants I and II
  ReactiveEnergy reactive_export;  ///< quadrants III and IV
  ReactiveEnergy reactive_net;
  ReactiveEnergy reactive_total;
  ApparentEnergy apparent_import;
  ApparentEnergy apparent_export;
  ApparentEnergy apparent_total;
};

/// Energy registers of three phases and their total in 8 tariffs, with maximum demand.
///
/// Exact: registers are integers (ExactEnergy) and hold the sum of the windows' energies; read as a
/// double it is right to 4e-16 of itself, one rounding and those of the unit. A register without a
/// tariff is the sum of its tariffs, exactly, so that none jumps at a switch.
///
/// A window across a tariff switch or the end of a demand sub-period is parted there as if its
/// power were constant; the parts add up to it exactly. Where that is too coarse (half a period of
/// ripple) let windows end at tariff_or_demand_change().
class EnergyRegisters {
 public:
  explicit EnergyRegisters(EnergyRegisterSettings settings = {});

  /// Errors, which leave the registers as they were: invalid_argument for an energy that is not
  /// finite, an apparent energy below 0, or a window that does not end after it begins;
  /// failed_precondition for one that begins before the last one ended (a gap is allowed: nothing
  /// flows in it); out_of_range when more than 2^46 Wh would have been counted.
  [[nodiscard]] Result<void> add(const WindowEnergy& window);

  /// Tariff of the windows to come, as by an input of the meter. Errors: out_of_range;
  /// failed_precondition where a table chooses.
  [[nodiscard]] Result<void> select_tariff(int tariff);
  /// Of what comes next.
  [[nodiscard]] int tariff() const;
  /// The first tariff switch or end of a demand sub-period after `time`; none without either.
  [[nodiscard]] std::optional<Instant> tariff_or_demand_change(Instant time) const;
  /// End of the last window.
  [[nodiscard]] std::optional<Instant> until() const { return until_; }

  /// A register: of L1, L2, L3 or the total (another place is 0), over all tariffs or of one, 1 to
  /// 8 (another one is 0).
  [[nodiscard]] ExactEnergy exact(EnergyRegister which, Place place) const;
  [[nodiscard]] ExactEnergy exact(EnergyRegister which, Place place, int tariff) const;
  /// All registers of a place; another place or tariff: all unknown.
  [[nodiscard]] RegisterReading read(Place place) const;
  [[nodiscard]] RegisterReading read(Place place, int tariff) const;

  /// W, var or VA; none before a whole period has passed, or without a demand period.
  [[nodiscard]] std::optional<Demand> last_demand(DemandQuantity quantity) const;
  [[nodiscard]] std::optional<Demand> maximum_demand(DemandQuantity quantity) const;
  void reset_maximum_demand();

 private:
  static constexpr std::size_t place_count = phase_count + 1;
  using Registers = std::array<ExactEnergy, energy_register_count>;
  using Places = std::array<Registers, place_count>;

  // Signed energies of the places.
  struct Share {
    std::array<ExactEnergy, place_count> active;
    std::array<ExactEnergy, place_count> reactive;
    std::array<ExactEnergy, place_count> apparent;
  };
  [[nodiscard]] Result<void> check(const WindowEnergy& window) const;
  [[nodiscard]] Places counted(const Share& share) const;
  void count(const Places& places, Instant begin, Instant end);

  EnergyRegisterSettings settings_;
  int selected_ = 1;
  std::array<Places, static_cast<std::size_t>(tariff_count)> tariffs_{};
  double fed_ = 0;  // watt hours and the like, whatever their sign
  std::optional<Instant> until_;
  std::vector<MaximumDemand> demands_;  // by DemandQuantity; empty without a period
};

}  // namespace meterrig::reference
