// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/simulated_settings.h"

namespace meterrig::campaign {

Result<SimulatedBenchSettings> simulated_settings(const Inputs& inputs) {
  const v1::SimulatedBench& bench = inputs.bench.message.bench().simulated();
  const auto rate = exact_rational(bench.sample_rate());
  if (!rate) return tl::unexpected(rate.error());
  return SimulatedBenchSettings{
      .sample_rate = *rate,
      .nominal_frequency = hertz(inputs.device.message.device().ratings().reference_frequency()),
      .reference_standard_uncertainty = percent(bench.reference_uncertainty() / 2),
      .timestamp_standard_uncertainty = second(bench.timestamp_uncertainty())};
}

}  // namespace meterrig::campaign
