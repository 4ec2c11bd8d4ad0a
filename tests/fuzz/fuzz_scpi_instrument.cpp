// SPDX-License-Identifier: GPL-3.0-or-later
// Any lines to the simulated instruments: they answer text or nothing, and whatever was said, no
// more than their limits is on the wires.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "meterrig/scpi_simulator/calmet_calibrator.h"
#include "meterrig/scpi_simulator/chamber.h"
#include "meterrig/scpi_simulator/scpi_bench.h"

using namespace meterrig;
using namespace meterrig::scpi::simulator;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const ElectricalWorld& world) {
  const OperatingPoint wires = world.output();
  // The simulated errors of the source come on top.
  constexpr double beyond = 1.001;
  for (std::size_t p = 0; p < phase_count; ++p) {
    require(wires.voltage.at(p) >= volt(0) &&
            wires.voltage.at(p) <= world.range().voltage * beyond);
    require(wires.current.at(p) >= ampere(0) &&
            wires.current.at(p) <= world.range().current * beyond);
  }
  require(wires.frequency >= world.range().lowest && wires.frequency <= world.range().highest);
}

void answer_lines(ServedInstrument& instrument, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto reply = instrument.answer(text.substr(0, end))) {
      for (const char c : *reply) require(c >= ' ' && c <= '~');
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto source_world = std::make_shared<ElectricalWorld>(WorldSettings{});
  answer_lines(*make_scpi_source(source_world), text);
  answer_lines(*make_scpi_reference(source_world), text);
  check(*source_world);
  const auto calmet_world = std::make_shared<ElectricalWorld>(WorldSettings{});
  answer_lines(*make_calmet_calibrator(calmet_world), text);
  check(*calmet_world);
  const ports::VirtualClock clock;
  answer_lines(*make_chamber({}, clock), text);
  return 0;
}
