// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "checks.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {

void check(const v1::RfDisturbanceFile& file, Examination& examination) {
  const v1::RfDisturbance& disturbance = file.rf_disturbance();
  for (int i = 0; i < disturbance.bands_size(); ++i) {
    const v1::RfBand& band = disturbance.bands(i);
    const std::string where = fmt::format("rf_disturbance.bands[{}]", i);
    if (examination.sound(where + ".from") && examination.sound(where + ".to") &&
        band.from() >= band.to())
      examination.report(where + ".to",
                         fmt::format("'{}'", readable(band.to(), QuantityKind::frequency)),
                         fmt::format("a frequency above the band's least, {}",
                                     readable(band.from(), QuantityKind::frequency)));
  }
  for (int i = 1; i < disturbance.levels_size(); ++i) {
    const std::string where = fmt::format("rf_disturbance.levels[{}]", i);
    if (examination.sound("rf_disturbance.levels[0]") && examination.sound(where) &&
        disturbance.levels(i).has_e_m_f() != disturbance.levels(0).has_e_m_f())
      examination.report(where, "a level of another kind",
                         "e_m_f in all levels, or field_strength in all");
  }
}

}  // namespace meterrig::loader
