// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio/dac_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <utility>

#include "broken_pipe.h"
#include "meterrig/ports/clock.h"
#include "meterrig/synthesis/synthesis.h"
#include "output_bank.h"
#include "player.h"
#include "whole_periods.h"

namespace meterrig::iio {
namespace {

/// Multiplies what a channel carries by the inverse of its chain, the gain excepted.
template <class Kind>
Result<void> correct(Channel<Kind>& line, const DacChannel& chain, double fundamental) {
  for (Component<Kind>& component : line.components) {
    const double frequency = fundamental * component.order;
    const auto gain = chain.correction.at(hertz(frequency));
    if (!gain) return tl::unexpected(gain.error());
    component.rms = component.rms / std::abs(*gain);
    component.phase = component.phase - chain.phase_shift - radian(std::arg(*gain)) +
                      degree(360 * frequency * chain.delay.in(second));
  }
  return {};
}

// Neither corrected nor held against the greatest value by what is below: forms, tones and changes
// are played as samples.
template <class Kind>
bool only_harmonics(const Channel<Kind>& line) {
  return line.forms.empty() && line.tones.empty() && line.noise_bands.empty() &&
         line.amplitude_modulations.empty() && line.phase_modulations.empty() &&
         line.amplitude_changes.empty() && line.phase_changes.empty() && line.dc_changes.empty() &&
         line.also.empty();
}

template <class Kind>
double rms_of(const Channel<Kind>& line, Unit<Kind> unit) {
  const double dc = line.dc.known() ? line.dc.in(unit) : 0;
  double square = dc * dc;
  for (const Component<Kind>& component : line.components)
    square += component.rms.in(unit)*component.rms.in(unit);
  return std::sqrt(square);
}

}  // namespace

class DacSource::State {
 public:
  State(std::shared_ptr<Context> context, DacSettings settings, OutputBank bank)
      : context_(std::move(context)), settings_(std::move(settings)), bank_(std::move(bank)) {}

  [[nodiscard]] const Context& context() const { return *context_; }
  [[nodiscard]] const OutputBank& bank() const { return bank_; }
  [[nodiscard]] SourceRange range() const;

  Result<void> check(const OperatingPoint& point) const;
  Result<void> apply(const SignalRecipe& recipe);
  Result<void> play(std::unique_ptr<Signal> signal);
  Result<OutputState> read_back() const;
  Result<void> off();
  void remember(const OperatingPoint& point) { point_ = point; }

 private:
  [[nodiscard]] const DacChannel* chain(ChannelKind kind, std::size_t phase) const;
  template <class Kind>
  Result<void> prepare(Channel<Kind>& line, Unit<Kind> unit, ChannelKind kind, std::size_t phase,
                       double fundamental) const;
  /// A rate whose buffer holds whole periods of the frequency, and how many samples these are.
  struct Cycle {
    Rational rate;
    std::size_t samples = 0;
  };
  [[nodiscard]] std::optional<Cycle> cycle(Rational frequency) const;
  Result<void> stop_playing();
  Result<void> put_out(const Codes& codes, Rational rate);
  Result<void> stream(std::unique_ptr<Signal> signal);
  /// Connects anew: libiio's own connection never comes back once it was lost.
  Result<void> reopen();
  /// Puts out zeros when it could not at first.
  Result<void> rest_after(const Error& first);
  /// Zeros in place of what could not be put out.
  Result<void> give_up(Error error);

  std::shared_ptr<Context> context_;
  DacSettings settings_;
  OutputBank bank_;
  std::unique_ptr<Player> player_;  // after the bank: it uses it
  OperatingPoint point_;
};

SourceRange DacSource::State::range() const {
  const auto least = [this](ChannelKind kind) {
    double value = std::numeric_limits<double>::infinity();
    for (const DacChannel& channel : settings_.channels)
      if (channel.kind == kind) value = std::min(value, channel.greatest);
    return std::isinf(value) ? 0 : value;
  };
  return {.voltage = volt(least(ChannelKind::voltage)),
          .current = ampere(least(ChannelKind::current)),
          .lowest = settings_.lowest,
          .highest = settings_.highest};
}

Result<void> DacSource::State::check(const OperatingPoint& point) const {
  if (!point.frequency.known())
    return fail(ErrorCode::invalid_argument, "an unknown frequency; expected one in hertz");
  if (!(point.frequency >= settings_.lowest && point.frequency <= settings_.highest))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("a frequency of {} Hz; expected {} Hz to {} Hz", point.frequency.in(hertz),
                    settings_.lowest.in(hertz), settings_.highest.in(hertz)));
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (!(point.voltage.at(p) >= volt(0)) || std::isinf(point.voltage.at(p).in(volt)))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("voltage L{} of {} V; expected one of 0 V or above", p + 1,
                              point.voltage.at(p).in(volt)));
    if (!(point.current.at(p) >= ampere(0)) || std::isinf(point.current.at(p).in(ampere)))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("current L{} of {} A; expected one of 0 A or above", p + 1,
                              point.current.at(p).in(ampere)));
    if (point.current.at(p) > ampere(0) && !point.displacement.at(p).known())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("an unknown displacement of the current L{}; expected one in degrees",
                              p + 1));
  }
  return {};
}

