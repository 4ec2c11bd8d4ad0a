// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "commands.h"
#include "data_files.h"
#include "messages.h"
#include "meterrig/loader/load.h"
#include "meterrig/ports/port_list.h"

namespace meterrig::cli {
namespace {

int list_ports() {
  const auto ports = ports::list_serial_ports();
  if (!ports) return complain(ports.error()), 1;
  if (ports->empty()) fmt::print("no serial ports\n");
  for (const ports::PortInfo& port : *ports) {
    std::string usb;
    if (port.usb_vid_pid)
      usb = fmt::format("{:04x}:{:04x} {} {} {}", port.usb_vid_pid->first, port.usb_vid_pid->second,
                        port.usb_manufacturer, port.usb_product, port.usb_serial);
    fmt::print("{:<24} {:<10} {} {}\n", port.path, port.transport, port.description, usb);
  }
  return 0;
}

// Counts rows, and those that were checked against the standard itself.
struct Rows {
  int all = 0;
  int verified = 0;
  int public_source = 0;
  int uncertain = 0;
  void count(v1::Confidence confidence) {
    ++all;
    verified += confidence == v1::CONFIDENCE_VERIFIED;
    public_source += confidence == v1::CONFIDENCE_PUBLIC_SOURCE;
    uncertain += confidence == v1::CONFIDENCE_UNCERTAIN;
  }
};

Rows rows_of(const v1::Standard& standard) {
  Rows rows;
  const auto limits = [&](const auto& list) {
    for (const auto& row : list) {
      for (const v1::ClassLimit& limit : row.limits())
        rows.count(limit.confidence() == v1::CONFIDENCE_UNSPECIFIED ? row.source().confidence()
                                                                    : limit.confidence());
    }
  };
  limits(standard.error_rows());
  limits(standard.difference_rows());
  for (const auto& row : standard.starting_rows()) rows.count(row.source().confidence());
  for (const auto& row : standard.no_load_rows()) rows.count(row.source().confidence());
  for (const auto& row : standard.constant_rows()) rows.count(row.source().confidence());
  if (standard.has_voltage_events()) {
    const v1::VoltageEvents& events = standard.voltage_events();
    for (const auto* limit :
         {&events.dip(), &events.swell(), &events.interruption(), &events.hysteresis()})
      rows.count(limit->source().confidence());
  }
  return rows;
}

template <class Message>
bool usable(const loader::LoadResult<Message>& loaded, int& status) {
  if (loaded) return true;
  complain(loaded.error());
  status = wrong_input;
  return false;
}

}  // namespace

int list(const std::string& what) {
  if (what == "ports") return list_ports();
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  int status = 0;
  if (what == "suites") {
    for (const auto& path : files->all(DataFiles::Kind::suite)) {
      const auto loaded = loader::load_suite(path);
      if (!usable(loaded, status)) continue;
      const v1::Suite& suite = loaded->message.suite();
      fmt::print("{:<24} {} (class {}, {} tests, {})\n", suite.id(), suite.title(),
                 suite.accuracy_class(), suite.tests_size(), suite.standard());
    }
  } else if (what == "devices") {
    for (const auto& path : files->all(DataFiles::Kind::device)) {
      const auto loaded = loader::load_device(path);
      if (!usable(loaded, status)) continue;
      const v1::Device& device = loaded->message.device();
      fmt::print("{:<24} {} {}, {} V, {}({}) A, class {}\n", device.id(), device.manufacturer(),
                 device.model(), device.ratings().reference_voltage(),
                 device.ratings().nominal_current(), device.ratings().maximum_current(),
                 fmt::join(device.ratings().accuracy_classes(), ", "));
    }
  } else if (what == "standards") {
    for (const auto& path : files->all(DataFiles::Kind::standard)) {
      const auto loaded = loader::load_standard(path);
      if (!usable(loaded, status)) continue;
      const v1::Standard& standard = loaded->message.standard();
      const Rows rows = rows_of(standard);
      fmt::print("{:<24} {}:{} {}; {} limits, {} verified, {} from public sources, {} uncertain\n",
                 standard.id(), standard.designation(), standard.edition(), standard.title(),
                 rows.all, rows.verified, rows.public_source, rows.uncertain);
    }
  } else {
    for (const auto& path : files->all(DataFiles::Kind::bench)) {
      const auto loaded = loader::load_bench(path);
      if (!usable(loaded, status)) continue;
      const v1::Bench& bench = loaded->message.bench();
      fmt::print("{:<24} {} ({} positions{})\n", bench.id(), bench.title(), bench.positions_size(),
                 bench.has_simulated() ? ", SIMULATED" : "");
    }
  }
  return status;
}

}  // namespace meterrig::cli
