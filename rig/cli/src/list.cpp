// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "commands.h"
#include "data_files.h"
#include "list_entry.h"
#include "messages.h"
#include "meterrig/loader/load.h"
#include "meterrig/ports/port_list.h"
#include "meterrig/ports/port_state.h"
#include "row_counts.h"

namespace meterrig::cli {
namespace {

// "1 row", "2 rows"
std::string number_of(int count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void put(nlohmann::ordered_json& json, const RowCounts& counts) {
  json["rows"] = counts.rows;
  json["limits"] = counts.limits;
  json["verified"] = counts.verified;
  json["from_public_sources"] = counts.public_source;
  json["from_memory"] = counts.memory;
  json["uncertain"] = counts.uncertain;
}

Description describe(const v1::SuiteFile& file) {
  const v1::Suite& suite = file.suite();
  const std::vector<std::string> included(suite.includes().begin(), suite.includes().end());
  return {.text = fmt::format(
              "{} (class {}, {}{}, {})", suite.title(), suite.accuracy_class(),
              number_of(suite.tests_size(), "test"),
              included.empty() ? "" : fmt::format(" and those of {}", fmt::join(included, ", ")),
              suite.standard()),
          .json = {{"title", suite.title()},
                   {"standard", suite.standard()},
                   {"accuracy_class", suite.accuracy_class()},
                   {"tests", suite.tests_size()},
                   {"includes", included}}};
}

Description describe(const v1::DeviceFile& file) {
  const v1::Device& device = file.device();
  const v1::Ratings& ratings = device.ratings();
  const std::vector<std::string> classes(ratings.accuracy_classes().begin(),
                                         ratings.accuracy_classes().end());
  return {
      .text = fmt::format("{} {}, {} V, {}({}) A, class {}", device.manufacturer(), device.model(),
                          ratings.reference_voltage(), ratings.nominal_current(),
                          ratings.maximum_current(), fmt::join(classes, ", ")),
      .json = {{"manufacturer", device.manufacturer()},
               {"model", device.model()},
               {"reference_voltage", ratings.reference_voltage()},
               {"nominal_current", ratings.nominal_current()},
               {"maximum_current", ratings.maximum_current()},
               {"accuracy_classes", classes}}};
}

Description describe(const v1::StandardFile& file) {
  const v1::Standard& standard = file.standard();
  const RowCounts counts = counts_of(standard);
  Description told{
      .text = fmt::format("{}:{} {}; {}, {}: {}", standard.designation(), standard.edition(),
                          standard.title(), number_of(counts.rows, "row"),
                          number_of(counts.limits, "limit"), sureness(counts)),
      .json = {{"designation", standard.designation()},
               {"edition", standard.edition()},
               {"title", standard.title()}}};
  put(told.json, counts);
  return told;
}

Description describe(const v1::BenchFile& file) {
  const v1::Bench& bench = file.bench();
  return {
      .text = fmt::format("{} ({}{})", bench.title(), number_of(bench.positions_size(), "position"),
                          bench.has_simulated() ? ", SIMULATED" : ""),
      .json = {{"title", bench.title()},
               {"positions", bench.positions_size()},
               {"simulated", bench.has_simulated()}}};
}

Description describe(const v1::ScenarioFile& file) {
  const v1::Scenario& scenario = file.scenario();
  return {.text = fmt::format("{} ({} Hz)", scenario.title(), scenario.frequency()),
          .json = {{"title", scenario.title()}, {"frequency", scenario.frequency()}}};
}

// What can be read of a kind; complains about the rest.
template <class Message>
std::vector<Entry> entries(const DataFiles& files, DataFiles::Kind kind,
                           loader::LoadResult<Message> (*load)(const std::filesystem::path&),
                           int& status) {
  std::vector<Entry> found;
  for (const auto& path : files.all(kind)) {
    const auto loaded = load(path);
    if (!loaded) {
      complain(loaded.error());
      status = wrong_input;
      continue;
    }
    found.push_back({.name = path.stem().string(), .description = describe(loaded->message)});
    found.back().description.json["file"] = path.string();
  }
  return found;
}

using Suites = std::map<std::string, v1::Suite>;

// Of the suite and of those it includes, each once.
RowCounts counts_with_included(const v1::Suite& suite, const Suites& suites,
                               const v1::Standard& standard, std::set<std::string>& counted) {
  RowCounts counts;
  if (!counted.insert(suite.id()).second) return counts;
  counts = counts_of(suite, standard);
  for (const std::string& name : suite.includes()) {
    if (const auto found = suites.find(name); found != suites.end())
      counts += counts_with_included(found->second, suites, standard, counted);
  }
  return counts;
}

// Suites with what their standard says of itself, when it can be read.
std::vector<Entry> suite_entries(const DataFiles& files, int& status) {
  std::map<std::string, v1::Standard> standards;
  for (const auto& path : files.all(DataFiles::Kind::standard)) {
    if (const auto loaded = loader::load_standard(path))
      standards[loaded->message.standard().id()] = loaded->message.standard();
  }
  std::vector<std::pair<std::filesystem::path, v1::SuiteFile>> read;
  Suites suites;
  for (const auto& path : files.all(DataFiles::Kind::suite)) {
    auto loaded = loader::load_suite(path);
    if (!loaded) {
      complain(loaded.error());
      status = wrong_input;
      continue;
    }
    suites[loaded->message.suite().id()] = loaded->message.suite();
    read.emplace_back(path, std::move(loaded->message));
  }
  std::vector<Entry> found;
  for (const auto& [path, file] : read) {
    Entry entry{.name = path.stem().string(), .description = describe(file)};
    const v1::Suite& suite = file.suite();
    if (const auto standard = standards.find(suite.standard()); standard != standards.end()) {
      std::set<std::string> counted;
      const RowCounts counts = counts_with_included(suite, suites, standard->second, counted);
      entry.description.text +=
          fmt::format("; {}:{}, {}: {}", standard->second.designation(), standard->second.edition(),
                      number_of(counts.rows, "row"), sureness(counts));
      entry.description.json["designation"] = standard->second.designation();
      entry.description.json["edition"] = standard->second.edition();
      put(entry.description.json, counts);
    }
    entry.description.json["file"] = path.string();
    found.push_back(std::move(entry));
  }
  return found;
}

Description describe(const ports::PortInfo& port) {
  Description told{.text = fmt::format("{:<10} {}", port.transport, port.description),
                   .json = {{"transport", port.transport}, {"description", port.description}}};
  if (port.usb_vid_pid) {
    const auto [vendor, product] = *port.usb_vid_pid;
    told.text += fmt::format("\n    USB {:04x}:{:04x} {} {} {}", vendor, product,
                             port.usb_manufacturer, port.usb_product, port.usb_serial);
    told.json["usb"] = {{"vendor", fmt::format("{:04x}", vendor)},
                        {"product", fmt::format("{:04x}", product)},
                        {"manufacturer", port.usb_manufacturer},
                        {"product_name", port.usb_product},
                        {"serial_number", port.usb_serial}};
  }
  // One that was unplugged since it was listed.
  const auto state = ports::look_at_port(port.path);
  if (!state) {
    told.text += "\n    " + state.error().message;
    told.json["error"] = state.error().message;
    return told;
  }
  if (!state->by_id.empty()) {
    told.text += "\n    always at " + state->by_id;
    told.json["by_id"] = state->by_id;
  }
  if (!state->permitted)
    told.text += fmt::format("\n    not permitted; its group is {}", state->group);
  if (!state->users.empty()) told.text += "\n    in use by " + to_string(state->users);
  told.json["permitted"] = state->permitted;
  told.json["group"] = state->group;
  if (state->latency_timer.known()) told.json["latency_timer"] = state->latency_timer.in(second);
  told.json["users"] = nlohmann::ordered_json::array();
  for (const ports::PortUser& user : state->users)
    told.json["users"].push_back(
        {{"process", user.pid}, {"program", user.program}, {"locks", user.locks}});
  return told;
}

Result<std::vector<Entry>> port_entries() {
  const auto ports = ports::list_serial_ports();
  if (!ports) return tl::unexpected(ports.error());
  std::vector<Entry> found;
  for (const ports::PortInfo& port : *ports)
    found.push_back({.name = port.path, .description = describe(port)});
  return found;
}

Result<std::vector<Entry>> entries(const std::string& what, int& status) {
  if (what == "ports") return port_entries();
  const auto files = DataFiles::locate();
  if (!files) return tl::unexpected(files.error());
  using Kind = DataFiles::Kind;
  if (what == "suites") return suite_entries(*files, status);
  if (what == "devices") return entries(*files, Kind::device, &loader::load_device, status);
  if (what == "sources") return source_entries(*files, status);
  if (what == "standards") return entries(*files, Kind::standard, &loader::load_standard, status);
  if (what == "benches") return entries(*files, Kind::bench, &loader::load_bench, status);
  return entries(*files, Kind::signal, &loader::load_scenario, status);
}

}  // namespace

int list(const ListOptions& options) {
  if (!options.compare.empty()) return compare_standards(options);
  int status = 0;
  const auto found = entries(options.what, status);
  if (!found) return complain(found.error()), options.what == "ports" ? 1 : wrong_input;
  if (options.json) {
    auto json = nlohmann::ordered_json::array();
    for (const Entry& entry : *found) {
      json.push_back({{"name", entry.name}});
      json.back().update(entry.description.json);
    }
    fmt::print("{}\n", json.dump(2));
    return status;
  }
  std::size_t width = 24;
  for (const Entry& entry : *found) width = std::max(width, entry.name.size());
  for (const Entry& entry : *found) {
    if (options.names) {
      fmt::print("{}\n", entry.name);
    } else {
      fmt::print("{:<{}} {}\n", entry.name, width, entry.description.text);
    }
  }
  if (found->empty() && !options.names)
    fmt::print("no {}\n", options.what == "ports" ? "serial ports" : options.what);
  return status;
}

}  // namespace meterrig::cli
