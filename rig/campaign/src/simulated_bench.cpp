// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "meterrig/campaign/bench.h"
#include "meterrig/reference/energy.h"
#include "meterrig/reference/meter.h"
#include "meterrig/synthesis/bandwidth.h"
#include "meterrig/synthesis/closed_form.h"
#include "meterrig/synthesis/synthesis.h"
#include "meterrig/vocabulary/chamber.h"
#include "repetition.h"
#include "task_thread.h"

namespace meterrig::campaign {
namespace {

// The reference reads this much of the signal to judge it: 20 periods at 50 Hz.
constexpr double reading_seconds = 0.4;
// A computed signal is steady. It is looked at after so long, then after twice the time, and so on.
constexpr Duration first_look = second(60);
// The reference runs ahead of the device by some samples, to interpolate at an edge near the end.
constexpr std::int64_t samples_ahead = 16;
// Of reactive energy it knows whole windows of 0.2 s or so, so that it runs ahead by more than one.
constexpr double reactive_seconds_ahead = 0.6;
constexpr std::int64_t samples_a_block = 4096;
// Of a feed: before its time 0, for a device that interpolates there; and in one message.
constexpr std::int64_t samples_before = 64;
constexpr std::int64_t samples_a_feed = 16'384;

class SimulatedBench final : public Bench, public Chamber {
 public:
  SimulatedBench(const SimulatedBenchSettings& settings, const TerminalsDescription& device,
                 std::shared_ptr<Terminals> terminals, std::unique_ptr<DeviceLink> link)
      : settings_(settings),
        takes_recipes_(device.takes_recipes),
        converter_(device.converter),
        terminals_(std::move(terminals)),
        link_(std::move(link)),
        now_(device.now) {
    // Its converter's samples are what the device sees, so the reference is given the same.
    if (converter_) settings_.sample_rate = converter_->rate;
  }

  ~SimulatedBench() override {
    // A destructor cannot report; the device's process has its own say on a lost controller.
    if (energised_) static_cast<void>(off());
  }

  Result<void> apply(const OperatingPoint& point, std::uint64_t seed) override {
    const auto recipe = recipe_of(point);
    if (!recipe) return tl::unexpected(recipe.error());
    return apply_recipe(*recipe, seed);
  }

  Result<void> apply_recipe(const SignalRecipe& recipe, std::uint64_t seed) override {
    auto signal = synthesis::Synthesis::create(recipe, settings_.sample_rate);
    if (!signal) return tl::unexpected(signal.error());
    if (auto readable = check_bandwidth(recipe); !readable) return readable;
    const auto truth = synthesis::closed_form(recipe);
    if (!truth) return tl::unexpected(truth.error());
    const auto periods = periods_repeated(recipe);
    if (!periods) return tl::unexpected(periods.error());
    const auto step = samples_between_readings(settings_.sample_rate, recipe.frequency, *periods);
    if (!step) return tl::unexpected(step.error());
    auto computed = std::make_unique<synthesis::Synthesis>(std::move(*signal));
    if (!takes_recipes_) {
      if (auto played = play(std::move(computed), recipe.frequency, seed); !played) return played;
    } else {
      energised_ = true;
      const auto applied = terminals_->apply(recipe, seed);
      if (!applied) return tl::unexpected(applied.error());
      feed_.reset();
      start(*applied, std::move(computed));
    }
    truth_ = *truth;
    periods_ = *periods;
    step_ = *step;
    steady_ = true;
    return {};
  }

  // Whether the reference meter reads all lines of the recipe at this rate.
  [[nodiscard]] Result<void> check_bandwidth(const SignalRecipe& recipe) const {
    const double highest = synthesis::bandwidth(recipe).in(hertz);
    const double rate = settings_.sample_rate.value();
    if (highest <= reference::exact_share_of_rate * rate) return {};
    return fail(ErrorCode::out_of_range,
                fmt::format("a signal up to {} Hz needs {:.0f} samples a second at least, so that "
                            "the reference meter reads it exactly; the bench has {}",
                            highest, std::ceil(highest / reference::exact_share_of_rate), rate));
  }

  Result<void> play(std::unique_ptr<Signal> signal, Rational frequency,
                    std::uint64_t seed) override {
    energised_ = true;
    const auto terms =
        terminals_->apply_samples({.rate = settings_.sample_rate, .frequency = frequency}, seed);
    if (!terms) return tl::unexpected(terms.error());
    truth_ = {};
    periods_ = 1;
    start(terms->now, std::move(signal));
    feed_ = *terms;
    sent_ = converter_ ? 0 : -samples_before;  // a converter's samples are not interpolated
    return {};
  }

