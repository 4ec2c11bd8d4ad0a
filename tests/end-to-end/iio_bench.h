// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "../generators/iio/served_bench.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "rig_fixture.h"

namespace meterrig::test {

/// Amplifiers that are off: each gain by 0.2 % more than the one before, delays of 31.25 us and
/// more, and low passes.
[[nodiscard]] iio_server::BenchSettings imperfect_bench();

/// A virtual bench of converters behind its server, a bench file for it and a state folder of its
/// own.
struct IioBench {
  explicit IioBench(iio_server::BenchSettings settings = imperfect_bench());

  /// "bench.yaml", which says no more of the amplifiers than their nominal gains. `extra` are lines
  /// of the source.
  void write_bench(const std::string& extra = "");
  [[nodiscard]] std::string journal() const;
  /// Greatest magnitude of what the converters of the sources give now, V.
  [[nodiscard]] double greatest_volts() const;

  Rig rig{std::nullopt};
  std::vector<std::string> environment{"XDG_STATE_HOME=" + (rig.folder / "state").string()};
  ServedBench served;
  ports::PseudoTerminal device;  ///< at the bench's position: nobody answers
};

}  // namespace meterrig::test
