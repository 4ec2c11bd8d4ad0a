// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/twin/twin.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <span>
#include <utility>

#include "code_stream.h"
#include "identity.h"
#include "meterrig/modbus/mapping.h"
#include "meterrig/reference/front_end.h"
#include "meterrig/resample/fed_signal.h"
#include "meterrig/synthesis/synthesis.h"
#include "meterrig/twin/meter_core.h"
#include "model_mapping.h"
#include "self_warming.h"
#include "supply.h"
#include "wired_signal.h"

namespace meterrig::twin {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr Duration longest_step = hour(1);
// Samples fed that a device holds: half a minute at 8 kS/s, 12 MB.
constexpr std::size_t feed_capacity = 262'144;

// Samples with a time before `elapsed`; sample n is at n / rate.
std::int64_t samples_before(std::int64_t elapsed_nanoseconds, Rational rate) {
  const Wide unit = Wide{rate.denominator} * nanoseconds_per_second;
  return static_cast<std::int64_t>((Wide{elapsed_nanoseconds} * rate.numerator + unit - 1) / unit);
}

// Time of sample n in nanoseconds, rounded down so that it stays before the end of its step.
std::int64_t time_of_sample(std::int64_t sample, Rational rate) {
  const Wide scaled = Wide{sample} * rate.denominator;
  const auto seconds = static_cast<std::int64_t>(scaled / rate.numerator);
  const auto rest = static_cast<std::int64_t>(scaled % rate.numerator);
  return seconds * nanoseconds_per_second +
         static_cast<std::int64_t>(Wide{rest} * nanoseconds_per_second / rate.numerator);
}

SignalRecipe dead_terminals(Rational frequency) {
  SignalRecipe recipe;
  recipe.frequency = frequency;
  return recipe;
}

}  // namespace

LineSettings factory_line(const v1::ModbusMap& map) {
  return {.serial = {.baud_rate = map.factory_baud_rate(),
                     .parity = modbus::parity_from(map.factory_parity()),
                     .stop_bits = map.factory_stop_bits()},
          .unit = map.factory_unit()};
}

class Twin::State {
 public:
  State(reference::FrontEndModel front_end_model, CoreSettings core_settings, MeterCore meter_core)
      : model(std::move(front_end_model)),
        settings(std::move(core_settings)),
        core(std::move(meter_core)) {}

  reference::FrontEndModel model;
  Wiring wiring;
  std::optional<WarmingModel> warming;
  Temperature around = reference::reference_temperature;
  CoreSettings settings;
  MeterCore core;
  std::vector<std::string> output_ids;
  std::unique_ptr<RegisterFile> registers;
  TerminalsDescription description;
  MeterIdentity identity;
  std::vector<MeterParameter> parameters;
  Duration boot_time = second(0);
  std::atomic<std::int64_t> shown_at = 0;  // description.now, for other threads

  Result<void> power_cycle() {
    auto fresh = MeterCore::create(settings);
    if (!fresh) return tl::unexpected(std::move(fresh.error()));
    const auto frequency = exact_rational(settings.reference_frequency.in(hertz));
    if (!frequency) return tl::unexpected(frequency.error());
    {
      const std::scoped_lock lock(readings_mutex_);
      core = std::move(*fresh);
      last_samples_ = {};
      harmonics_are_old_ = true;
    }
    codes_.reset();  // cold
    description.now = {};
    shown_at = 0;
    supplied_ = false;
    booted_at_ = {};
    if (auto dead = apply(dead_terminals(*frequency), 0); !dead) return dead;
    publish();
    return {};
  }

  Result<void> apply(const SignalRecipe& recipe, std::uint64_t device_seed) {
    reference::FrontEnd front_end(warmed_model(), device_seed);
    auto synthesis = synthesis::Synthesis::create(recipe, front_end.true_rate());
    if (!synthesis) return tl::unexpected(std::move(synthesis.error()));
    fed_ = nullptr;
    start(std::make_unique<synthesis::Synthesis>(std::move(*synthesis)), std::move(front_end),
          recipe.frequency, CodeStream::Pace::ahead);
    supply(supplies(recipe));
    return {};
  }