  Rational signal_rate() const override { return settings_.sample_rate; }

  Result<void> set_temperature(std::optional<Temperature> temperature) override {
    if (auto* chamber = dynamic_cast<Chamber*>(terminals_.get()); chamber != nullptr)
      return chamber->set_temperature(temperature);
    if (!temperature) return {};
    return fail(ErrorCode::unimplemented, "this device cannot be put to a temperature");
  }

  Result<void> off() override {
    const OperatingPoint dead{.frequency = settings_.nominal_frequency,
                              .voltage = {volt(0), volt(0), volt(0)},
                              .voltage_angle = {degree(0), degree(-120), degree(120)},
                              .current = {ampere(0), ampere(0), ampere(0)},
                              .displacement = {degree(0), degree(0), degree(0)}};
    const auto recipe = recipe_of(dead);
    if (!recipe) return tl::unexpected(recipe.error());
    const auto applied =
        takes_recipes_ ? terminals_->apply(*recipe, 0)
                       : terminals_
                             ->apply_samples(
                                 {.rate = settings_.sample_rate, .frequency = recipe->frequency}, 0)
                             .map([](const FeedTerms& terms) { return terms.now; });
    energised_ = false;
    signal_.reset();
    energy_.reset();
    feed_.reset();
    if (!applied) return tl::unexpected(applied.error());
    now_ = *applied;
    return {};
  }

  Instant now() const override { return now_; }
  std::string time_base() const override { return "device"; }

  Result<std::vector<Pulse>> advance(Duration duration) override {
    const Instant until = now_ + duration;
    if (feed_ && energy_) return advance_feeding(until, *feed_, *energy_);
    if (signal_) reached_ = std::max(reached_, samples_until(until) + samples_ahead);
    if (!integrates_) {
      auto pulses = terminals_->advance(until);
      if (pulses) now_ = until;
      return pulses;
    }
    // The device computes in its own process meanwhile.
    auto device = beside_.start([this, until] { return terminals_->advance(until); });
    const auto fed = feed_reference();
    auto pulses = device.get();
    if (!fed) return tl::unexpected(fed.error());
    if (pulses) now_ = until;
    return pulses;
  }

  Result<ReferenceReading> read_reference() override {
    if (!signal_) return fail(ErrorCode::failed_precondition, "nothing is applied to read");
    const double rate = settings_.sample_rate.value();
    std::vector<ReferenceReading> readings;
    readings.reserve(static_cast<std::size_t>(periods_));
    for (std::int64_t k = 0; k < periods_; ++k) {
      SampleBlock block(settings_.sample_rate, reached_ + k * step_,
                        static_cast<std::size_t>(reading_seconds * rate));
      auto reading = read_block(block);
      if (!reading) return reading;
      readings.push_back(std::move(*reading));
    }
    ReferenceReading mean = mean_reading(readings);
    mean.true_power = truth_.p_total;
    mean.true_power_tolerance = 2 * settings_.reference_standard_uncertainty;
    return mean;
  }

  Result<ReferenceReading> read_reference(Instant begin, Instant end) override {
    if (!signal_) return fail(ErrorCode::failed_precondition, "nothing is applied to read");
    const std::int64_t first = samples_until(begin);
    SampleBlock block(
        settings_.sample_rate, first,
        static_cast<std::size_t>(std::max<std::int64_t>(0, samples_until(end) - first)));
    return read_block(block);
  }

  Result<std::optional<reference::MeterReading>> look() override {
    // One window of a signal that repeats after several periods says little of it.
    if (!signal_ || !steady_ || periods_ != 1 || now_ < next_look_) return std::nullopt;
    next_look_ = now_ + (now_ - applied_at_);
    const auto count = std::llround(reading_seconds * settings_.sample_rate.value());
    SampleBlock block(settings_.sample_rate, samples_until(now_) - count,
                      static_cast<std::size_t>(count));
    if (const auto read = signal_->read(block); !read) return tl::unexpected(read.error());
    return reference::measure(block).map(
        [](const reference::MeterReading& reading) { return std::optional(reading); });
  }

  Result<ActiveEnergy> reference_energy(Instant begin, Instant end) override {
    auto meter = integrating();
    if (!meter) return tl::unexpected(std::move(meter.error()));
    return (*meter)->active_until(since_applied(end)) -
           (*meter)->active_until(since_applied(begin));
  }

