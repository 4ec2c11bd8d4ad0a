// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/hardware_bench.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "hardware_instruments.h"
#include "line_pulses.h"

namespace meterrig::campaign {
namespace {

// Of bench time between two renewals, as a beginning; then as the bench goes.
constexpr Duration first_step = second(0.5);
constexpr Duration longest_step = second(5);
constexpr Duration shortest_step = millisecond(20);
// Between two looks at the conditions: an instrument on a line takes a while to answer.
constexpr Duration between_looks = second(2);

class HardwareBench final : public Bench {
 public:
  HardwareBench(std::shared_ptr<HardwareInstruments> instruments, std::unique_ptr<DeviceLink> link,
                std::unique_ptr<PulseInput> pulses)
      : instruments_(std::move(instruments)), link_(std::move(link)) {
    if (pulses) line_pulses_.emplace(std::move(pulses));
  }
  ~HardwareBench() override {
    // A destructor cannot report; the source process switches off when its controller is gone.
    if (energised_) static_cast<void>(off());
  }

  Result<void> apply(const OperatingPoint& point, std::uint64_t /*seed*/) override {
    energised_ = true;
    pulses_are_old_ = true;
    if (auto energised = instruments_->energise(point); !energised) return energised;
    if (line_pulses_) line_pulses_->begin();
    return {};
  }

  Result<void> apply_recipe(const SignalRecipe& /*recipe*/, std::uint64_t /*seed*/) override {
    return fail(ErrorCode::unimplemented,
                "this bench puts out sine waves, no other waveforms; expected a simulated bench");
  }

  Result<void> play(std::unique_ptr<Signal> /*signal*/, Rational /*frequency*/,
                    std::uint64_t /*seed*/) override {
    return fail(
        ErrorCode::unimplemented,
        "a bench with hardware puts out points, not recordings; expected a simulated bench");
  }
  Rational signal_rate() const override { return {1, 1}; }

  Result<void> off() override {
    energised_ = false;
    return instruments_->off("the point was done");
  }

  Instant now() const override { return instruments_->now(); }
  std::string time_base() const override { return reference().time_base(); }
  bool keeps_signal() const override { return true; }

  Result<std::vector<Pulse>> advance(Duration duration) override {
    if (pulses_are_old_) {
      if (auto dropped = pulses_so_far(); !dropped) return dropped;
      pulses_are_old_ = false;
    }
    const Instant until = reference().now() + duration;
    std::vector<Pulse> pulses;
    while (reference().now() < until) {
      const Instant begin = clock_.now();
      if (auto passed = reference().pass(std::min(step_, until - reference().now())); !passed)
        return tl::unexpected(passed.error());
      auto came = pulses_so_far();
      if (!came) return came;
      pulses.insert(pulses.end(), came->begin(), came->end());
      if (auto renewed = instruments_->renew(); !renewed) return tl::unexpected(renewed.error());
      choose_step(clock_.now() - begin);
    }
    for (Pulse& pulse : pulses) pulse.time = instruments_->bench_time(pulse.time);
    return pulses;
  }

  Result<ReferenceReading> read_reference() override {
    pulses_are_old_ = true;
    auto reading = reference().read();
    if (!reading) return reading;
    if (auto renewed = instruments_->renew(); !renewed) return tl::unexpected(renewed.error());
    return reading;
  }
  Result<ReferenceReading> read_reference(Instant /*begin*/, Instant /*end*/) override {
    return fail(ErrorCode::unimplemented, "a bench with hardware keeps no waveform");
  }

  Result<std::optional<reference::MeterReading>> look() override {
    if (now() < looked_ + between_looks) return std::nullopt;
    looked_ = now();
    auto reading = reference().look();
    if (!reading) return reading;
    if (auto renewed = instruments_->renew(); !renewed) return tl::unexpected(renewed.error());
    return reading;
  }

