// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_instrument.h"

#include <fmt/format.h>

#include <utility>

#include "meterrig/loader/instrument_mapping.h"
#include "meterrig/loader/load.h"
#include "meterrig/modbus/mapping.h"
#include "meterrig/scpi/command_source.h"

namespace meterrig::cli {
namespace {

Result<std::unique_ptr<scpi::Conversation>> converse(const v1::SourceInstrument& instrument,
                                                     const ConversationRules& rules) {
  if (instrument.has_tcp())
    return scpi::converse_over_tcp(instrument.tcp().host(), instrument.tcp().port(), rules);
  if (instrument.has_serial()) {
    const v1::SourceSerial& line = instrument.serial();
    return scpi::converse_over_serial(line.port(),
                                      {.baud_rate = line.baud_rate(),
                                       .parity = modbus::parity_from(line.parity()),
                                       .stop_bits = line.stop_bits()},
                                      rules);
  }
  return fail(ErrorCode::invalid_argument, "the source has no link; expected tcp or serial");
}

}  // namespace

Result<OpenSource> open_source(const v1::SourceInstrument& instrument, const DataFiles& files,
                               const std::filesystem::path& folder, ports::Clock& clock) {
  const std::string& name = instrument.commands();
  const bool beside = name.find('/') != std::string::npos || name.ends_with(".yaml");
  const auto file =
      files.find(DataFiles::Kind::instrument, beside ? (folder / name).string() : name);
  if (!file) return tl::unexpected(file.error());
  const auto loaded = loader::load_instrument(*file);
  if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
  auto commands = loader::command_file_from(loaded->message.instrument());
  if (!commands) return tl::unexpected(commands.error());
  auto conversation = converse(instrument, commands->conversation);
  if (!conversation) return tl::unexpected(conversation.error());
  auto source = scpi::connect_source(std::move(*conversation), std::move(*commands), clock);
  if (!source) return tl::unexpected(source.error());
  const Duration watchdog = (*source)->watchdog().value_or(Duration());
  return OpenSource{.source = std::move(*source), .watchdog = watchdog};
}

}  // namespace meterrig::cli
