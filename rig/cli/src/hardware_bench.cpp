// SPDX-License-Identifier: GPL-3.0-or-later
#include "hardware_bench.h"

#include <fmt/format.h>

#include <utility>

#include "bench_instruments.h"
#include "certificates.h"
#include "device_link.h"
#include "interlock_contacts.h"
#include "meterrig/loader/pulse_energy.h"
#include "meterrig/ports/modem_lines.h"
#include "meterrig/pulse/line_input.h"
#include "source_control.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

std::string until(const std::string& certificate, const std::string& due) {
  return due.empty() ? certificate : fmt::format("{}, until {}", certificate, due);
}

/// Before a run is begun, not at its first point.
Result<void> check_interlocks(safety::SourceProcess& source) {
  const auto status = source.status();
  if (!status) return tl::unexpected(status.error());
  std::string waiting;
  for (const v1::InterlockState& interlock : status->interlocks()) {
    if (interlock.safe() && interlock.acknowledged()) continue;
    waiting += fmt::format("{}{}{}", waiting.empty() ? "" : ", ", interlock.interlock(),
                           interlock.safe() ? "" : " (not safe)");
  }
  if (waiting.empty()) return {};
  return fail(ErrorCode::failed_precondition,
              fmt::format("interlocks that keep the output off: {}; expected them safe and "
                          "--acknowledge PERSON",
                          waiting));
}

}  // namespace

HardwareBench::HardwareBench(const v1::Bench& bench, const fs::path& bench_file,
                             const v1::Device& device, const DataFiles& files, std::string person,
                             std::string day)
    : bench_(bench),
      bench_file_(bench_file),
      device_(device),
      files_(files),
      person_(std::move(person)),
      day_(std::move(day)) {}

campaign::HardwareBenchSettings HardwareBench::settings() const {
  const v1::HardwareBench& hardware = bench_.hardware();
  campaign::HardwareBenchSettings settings{
      .nominal_frequency = hertz(device_.ratings().reference_frequency()),
      .reference_standard_uncertainty = percent(hardware.reference().uncertainty() / 2),
      .reference_drift = drift_since_calibration(hardware.reference(), day_),
      .timestamp_standard_uncertainty = second(hardware.reference().timestamp_uncertainty()),
      .lease = second(hardware.lease()),
      .wiring_voltage = volt(hardware.wiring_check().voltage()),
      .wiring_current = ampere(hardware.wiring_check().current()),
      .pulse_output = {},
      .source_calibration = hardware.source().iio().calibration(),
      .reference_calibration =
          until(hardware.reference().certificate(), hardware.reference().calibration_due())};
  for (const v1::PulseOutput& output : device_.pulse_outputs())
    if (output.test_output() && !loader::is_reactive(output.energy()))
      settings.pulse_output = output.id();
  return settings;
}

Result<void> HardwareBench::take_instruments() {
  const v1::HardwareBench& hardware = bench_.hardware();
  if (!hardware.has_reference())
    return fail(ErrorCode::failed_precondition,
                fmt::format("{}: a bench without a reference; expected one to certify with",
                            bench_file_.string()));
  auto reference = open_reference(hardware.reference(), files_, bench_file_.parent_path(), clock_);
  if (!reference)
    return tl::unexpected(Error{reference.error().code, "reference: " + reference.error().message});
  auto source = start_source_process({"source-process", fs::absolute(bench_file_).string()});
  if (!source) return tl::unexpected(source.error());
  if (!person_.empty()) {
    if (auto done = acknowledge_all(*source, person_); !done) return done;
  }
  if (auto clear = check_interlocks(*source); !clear) return clear;
  auto taken = campaign::take_instruments(settings(), std::move(*source), std::move(*reference));
  if (!taken) return tl::unexpected(taken.error());
  instruments_ = std::move(*taken);
  return {};
}

Result<std::unique_ptr<campaign::Bench>> HardwareBench::open(const v1::Position& position) {
  if (!instruments_) {
    if (auto taken = take_instruments(); !taken) return tl::unexpected(taken.error());
  }
  auto device =
      open_device(device_, position, bench_.link_policy(), files_, bench_file_.parent_path());
  if (!device) return tl::unexpected(device.error());
  std::unique_ptr<PulseInput> pulses;
  if (position.has_pulse_line()) {
    const v1::PulseLine& line = position.pulse_line();
    auto lines = ports::open_modem_lines(line.port());
    if (!lines) return tl::unexpected(lines.error());
    auto input = pulse::watch_line(
        std::move(*lines),
        {.output = line.output(),
         .line = line_from(line.line()),
         .shape = {.width = second(line.width()), .active_low = line.active_low()}},
        clock_);
    if (!input) return tl::unexpected(input.error());
    pulses = std::move(*input);
  }
  return campaign::open_position(instruments_, std::move(device->link), std::move(pulses));
}

}  // namespace meterrig::cli
