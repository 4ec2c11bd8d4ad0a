// SPDX-License-Identifier: GPL-3.0-or-later
#include "certificates.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "meterrig/loader/date.h"

namespace meterrig::cli {
namespace {

constexpr double days_in_a_year = 365.25;

// Dates are written so that they compare as text; an empty one is not stated.
std::string why_not(std::string_view instrument, const std::string& number,
                    const std::string& calibrated, const std::string& due, std::string_view day) {
  if (!due.empty() && day >= due)
    return fmt::format("the certificate {} of the {} was due on {}; expected a valid one", number,
                       instrument, due);
  if (!calibrated.empty() && day < calibrated)
    return fmt::format(
        "the certificate {} of the {} is of a calibration on {}, and it is {}; expected one that "
        "has been made",
        number, instrument, calibrated, day);
  return "";
}

}  // namespace

std::string lapsed(const v1::ReferenceInstrument& reference, std::string_view day) {
  return why_not("reference", reference.certificate(), reference.calibrated(),
                 reference.calibration_due(), day);
}

std::string lapsed(const v1::Bench& bench, std::string_view day) {
  std::string reason = lapsed(bench.hardware().reference(), day);
  for (const v1::Certificate& certificate : bench.certificates()) {
    if (!reason.empty()) break;
    reason = why_not(certificate.instrument(), certificate.number(), certificate.calibrated(),
                     certificate.due(), day);
  }
  return reason;
}

Percent drift_since_calibration(const v1::ReferenceInstrument& reference, std::string_view day) {
  const auto from = loader::parse_date(reference.calibrated());
  const auto to = loader::parse_date(day);
  if (!from || !to) return percent(0);
  const auto days = std::chrono::sys_days(*to) - std::chrono::sys_days(*from);
  return percent(reference.drift() *
                 std::max(0.0, static_cast<double>(days.count()) / days_in_a_year));
}

}  // namespace meterrig::cli
