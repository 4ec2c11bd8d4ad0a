// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "list_entry.h"
#include "messages.h"
#include "meterrig/iio/found_contexts.h"
#include "meterrig/loader/load.h"
#include "meterrig/soapy/radio_list.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::cli {
namespace {

Entry entry_of(std::string name, const char* kind, const std::string& title, bool simulated) {
  return {.name = std::move(name),
          .description = {
              .text = fmt::format("{:<12} {}{}", kind, title, simulated ? ", SIMULATED" : ""),
              .json = {{"kind", kind}, {"title", title}, {"simulated", simulated}}}};
}

void add_command_files(const DataFiles& files, std::vector<Entry>& entries, int& status) {
  for (const auto& path : files.all(DataFiles::Kind::instrument)) {
    const auto loaded = loader::load_instrument(path);
    if (!loaded) {
      complain(loaded.error());
      status = wrong_input;
      continue;
    }
    const v1::Instrument& instrument = loaded->message.instrument();
    const bool source = instrument.role() == v1::INSTRUMENT_ROLE_THREE_PHASE_SOURCE;
    if (!source && instrument.role() != v1::INSTRUMENT_ROLE_REFERENCE_METER) continue;
    const bool simulated = is_simulated(
        {.maker = "", .model = instrument.title(), .serial_number = "", .firmware = ""});
    entries.push_back(entry_of(path.stem().string(), source ? "source" : "reference",
                               instrument.title(), simulated));
    entries.back().description.json["file"] = path.string();
  }
}

void add_converters(std::vector<Entry>& entries, int& status) {
  const auto found = iio::find_contexts();
  if (!found) {
    complain(found.error());
    status = 1;
    return;
  }
  for (const iio::FoundContext& context : *found)
    entries.push_back(entry_of(context.uri, "converters", context.description, false));
}

void add_radios(std::vector<Entry>& entries, int& status) {
  const auto found = soapy::list_radios();
  if (!found) {
    complain(found.error());
    status = 1;
    return;
  }
  for (const soapy::FoundRadio& radio : *found)
    entries.push_back(entry_of(radio.device, "radio", radio.label, radio.simulated));
}

}  // namespace

std::vector<Entry> source_entries(const DataFiles& files, int& status) {
  std::vector<Entry> entries;
  add_command_files(files, entries, status);
  add_converters(entries, status);
  add_radios(entries, status);
  return entries;
}

}  // namespace meterrig::cli
