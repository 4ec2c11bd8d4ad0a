// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_instruments.h"

#include <fmt/format.h>

#include <utility>

#include "iio_instruments.h"
#include "meterrig/iio/context.h"
#include "meterrig/loader/instrument_mapping.h"
#include "meterrig/loader/load.h"
#include "meterrig/modbus/mapping.h"
#include "meterrig/scpi/calmet_source.h"
#include "meterrig/scpi/command_reference.h"
#include "meterrig/scpi/command_source.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

Result<std::unique_ptr<scpi::Conversation>> converse_over(const v1::InstrumentSerialLink& line,
                                                          const ConversationRules& rules) {
  return scpi::converse_over_serial(line.port(),
                                    {.baud_rate = line.baud_rate(),
                                     .parity = modbus::parity_from(line.parity()),
                                     .stop_bits = line.stop_bits()},
                                    rules);
}

Result<std::unique_ptr<scpi::Conversation>> converse(const v1::CommandInstrument& instrument,
                                                     const ConversationRules& rules) {
  switch (instrument.link_case()) {
    case v1::CommandInstrument::kTcp:
      return scpi::converse_over_tcp(instrument.tcp().host(), instrument.tcp().port(), rules);
    case v1::CommandInstrument::kSerial:
      return converse_over(instrument.serial(), rules);
    case v1::CommandInstrument::kVxi11:
      return scpi::converse_over_lxi(
          {.host = instrument.vxi11().host(), .name = instrument.vxi11().name()}, rules);
    case v1::CommandInstrument::LINK_NOT_SET:
      break;
  }
  return fail(ErrorCode::invalid_argument,
              "the instrument has no link; expected tcp, serial or vxi11");
}

Result<std::unique_ptr<scpi::Conversation>> converse(const v1::CalmetInstrument& instrument) {
  const ConversationRules rules = scpi::calmet_rules();
  switch (instrument.link_case()) {
    case v1::CalmetInstrument::kTcp:
      return scpi::converse_over_tcp(instrument.tcp().host(), instrument.tcp().port(), rules);
    case v1::CalmetInstrument::kSerial:
      return converse_over(instrument.serial(), rules);
    case v1::CalmetInstrument::LINK_NOT_SET:
      break;
  }
  return fail(ErrorCode::invalid_argument, "the source has no link; expected tcp or serial");
}

Result<InstrumentIdentity> identity_of(const v1::CommandInstrument& instrument,
                                       const DataFiles& files, const fs::path& folder) {
  const auto commands = find_command_file(instrument.commands(), files, folder);
  if (!commands) return tl::unexpected(commands.error());
  const auto conversation = converse(instrument, commands->conversation);
  if (!conversation) return tl::unexpected(conversation.error());
  return scpi::ask_identity(**conversation);
}

Result<InstrumentIdentity> identity_of(const v1::CalmetInstrument& instrument) {
  const auto conversation = converse(instrument);
  if (!conversation) return tl::unexpected(conversation.error());
  return scpi::ask_calmet_identity(**conversation);
}

Result<InstrumentIdentity> identity_of_context(const std::string& uri) {
  const auto context = iio::Context::open(uri);
  if (!context) return tl::unexpected(context.error());
  return (*context)->identity();
}

Result<OpenSource> open_scpi(const v1::CommandInstrument& instrument, const DataFiles& files,
                             const fs::path& folder, ports::Clock& clock) {
  auto commands = find_command_file(instrument.commands(), files, folder);
  if (!commands) return tl::unexpected(commands.error());
  auto conversation = converse(instrument, commands->conversation);
  if (!conversation) return tl::unexpected(conversation.error());
  auto source = scpi::connect_source(std::move(*conversation), std::move(*commands), clock);
  if (!source) return tl::unexpected(source.error());
  const Duration watchdog = (*source)->watchdog().value_or(Duration());
  return OpenSource{.source = std::move(*source), .watchdog = watchdog};
}