  Result<ActiveEnergy> reference_energy(Instant begin, Instant end) override {
    const auto energy = reference_energy_per_phase(begin, end);
    if (!energy) return tl::unexpected(energy.error());
    return energy->at(0) + energy->at(1) + energy->at(2);
  }
  Result<ReactiveEnergy> reference_reactive_energy(Instant /*begin*/, Instant /*end*/) override {
    return fail(ErrorCode::unimplemented,
                "the references of a bench with hardware count active energy alone");
  }
  Result<PerPhase<ActiveEnergy>> reference_energy_per_phase(Instant begin, Instant end) override {
    auto energy = reference().energy_until(instruments_->since_begin(end));
    if (!energy) return energy;
    auto before = reference().energy_until(instruments_->since_begin(begin));
    if (!before) return before;
    for (std::size_t p = 0; p < phase_count; ++p) energy->at(p) -= before->at(p);
    return energy;
  }
  void forget_before(Instant instant) override {
    reference().forget_before(instruments_->since_begin(instant));
  }

  // The device is read at some time between two looks at the reference; the middle is its stamp.
  Result<std::vector<Reading>> read_device(std::span<const QuantityId> ids) override {
    if (!energised_) return link_->read(ids, now());
    pulses_are_old_ = true;
    if (auto caught_up = reference().catch_up(); !caught_up)
      return tl::unexpected(caught_up.error());
    const Instant before = now();
    // A device with a clock of its own stamps by that, and need not be before this bench's time.
    auto readings = link_->read(ids, {std::numeric_limits<std::int64_t>::max()});
    if (!readings) return readings;
    if (auto caught_up = reference().catch_up(); !caught_up)
      return tl::unexpected(caught_up.error());
    if (auto renewed = instruments_->renew(); !renewed) return tl::unexpected(renewed.error());
    const Duration took = now() - before;
    for (Reading& reading : *readings) reading.time = before + 0.5 * took;
    longest_read_ = std::max(longest_read_, took);
    return readings;
  }
  bool device_offers(QuantityId id) const override {
    const auto offered = link_->quantities();
    return std::find(offered.begin(), offered.end(), id) != offered.end();
  }
  Result<std::vector<std::pair<std::string, std::string>>> read_identity() override {
    return link_->read_identity();
  }
  LinkStatistics link_statistics() const override { return link_->statistics(); }

  Percent reference_standard_uncertainty() const override {
    return instruments_->settings().reference_standard_uncertainty;
  }
  Percent reference_drift() const override { return instruments_->settings().reference_drift; }
  Duration timestamp_standard_uncertainty() const override {
    const std::optional<LinePulses>& line = line_pulses_;
    if (line) return line->standard_uncertainty();
    // What the bench states, unless the instrument itself says more.
    const Duration stated = instruments_->settings().timestamp_standard_uncertainty;
    const Duration told = reference().timestamp_standard_uncertainty();
    return told > stated ? told : stated;
  }
  Duration reading_time_standard_uncertainty() const override {
    return second(longest_read_.in(second) / 2 / std::sqrt(3.0));  // rectangular
  }
  std::vector<BenchInstrument> instruments() const override { return instruments_->identities(); }

 private:
  ReferencePath& reference() const { return instruments_->reference(); }

  Result<std::vector<Pulse>> pulses_so_far() {
    if (!line_pulses_) return reference().take_pulses();
    const Instant from = clock_.now();
    if (auto caught_up = reference().catch_up(); !caught_up)
      return tl::unexpected(caught_up.error());
    return line_pulses_->look(reference().now(), from, clock_.now());
  }

  // Many steps in the length of a lease, and few where an hour of the bench is a moment here.
  void choose_step(Duration took) {
    const Duration lease = instruments_->settings().lease;
    if (took < 0.05 * lease) step_ = std::min(longest_step, 2 * step_);
    if (took > 0.2 * lease) step_ = std::max(shortest_step, 0.5 * step_);
  }

  std::shared_ptr<HardwareInstruments> instruments_;
  std::unique_ptr<DeviceLink> link_;
  std::optional<LinePulses> line_pulses_;
  mutable ports::MonotonicClock clock_;
  bool energised_ = false;
  bool pulses_are_old_ = true;  // they came while nobody waited for them
  Duration step_ = first_step;
  Instant looked_;
  Duration longest_read_ = second(0);
};

}  // namespace

std::unique_ptr<Bench> open_position(std::shared_ptr<HardwareInstruments> instruments,
                                     std::unique_ptr<DeviceLink> link,
                                     std::unique_ptr<PulseInput> pulses) {
  return std::make_unique<HardwareBench>(std::move(instruments), std::move(link),
                                         std::move(pulses));
}

}  // namespace meterrig::campaign
