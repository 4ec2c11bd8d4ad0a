// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <concepts>
#include <limits>
#include <string_view>

namespace meterrig {

/// A number of one kind of quantity (IEC 60050-112). Watt, var and volt-ampere have the same
/// dimension but are different kinds: they do not add, compare or convert. Construct and read
/// naming the unit: `const Voltage u = volt(230.0); u.in(volt)`. A default-constructed quantity is
/// unknown (NaN), which is not zero: every comparison with it is false.
template <class Kind>
class Quantity {
 public:
  constexpr Quantity() = default;

  /// The quantity as a number of `unit`.
  template <class Unit>
  [[nodiscard]] constexpr double in(Unit unit) const {
    static_assert(std::same_as<typename Unit::kind, Kind>, "unit of another kind of quantity");
    return value_ / unit.factor;
  }
  [[nodiscard]] constexpr bool known() const { return value_ == value_; }

  constexpr Quantity operator-() const { return from(-value_); }
  constexpr Quantity& operator+=(Quantity other) { return value_ += other.value_, *this; }
  constexpr Quantity& operator-=(Quantity other) { return value_ -= other.value_, *this; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return from(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return from(a.value_ - b.value_); }
  friend constexpr Quantity operator*(Quantity a, double b) { return from(a.value_ * b); }
  friend constexpr Quantity operator*(double a, Quantity b) { return from(a * b.value_); }
  friend constexpr Quantity operator/(Quantity a, double b) { return from(a.value_ / b); }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
  friend constexpr bool operator==(Quantity a, Quantity b) = default;
  friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

 private:
  template <class K>
  friend struct Unit;
  static constexpr Quantity from(double value) {
    Quantity q;
    q.value_ = value;
    return q;
  }
  double value_ = std::numeric_limits<double>::quiet_NaN();
};

/// A unit of one kind; `factor` of it in the kind's own unit (the first one declared below).
template <class Kind>
struct Unit {
  using kind = Kind;
  double factor;
  constexpr Quantity<Kind> operator()(double number) const {
    return Quantity<Kind>::from(number * factor);
  }
};

struct VoltageKind {};
struct CurrentKind {};
struct ActivePowerKind {};
struct ReactivePowerKind {};
struct ApparentPowerKind {};
struct ActiveEnergyKind {};
struct ReactiveEnergyKind {};
struct ApparentEnergyKind {};
struct FrequencyKind {};
struct AngleKind {};
struct DurationKind {};
struct TemperatureKind {};
struct PercentKind {};
struct MeterConstantKind {};
struct FieldStrengthKind {};
struct GainKind {};

using Voltage = Quantity<VoltageKind>;              ///< r.m.s. unless said otherwise
using Current = Quantity<CurrentKind>;              ///< r.m.s. unless said otherwise
using ActivePower = Quantity<ActivePowerKind>;      ///< P, positive when imported
using ReactivePower = Quantity<ReactivePowerKind>;  ///< Q, positive when the current lags
using ApparentPower = Quantity<ApparentPowerKind>;  ///< S
using ActiveEnergy = Quantity<ActiveEnergyKind>;
using ReactiveEnergy = Quantity<ReactiveEnergyKind>;
using ApparentEnergy = Quantity<ApparentEnergyKind>;
using Frequency = Quantity<FrequencyKind>;
using Angle = Quantity<AngleKind>;
using Duration = Quantity<DurationKind>;
using Temperature = Quantity<TemperatureKind>;
using Percent = Quantity<PercentKind>;  ///< of the true value, as error limits are given
using MeterConstant = Quantity<MeterConstantKind>;  ///< k
using FieldStrength = Quantity<FieldStrengthKind>;  ///< electric, r.m.s.
using Gain = Quantity<GainKind>;                    ///< of power, as a level difference

inline constexpr Unit<VoltageKind> volt{1.0};
inline constexpr Unit<VoltageKind> millivolt{1e-3};
inline constexpr Unit<VoltageKind> kilovolt{1e3};
inline constexpr Unit<CurrentKind> ampere{1.0};
inline constexpr Unit<CurrentKind> milliampere{1e-3};
inline constexpr Unit<ActivePowerKind> watt{1.0};
inline constexpr Unit<ActivePowerKind> kilowatt{1e3};
inline constexpr Unit<ReactivePowerKind> var{1.0};
inline constexpr Unit<ReactivePowerKind> kilovar{1e3};
inline constexpr Unit<ApparentPowerKind> volt_ampere{1.0};
inline constexpr Unit<ApparentPowerKind> kilovolt_ampere{1e3};
inline constexpr Unit<ActiveEnergyKind> watt_hour{1.0};
inline constexpr Unit<ActiveEnergyKind> kilowatt_hour{1e3};
inline constexpr Unit<ActiveEnergyKind> watt_second{1.0 / 3600.0};
inline constexpr Unit<ReactiveEnergyKind> var_hour{1.0};
inline constexpr Unit<ReactiveEnergyKind> kilovar_hour{1e3};
inline constexpr Unit<ReactiveEnergyKind> var_second{1.0 / 3600.0};
inline constexpr Unit<ApparentEnergyKind> volt_ampere_hour{1.0};
inline constexpr Unit<ApparentEnergyKind> kilovolt_ampere_hour{1e3};
inline constexpr Unit<ApparentEnergyKind> volt_ampere_second{1.0 / 3600.0};
inline constexpr Unit<FrequencyKind> hertz{1.0};
inline constexpr Unit<FrequencyKind> kilohertz{1e3};
inline constexpr Unit<FrequencyKind> megahertz{1e6};
inline constexpr Unit<AngleKind> degree{1.0};
inline constexpr Unit<AngleKind> radian{57.29577951308232};
inline constexpr Unit<DurationKind> second{1.0};
inline constexpr Unit<DurationKind> millisecond{1e-3};
inline constexpr Unit<DurationKind> microsecond{1e-6};
inline constexpr Unit<DurationKind> minute{60.0};
inline constexpr Unit<DurationKind> hour{3600.0};
inline constexpr Unit<TemperatureKind> degree_celsius{1.0};
inline constexpr Unit<PercentKind> percent{1.0};
inline constexpr Unit<PercentKind> parts_per_million{1e-4};
inline constexpr Unit<MeterConstantKind> impulse_per_kilowatt_hour{1.0};
inline constexpr Unit<FieldStrengthKind> volt_per_metre{1.0};
inline constexpr Unit<GainKind> decibel{1.0};

/// Power held for a time is energy of the same kind.
constexpr ActiveEnergy operator*(ActivePower p, Duration t) {
  return watt_second(p.in(watt)*t.in(second));
}
constexpr ReactiveEnergy operator*(ReactivePower q, Duration t) {
  return var_second(q.in(var)*t.in(second));
}
constexpr ApparentEnergy operator*(ApparentPower s, Duration t) {
  return volt_ampere_second(s.in(volt_ampere)*t.in(second));
}
constexpr ActivePower operator/(ActiveEnergy e, Duration t) {
  return watt(e.in(watt_second) / t.in(second));
}
/// S = U I of one element, both r.m.s.
constexpr ApparentPower operator*(Voltage u, Current i) {
  return volt_ampere(u.in(volt)*i.in(ampere));
}

}  // namespace meterrig
