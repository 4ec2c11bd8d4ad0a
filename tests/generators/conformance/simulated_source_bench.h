// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "meterrig/ports/clock.h"
#include "meterrig/scpi_simulator/electrical_world.h"
#include "meterrig/scpi_simulator/faults.h"
#include "meterrig/scpi_simulator/serve.h"
#include "source_bench.h"

namespace meterrig::conformance {

/// The bench of a driver that sends lines of text to an instrument on a loopback socket.
class SimulatedSourceBench final : public SourceBench {
 public:
  using World = scpi::simulator::ElectricalWorld;
  using Make =
      std::function<std::shared_ptr<scpi::simulator::ServedInstrument>(std::shared_ptr<World>)>;
  /// A driver to the instrument on this port of the loopback.
  using Connect = std::function<Result<std::unique_ptr<Source>>(int port, ports::Clock& clock)>;

  /// `late` is longer than the driver's time-out.
  SimulatedSourceBench(const scpi::simulator::WorldSettings& settings, const Make& make,
                       Connect connect, Duration late)
      : world_(std::make_shared<World>(settings, clock_)),
        server_(scpi::simulator::serve_tcp("127.0.0.1:0", make(world_), faults_).value()),
        connect_(std::move(connect)),
        late_(late) {}

  Result<std::unique_ptr<Source>> connect() override { return connect_(server_->port(), clock_); }
  OperatingPoint output() override { return world_->output(); }
  std::int64_t operations() override { return faults_->lines(); }
  void fault_at(std::int64_t n, LineFault fault) override {
    using Sort = scpi::simulator::Fault::Sort;
    const Sort sort = fault == LineFault::garbage ? Sort::garbage
                      : fault == LineFault::late  ? Sort::late
                      : fault == LineFault::lost  ? Sort::lost
                                                  : Sort::disconnect;
    faults_->at(n, {.sort = sort, .delay = late_});
  }
  void clear_faults() override { faults_->clear(); }
  void deviate(Percent voltage) override { world_->deviate(voltage); }

  [[nodiscard]] World& world() { return *world_; }
  [[nodiscard]] scpi::simulator::Faults& faults() { return *faults_; }

 private:
  ports::MonotonicClock clock_;
  std::shared_ptr<World> world_;
  std::shared_ptr<scpi::simulator::Faults> faults_ = std::make_shared<scpi::simulator::Faults>();
  std::unique_ptr<scpi::simulator::Server> server_;
  Connect connect_;
  Duration late_;
};

}  // namespace meterrig::conformance