  Result<ReactiveEnergy> reference_reactive_energy(Instant begin, Instant end) override {
    // Samples that are fed to the device as well come no sooner than it takes them.
    if (feed_)
      return fail(ErrorCode::unimplemented,
                  "reactive energy is not counted of a signal that the device is fed sample by "
                  "sample");
    ahead_ = static_cast<std::int64_t>(reactive_seconds_ahead * settings_.sample_rate.value());
    auto meter = integrating();
    if (!meter) return tl::unexpected(std::move(meter.error()));
    return (*meter)->reactive_until(since_applied(end)) -
           (*meter)->reactive_until(since_applied(begin));
  }

  Result<PerPhase<ActiveEnergy>> reference_energy_per_phase(Instant begin, Instant end) override {
    auto meter = integrating();
    if (!meter) return tl::unexpected(std::move(meter.error()));
    PerPhase<ActiveEnergy> energy = (*meter)->active_until_per_phase(since_applied(end));
    const auto before = (*meter)->active_until_per_phase(since_applied(begin));
    for (std::size_t p = 0; p < phase_count; ++p) energy.at(p) -= before.at(p);
    return energy;
  }

  void forget_before(Instant instant) override {
    if (energy_) energy_->forget_before(since_applied(instant));
  }

  Result<std::vector<Reading>> read_device(std::span<const QuantityId> ids) override {
    return link_->read(ids, now_);
  }
  bool device_offers(QuantityId id) const override {
    const auto offered = link_->quantities();
    return std::find(offered.begin(), offered.end(), id) != offered.end();
  }
  Result<std::vector<std::pair<std::string, std::string>>> read_identity() override {
    return link_->read_identity();
  }
  LinkStatistics link_statistics() const override {
    LinkStatistics statistics = link_->statistics();
    statistics.saturated_samples += saturated_;
    return statistics;
  }

  Percent reference_standard_uncertainty() const override {
    return settings_.reference_standard_uncertainty;
  }
  Duration timestamp_standard_uncertainty() const override {
    return settings_.timestamp_standard_uncertainty;
  }
  Duration reading_time_standard_uncertainty() const override { return second(0); }
  std::vector<BenchInstrument> instruments() const override { return {}; }

 private:
  Instant since_applied(Instant instant) const {
    return {instant.nanoseconds - applied_at_.nanoseconds};
  }

  void start(Instant applied, std::unique_ptr<Signal> signal) {
    now_ = applied;
    applied_at_ = applied;
    signal_ = std::move(signal);
    energy_.emplace(settings_.sample_rate, settings_.nominal_frequency);
    integrates_ = false;
    steady_ = false;
    next_look_ = applied + first_look;
    ahead_ = 0;
    reached_ = 0;
    fed_ = 0;
  }

  // Many points never ask for an energy; for the others the reference catches up, and keeps up from
  // then on. What it reads does not depend on when it does.
  Result<const reference::EnergyMeter*> integrating() {
    if (!energy_) return fail(ErrorCode::failed_precondition, "nothing was applied to integrate");
    integrates_ = true;
    if (auto fed = feed_reference(); !fed) return tl::unexpected(std::move(fed.error()));
    return &*energy_;
  }

  Result<ReferenceReading> read_block(SampleBlock& block) {
    if (const auto read = signal_->read(block); !read) return tl::unexpected(read.error());
    const auto first = reference::measure(block);
    if (!first) return tl::unexpected(first.error());
    const auto second_reading = reference::measure_by_fit(block, first->frequency);
    if (!second_reading) return tl::unexpected(second_reading.error());
    return ReferenceReading{
        .first = *first,
        .second = *second_reading,
        .agreement = reference::agreement(*first, *second_reading, block.count()),
        .true_power = {},
        .true_power_tolerance = {}};
  }