  Result<FeedTerms> apply_samples(const SampleFeed& samples, std::uint64_t device_seed) {
    reference::FrontEnd front_end(warmed_model(), device_seed);
    auto made = resample::FedSignal::create(samples.rate, front_end.true_rate(), feed_capacity);
    if (!made) return tl::unexpected(std::move(made.error()));
    auto signal = std::make_unique<resample::FedSignal>(std::move(*made));
    fed_ = signal.get();
    // From any time the codes reach to the end of a block beyond the front end's latency.
    const double ahead =
        static_cast<double>(block_samples + front_end.latency()) / signal->rate().value();
    start(std::move(signal), std::move(front_end), samples.frequency, CodeStream::Pace::as_asked);
    supply(true);  // nobody feeds silence
    return FeedTerms{.now = description.now,
                     .capacity = static_cast<std::int64_t>(feed_capacity),
                     .reach = static_cast<std::int64_t>(ahead * samples.rate.value()) +
                              static_cast<std::int64_t>(fed_->reach()) + 2};
  }

  Result<FeedState> feed(const SampleBlock& block) {
    if (fed_ == nullptr) {
      return fail(ErrorCode::failed_precondition,
                  "the terminals follow a recipe; expected samples to be applied first");
    }
    if (auto taken = fed_->feed(block); !taken) return tl::unexpected(std::move(taken.error()));
    return FeedState{.next_sample = fed_->next_fed(),
                     .room = static_cast<std::int64_t>(fed_->room())};
  }

  Result<std::vector<Pulse>> advance(Instant until) {
    std::vector<PulseEdge> edges;
    const Rational rate = codes_->rate();
    const std::int64_t end = samples_before(until.nanoseconds - applied_at_.nanoseconds, rate);
    if (auto fed = check_fed(end); !fed) return tl::unexpected(std::move(fed.error()));
    const std::int64_t before = taken_;
    const std::int64_t booted =
        samples_before(booted_at_.nanoseconds - applied_at_.nanoseconds, rate);
    while (taken_ < end) {
      while (taken_ >= ready()) {
        auto block = codes_->next();
        if (!block) return tl::unexpected(std::move(block.error()));
        block_ = *block;
        computed_ += static_cast<std::int64_t>(block_samples);
      }
      const bool boots = taken_ < booted;
      const std::int64_t until_sample = std::min(boots ? std::min(end, booted) : end, ready());
      const std::int64_t count = until_sample - taken_;
      const auto offset = block_samples - static_cast<std::size_t>(ready() - taken_);
      Codes codes;
      for (std::size_t phase = 0; phase < phase_count; ++phase) {
        const auto taken_of = [&](const std::vector<std::int32_t>& row) {
          return boots ? std::span(silence_).first(static_cast<std::size_t>(count))
                       : std::span(row).subspan(offset, static_cast<std::size_t>(count));
        };
        codes.volts[phase] = taken_of(block_->volts[phase]);
        codes.amperes[phase] = taken_of(block_->amperes[phase]);
      }
      core.feed(codes, edges);
      taken_ += count;
      publish();
    }
    if (registers->has_harmonics() && taken_ > before) {
      const std::scoped_lock lock(readings_mutex_);
      core.keep_for_harmonics(last_samples_);
      harmonics_are_old_ = true;
    }
    description.now = until;
    shown_at = until.nanoseconds;
    std::vector<Pulse> pulses;
    pulses.reserve(edges.size());
    for (const PulseEdge& edge : edges) {
      const std::int64_t after = time_of_sample(edge.sample - first_core_sample_, rate);
      pulses.push_back({output_ids[edge.output], {applied_at_.nanoseconds + after}});
    }
    return pulses;
  }

  void publish() {
    Readings now = core.readings();
    registers->update(now);
    const std::scoped_lock lock(readings_mutex_);
    now.take_harmonics(readings_);
    readings_ = now;
  }

  /// Of the end of the last step. A transform for each window would take as long as half of all
  /// else, so that it waits for somebody who asks.
  void renew_harmonics() {
    const std::scoped_lock lock(readings_mutex_);
    if (!harmonics_are_old_) return;
    harmonics_are_old_ = false;
    Readings fresh;
    core.add_harmonics(last_samples_, fresh);
    readings_.take_harmonics(fresh);
    registers->update_harmonics(fresh);
  }

  [[nodiscard]] Readings readings() {
    renew_harmonics();
    const std::scoped_lock lock(readings_mutex_);
    return readings_;
  }

