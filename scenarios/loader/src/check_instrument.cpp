// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>
#include <utility>

#include "checks.h"
#include "instrument_reading.h"

namespace meterrig::loader {

void check(const v1::InstrumentFile& file, Examination& examination) {
  if (!examination.written("instrument")) return;
  read_instrument(file.instrument(), [&examination](const std::string& where, std::string found,
                                                    std::string expected) {
    if (!examination.written(where) || examination.sound(where))
      examination.report(where, std::move(found), std::move(expected));
  });
}

}  // namespace meterrig::loader
