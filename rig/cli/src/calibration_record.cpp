// SPDX-License-Identifier: GPL-3.0-or-later
#include "calibration_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/loader/load.h"

namespace meterrig::cli {
namespace {

constexpr double coverage_factor = 2;

std::string quantity_of(const v1::CalibratedTerminal& terminal) {
  return terminal.quantity() == v1::CALIBRATED_QUANTITY_VOLTAGE ? "voltage" : "current";
}

std::string name_of(const InstrumentIdentity& identity) {
  const std::string space = identity.maker.empty() || identity.model.empty() ? "" : " ";
  return identity.maker + space + identity.model;
}

/// In double quotes for YAML.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

v1::CalibratedPoint point_of(const iio::ChainPoint& measured, double reference) {
  const double modulus = std::abs(measured.gain);
  const double share = std::hypot(measured.modulus_uncertainty / modulus, reference);
  const double turn = std::hypot(measured.angle_uncertainty.in(radian), reference);
  v1::CalibratedPoint point;
  point.set_frequency(measured.frequency.in(hertz));
  point.set_gain(modulus);
  point.set_gain_uncertainty(100 * coverage_factor * share);
  point.set_angle(radian(std::arg(measured.gain)).in(degree));
  point.set_angle_uncertainty(radian(coverage_factor * turn).in(degree));
  return point;
}

}  // namespace

v1::Calibration calibration_of(const std::vector<std::vector<iio::ChainResponse>>& measured,
                               const v1::ReferenceInstrument& reference,
                               const CalibrationCircumstances& circumstances) {
  v1::Calibration calibration;
  calibration.set_id(circumstances.id);
  calibration.set_instrument(name_of(circumstances.source));
  calibration.set_serial_number(circumstances.source.serial_number);
  calibration.set_date(circumstances.date);
  calibration.set_due(circumstances.due);
  calibration.set_reference(fmt::format(
      "{}, serial number {}, certificate {}, uncertainty {} % (k = 2)",
      name_of(circumstances.reference),
      circumstances.reference.serial_number.empty() ? "none"
                                                    : circumstances.reference.serial_number,
      reference.certificate(), reference.uncertainty()));
  calibration.set_coverage_factor(coverage_factor);
  const double of_reference = reference.uncertainty() / 100 / 2;
  for (std::size_t t = 0; !measured.empty() && t < measured.front().size(); ++t) {
    v1::CalibratedTerminal& terminal = *calibration.add_terminals();
    const iio::Terminal& where = measured.front()[t].terminal;
    terminal.set_quantity(where.kind == ChannelKind::voltage ? v1::CALIBRATED_QUANTITY_VOLTAGE
                                                             : v1::CALIBRATED_QUANTITY_CURRENT);
    terminal.set_phase(fmt::format("L{}", static_cast<int>(where.phase) + 1));
    std::vector<v1::CalibratedPoint> points;
    for (const auto& part : measured) points.reserve(points.size() + part.at(t).points.size());
    for (const auto& part : measured)
      for (const iio::ChainPoint& point : part.at(t).points)
        points.push_back(point_of(point, of_reference));
    std::ranges::sort(points, {}, [](const v1::CalibratedPoint& p) { return p.frequency(); });
    for (v1::CalibratedPoint& point : points) *terminal.add_points() = std::move(point);
  }
  return calibration;
}

Result<std::string> calibration_yaml(const v1::Calibration& calibration) {
  std::string text = fmt::format(
      "# Written by 'meterrig source calibrate'. A bench names it as calibration of its source.\n"
      "calibration:\n"
      "  id: {}\n  instrument: {}\n  serial_number: {}\n  date: {}\n  due: {}\n  reference: {}\n"
      "  coverage_factor: {}\n  terminals:\n",
      calibration.id(), quoted(calibration.instrument()), quoted(calibration.serial_number()),
      calibration.date(), calibration.due(), quoted(calibration.reference()),
      calibration.coverage_factor());
  for (const v1::CalibratedTerminal& terminal : calibration.terminals()) {
    text += fmt::format("    - quantity: {}\n      phase: {}\n      points:\n",
                        quantity_of(terminal), terminal.phase());
    for (const v1::CalibratedPoint& point : terminal.points())
      text += fmt::format(
          "        - {{frequency: {:.9g} Hz, gain: {:.9f}, gain_uncertainty: {:.6f} %, angle: "
          "{:.7f} deg, angle_uncertainty: {:.7f} deg}}\n",
          point.frequency(), point.gain(), point.gain_uncertainty(), point.angle(),
          point.angle_uncertainty());
  }
  const auto read = loader::parse_calibration(text, "the record");
  if (!read) return fail(ErrorCode::invalid_argument, loader::to_string(read.error()));
  return text;
}

std::string calibration_table(const v1::Calibration& calibration) {
  std::string text = fmt::format("{:<12} {:>12} {:>12} {:>10} {:>12} {:>10}\n", "Terminal",
                                 "frequency/Hz", "gain", "U/%", "angle/deg", "U/deg");
  for (const v1::CalibratedTerminal& terminal : calibration.terminals())
    for (const v1::CalibratedPoint& point : terminal.points())
      text += fmt::format("{:<12} {:>12.6g} {:>12.7f} {:>10.4f} {:>12.5f} {:>10.5f}\n",
                          quantity_of(terminal) + " " + terminal.phase(), point.frequency(),
                          point.gain(), point.gain_uncertainty(), point.angle(),
                          point.angle_uncertainty());
  return text;
}

}  // namespace meterrig::cli
