// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "fitness.h"

namespace meterrig::cli {
namespace {

/// YYYY-MM-DD, so many days from today.
std::string day_from_today(std::chrono::days later) {
  const std::chrono::year_month_day day =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) + later;
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

}  // namespace

Check check_due(std::string what, const std::string& found, const std::string& due,
                std::string advice, std::chrono::days horizon) {
  Check check{.what = std::move(what),
              .fitness = Fitness::ok,
              .found = fmt::format("{}, due {}", found, due),
              .advice = std::move(advice)};
  // Dates are written so that they compare as text.
  if (!(day_from_today(std::chrono::days(0)) < due)) {
    check.fitness = Fitness::problem;
  } else if (!(day_from_today(horizon) < due)) {
    check.fitness = Fitness::warning;
  } else {
    check.advice.clear();
  }
  return check;
}

Checks check_certificates(const v1::Bench& bench, std::chrono::days horizon) {
  Checks checks;
  for (const v1::Certificate& certificate : bench.certificates())
    checks.push_back(check_due(
        certificate.instrument() + " certificate",
        fmt::format("certificate {} of {}", certificate.number(), certificate.calibrated()),
        certificate.due(), "have it calibrated again", horizon));
  return checks;
}

}  // namespace meterrig::cli