const DacChannel* DacSource::State::chain(ChannelKind kind, std::size_t phase) const {
  const auto found = std::ranges::find_if(settings_.channels, [&](const DacChannel& channel) {
    return channel.kind == kind && static_cast<std::size_t>(channel.phase) == phase;
  });
  return found == settings_.channels.end() ? nullptr : &*found;
}

template <class Kind>
Result<void> DacSource::State::prepare(Channel<Kind>& line, Unit<Kind> unit, ChannelKind kind,
                                       std::size_t phase, double fundamental) const {
  const std::string name = terminal_name(kind, static_cast<Phase>(phase));
  const char letter = kind == ChannelKind::current ? 'A' : 'V';
  if (line.noise_rms.known() && line.noise_rms.in(unit) != 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: noise does not repeat; expected none, or a signal to play", name));
  if (!only_harmonics(line))
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{}: more than dc and harmonics; expected these alone, or a signal to play",
                    name));
  const double rms = rms_of(line, unit);
  const DacChannel* const channel = chain(kind, phase);
  const double greatest = channel == nullptr ? 0 : channel->greatest;
  if (!(rms <= greatest))
    return fail(ErrorCode::out_of_range, fmt::format("{} of {:.6g} {}; expected at most {:.6g} {}",
                                                     name, rms, letter, greatest, letter));
  return channel == nullptr ? Result<void>() : correct(line, *channel, fundamental);
}

std::optional<DacSource::State::Cycle> DacSource::State::cycle(Rational frequency) const {
  const std::size_t align = bank_.alignment();
  const auto fitting = [&](Rational rate) -> std::optional<Cycle> {
    const auto samples = whole_periods(frequency, rate, align, settings_.most_cyclic_samples);
    if (!samples) return std::nullopt;
    return Cycle{.rate = rate, .samples = *samples};
  };
  if (auto found = fitting(bank_.rate())) return found;
  // The nearest rate that it fits: the one asked for was asked for with a reason.
  std::vector<Rational> others = bank_.rates();
  const double wanted = std::log(bank_.rate().value());
  std::ranges::sort(others, {},
                    [wanted](Rational rate) { return std::abs(std::log(rate.value()) - wanted); });
  for (const Rational rate : others)
    if (auto found = fitting(rate)) return found;
  return std::nullopt;
}

Result<void> DacSource::State::apply(const SignalRecipe& wanted) {
  SignalRecipe recipe = wanted;
  if (!recipe.frequency_modulations.empty() || !recipe.frequency_changes.empty())
    return fail(ErrorCode::invalid_argument,
                "a frequency that changes; expected a steady one, or a signal to play");
  const double fundamental = recipe.frequency.value();
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (auto done = prepare(recipe.voltage.at(p), volt, ChannelKind::voltage, p, fundamental);
        !done)
      return done;
    if (auto done = prepare(recipe.current.at(p), ampere, ChannelKind::current, p, fundamental);
        !done)
      return done;
  }
  const auto cyclic = cycle(recipe.frequency);
  const Rational rate = cyclic ? cyclic->rate : bank_.rate();
  auto synthesis = synthesis::Synthesis::create(std::move(recipe), rate);
  if (!synthesis) return tl::unexpected(synthesis.error());
  if (!cyclic) return play(std::make_unique<synthesis::Synthesis>(std::move(*synthesis)));

  SampleBlock block(rate, 0, cyclic->samples);
  if (auto read = synthesis->read(block); !read) return read;
  const auto codes = bank_.codes_of(block);
  if (!codes) return tl::unexpected(codes.error());
  const auto stopped = stop_playing();
  const auto done = stopped ? put_out(*codes, rate) : stopped;
  return done ? done : give_up(done.error());
}

Result<void> DacSource::State::put_out(const Codes& codes, Rational rate) {
  if (rate != bank_.rate()) {
    if (auto set = bank_.set_rate(rate); !set) return set;
    if (bank_.rate() != rate)
      return fail(ErrorCode::aborted,
                  fmt::format("the boards make {} of the rate {} that they offer",
                              bank_.rate().value(), rate.value()));
  }
  return bank_.begin(codes, true);
}

Result<void> DacSource::State::play(std::unique_ptr<Signal> signal) {
  const auto stopped = stop_playing();
  const auto done = stopped ? stream(std::move(signal)) : stopped;
  return done ? done : give_up(done.error());
}

Result<void> DacSource::State::stream(std::unique_ptr<Signal> signal) {
  const Rational rate = signal->rate();
  if (rate != bank_.rate()) {
    const Rational before = bank_.rate();
    if (auto set = bank_.set_rate(rate); !set) return set;
    if (bank_.rate() != rate) {
      const double made = bank_.rate().value();
      if (auto restored = bank_.set_rate(before); !restored) return restored;
      return fail(ErrorCode::out_of_range,
                  fmt::format("a signal of {} samples a second; the boards make {} of it",
                              rate.value(), made));
    }
  }
  auto player = Player::start(bank_, std::move(signal), settings_);
  if (!player) return tl::unexpected(player.error());
  player_ = std::move(*player);
  return {};
}

