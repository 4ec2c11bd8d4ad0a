// SPDX-License-Identifier: GPL-3.0-or-later
#include "iio_instruments.h"

#include <fmt/format.h>

#include <complex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/iio/adc_input.h"
#include "meterrig/iio/context.h"
#include "meterrig/loader/load.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

/// "L1" to "L3", which the loader has checked.
Phase phase_from(const std::string& name) { return static_cast<Phase>(name.at(1) - '1'); }

ChannelKind kind_from(v1::CalibratedQuantity quantity) {
  return quantity == v1::CALIBRATED_QUANTITY_VOLTAGE ? ChannelKind::voltage : ChannelKind::current;
}

Result<iio::FrequencyResponse> response_of(const v1::CalibratedTerminal& terminal) {
  std::vector<iio::ResponsePoint> points;
  points.reserve(static_cast<std::size_t>(terminal.points_size()));
  for (const v1::CalibratedPoint& point : terminal.points())
    points.push_back({.frequency = hertz(point.frequency()),
                      .gain = std::polar(point.gain(), degree(point.angle()).in(radian))});
  return iio::FrequencyResponse::create(std::move(points));
}

Result<v1::Calibration> calibration_of(const iio::Context& context,
                                       const std::filesystem::path& file) {
  const auto loaded = loader::load_calibration(file);
  if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
  const v1::Calibration& calibration = loaded->message.calibration();
  const std::string serial = context.identity().serial_number;
  if (calibration.serial_number() != serial)
    return fail(ErrorCode::failed_precondition,
                fmt::format("{}: a calibration of serial number '{}'; expected that of {}, '{}'",
                            file.string(), calibration.serial_number(), context.uri(), serial));
  const std::string today = utc_now().substr(0, 10);
  if (!(today < calibration.due()))
    return fail(ErrorCode::failed_precondition,
                fmt::format("{}: the calibration was due on {}; expected a new one, 'meterrig "
                            "source calibrate'",
                            file.string(), calibration.due()));
  return calibration;
}

}  // namespace

Result<std::unique_ptr<iio::DacSource>> open_iio_source(const v1::IioSource& source,
                                                        const std::filesystem::path& folder) {
  auto context = iio::Context::open(source.context());
  if (!context) return tl::unexpected(context.error());
  const auto rate = exact_rational(source.rate());
  if (!rate) return tl::unexpected(rate.error());
  std::optional<v1::Calibration> calibration;
  if (!source.calibration().empty()) {
    auto found = calibration_of(**context, folder / source.calibration());
    if (!found) return tl::unexpected(found.error());
    calibration = std::move(*found);
  }
  iio::DacSettings settings{.channels = {},
                            .rate = *rate,
                            .lowest = hertz(source.lowest_frequency()),
                            .highest = hertz(source.highest_frequency()),
                            .common_trigger = source.common_trigger()};
  settings.channels.reserve(static_cast<std::size_t>(source.outputs_size()));
  for (const v1::IioOutput& output : source.outputs()) {
    iio::DacChannel channel{.device = output.device(),
                            .channel = output.channel(),
                            .phase = phase_from(output.phase()),
                            .kind = kind_from(output.quantity()),
                            .gain = output.gain(),
                            .phase_shift = degree(output.phase_shift()),
                            .delay = second(output.delay()),
                            .greatest = output.greatest()};
    if (output.has_millivolts_per_code())
      channel.millivolts_per_code = output.millivolts_per_code();
    if (const std::optional<v1::Calibration>& record = calibration; record) {
      for (const v1::CalibratedTerminal& terminal : record->terminals()) {
        if (terminal.quantity() != output.quantity() || terminal.phase() != output.phase())
          continue;
        auto response = response_of(terminal);
        if (!response) return tl::unexpected(response.error());
        channel.correction = std::move(*response);
      }
      if (channel.correction.points().empty())
        return fail(ErrorCode::failed_precondition,
                    fmt::format("{}: a calibration without {} {}; expected one of all outputs",
                                (folder / source.calibration()).string(),
                                channel.kind == ChannelKind::voltage ? "voltage" : "current",
                                output.phase()));
    }
    settings.channels.push_back(std::move(channel));
  }
  return iio::DacSource::open(std::move(*context), std::move(settings));
}

Result<std::unique_ptr<SampleInput>> open_iio_reference(const v1::IioReference& reference) {
  auto context = iio::Context::open(reference.context());
  if (!context) return tl::unexpected(context.error());
  const auto rate = exact_rational(reference.rate());
  if (!rate) return tl::unexpected(rate.error());
  iio::AdcSettings settings{.device = reference.device(),
                            .channels = {},
                            .rate = *rate,
                            .lost_samples_attribute = reference.lost_samples()};
  settings.channels.reserve(static_cast<std::size_t>(reference.inputs_size()));
  for (const v1::IioInput& input : reference.inputs()) {
    iio::AdcChannel channel{.channel = input.channel(),
                            .phase = phase_from(input.phase()),
                            .kind = kind_from(input.quantity()),
                            .gain = input.gain()};
    if (input.has_millivolts_per_code()) channel.millivolts_per_code = input.millivolts_per_code();
    settings.channels.push_back(std::move(channel));
  }
  settings.pulse_inputs.reserve(static_cast<std::size_t>(reference.pulse_inputs_size()));
  for (const v1::IioPulseInput& pulses : reference.pulse_inputs()) {
    iio::AdcPulseInput line{.channel = pulses.channel(),
                            .output = pulses.output(),
                            .threshold = volt(pulses.threshold()),
                            .hysteresis = volt(pulses.hysteresis()),
                            .active_low = pulses.active_low()};
    if (pulses.has_millivolts_per_code()) line.millivolts_per_code = pulses.millivolts_per_code();
    settings.pulse_inputs.push_back(std::move(line));
  }
  auto input = iio::AdcInput::open(std::move(*context), std::move(settings));
  if (!input) return tl::unexpected(input.error());
  return std::move(*input);
}

}  // namespace meterrig::cli
