// SPDX-License-Identifier: GPL-3.0-or-later
// The item under test, its identity before and after, and the bench.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/report/figures.h"
#include "meterrig/report/words.h"
#include "page.h"

namespace meterrig::report {
namespace {

std::string joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) append(all, ", ", text);
  return all;
}

std::string pulse_energy(v1::PulseEnergy energy) {
  switch (energy) {
    case v1::PULSE_ENERGY_ACTIVE_IMPORT:
      return "active import";
    case v1::PULSE_ENERGY_ACTIVE_EXPORT:
      return "active export";
    case v1::PULSE_ENERGY_ACTIVE_TOTAL:
      return "active import and export";
    case v1::PULSE_ENERGY_REACTIVE_IMPORT:
      return "reactive import";
    case v1::PULSE_ENERGY_REACTIVE_EXPORT:
      return "reactive export";
    case v1::PULSE_ENERGY_REACTIVE_TOTAL:
      return "reactive import and export";
    default:
      return "not stated";
  }
}

void add_ratings(Part& root, const v1::Device& device) {
  const v1::Ratings& ratings = device.ratings();
  std::string directions;
  for (const int direction : ratings.directions()) {
    append(directions, ", ", word(static_cast<v1::Direction>(direction)));
  }
  std::vector<Part> facts = {
      fact("Manufacturer, model", fmt::format("{} {}", device.manufacturer(), device.model())),
      fact("Description", device.description()),
      fact("Connection", word(ratings.connection())),
      fact("Reference voltage Un", plain(ratings.reference_voltage()) + " V, line to neutral"),
      fact("Nominal current In", plain(ratings.nominal_current()) + " A"),
      fact("Maximum current Imax", plain(ratings.maximum_current()) + " A"),
      fact("Reference frequency fn", plain(ratings.reference_frequency()) + " Hz"),
      fact("Operated through",
           ratings.transformer_operated() ? "current transformers" : "direct connection"),
      fact("Claimed accuracy class, active energy", joined(ratings.accuracy_classes())),
      fact("Energy directions", directions)};
  for (const v1::PulseOutput& output : device.pulse_outputs()) {
    facts.push_back(
        fact(fmt::format("Pulse output {}", output.id()),
             fmt::format("{} imp/{}, {}, pulse {} ms{}", plain(output.constant()),
                         pulse_energy(output.energy()).starts_with("reactive") ? "kvarh" : "kWh",
                         pulse_energy(output.energy()), plain(1000 * output.width()),
                         output.test_output() ? "; the test output" : ""),
             word(output.confidence())));
  }
  root.list("ratings", facts);
  std::vector<Part> notes;
  for (const std::string& note : device.notes()) notes.push_back(Part().text("note", note));
  root.listed("notes", notes);
}

/// One line an identity register, the values before and after side by side.
void add_identity(Part& root, const v1::Run& run) {
  struct Line {
    std::string position, name, before, after;
    v1::Confidence confidence;
  };
  std::vector<Line> lines;
  bool has_after = false;
  for (const v1::DeviceSnapshot& snapshot : run.snapshots()) {
    for (const v1::IdentityValue& value : snapshot.identity()) {
      auto line = std::ranges::find_if(lines, [&](const Line& l) {
        return l.position == snapshot.position() && l.name == value.name();
      });
      if (line == lines.end()) {
        line = lines.insert(lines.end(),
                            {snapshot.position(), value.name(), "", "", value.confidence()});
      }
      has_after = has_after || snapshot.when() == "after";
      // A resumed run reads the identity again: the first "before" and the last "after" count.
      if (snapshot.when() == "after") {
        line->after = value.value();
      } else if (line->before.empty()) {
        line->before = value.value();
      }
    }
  }
  std::vector<Part> parts;
  const std::string& stated = run.header().order().sample().serial_number();
  std::string mismatch;
  for (const Line& line : lines) {
    const bool known = !line.before.empty() && !line.after.empty();
    parts.push_back(Part()
                        .text("position", line.position)
                        .text("identity_name", line.name)
                        .text("before", line.before)
                        .text("after", line.after)
                        .text("identity_confidence", word(line.confidence))
                        .flag("changed", known && line.before != line.after)
                        .flag("unchanged", known && line.before == line.after));
    if (line.name == "serial_number" && !stated.empty() && !line.before.empty() &&
        line.before != stated) {
      mismatch = fmt::format("The order states serial number {}, the device reads {}.", stated,
                             line.before);
    }
  }
  root.listed("identity", parts).text("serial_mismatch", mismatch);
  root.flag("identity_not_after", !lines.empty() && !has_after);
}

