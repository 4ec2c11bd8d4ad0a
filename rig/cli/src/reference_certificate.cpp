// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_certificate.h"

#include <fmt/format.h>

namespace meterrig::cli {

std::string lapsed(const v1::ReferenceInstrument& reference, std::string_view day) {
  if (reference.calibration_due().empty() || day < reference.calibration_due()) return "";
  return fmt::format("the certificate {} of the reference was due on {}; expected a valid one",
                     reference.certificate(), reference.calibration_due());
}

}  // namespace meterrig::cli
