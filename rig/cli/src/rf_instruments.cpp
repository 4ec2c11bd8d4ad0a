// SPDX-License-Identifier: GPL-3.0-or-later
#include "rf_instruments.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "meterrig/loader/load.h"
#include "meterrig/loader/rf_mapping.h"
#include "meterrig/soapy/admission.h"
#include "meterrig/store/sha256.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

std::chrono::year_month_day today() {
  return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

soapy::Enclosure enclosure_from(v1::RfEnclosure enclosure) {
  switch (enclosure) {
    case v1::RF_ENCLOSURE_SHIELDED_ROOM:
      return soapy::Enclosure::shielded_room;
    case v1::RF_ENCLOSURE_TEM_CELL:
      return soapy::Enclosure::tem_cell;
    case v1::RF_ENCLOSURE_COUPLING_DECOUPLING_NETWORK:
      return soapy::Enclosure::coupling_decoupling_network;
    case v1::RF_ENCLOSURE_ELECTROMAGNETIC_CLAMP:
      return soapy::Enclosure::electromagnetic_clamp;
    case v1::RF_ENCLOSURE_ATTENUATOR:
      return soapy::Enclosure::attenuator;
    default:
      return soapy::Enclosure::none;
  }
}

Result<soapy::LevelCalibration> calibration_of(const fs::path& file, v1::RfRadioRecord& record) {
  const auto loaded = loader::load_rf_calibration(file);
  if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
  const v1::RfCalibration& message = loaded->message.rf_calibration();
  auto read = loader::calibration_from(message);
  if (!read) return tl::unexpected(read.error());
  auto calibration = soapy::LevelCalibration::create(std::move(*read), today());
  if (!calibration)
    return fail(calibration.error().code,
                fmt::format("{}: {}", file.string(), calibration.error().message));
  const auto sum = store::sha256_of_file(file);
  if (!sum) return tl::unexpected(sum.error());
  record.set_calibration(message.id());
  record.set_calibration_sha256(*sum);
  record.set_calibration_due(message.due());
  return calibration;
}

Result<soapy::RadioSettings> radio_of(const v1::RfRadio& radio, v1::RfRadioRecord& record) {
  const auto rate = exact_rational(radio.rate());
  if (!rate) return tl::unexpected(rate.error());
  record.set_device(radio.device());
  soapy::RadioSettings settings{.device = radio.device(),
                                .channel = static_cast<std::size_t>(radio.channel()),
                                .rate = *rate};
  if (!radio.serial_key().empty()) settings.serial_key = radio.serial_key();
  return settings;
}

void tell(const InstrumentIdentity& identity, v1::RfRadioRecord& record) {
  record.set_maker(identity.maker);
  record.set_model(identity.model);
  record.set_serial_number(identity.serial_number);
  record.set_firmware(identity.firmware);
}

}  // namespace

Result<RfBench> rf_bench(const v1::Bench& bench, const fs::path& folder) {
  if (!bench.has_hardware() || !bench.hardware().has_radio())
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("bench '{}' has no radio; expected one with hardware.radio", bench.id()));
  const v1::RfInstruments& radio = bench.hardware().radio();
  v1::RfSweepRecord record;
  record.set_bench(bench.id());
  for (const std::string& device : {radio.generator().device(), radio.monitor().device()})
    if (device.find("driver=rigloop") != std::string::npos) record.set_simulated(true);
  *record.mutable_set_up() = radio.set_up();
  auto generator = radio_of(radio.generator(), *record.mutable_generator());
  if (!generator) return tl::unexpected(generator.error());
  auto monitor = radio_of(radio.monitor(), *record.mutable_monitor());
  if (!monitor) return tl::unexpected(monitor.error());
  auto level =
      calibration_of(folder / radio.generator().calibration(), *record.mutable_generator());
  if (!level) return tl::unexpected(level.error());
  auto seen = calibration_of(folder / radio.monitor().calibration(), *record.mutable_monitor());
  if (!seen) return tl::unexpected(seen.error());
  RfBench result{.generator = {.radio = std::move(*generator),
                               .set_up = {.enclosure = enclosure_from(radio.set_up().enclosure()),
                                          .description = radio.set_up().description(),
                                          .power_limit = watt(radio.set_up().power_limit())},
                               .run_out = second(radio.run_out()),
                               .lease = second(bench.hardware().lease())},
                 .generator_calibration = std::move(*level),
                 .monitor = {.radio = std::move(*monitor)},
                 .monitor_calibration = std::move(*seen),
                 .record = std::move(record)};
  if (auto sound = soapy::check_settings(result.generator, result.generator_calibration); !sound)
    return fail(sound.error().code,
                fmt::format("bench '{}': {}", bench.id(), sound.error().message));
  return result;
}

Result<void> check_plan(const RfBench& bench, const RfSweepPlan& plan) {
  const auto frequencies = frequencies_of(plan);
  if (!frequencies) return tl::unexpected(frequencies.error());
  std::size_t refused = 0;
  Error first{ErrorCode::internal, ""};
  for (const Frequency frequency : *frequencies) {
    const auto drive =
        soapy::admit(bench.generator, bench.generator_calibration,
                     {.carrier = frequency, .level = plan.level, .modulation = plan.modulation});
    const auto seen = bench.monitor_calibration.amplitude_of(plan.level, frequency);
    if (drive && seen) continue;
    if (refused++ == 0) first = drive ? seen.error() : drive.error();
  }
  if (refused == 0) return {};
  return fail(first.code, fmt::format("{} ({} of {} frequencies)", first.message, refused,
                                      frequencies->size()));
}

Result<OpenRadios> open_radios(RfBench& bench) {
  auto generator = soapy::open_generator(bench.generator, bench.generator_calibration);
  if (!generator) return tl::unexpected(generator.error());
  auto monitor = soapy::open_monitor(bench.monitor, bench.monitor_calibration);
  if (!monitor) return tl::unexpected(monitor.error());
  const auto sender = (*generator)->identify();
  if (!sender) return tl::unexpected(sender.error());
  const auto receiver = (*monitor)->identify();
  if (!receiver) return tl::unexpected(receiver.error());
  if (is_simulated(*sender) || is_simulated(*receiver)) bench.record.set_simulated(true);
  tell(*sender, *bench.record.mutable_generator());
  tell(*receiver, *bench.record.mutable_monitor());
  return OpenRadios{.generator = std::move(*generator), .monitor = std::move(*monitor)};
}

}  // namespace meterrig::cli