std::string link_text(const v1::Position& position) {
  if (position.has_modbus_rtu()) {
    const v1::ModbusRtu& link = position.modbus_rtu();
    return fmt::format("Modbus RTU on {}, {} Bd, parity {}, {} stop bit{}, unit {}", link.port(),
                       link.baud_rate(), word(link.parity()), link.stop_bits(),
                       link.stop_bits() == 1 ? "" : "s", link.unit());
  }
  if (position.has_modbus_tcp()) {
    const v1::ModbusTcp& link = position.modbus_tcp();
    return fmt::format("Modbus TCP to {} port {}, unit {}", link.host(), link.port(), link.unit());
  }
  if (position.has_grpc()) {
    const v1::GrpcLink& link = position.grpc();
    const std::string_view protection = !link.has_tls() ? "in plain text on this host"
                                        : link.tls().certificate().empty() ? "with TLS"
                                                                           : "with mutual TLS";
    return fmt::format("gRPC (dut.proto) to {}, {}", link.address(), protection);
  }
  if (position.has_serial_injection()) {
    const v1::SerialInjection& link = position.serial_injection();
    return fmt::format("Samples injected over {}, {} Bd, parity {}, {} stop bit{}", link.port(),
                       link.baud_rate(), word(link.parity()), link.stop_bits(),
                       link.stop_bits() == 1 ? "" : "s");
  }
  if (position.has_tcp_injection()) {
    const v1::TcpInjection& link = position.tcp_injection();
    return fmt::format("Samples injected over TCP to {} port {}, in plain text", link.host(),
                       link.port());
  }
  if (position.has_in_process())
    return fmt::format("A simulated device in the rig's own process, model {}",
                       position.in_process().model());
  return "no link stated";
}

/// An instrument by its own word.
std::string instrument_text(const v1::InstrumentUsed& used) {
  std::string text;
  const auto add = [&text](const std::string& part, std::string_view before) {
    if (!part.empty()) text += fmt::format("{}{}{}", text.empty() ? "" : ", ", before, part);
  };
  add(used.maker(), "");
  add(used.model(), "");
  add(used.serial_number(), "serial number ");
  add(used.firmware(), "firmware ");
  add(used.calibration(), "calibration: ");
  add(used.calibrated(), "calibrated on ");
  // A reference states it with its certificate.
  if (used.calibration().find(used.due()) == std::string::npos) add(used.due(), "due on ");
  if (used.drift() > 0)
    add(fmt::format("{} % in a year", plain(used.drift(), 9)), "drift at most ");
  return text.empty() ? "it says nothing of itself" : text;
}

/// Those of a bench with hardware, and whatever has a certificate.
void add_instruments(std::vector<Part>& facts, const v1::RunHeader& header) {
  for (const v1::InstrumentUsed& used : header.instruments())
    facts.push_back(fact(used.role() == "source"      ? "Source"
                         : used.role() == "reference" ? "Reference standard"
                                                      : fmt::format("Instrument: {}", used.role()),
                         instrument_text(used)));
}

void add_hardware(std::vector<Part>& facts, const v1::RunHeader& header) {
  const v1::HardwareBench& hardware = header.bench().hardware();
  const v1::ReferenceInstrument& reference = hardware.reference();
  facts.push_back(fact(
      "Uncertainty of the reference",
      fmt::format("energy {} % (k = 2); standard uncertainty of a pulse's time stamp {} \u00B5s",
                  plain(reference.uncertainty(), 9),
                  plain(1e6 * reference.timestamp_uncertainty()))));
  facts.push_back(fact("Wiring", fmt::format("looked at with {} V and {} A before the first point",
                                             plain(hardware.wiring_check().voltage()),
                                             plain(hardware.wiring_check().current()))));
  facts.push_back(
      fact("Guard of the output",
           fmt::format("limits of {}, a lease of {} s, read back every {} s", hardware.limits(),
                       plain(hardware.lease()), plain(hardware.read_back_interval()))));
  if (header.simulated())
    facts.push_back(fact("Traceability",
                         "none: an instrument of this bench says that it is simulated; no voltage "
                         "or current existed"));
}

void add_bench(Part& root, const v1::RunHeader& header) {
  const v1::Bench& bench = header.bench();
  std::vector<Part> facts = {fact("Bench", fmt::format("{} ({})", bench.title(), bench.id()))};
  if (bench.has_simulated()) {
    const v1::SimulatedBench& simulated = bench.simulated();
    facts.push_back(fact("Source", "computed samples; no voltage or current existed"));
    facts.push_back(fact(
        "Reference standard",
        fmt::format("meter core of this software on the computed signal, {} samples/s, "
                    "U of energy {} % (k = 2)",
                    plain(simulated.sample_rate()), plain(simulated.reference_uncertainty(), 9))));
    facts.push_back(
        fact("Pulse input and time base",
             fmt::format(
                 "virtual time shared by source, reference and device; standard uncertainty of a "
                 "time stamp {} \u00B5s",
                 plain(1e6 * simulated.timestamp_uncertainty()))));
    facts.push_back(
        fact("Traceability", "none: a computed reference is not calibrated against the SI"));
  }
  add_instruments(facts, header);
  if (bench.has_hardware()) add_hardware(facts, header);
  for (const v1::Position& position : bench.positions()) {
    facts.push_back(fact(fmt::format("Position {}", position.id()), link_text(position)));
  }
  if (bench.has_link_policy()) {
    facts.push_back(fact("Link policy", fmt::format("answer within {} s, {} further tries",
                                                    plain(bench.link_policy().answer_timeout()),
                                                    bench.link_policy().retries())));
  }
  for (const v1::NamedHash& model : header.models()) {
    facts.push_back(fact("Error model of the simulated device",
                         fmt::format("{}, SHA-256 {}", model.name(), model.sha256())));
  }
  root.list("bench_facts", facts);
}

}  // namespace

void add_item(Part& root, const Page& page) {
  add_ratings(root, page.run.header().device());
  add_identity(root, page.run);
  add_bench(root, page.run.header());
}

}  // namespace meterrig::report