Result<void> DacSource::State::give_up(Error error) {
  point_ = {};
  // A board of ours that is busy has not done what it was told before.
  if (error.code == ErrorCode::failed_precondition) error.code = ErrorCode::aborted;
  if (auto rested = bank_.rest(); !rested)
    error.message += "; zeros cannot be put out: " + rested.error().message;
  return tl::unexpected(std::move(error));
}

Result<void> DacSource::State::stop_playing() {
  point_ = {};
  std::optional<Error> error;
  if (player_) {
    player_->stop();
    error = player_->error();
    player_.reset();
  }
  bank_.close();
  if (error) return tl::unexpected(*error);
  return {};
}

Result<OutputState> DacSource::State::read_back() const {
  if (player_) {
    if (const std::optional<Error> error = player_->error()) return tl::unexpected(*error);
  }
  if (auto answered = bank_.probe(); !answered) return tl::unexpected(answered.error());
  const bool on = player_ ? player_->playing() : bank_.is_open();
  return OutputState{.on = on, .measured = false, .point = on ? point_ : OperatingPoint()};
}

Result<void> DacSource::State::reopen() {
  auto context = Context::open(context_->uri(), context_->timeout());
  if (!context) return tl::unexpected(context.error());
  auto bank = OutputBank::open(*context, settings_);
  if (!bank) return tl::unexpected(bank.error());
  bank_ = std::move(*bank);
  context_ = std::move(*context);
  return {};
}

Result<void> DacSource::State::rest_after(const Error& first) {
  // A board has the old connection's buffer until it has noticed that it ended, perhaps when it has
  // at last answered what it was asked before.
  ports::MonotonicClock clock;
  const Instant end = clock.now() + 2 * context_->timeout() + second(1);
  ErrorCode code = first.code;
  while (clock.now() < end) {
    if (code != ErrorCode::unavailable && code != ErrorCode::failed_precondition) break;
    auto rested = code == ErrorCode::unavailable ? reopen() : Result<void>();
    if (rested) rested = bank_.rest();
    if (rested) return {};
    // One that refuses connections is gone.
    if (rested.error().code == ErrorCode::unavailable && code == ErrorCode::unavailable) break;
    code = rested.error().code;
    clock.sleep_until(clock.now() + millisecond(20));
  }
  return tl::unexpected(first);
}

Result<void> DacSource::State::off() {
  auto stopped = stop_playing();
  // Whatever became of the signal, zeros are put out, and not even a lost line keeps it on.
  if (const auto rested = bank_.rest(); !rested) return rest_after(rested.error());
  return stopped;
}

DacSource::DacSource(std::unique_ptr<State> state) : state_(std::move(state)) {}

DacSource::~DacSource() {
  const NoBrokenPipe guard;
  // Nobody is left to tell: a board that is gone ends its output itself.
  (void)state_->off();
}

Result<std::unique_ptr<DacSource>> DacSource::open(std::shared_ptr<Context> context,
                                                   DacSettings settings) {
  const NoBrokenPipe guard;
  auto bank = OutputBank::open(context, settings);
  if (!bank) return tl::unexpected(bank.error());
  if (auto rested = bank->rest(); !rested) return tl::unexpected(rested.error());
  auto state = std::make_unique<State>(std::move(context), std::move(settings), std::move(*bank));
  return std::unique_ptr<DacSource>(new DacSource(std::move(state)));
}

Result<InstrumentIdentity> DacSource::identify() {
  const NoBrokenPipe guard;
  if (auto answered = state_->bank().probe(); !answered) return tl::unexpected(answered.error());
  return state_->context().identity();
}

SourceRange DacSource::range() const { return state_->range(); }
Rational DacSource::rate() const { return state_->bank().rate(); }

Result<void> DacSource::apply(const OperatingPoint& point) {
  const NoBrokenPipe guard;
  if (auto checked = state_->check(point); !checked) return checked;
  const auto recipe = recipe_of(point);
  if (!recipe) return tl::unexpected(recipe.error());
  if (auto applied = state_->apply(*recipe); !applied) return applied;
  state_->remember(point);
  return {};
}

Result<void> DacSource::apply(const SignalRecipe& recipe) {
  const NoBrokenPipe guard;
  return state_->apply(recipe);
}

Result<void> DacSource::play(std::unique_ptr<Signal> signal, Rational /*frequency*/) {
  const NoBrokenPipe guard;
  return state_->play(std::move(signal));
}

Result<OutputState> DacSource::read_back() {
  const NoBrokenPipe guard;
  return state_->read_back();
}

Result<void> DacSource::off() {
  const NoBrokenPipe guard;
  return state_->off();
}

}  // namespace meterrig::iio