Result<OpenSource> open_calmet(const v1::CalmetInstrument& instrument, ports::Clock& clock) {
  auto conversation = converse(instrument);
  if (!conversation) return tl::unexpected(conversation.error());
  auto source = scpi::connect_calmet(std::move(*conversation), {}, clock);
  if (!source) return tl::unexpected(source.error());
  return OpenSource{.source = std::move(*source), .watchdog = Duration()};
}

}  // namespace

Result<CommandFile> find_command_file(const std::string& name, const DataFiles& files,
                                      const fs::path& folder) {
  const bool beside = name.find('/') != std::string::npos || name.ends_with(".yaml");
  const auto file =
      files.find(DataFiles::Kind::instrument, beside ? (folder / name).string() : name);
  if (!file) return tl::unexpected(file.error());
  const auto loaded = loader::load_instrument(*file);
  if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
  return loader::command_file_from(loaded->message.instrument());
}

Result<InstrumentIdentity> ask_identity(const v1::SourceInstrument& instrument,
                                        const DataFiles& files, const fs::path& folder) {
  switch (instrument.driver_case()) {
    case v1::SourceInstrument::kScpi:
      return identity_of(instrument.scpi(), files, folder);
    case v1::SourceInstrument::kCalmet:
      return identity_of(instrument.calmet());
    case v1::SourceInstrument::kIio:
      return identity_of_context(instrument.iio().context());
    case v1::SourceInstrument::DRIVER_NOT_SET:
      break;
  }
  return fail(ErrorCode::invalid_argument,
              "the source has no driver; expected scpi, calmet or iio");
}

Result<InstrumentIdentity> ask_identity(const v1::ReferenceInstrument& instrument,
                                        const DataFiles& files, const fs::path& folder) {
  switch (instrument.driver_case()) {
    case v1::ReferenceInstrument::kScpi:
      return identity_of(instrument.scpi(), files, folder);
    case v1::ReferenceInstrument::kIio:
      return identity_of_context(instrument.iio().context());
    case v1::ReferenceInstrument::DRIVER_NOT_SET:
      break;
  }
  return fail(ErrorCode::invalid_argument, "the reference has no driver; expected scpi or iio");
}

Result<OpenSource> open_source(const v1::SourceInstrument& instrument, const DataFiles& files,
                               const fs::path& folder, ports::Clock& clock) {
  switch (instrument.driver_case()) {
    case v1::SourceInstrument::kScpi:
      return open_scpi(instrument.scpi(), files, folder, clock);
    case v1::SourceInstrument::kCalmet:
      return open_calmet(instrument.calmet(), clock);
    case v1::SourceInstrument::kIio: {
      auto source = open_iio_source(instrument.iio(), folder);
      if (!source) return tl::unexpected(source.error());
      return OpenSource{.source = std::move(*source), .watchdog = Duration()};
    }
    case v1::SourceInstrument::DRIVER_NOT_SET:
      break;
  }
  return fail(ErrorCode::invalid_argument,
              "the source has no driver; expected scpi, calmet or iio");
}

Result<OpenReference> open_reference(const v1::ReferenceInstrument& instrument,
                                     const DataFiles& files, const fs::path& folder,
                                     ports::Clock& clock) {
  switch (instrument.driver_case()) {
    case v1::ReferenceInstrument::kScpi: {
      auto commands = find_command_file(instrument.scpi().commands(), files, folder);
      if (!commands) return tl::unexpected(commands.error());
      auto conversation = converse(instrument.scpi(), commands->conversation);
      if (!conversation) return tl::unexpected(conversation.error());
      auto reference =
          scpi::connect_reference(std::move(*conversation), std::move(*commands), clock);
      if (!reference) return tl::unexpected(reference.error());
      return std::move(*reference);
    }
    case v1::ReferenceInstrument::kIio: {
      auto input = open_iio_reference(instrument.iio());
      if (!input) return tl::unexpected(input.error());
      return std::move(*input);
    }
    case v1::ReferenceInstrument::DRIVER_NOT_SET:
      break;
  }
  return fail(ErrorCode::invalid_argument, "the reference has no driver; expected scpi or iio");
}

}  // namespace meterrig::cli
