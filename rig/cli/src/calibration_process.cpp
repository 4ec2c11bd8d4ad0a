// SPDX-License-Identifier: GPL-3.0-or-later
// The process that owns the output while a bench is calibrated; `meterrig source calibrate` starts
// it. The controller lets the output rise; from then on the measurement puts out what it needs.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "calibration_picture.h"
#include "calibration_plan.h"
#include "calibration_record.h"
#include "commands.h"
#include "data_files.h"
#include "fallback.h"
#include "iio_instruments.h"
#include "interlock_contacts.h"
#include "messages.h"
#include "meterrig/ports/clock.h"
#include "meterrig/safety/serve_output.h"
#include "meterrig/safety/source_process.h"
#include "meterrig/vocabulary/units.h"
#include "point_source.h"
#include "progress_bar.h"
#include "source_bench.h"
#include "supervised_input.h"
#include "surroundings.h"
#include "whole_file.h"

namespace meterrig::cli {
namespace {

using Responses = std::vector<std::vector<iio::ChainResponse>>;

constexpr int not_valid = 3;

/// For the journal: what an output that only knows points would not say.
std::string words_of(const CalibrationPlan& plan) {
  std::string text;
  for (const iio::ChainSettings& part : plan.parts) {
    text += fmt::format("{}{} V and {} A at {} Hz", text.empty() ? "" : "; ", part.voltage.in(volt),
                        part.current.in(ampere), part.fundamental.in(hertz));
    if (part.orders.back() > 1)
      text += fmt::format(" with one harmonic of {} % at a time, up to order {}", 100 * part.share,
                          part.orders.back());
  }
  return text;
}

/// Until the controller has let the output rise to the plan's point. Error: aborted, saying why it
/// did not.
Result<void> wait_until_out(safety::OutputService& service, const safety::Output& output,
                            const CalibrationPlan& plan, const std::atomic<bool>& stop) {
  bool was_on = false;
  while (!stop) {
    if (auto served = service.serve(millisecond(20)); !served) return served;
    const safety::OutputStatus status = output.status();
    if (was_on && !status.on) return fail(ErrorCode::aborted, "switched off: " + status.reason);
    was_on = status.on;
    if (!status.settled) continue;
    if (status.point.voltage == plan.point.voltage && status.point.current == plan.point.current &&
        status.point.frequency == plan.point.frequency)
      return {};
    return fail(ErrorCode::aborted, "the output was set to another point");
  }
  return fail(ErrorCode::aborted, "the source process was told to stop");
}

Result<Responses> measure_all(iio::DacSource& source, SampleInput& input,
                              const CalibrationPlan& plan) {
  std::size_t all = 0;
  for (const iio::ChainSettings& part : plan.parts) all += part.orders.size();
  ProgressBar bar;
  std::size_t before = 0;
  Responses measured;
  measured.reserve(plan.parts.size());
  for (const iio::ChainSettings& part : plan.parts) {
    auto responses = iio::measure_chain(source, input, part, [&](std::size_t done) {
      bar.show(
          static_cast<double>(before + done) / static_cast<double>(all),
          readable(part.fundamental.in(hertz)*part.orders.at(done - 1), QuantityKind::frequency));
    });
    if (!responses) return tl::unexpected(responses.error());
    measured.push_back(std::move(*responses));
    before += part.orders.size();
  }
  return measured;
}

Result<void> write_results(const CalibrateSourceOptions& options,
                           const v1::Calibration& calibration) {
  const auto text = calibration_yaml(calibration);
  if (!text) return tl::unexpected(text.error());
  if (auto written = write_whole(options.out, *text); !written) return written;
  fmt::print("{}{} written\n", calibration_table(calibration), options.out);
  if (options.plot.empty()) return {};
  if (auto drawn = write_whole(options.plot, calibration_picture(calibration)); !drawn)
    return drawn;
  fmt::print("{} written\n", options.plot);
  return {};
}

}  // namespace

int run_calibration_process(const CalibrateSourceOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  auto bench = take_source_bench(options.bench);
  if (!bench) return complain(bench.error()), wrong_input;
  const v1::HardwareBench& hardware = bench->bench.hardware();
  const auto plan = plan_calibration(options, bench->bench);
  if (!plan) return complain(plan.error()), wrong_input;
  if (const auto kept = check_calibration(*plan, bench->limits); !kept)
    return complain(kept.error()), wrong_input;
  const auto harmless = extra_low_voltage(*files);
  if (!harmless) return complain(harmless.error()), wrong_input;
  // Converters have no watchdog.
  if (const auto sound = check_fallback(hardware, bench->limits, Duration(), *harmless); !sound)
    return complain(sound.error()), wrong_input;

  v1::IioSource uncorrected = hardware.source().iio();
  uncorrected.clear_calibration();
  const auto source = open_iio_source(uncorrected, bench->folder);
  if (!source) return complain(source.error()), wrong_input;
  const auto input = open_iio_reference(hardware.reference().iio());
  if (!input) return complain(input.error()), wrong_input;
  const auto source_identity = (*source)->identify();
  if (!source_identity) return complain(source_identity.error()), wrong_input;
  if (source_identity->serial_number.empty())
    return complain(fmt::format("{} tells no serial number; expected one: a record is of one board",
                                uncorrected.context())),
           wrong_input;
  const auto reference_identity = (*input)->identify();
  if (!reference_identity) return complain(reference_identity.error()), wrong_input;
  if (const auto noted = bench->journal.write("calibrate", words_of(*plan)); !noted)
    return complain(noted.error()), wrong_input;

  const ports::MonotonicClock clock;
  auto points = std::make_unique<PointSource>(**source);
  PointSource& point_source = *points;
  safety::Output output(std::move(points), bench->settings(), std::move(bench->interlocks),
                        std::move(bench->journal), clock);
  auto contacts = open_contacts(hardware);
  if (!contacts) return complain(contacts.error()), wrong_input;
  output.watch(std::move(*contacts));
  safety::OutputService service(ports::FileDescriptor(safety::SourceProcess::socket_in_process),
                                output, second(hardware.tick()));
  if (const auto out = wait_until_out(service, output, *plan, stop); !out)
    return complain(out.error()), stop ? incomplete : not_valid;
  point_source.hand_over();
  SupervisedInput supervised(**input, service, output, stop);
  const auto measured = measure_all(**source, supervised, *plan);
  const auto off = output.off(measured ? "the calibration is done"
                                       : "the calibration: " + measured.error().message);
  if (!off) complain(off.error());
  if (!measured) return complain(measured.error()), stop ? incomplete : not_valid;
  if (!off) return not_valid;
  const std::string today = utc_now().substr(0, 10);
  const v1::Calibration calibration = calibration_of(*measured, hardware.reference(),
                                                     {.id = bench->bench.id() + "-" + today,
                                                      .source = *source_identity,
                                                      .reference = *reference_identity,
                                                      .date = today,
                                                      .due = options.due});
  if (const auto written = write_results(options, calibration); !written)
    return complain(written.error()), not_valid;
  return 0;
}

}  // namespace meterrig::cli
