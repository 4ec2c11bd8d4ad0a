// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/reading_mapping.h"

#include <fmt/format.h>

#include "in_quotes.h"

namespace meterrig::loader {

Result<Reading> reading_from(const v1::ReadingRecord& message) {
  const auto id = parse_quantity_id(message.quantity());
  if (!id) return tl::unexpected(id.error());
  const std::string_view unit = unit_symbol(kind_of(id->measurand));
  if (message.unit() != unit)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} in {}; expected {}", message.quantity(), in_quotes(message.unit()),
                            in_quotes(unit)));
  return Reading{.id = *id,
                 .value = message.value(),
                 .resolution = message.resolution(),
                 .time = {.nanoseconds = message.time_ns()},
                 .time_base = message.time_base()};
}

v1::ReadingRecord message_from(const Reading& reading) {
  v1::ReadingRecord message;
  message.set_quantity(to_string(reading.id));
  message.set_value(reading.value);
  message.set_resolution(reading.resolution);
  message.set_unit(std::string(unit_symbol(kind_of(reading.id.measurand))));
  message.set_time_ns(reading.time.nanoseconds);
  message.set_time_base(reading.time_base);
  return message;
}

}  // namespace meterrig::loader