 private:
  /// Of the front end, without what the currents add.
  [[nodiscard]] Temperature ambient() const {
    return model.temperature + (around - reference::reference_temperature);
  }

  /// What the currents have done so far; cold after a power cycle.
  [[nodiscard]] std::optional<SelfWarming> warmed() const {
    if (!warming) return std::nullopt;
    return codes_ ? codes_->warming() : SelfWarming(*warming);
  }

  [[nodiscard]] reference::FrontEndModel warmed_model() const {
    reference::FrontEndModel now = model;
    now.temperature = ambient();
    if (const auto state = warmed())
      now.temperature = now.temperature + degree_celsius(state->kelvins());
    return now;
  }

  void start(std::unique_ptr<Signal> signal, reference::FrontEnd front_end, Rational fundamental,
             CodeStream::Pace pace) {
    if (!wiring.is_straight()) signal = std::make_unique<WiredSignal>(std::move(signal), wiring);
    codes_ = std::make_unique<CodeStream>(std::move(signal), std::move(front_end),
                                          hertz(fundamental.value()), pace, warmed(), ambient());
    applied_at_ = description.now;
    first_core_sample_ = core.samples();
    taken_ = 0;
    computed_ = 0;
  }

  /// Switched on, it boots: its day begins, and for a while it takes no samples.
  void supply(bool present) {
    if (present && !supplied_) {
      booted_at_ = description.now + boot_time;
      core.begin_day();
    }
    supplied_ = present;
  }

  /// Before time passes: were all samples fed for the blocks up to sample `end`?
  [[nodiscard]] Result<void> check_fed(std::int64_t end) const {
    if (fed_ == nullptr || end <= ready()) return {};
    const auto block = static_cast<std::int64_t>(block_samples);
    const std::int64_t blocks = (end - ready() + block - 1) / block;
    const std::int64_t needed = fed_->needed_for(computed_ + blocks * block - 1);
    if (needed <= fed_->next_fed()) return {};
    return fail(ErrorCode::failed_precondition,
                fmt::format("samples up to {} were fed; this time needs those up to {}",
                            fed_->next_fed() - 1, needed - 1));
  }

  /// Samples since apply() whose codes are known. The codes lag the terminals; the device's pulses
  /// must not, or a rig that compares energies between edges would see the swing of power inside
  /// a period as an error. So the terminals are computed ahead by as much.
  [[nodiscard]] std::int64_t ready() const {
    return computed_ - static_cast<std::int64_t>(codes_->latency());
  }

  std::unique_ptr<CodeStream> codes_;
  resample::FedSignal* fed_ = nullptr;           // its signal, when it comes as samples
  const reference::CodeBlock* block_ = nullptr;  // of the codes, the one last asked for
  Instant applied_at_;
  std::int64_t first_core_sample_ = 0;  // the core's number of sample 0
  std::int64_t taken_ = 0;              // samples since apply() that the core has seen
  std::int64_t computed_ = 0;           // and that were asked for
  bool supplied_ = false;
  Instant booted_at_;
  const std::vector<std::int32_t> silence_ = std::vector<std::int32_t>(block_samples);

  std::mutex readings_mutex_;  // of what follows
  Readings readings_;
  HarmonicSamples last_samples_;
  bool harmonics_are_old_ = false;
};

