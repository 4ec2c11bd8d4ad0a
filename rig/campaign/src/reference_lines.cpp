// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_lines.h"

namespace meterrig::campaign {
namespace {

constexpr const char* certificate_line = "reference standard";
constexpr const char* drift_line = "drift of the reference since its calibration";

}  // namespace

std::vector<verdict::Contribution> reference_lines(const Bench& bench, double scale) {
  std::vector<verdict::Contribution> lines{
      {.name = certificate_line,
       .type = 'B',
       .distribution = verdict::Distribution::normal,
       .standard_uncertainty = bench.reference_standard_uncertainty().in(percent)*scale}};
  const Percent drift = bench.reference_drift();
  if (drift > percent(0))
    lines.push_back(verdict::rectangular(drift_line, drift.in(percent), scale));
  return lines;
}

bool is_of_reference(std::string_view line) {
  return line == certificate_line || line == drift_line;
}

}  // namespace meterrig::campaign
