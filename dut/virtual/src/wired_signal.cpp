// SPDX-License-Identifier: GPL-3.0-or-later
#include "wired_signal.h"

#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace meterrig::twin {

Result<void> WiredSignal::read(SampleBlock& block) {
  if (auto read = terminals_->read(block); !read) return read;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const auto row = block.amperes(phase);
    amperes_[phase].assign(row.begin(), row.end());
  }
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const int from = wiring_.current[phase];
    const double factor = from > 0 ? 1 : (from < 0 ? -1 : 0);
    const std::vector<double>& source =
        amperes_[from == 0 ? phase : static_cast<std::size_t>(std::abs(from)) - 1];
    const auto volts = block.volts(phase);
    const auto amperes = block.amperes(phase);
    for (std::size_t k = 0; k < amperes.size(); ++k)
      amperes[k] = factor * source[k] + wiring_.amperes_per_volt * volts[k];
  }
  return {};
}

}  // namespace meterrig::twin
