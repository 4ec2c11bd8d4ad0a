// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled once as it is, which must succeed, and once with each MISTAKE, which must not: see
// CMakeLists.txt. Nothing of it is ever linked or run.
#include "meterrig/vocabulary/quantity.h"

namespace meterrig {

bool what_is_right() {
  const ActivePower p = watt(1000) + kilowatt(1);
  const ReactivePower q = var(500);
  const ApparentPower s = volt(230) * ampere(5);
  const ActiveEnergy e = p * hour(1);
  const Voltage u = volt(230);
  return p > watt(0) && q == var(500) && s > volt_ampere(0) && e == kilowatt_hour(2) &&
         u.in(volt) > 0;
}

#if MISTAKE == 1
ActivePower watts_and_vars() { return watt(1) + var(1); }
#elif MISTAKE == 2
ActivePower watts_and_volt_amperes() { return watt(1) + volt_ampere(1); }
#elif MISTAKE == 3
ReactivePower vars_and_volt_amperes() { return var(1) - volt_ampere(1); }
#elif MISTAKE == 4
Voltage volts_from_amperes() {
  const Voltage set_point = ampere(5);
  return set_point;
}
#elif MISTAKE == 5
double amperes_of_a_voltage() { return volt(230).in(ampere); }
#elif MISTAKE == 6
bool watt_seconds_against_var_hours() { return watt(1) * second(1) < var_hour(1); }
#elif MISTAKE == 7
Voltage volts_from_a_number() {
  const Voltage u = 230.0;
  return u;
}
#elif MISTAKE == 8
double a_number_from_volts() { return volt(230); }
#elif MISTAKE == 9
bool watts_equal_volt_amperes() { return watt(1) == volt_ampere(1); }
#elif MISTAKE == 10
ActivePower added_up() {
  ActivePower sum = watt(0);
  sum += var(1);
  return sum;
}
#endif

}  // namespace meterrig
