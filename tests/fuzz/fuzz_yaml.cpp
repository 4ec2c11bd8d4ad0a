// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a file of every sort: a message or findings that can be printed, never a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "meterrig/loader/instrument_mapping.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/notation.h"
#include "meterrig/loader/recording_mapping.h"
#include "meterrig/loader/rf_mapping.h"
#include "meterrig/loader/signal_mapping.h"
#include "meterrig/loader/together.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

template <class Message>
void check(const LoadResult<Message>& result, std::string_view text) {
  if (result) {
    require(result->bytes == text);
    // Text that was accepted must survive the wire: protobuf refuses what is not UTF-8.
    Message back;
    require(back.ParseFromString(result->message.SerializeAsString()));
    return;
  }
  require(!result.error().empty() && result.error().size() <= 1001);
  for (const Finding& finding : result.error()) {
    require(finding.line >= 0 && finding.column >= 0 && (finding.line > 0) == (finding.column > 0));
    require(!finding.found.empty() && !finding.expected.empty());
    require(to_string(finding).find('\n') == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto standard = parse_standard(text, "f");
  const auto suite = parse_suite(text, "f");
  const auto device = parse_device(text, "f");
  const auto twin = parse_twin(text, "f");
  const auto scenario = parse_scenario(text, "f");
  const auto bench = parse_bench(text, "f");
  const auto calibration = parse_calibration(text, "f");
  const auto order = parse_order(text, "f");
  const auto recording = parse_recording(text, "f");
  const auto limits = parse_limits(text, "f");
  const auto instrument = parse_instrument(text, "f");
  const auto disturbance = parse_rf_disturbance(text, "f");
  const auto rf_calibration = parse_rf_calibration(text, "f");
  check(standard, text);
  check(suite, text);
  check(device, text);
  check(twin, text);
  check(scenario, text);
  check(bench, text);
  check(calibration, text);
  check(order, text);
  check(recording, text);
  check(limits, text);
  check(instrument, text);
  check(disturbance, text);
  check(rf_calibration, text);
  if (scenario) require(recipe_from(scenario->message.scenario()).has_value());
  if (instrument) {
    // What a file may say survives the way to a driver and back.
    const auto file = command_file_from(instrument->message.instrument());
    require(file.has_value());
    require(command_file_from(message_from(*file)).has_value());
  }
  if (recording) {
    const auto source = source_from(recording->message.recording(), "d/f");
    require(source ? !source->files.empty() : !source.error().message.empty());
  }
  if (disturbance) {
    const v1::RfDisturbance& rf = disturbance->message.rf_disturbance();
    const auto plan = sweep_from(rf, rf.bands(0).id(), rf.levels(0).id());
    require(plan.has_value() && frequencies_of(*plan).has_value());
  }
  if (rf_calibration) {
    const v1::RfCalibration& rf = rf_calibration->message.rf_calibration();
    const auto value = calibration_from(rf);
    require(value.has_value() &&
            message_from(*value).SerializeAsString() == rf.SerializeAsString());
  }
  if (const auto level = parse_current_level(text))
    require(to_string(*parse_current_level(to_string(*level))) == to_string(*level));
  if (const auto factor = parse_power_factor(text))
    require(to_string(*parse_power_factor(to_string(*factor))) == to_string(*factor));
  return 0;
}
