// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/rf_mapping.h"

#include <fmt/format.h>

#include <string_view>

#include "in_quotes.h"
#include "meterrig/loader/date.h"

namespace meterrig::loader {
namespace {

std::string text_of(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

template <class Message>
RfLevel level_from(const Message& message) {
  if (message.has_e_m_f()) return volt(message.e_m_f());
  return volt_per_metre(message.field_strength());
}

template <class Rows>
Result<typename Rows::value_type> row_of(const Rows& rows, const std::string& id,
                                         std::string_view sort) {
  std::string known;
  for (const auto& row : rows) {
    if (row.id() == id) return row;
    known += (known.empty() ? "" : ", ") + row.id();
  }
  return fail(ErrorCode::not_found,
              fmt::format("no {} {}; there is {}", sort, in_quotes(id), known));
}

}  // namespace

Result<RfCalibration> calibration_from(const v1::RfCalibration& message) {
  const auto date = parse_date(message.date());
  const auto due = parse_date(message.due());
  if (!date || !due)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}; expected a date as YYYY-MM-DD",
                            in_quotes(date ? message.due() : message.date())));
  RfCalibration calibration{.id = message.id(),
                            .serial_number = message.serial_number(),
                            .date = *date,
                            .due = *due,
                            .antenna = message.antenna(),
                            .gains = {},
                            .rows = {}};
  for (const v1::RfGainElement& gain : message.gains())
    calibration.gains.push_back({.element = gain.element(), .gain = decibel(gain.gain())});
  for (const v1::RfCalibrationRow& row : message.rows())
    calibration.rows.push_back(
        {.frequency = hertz(row.frequency()),
         .level = level_from(row),
         .forward_power = row.has_forward_power() ? watt(row.forward_power()) : ActivePower(),
         .expanded_uncertainty = percent(row.expanded_uncertainty())});
  return calibration;
}

v1::RfCalibration message_from(const RfCalibration& calibration) {
  v1::RfCalibration message;
  message.set_id(calibration.id);
  message.set_serial_number(calibration.serial_number);
  message.set_date(text_of(calibration.date));
  message.set_due(text_of(calibration.due));
  message.set_antenna(calibration.antenna);
  for (const GainSetting& gain : calibration.gains) {
    v1::RfGainElement& element = *message.add_gains();
    element.set_element(gain.element);
    element.set_gain(gain.gain.in(decibel));
  }
  for (const RfCalibrationRow& row : calibration.rows) {
    v1::RfCalibrationRow& written = *message.add_rows();
    written.set_frequency(row.frequency.in(hertz));
    if (const auto* e_m_f = std::get_if<Voltage>(&row.level))
      written.set_e_m_f(e_m_f->in(volt));
    else
      written.set_field_strength(std::get<FieldStrength>(row.level).in(volt_per_metre));
    if (row.forward_power.known()) written.set_forward_power(row.forward_power.in(watt));
    written.set_expanded_uncertainty(row.expanded_uncertainty.in(percent));
  }
  return message;
}

Result<RfSweepPlan> sweep_from(const v1::RfDisturbance& message, const std::string& band,
                               const std::string& level) {
  const auto over = row_of(message.bands(), band, "band");
  if (!over) return tl::unexpected(over.error());
  const auto at = row_of(message.levels(), level, "level");
  if (!at) return tl::unexpected(at.error());
  return RfSweepPlan{
      .first = hertz(over->from()),
      .last = hertz(over->to()),
      .step = percent(message.stepping().step()),
      .level = level_from(*at),
      .modulation =
          AmplitudeModulation{.depth = percent(message.amplitude_modulation().depth()),
                              .frequency = hertz(message.amplitude_modulation().frequency())},
      .dwell = second(message.stepping().dwell())};
}

}  // namespace meterrig::loader
