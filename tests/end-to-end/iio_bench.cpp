// SPDX-License-Identifier: GPL-3.0-or-later
#include "iio_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace meterrig::test {

iio_server::BenchSettings imperfect_bench() {
  iio_server::BenchSettings settings{.wiring = iio_server::three_phase_wiring()};
  int n = 1;
  for (iio_server::Amplifier& amplifier : settings.wiring.amplifiers) {
    amplifier.gain *= 1 + 0.002 * n;
    amplifier.corner = hertz(9000 + 1500 * n);
    amplifier.delay = 31'250 * n;  // of the input's samples a whole number: no beat between clocks
    ++n;
  }
  return settings;
}

namespace {

ports::PseudoTerminal terminal_at(const std::filesystem::path& link) {
  auto made = ports::PseudoTerminal::create(link.string());
  BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().message);
  return std::move(*made);
}

}  // namespace

IioBench::IioBench(iio_server::BenchSettings settings)
    : served(three_phase(std::move(settings))), device(terminal_at(rig.folder / "x96.tty")) {
  write_file(rig.folder / "limits.yaml",
             replaced(shipped("rig/limits/low-voltage.yaml"), "crest: 1.4143", "crest: 1.55"));
  write_bench();
}

void IioBench::write_bench(const std::string& extra) {
  std::string outputs;
  std::string inputs;
  for (int phase = 1; phase <= 3; ++phase) {
    outputs += fmt::format(
        "          - {{device: source-l{0}, channel: voltage0, quantity: voltage, phase: L{0}, "
        "gain: 100, greatest: 300}}\n"
        "          - {{device: source-l{0}, channel: voltage1, quantity: current, phase: L{0}, "
        "gain: 4, greatest: 10}}\n",
        phase);
    inputs += fmt::format(
        "          - {{channel: voltage{1}, quantity: voltage, phase: L{0}, gain: 0.01}}\n"
        "          - {{channel: voltage{2}, quantity: current, phase: L{0}, gain: 0.2}}\n",
        phase, phase - 1, phase + 2);
  }
  write_file(rig.folder / "bench.yaml", fmt::format(R"(bench:
  id: converters
  title: Converters of a virtual bench
  hardware:
    source:
      iio:
        context: {0}
        rate: 256 kHz
        lowest_frequency: 45 Hz
        highest_frequency: 65 Hz
        common_trigger: true
{1}        outputs:
{2}    reference:
      uncertainty: 0.02 %
      timestamp_uncertainty: 1 us
      certificate: SIM-2026-1
      iio:
        context: {0}
        device: reference
        rate: 32 kHz
        inputs:
{3}    wiring_check: {{voltage: 24 V, current: 1 A}}
    limits: limits.yaml
    interlocks: [door]
    lease: 4 s
    tick: 200 ms
    read_back_interval: 1 s
    read_back_tolerance: 5 %
    fallback: watchdog_relay
  positions:
    - id: "1"
      modbus_rtu: {{port: x96.tty, baud_rate: 38400, parity: none, stop_bits: 1, unit: 1}}
  link_policy:
    answer_timeout: 1 s
    retries: 2
)",
                                                    served.uri(), extra, outputs, inputs));
}

std::string IioBench::journal() const {
  return read_file(rig.folder / "state/meterrig/converters/journal.jsonl");
}

double IioBench::greatest_volts() const {
  double greatest = 0;
  for (const char* board : {"source-l1", "source-l2", "source-l3"})
    for (const double volts : served.bench->output(board).volts)
      greatest = std::max(greatest, std::abs(volts));
  return greatest;
}

}  // namespace meterrig::test