  // Samples since apply() before this instant.
  std::int64_t samples_until(Instant instant) const {
    __extension__ using Wide = __int128;
    const Rational rate = settings_.sample_rate;
    return static_cast<std::int64_t>(Wide{since_applied(instant).nanoseconds} * rate.numerator /
                                     (Wide{rate.denominator} * 1'000'000'000));
  }

  // In steps for which the device holds the samples; each block is read once, for both.
  Result<std::vector<Pulse>> advance_feeding(Instant until, const FeedTerms& terms,
                                             reference::EnergyMeter& energy) {
    const std::int64_t held = (terms.capacity - terms.reach) / 2;
    const Duration step = second(static_cast<double>(held) / settings_.sample_rate.value());
    std::vector<Pulse> pulses;
    while (now_ < until) {
      const Instant next = std::min(until, now_ + step);
      const auto blocks = read_on(samples_until(next) + 1 + terms.reach);
      if (!blocks) return tl::unexpected(blocks.error());
      auto device = beside_.start([this, &blocks, next] {
        for (const SampleBlock& block : *blocks)
          if (const auto fed = feed_device(block); !fed)
            return Result<std::vector<Pulse>>(tl::unexpected(fed.error()));
        return terminals_->advance(next);
      });
      Result<void> fed;
      for (const SampleBlock& block : *blocks)
        if (fed && block.first_sample >= 0) fed = energy.feed(block);
      const auto came = device.get();
      if (!fed) return tl::unexpected(fed.error());
      if (!came) return tl::unexpected(came.error());
      pulses.insert(pulses.end(), came->begin(), came->end());
      now_ = next;
    }
    return pulses;
  }

  Result<FeedState> feed_device(const SampleBlock& block) {
    if (!converter_) return terminals_->feed(block);
    return terminals_->feed(convert(block, *converter_, saturated_));
  }

  Result<std::vector<SampleBlock>> read_on(std::int64_t end) {
    std::vector<SampleBlock> blocks;
    while (sent_ < end) {
      // What lies before time 0 is for the device alone.
      const std::int64_t count = sent_ < 0 ? -sent_ : std::min(samples_a_feed, end - sent_);
      SampleBlock& block =
          blocks.emplace_back(settings_.sample_rate, sent_, static_cast<std::size_t>(count));
      if (const auto read = signal_->read(block); !read) return tl::unexpected(read.error());
      sent_ += count;
    }
    return blocks;
  }

  Result<void> feed_reference() {
    if (!signal_ || !energy_) return {};
    Signal& signal = *signal_;
    reference::EnergyMeter& energy = *energy_;
    const std::int64_t end = reached_ + ahead_;
    while (fed_ < end) {
      const std::int64_t count = std::min(samples_a_block, end - fed_);
      SampleBlock& block = count == samples_a_block ? block_ : rest_;
      if (block.count() != static_cast<std::size_t>(count))
        block = SampleBlock(settings_.sample_rate, fed_, static_cast<std::size_t>(count));
      block.first_sample = fed_;
      if (auto read = signal.read(block); !read) return read;
      if (auto fed = energy.feed(block); !fed) return fed;
      fed_ += count;
    }
    return {};
  }

  SimulatedBenchSettings settings_;
  bool takes_recipes_;
  std::optional<Converter> converter_;
  std::shared_ptr<Terminals> terminals_;
  std::unique_ptr<DeviceLink> link_;
  Instant now_;
  Instant applied_at_;
  bool energised_ = false;
  std::unique_ptr<Signal> signal_;
  std::optional<reference::EnergyMeter> energy_;
  synthesis::ClosedForm truth_{};
  std::int64_t periods_ = 1;  // of the fundamental after which the signal repeats
  std::int64_t step_ = 0;     // samples between readings of one repetition
  bool steady_ = false;       // a recipe's, which any sample can be asked of
  Instant next_look_;
  bool integrates_ = false;        // since an energy was asked for
  std::int64_t reached_ = 0;       // samples since apply() that the reference may take
  std::int64_t ahead_ = 0;         // beyond, of reactive energy
  std::int64_t fed_ = 0;           // and that it has taken
  SampleBlock block_;              // whole ones of its way
  SampleBlock rest_;               // and the last one
  std::optional<FeedTerms> feed_;  // of a signal that is played
  std::int64_t sent_ = 0;          // number of its sample that comes next
  std::int64_t saturated_ = 0;     // samples beyond the converter's range
  TaskThread beside_;              // in which the device's time passes
};

}  // namespace

Result<std::unique_ptr<Bench>> open_simulated_bench(const SimulatedBenchSettings& settings,
                                                    const std::string& device, bool fresh,
                                                    std::shared_ptr<Terminals> terminals,
                                                    std::unique_ptr<DeviceLink> link,
                                                    Model& model) {
  if (fresh) {
    if (const auto cycled = terminals->power_cycle(); !cycled)
      return tl::unexpected(cycled.error());
  }
  const auto description = terminals->describe();
  if (!description) return tl::unexpected(description.error());
  if (description->device != device)
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("the terminals are those of a {}; expected a {}", description->device, device));
  if (!description->simulated)
    return fail(ErrorCode::failed_precondition,
                "the device at the terminals does not say that it is simulated");
  model = {.name = description->model, .sha256 = description->model_sha256};
  return std::make_unique<SimulatedBench>(settings, *description, std::move(terminals),
                                          std::move(link));
}

}  // namespace meterrig::campaign
