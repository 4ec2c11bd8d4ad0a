// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/measure.h"

#include <fmt/format.h>

#include <cstdio>

#include "commands.h"
#include "data_files.h"
#include "event_limits.h"
#include "messages.h"
#include "meterrig/playback/open.h"
#include "meterrig/report/record_json.h"
#include "meterrig/report/record_picture.h"
#include "meterrig/report/record_text.h"
#include "picture_file.h"
#include "progress_bar.h"
#include "recording_options.h"

namespace meterrig::cli {
namespace {

/// The options that need reading; the others are set by the caller.
Result<record::MeasureOptions> read_options(const MeasureOptions& options) {
  record::MeasureOptions read;
  read.file = fmt::format("{}", fmt::join(options.recording.files, ", "));
  read.first = options.first;
  read.count = options.count;
  read.pairs = options.pairs;
  if (!options.nominal.empty()) {
    const auto rate = rate_of("--nominal", options.nominal);
    if (!rate) return tl::unexpected(rate.error());
    read.nominal = hertz(rate->value());
  }
  if (!options.reference_voltage.empty()) {
    const auto voltage =
        number_with_unit("--reference-voltage", options.reference_voltage, QuantityKind::voltage);
    if (!voltage) return tl::unexpected(voltage.error());
    if (!(*voltage > 0))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--reference-voltage: '{}'; expected a voltage above 0",
                              options.reference_voltage));
    read.reference = volt(*voltage);
  }
  return read;
}

}  // namespace

int measure(const MeasureOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  auto settings = read_options(options);
  if (!settings) return complain(settings.error()), wrong_input;
  const auto source = recording_source(options.recording);
  if (!source) return complain(source.error()), wrong_input;
  settings->events = event_limits(*files);
  if (!settings->events) return wrong_input;
  const auto recording = playback::open(*source);
  if (!recording) return complain(recording.error()), wrong_input;

  settings->stop = &stop;
  if (!options.plot.empty()) settings->envelope_parts = report::picture_parts;
  Result<record::Measurement> measurement = fail(ErrorCode::internal, "");
  {
    ProgressBar bar;
    settings->progress = [&bar](std::int64_t done, std::int64_t all) {
      bar.show(static_cast<double>(done) / static_cast<double>(all), "measuring");
    };
    measurement = record::measure(**recording, *settings);
  }
  if (!measurement)
    return complain(measurement.error()),
           measurement.error().code == ErrorCode::cancelled ? incomplete : wrong_input;
  if (!options.plot.empty()) {
    if (const auto written = write_picture(options.plot, **recording, *measurement); !written)
      return complain(written.error()), wrong_input;
  }
  if (options.json) {
    fmt::print("{}\n", report::record_json(*measurement));
  } else {
    fmt::print("{}", report::record_text(*measurement));
  }
  return 0;
}

}  // namespace meterrig::cli
