// SPDX-License-Identifier: GPL-3.0-or-later
// A source that is a command file, against the simulated instrument that speaks it.
#include "meterrig/scpi/command_source.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "meterrig/scpi_simulator/scpi_bench.h"
#include "shipped_instrument.h"
#include "simulated_source_bench.h"
#include "source_conformance.h"

using namespace meterrig;
using conformance::SimulatedSourceBench;

namespace {

constexpr Duration timeout = millisecond(150);

CommandFile quick_file() {
  CommandFile file = scpi::shipped_instrument("generic-scpi-source");
  file.conversation.answer_timeout = timeout;
  for (InstrumentAction& action : file.actions)
    if (action.settle > second(0)) action.settle = millisecond(200);
  return file;
}

std::unique_ptr<SimulatedSourceBench> bench(const CommandFile& file) {
  // The instrument takes more than the file allows: what the driver lets through would be seen.
  scpi::simulator::WorldSettings settings;
  settings.range = {
      .voltage = volt(1000), .current = ampere(1000), .lowest = hertz(1), .highest = hertz(1000)};
  return std::make_unique<SimulatedSourceBench>(
      settings, scpi::simulator::make_scpi_source,
      [file](int port, ports::Clock& clock) -> Result<std::unique_ptr<Source>> {
        auto conversation = scpi::converse_over_tcp("127.0.0.1", port, file.conversation);
        if (!conversation) return tl::unexpected(conversation.error());
        return scpi::connect_source(std::move(*conversation), file, clock);
      },
      1.5 * timeout);
}

std::unique_ptr<conformance::SourceBench> make() { return bench(quick_file()); }

}  // namespace

METERRIG_SOURCE_CONFORMANCE(command_source_conformance, make)