Result<std::unique_ptr<Twin>> Twin::create(const v1::Device& device, const v1::Twin& model,
                                           std::string model_sha256, const LineSettings& line) {
  if (model.device() != device.id()) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("the model '{}' is of a {}, not of a {}", model.name(), model.device(),
                            device.id()));
  }
  auto front_end = front_end_from(model.front_end());
  if (!front_end) return tl::unexpected(std::move(front_end.error()));
  const auto wiring = wiring_from(model.front_end());
  if (!wiring) return tl::unexpected(wiring.error());
  auto settings = core_settings_from(device, model);
  if (!settings) return tl::unexpected(std::move(settings.error()));
  auto map = modbus::register_map_from(device.modbus());
  if (!map) return tl::unexpected(std::move(map.error()));
  const auto identity = identity_of(device, model, line);
  if (!identity) return tl::unexpected(identity.error());
  auto registers = RegisterFile::create(std::move(*map), *identity);
  if (!registers) return tl::unexpected(std::move(registers.error()));
  auto core = MeterCore::create(*settings);
  if (!core) return tl::unexpected(std::move(core.error()));
  const auto frequency = exact_rational(settings->reference_frequency.in(hertz));
  if (!frequency) return tl::unexpected(frequency.error());

  auto state = std::make_unique<State>(std::move(*front_end), *settings, std::move(*core));
  state->wiring = *wiring;
  state->warming = warming_from(model.front_end(), device.ratings());
  state->boot_time = second(model.boot_time());
  for (const PulseOutput& output : settings->outputs) state->output_ids.push_back(output.id);
  state->registers = std::move(*registers);
  state->identity = {.device = device.id(),
                     .serial_number = model.serial_number(),
                     .firmware_version = model.firmware(),
                     .firmware_checksum = model_sha256,
                     .quantities = {}};
  for (const modbus::Register& entry : state->registers->map().registers) {
    state->identity.quantities.push_back(entry.quantity);
  }
  for (const auto& [name, value] : *identity)
    state->parameters.emplace_back(name, fmt::format("{}", value));
  state->description = {.device = device.id(),
                        .serial_number = model.serial_number(),
                        .now = {},
                        .simulated = true,
                        .model = model.name(),
                        .model_sha256 = std::move(model_sha256),
                        .takes_recipes = true,
                        .converter = {}};
  if (auto applied = state->apply(dead_terminals(*frequency), 0); !applied) {
    return tl::unexpected(std::move(applied.error()));
  }
  state->publish();
  state->registers->before_harmonics([&state = *state] { state.renew_harmonics(); });
  return std::unique_ptr<Twin>(new Twin(std::move(state)));
}

Twin::Twin(std::unique_ptr<State> state) : state_(std::move(state)) {}
Twin::~Twin() = default;

Result<TerminalsDescription> Twin::describe() { return state_->description; }

Result<void> Twin::power_cycle() { return state_->power_cycle(); }

Result<void> Twin::set_temperature(std::optional<Temperature> temperature) {
  const Temperature wanted = temperature.value_or(reference::reference_temperature);
  if (!(wanted >= degree_celsius(-60) && wanted <= degree_celsius(120)))
    return fail(ErrorCode::out_of_range,
                fmt::format("{} degC around the device; expected -60 degC to 120 degC",
                            wanted.in(degree_celsius)));
  state_->around = wanted;
  return {};
}

Result<Instant> Twin::apply(const SignalRecipe& recipe, std::uint64_t device_seed) {
  if (auto applied = state_->apply(recipe, device_seed); !applied) {
    return tl::unexpected(std::move(applied.error()));
  }
  return state_->description.now;
}

Result<FeedTerms> Twin::apply_samples(const SampleFeed& samples, std::uint64_t device_seed) {
  return state_->apply_samples(samples, device_seed);
}

Result<FeedState> Twin::feed(const SampleBlock& block) { return state_->feed(block); }

Result<FeedState> Twin::feed(const CodeBlock& /*block*/) {
  return fail(ErrorCode::unimplemented,
              "codes; this device has its own converter and takes volts and amperes");
}

Result<MeterIdentity> Twin::identify() { return state_->identity; }

Result<std::vector<Reading>> Twin::read(std::span<const QuantityId> ids) {
  std::vector<Reading> readings;
  for (const QuantityId id : ids) {
    auto reading = state_->registers->reading(id);
    if (!reading) return tl::unexpected(std::move(reading.error()));
    reading->time = {state_->shown_at};
    reading->time_base = "device";
    readings.push_back(std::move(*reading));
  }
  return readings;
}

Result<std::vector<MeterParameter>> Twin::read_parameters() { return state_->parameters; }

Result<std::vector<Pulse>> Twin::advance(Instant until) {
  const Instant now = state_->description.now;
  if (until < now) {
    return fail(ErrorCode::out_of_range,
                fmt::format("cannot go back to {} ns: the device stands at {} ns",
                            until.nanoseconds, now.nanoseconds));
  }
  if (until > now + longest_step) {
    return fail(ErrorCode::out_of_range, fmt::format("{} ns is more than an hour after {} ns",
                                                     until.nanoseconds, now.nanoseconds));
  }
  return state_->advance(until);
}

Readings Twin::readings() const { return state_->readings(); }
const RegisterFile& Twin::registers() const { return *state_->registers; }

}  // namespace meterrig::twin
