// SPDX-License-Identifier: GPL-3.0-or-later
// The template driver against its simulated instrument.
#include "meterrig/source_template/template_source.h"
#include "meterrig/source_template_simulator/template_instrument.h"
#include "simulated_source_bench.h"
#include "source_conformance.h"

using namespace meterrig;

namespace {

constexpr Duration timeout = millisecond(150);

std::unique_ptr<conformance::SourceBench> make() {
  return std::make_unique<conformance::SimulatedSourceBench>(
      scpi::simulator::WorldSettings{}, source_template::simulator::make_instrument,
      [](int port, ports::Clock& clock) -> Result<std::unique_ptr<Source>> {
        ConversationRules rules = source_template::rules();
        rules.answer_timeout = timeout;
        auto conversation = scpi::converse_over_tcp("127.0.0.1", port, rules);
        if (!conversation) return tl::unexpected(conversation.error());
        return source_template::connect(std::move(*conversation), clock);
      },
      1.5 * timeout);
}

}  // namespace

METERRIG_SOURCE_CONFORMANCE(template_source, make)
