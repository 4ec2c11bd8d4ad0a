// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <cmath>
#include <future>
#include <optional>

#include "meterrig/campaign/bench.h"
#include "meterrig/reference/energy.h"
#include "meterrig/synthesis/closed_form.h"
#include "meterrig/synthesis/synthesis.h"
#include "meterrig/terminals/client.h"

namespace meterrig::campaign {
namespace {

// The reference reads this much of the signal to judge it: 20 periods at 50 Hz.
constexpr double reading_seconds = 0.4;
// The reference runs ahead of the device by some samples, to interpolate at an edge near the end.
constexpr std::int64_t samples_ahead = 16;
constexpr std::int64_t samples_a_block = 4096;

class SimulatedBench final : public Bench {
 public:
  SimulatedBench(SimulatedBenchSettings settings, terminals::Client client, Instant now,
                 std::unique_ptr<DeviceLink> link)
      : settings_(std::move(settings)),
        client_(std::move(client)),
        link_(std::move(link)),
        now_(now) {}

  ~SimulatedBench() override {
    // A destructor cannot report; the device's process has its own say on a lost controller.
    if (energised_) static_cast<void>(off());
  }

  Result<void> apply(const OperatingPoint& point, std::uint64_t seed) override {
    const auto recipe = recipe_of(point);
    if (!recipe) return tl::unexpected(recipe.error());
    auto signal = synthesis::Synthesis::create(*recipe, settings_.sample_rate);
    if (!signal) return tl::unexpected(signal.error());
    energised_ = true;
    const auto applied = client_.apply(*recipe, seed);
    if (!applied) return tl::unexpected(applied.error());
    now_ = *applied;
    applied_at_ = *applied;
    truth_ = synthesis::closed_form(*recipe);
    signal_.emplace(std::move(*signal));
    energy_.emplace(settings_.sample_rate, settings_.nominal_frequency);
    fed_ = 0;
    return {};
  }

  Result<void> off() override {
    const OperatingPoint dead{.frequency = settings_.nominal_frequency,
                              .voltage = {volt(0), volt(0), volt(0)},
                              .voltage_angle = {degree(0), degree(-120), degree(120)},
                              .current = {ampere(0), ampere(0), ampere(0)},
                              .displacement = {degree(0), degree(0), degree(0)}};
    const auto recipe = recipe_of(dead);
    if (!recipe) return tl::unexpected(recipe.error());
    const auto applied = client_.apply(*recipe, 0);
    energised_ = false;
    signal_.reset();
    energy_.reset();
    if (!applied) return tl::unexpected(applied.error());
    now_ = *applied;
    return {};
  }

  Instant now() const override { return now_; }
  std::string time_base() const override { return "device"; }

  Result<std::vector<Pulse>> advance(Duration duration) override {
    const Instant until = now_ + duration;
    // The device computes in its own process meanwhile.
    auto device = std::async(std::launch::async, [this, until] { return client_.advance(until); });
    const auto fed = feed_reference(until);
    auto pulses = device.get();
    if (!fed) return tl::unexpected(fed.error());
    if (pulses) now_ = until;
    return pulses;
  }

  Result<ReferenceReading> read_reference() override {
    if (!signal_) return fail(ErrorCode::failed_precondition, "nothing is applied to read");
    const double rate = settings_.sample_rate.value();
    SampleBlock block(settings_.sample_rate, fed_,
                      static_cast<std::size_t>(reading_seconds * rate));
    if (const auto read = signal_->read(block); !read) return tl::unexpected(read.error());
    const auto first = reference::measure(block);
    if (!first) return tl::unexpected(first.error());
    const auto second_reading = reference::measure_by_fit(block, first->frequency);
    if (!second_reading) return tl::unexpected(second_reading.error());
    return ReferenceReading{
        .first = *first,
        .second = *second_reading,
        .agreement = reference::agreement(*first, *second_reading, block.count()),
        .true_power = truth_.p_total,
        .true_power_tolerance = 2 * settings_.reference_standard_uncertainty};
  }

  Result<ActiveEnergy> reference_energy(Instant begin, Instant end) override {
    if (!energy_) return fail(ErrorCode::failed_precondition, "nothing was applied to integrate");
    return energy_->active_until(since_applied(end)) - energy_->active_until(since_applied(begin));
  }

  void forget_before(Instant instant) override {
    if (energy_) energy_->forget_before(since_applied(instant));
  }

  Result<std::vector<Reading>> read_device(std::span<const QuantityId> ids) override {
    return link_->read(ids, now_);
  }
  bool device_offers(QuantityId id) const override { return link_->offers(id); }
  Result<std::vector<std::pair<std::string, std::string>>> read_identity() override {
    return link_->read_identity();
  }
  LinkStatistics link_statistics() const override { return link_->statistics(); }

  Percent reference_standard_uncertainty() const override {
    return settings_.reference_standard_uncertainty;
  }
  Duration timestamp_standard_uncertainty() const override {
    return settings_.timestamp_standard_uncertainty;
  }

 private:
  Instant since_applied(Instant instant) const {
    return {instant.nanoseconds - applied_at_.nanoseconds};
  }

  // Feeds every sample before `until`, and a few more.
  Result<void> feed_reference(Instant until) {
    if (!signal_ || !energy_) return {};
    synthesis::Synthesis& signal = *signal_;
    reference::EnergyMeter& energy = *energy_;
    __extension__ using Wide = __int128;
    const Rational rate = settings_.sample_rate;
    const auto samples =
        static_cast<std::int64_t>(Wide{since_applied(until).nanoseconds} * rate.numerator /
                                  (Wide{rate.denominator} * 1'000'000'000));
    const std::int64_t last = samples + samples_ahead;
    while (fed_ < last) {
      const std::int64_t count = std::min(samples_a_block, last - fed_);
      if (block_.count() != static_cast<std::size_t>(count))
        block_ = SampleBlock(rate, fed_, static_cast<std::size_t>(count));
      block_.first_sample = fed_;
      if (auto read = signal.read(block_); !read) return read;
      if (auto fed = energy.feed(block_); !fed) return fed;
      fed_ += count;
    }
    return {};
  }

  SimulatedBenchSettings settings_;
  terminals::Client client_;
  std::unique_ptr<DeviceLink> link_;
  Instant now_;
  Instant applied_at_;
  bool energised_ = false;
  std::optional<synthesis::Synthesis> signal_;
  std::optional<reference::EnergyMeter> energy_;
  synthesis::ClosedForm truth_{};
  SampleBlock block_;
  std::int64_t fed_ = 0;  // samples since apply()
};

}  // namespace

Result<std::unique_ptr<Bench>> open_simulated_bench(const SimulatedBenchSettings& settings,
                                                    const std::string& device, bool fresh,
                                                    std::unique_ptr<DeviceLink> link,
                                                    Model& model) {
  auto client = terminals::Client::connect(settings.terminals, second(5));
  if (!client) return tl::unexpected(client.error());
  if (fresh) {
    if (const auto cycled = client->power_cycle(); !cycled) return tl::unexpected(cycled.error());
  }
  const auto description = client->describe();
  if (!description) return tl::unexpected(description.error());
  if (description->device != device)
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("{} is a {}; expected a {}", settings.terminals, description->device, device));
  if (!description->simulated)
    return fail(ErrorCode::failed_precondition,
                fmt::format("{} does not say that it is simulated", settings.terminals));
  model = {.name = description->model, .sha256 = description->model_sha256};
  return std::make_unique<SimulatedBench>(settings, std::move(*client), description->now,
                                          std::move(link));
}

}  // namespace meterrig::campaign
