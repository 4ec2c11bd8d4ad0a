// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/front_end.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <utility>

#include "coil_integrator.h"
#include "converter.h"
#include "delay_line.h"
#include "fraction.h"
#include "low_pass.h"
#include "meterrig/vocabulary/noise.h"
#include "saturating_core.h"
#include "transformer_table.h"

namespace meterrig::reference {
namespace {

constexpr double lowest_hertz = 10;
// Samples go through delay and converter in stretches that stay in the first cache.
constexpr std::size_t tile = 1024;

Rational rate_of(const FrontEndModel& model, double kelvins) {
  const Rational nominal = model.nominal_rate;
  const double error = known_or_none(model.clock_error.in(percent)) +
                       kelvins * known_or_none(model.clock_drift.in(percent));
  if (error == 0) return nominal;
  if (const auto e = exact_rational(error))
    if (const auto hundred = divide(*e, {100, 1}))
      if (const auto rate =
              divide(nominal, {hundred->denominator, hundred->denominator + hundred->numerator}))
        return *rate;
  // More digits than a ratio holds: the nearest number with fewer.
  return exact_rational(nominal.value() * (1 + error / 100)).value_or(nominal);
}

double warming_of(Temperature temperature) {
  const double kelvins = (temperature - reference_temperature).in(degree_celsius);
  const double celsius = temperature.in(degree_celsius);
  return celsius >= -273.15 && celsius <= 1000 ? kelvins : 0.0;
}

}  // namespace

class FrontEnd::Stages {
 public:
  Stages(FrontEndModel model, std::uint64_t seed);

  [[nodiscard]] Rational true_rate() const { return true_rate_; }
  [[nodiscard]] std::size_t latency() const { return volts_.front().line.latency(); }
  void set_temperature(Temperature temperature);
  void convert(const SampleBlock& terminals, Frequency fundamental, CodeBlock& out);
  void reset();

 private:
  struct Channel {
    DelayLine line;
    double skew = 0;  // seconds
    Converter converter;
  };
  using Rows = PerPhase<const double*>;

  [[nodiscard]] std::vector<Channel> channels_of(const PerPhase<ChannelModel>& models,
                                                 double full_scale, std::uint32_t first) const;
  void set_leads();
  [[nodiscard]] Rows through_divider(const SampleBlock& terminals);
  [[nodiscard]] Rows through_sensor(const SampleBlock& terminals);
  void draw_jitter(std::size_t begin, std::size_t count);
  void sample(Channel& channel, double ratio, std::size_t begin, std::size_t end,
              std::vector<std::int32_t>& codes);
  void convert_late(Channel& channel, double ratio, std::size_t begin, std::size_t count,
                    std::int32_t* codes);

  FrontEndModel model_;
  std::uint64_t seed_ = 0;
  double full_code_ = 0;
  Rational true_rate_;
  double rate_ = 1;

  double divider_ratio_ = 1;
  LowPass divider_;
  LowPass voltage_filter_;
  std::optional<SaturatingCore> core_;
  std::optional<CoilIntegrator> coil_;
  LowPass current_filter_;
  TransformerTable table_;
  double jitter_ = 0;  // seconds
  std::vector<Channel> volts_;
  std::vector<Channel> amperes_;

  std::int64_t next_sample_ = 0;
  std::int64_t first_sample_ = 0;  // of the block
  bool running_ = false;
  double cycles_ = 0;  // a sample
  PerPhase<std::vector<double>> divided_;
  PerPhase<std::vector<double>> sensed_;
  std::array<double, tile> taken_{};  // a stretch of one channel, on its way to the converter
  std::array<double, tile> slopes_{};
  std::array<double, tile> late_{};  // what the clock is late in this tile, samples
};

FrontEnd::Stages::Stages(FrontEndModel model, std::uint64_t seed)
    : model_(std::move(model)),
      seed_(seed),
      full_code_(static_cast<double>((std::int64_t{1} << (model_.adc_bits - 1)) - 1)),
      true_rate_(rate_of(model_, warming_of(model_.temperature))),
      rate_(true_rate_.value()),
      table_(points_at(model_.transformer, model_.burden)),
      jitter_(known_or_none(model_.aperture_jitter.in(second))) {
  if (model_.divider) {
    divider_ratio_ = 1 + fraction(model_.divider->ratio_error);
    const double seconds = known_or_none(model_.divider->time_constant.in(second));
    if (seconds > 0) divider_ = LowPass(1, 1 / (2 * std::numbers::pi * seconds * rate_));
  }
  if (model_.core) core_.emplace(*model_.core, model_.burden, rate_);
  if (model_.rogowski) coil_.emplace(*model_.rogowski, rate_, seed_, integrator_stream);
  if (const AntiAliasFilter& filter = model_.anti_alias; filter.order > 0)
    voltage_filter_ = current_filter_ = LowPass(filter.order, filter.corner.in(hertz) / rate_);
  volts_ = channels_of(model_.voltage, model_.voltage_full_scale.in(volt), 0);
  amperes_ = channels_of(model_.current, model_.current_full_scale.in(ampere),
                         static_cast<std::uint32_t>(phase_count));
  set_temperature(model_.temperature);
  reset();
}

std::vector<FrontEnd::Stages::Channel> FrontEnd::Stages::channels_of(
    const PerPhase<ChannelModel>& models, double full_scale, std::uint32_t first) const {
  double longest_skew = 0;
  for (const auto& all : {model_.voltage, model_.current})
    for (const ChannelModel& channel : all)
      longest_skew = std::max(longest_skew, std::abs(known_or_none(channel.skew.in(second))));
  const double longest_lead = table_.longest_turns() * rate_ / lowest_hertz + longest_skew * rate_;
  std::vector<Channel> channels;
  channels.reserve(models.size());
  for (const ChannelModel& model : models) {
    const bool late = longest_lead > 0 || jitter_ > 0;
    const auto number = first + static_cast<std::uint32_t>(channels.size());
    channels.push_back(
        {.line = late ? DelayLine(longest_lead) : DelayLine(),
         .skew = known_or_none(model.skew.in(second)),
         .converter = Converter(model, full_scale, full_code_, rate_, seed_, number)});
  }
  return channels;
}

void FrontEnd::Stages::set_temperature(Temperature temperature) {
  const double kelvins = warming_of(temperature);
  true_rate_ = rate_of(model_, kelvins);
  rate_ = true_rate_.value();
  for (auto* channels : {&volts_, &amperes_})
    for (Channel& channel : *channels) channel.converter.set_warming(kelvins);
  set_leads();
}

void FrontEnd::Stages::reset() {
  running_ = false;
  table_.reset();
  for (LowPass* filter : {&divider_, &voltage_filter_, &current_filter_}) filter->reset();
  if (core_) core_->reset();
  if (coil_) coil_->reset();
  for (auto* channels : {&volts_, &amperes_})
    for (Channel& channel : *channels) channel.line.reset();
  set_leads();
}

void FrontEnd::Stages::set_leads() {
  for (Channel& channel : volts_) channel.line.set_lead(channel.skew * rate_);
  for (std::size_t p = 0; p < amperes_.size(); ++p) {
    const double lead = cycles_ > 0 ? table_.errors(p).turns / cycles_ : 0;
    amperes_[p].line.set_lead(lead + amperes_[p].skew * rate_);
  }
}

// Volts at the converter's inputs; the terminals themselves where nothing is between.
FrontEnd::Stages::Rows FrontEnd::Stages::through_divider(const SampleBlock& terminals) {
  Rows rows{};
  const bool plain = divider_ratio_ == 1 && divider_.empty() && voltage_filter_.empty();
  PerPhase<double*> divided{};
  for (std::size_t p = 0; p < phase_count; ++p) {
    rows[p] = terminals.volts(p).data();
    if (plain) continue;
    divided_[p].resize(terminals.count());
    divided[p] = divided_[p].data();
    for (std::size_t i = 0; i < terminals.count(); ++i) divided[p][i] = divider_ratio_ * rows[p][i];
    rows[p] = divided[p];
  }
  if (!plain) {
    divider_.filter(divided, terminals.count());
    voltage_filter_.filter(divided, terminals.count());
  }
  return rows;
}

// What the sensors make of the currents, in amperes of the primary.
FrontEnd::Stages::Rows FrontEnd::Stages::through_sensor(const SampleBlock& terminals) {
  Rows rows{};
  const bool plain = !core_ && !coil_ && current_filter_.empty();
  PerPhase<double*> sensed{};
  for (std::size_t p = 0; p < phase_count; ++p) {
    rows[p] = terminals.amperes(p).data();
    if (plain) continue;
    sensed_[p].assign(rows[p], rows[p] + terminals.count());
    rows[p] = sensed[p] = sensed_[p].data();
  }
  if (!plain) {
    if (core_) core_->transform(sensed, terminals.count());
    if (coil_) coil_->transform(sensed, terminals.first_sample, terminals.count());
    current_filter_.filter(sensed, terminals.count());
  }
  return rows;
}

void FrontEnd::Stages::draw_jitter(std::size_t begin, std::size_t count) {
  if (!(jitter_ > 0)) return;
  std::fill_n(late_.begin(), count, 0.0);
  add_noise({.seed = seed_, .channel = jitter_stream},
            first_sample_ + static_cast<std::int64_t>(begin), jitter_ * rate_,
            std::span(late_).first(count));
}

// Samples [begin, end) of one channel, from the input of the converter to its codes.
void FrontEnd::Stages::sample(Channel& channel, double ratio, std::size_t begin, std::size_t end,
                              std::vector<std::int32_t>& codes) {
  const std::size_t count = end - begin;
  const std::int64_t number = first_sample_ + static_cast<std::int64_t>(begin);
  const std::span<double> taken = std::span(taken_).first(count);
  std::int32_t* const first_code = codes.data() + begin;
  if (jitter_ > 0) {
    const double* const late = late_.data() + begin % tile;
    channel.line.read(begin, ratio, taken);
    channel.line.read_slopes(begin, ratio, std::span(slopes_).first(count));
    for (std::size_t i = 0; i < count; ++i) taken[i] += late[i] * slopes_[i];
    channel.converter.convert(taken, number, first_code);
  } else if (!channel.line.moves()) {
    convert_late(channel, ratio, begin, count, first_code);
  } else if (channel.converter.silent()) {
    const TapWeights weights = channel.line.weights(ratio);
    for (std::size_t i = 0; i < count;) {
      const DelayLine::Run run = channel.line.tapped(begin + i, count - i);
      channel.converter.convert_taps(weights, run.samples, run.count, first_code + i);
      i += run.count;
    }
  } else {
    channel.line.read(begin, ratio, taken);
    channel.converter.convert(taken, number, first_code);
  }
}

// What is late by whole samples needs no interpolation.
void FrontEnd::Stages::convert_late(Channel& channel, double ratio, std::size_t begin,
                                    std::size_t count, std::int32_t* codes) {
  for (std::size_t i = 0; i < count;) {
    const DelayLine::Run run = channel.line.late(begin + i, count - i);
    std::span<const double> values(run.samples, run.count);
    if (ratio != 1) {
      for (std::size_t k = 0; k < run.count; ++k) taken_[k] = ratio * values[k];
      values = std::span(taken_).first(run.count);
    }
    channel.converter.convert(values, first_sample_ + static_cast<std::int64_t>(begin + i),
                              codes + i);
    i += run.count;
  }
}

void FrontEnd::Stages::convert(const SampleBlock& terminals, Frequency fundamental,
                               CodeBlock& out) {
  if (running_ && terminals.first_sample != next_sample_) reset();
  const std::size_t count = terminals.count();
  running_ = true;
  first_sample_ = out.first_sample = terminals.first_sample;
  next_sample_ = first_sample_ + static_cast<std::int64_t>(count);

  const double cycles = fundamental.in(hertz) / rate_;
  if (cycles > 0 && cycles < 0.5 && cycles != cycles_) {
    cycles_ = cycles;
    table_.set_frequency(cycles);
    set_leads();
  }

  const Rows volts = through_divider(terminals);
  const Rows amperes = through_sensor(terminals);
  Rows primary{};
  for (std::size_t p = 0; p < phase_count; ++p) {
    primary[p] = terminals.amperes(p).data();
    volts_[p].line.begin(volts[p], count);
    amperes_[p].line.begin(amperes[p], count);
    out.volts[p].resize(count);
    out.amperes[p].resize(count);
  }
  for (std::size_t begin = 0; begin < count; begin += tile) {
    const std::size_t end = std::min(count, begin + tile);
    draw_jitter(begin, end - begin);
    for (std::size_t p = 0; p < phase_count; ++p) sample(volts_[p], 1, begin, end, out.volts[p]);
    for (std::size_t at = begin; at < end;) {
      const std::size_t steady_until = table_.take(primary, at, end);
      for (std::size_t p = 0; p < phase_count; ++p)
        sample(amperes_[p], 1 + table_.errors(p).ratio, at, steady_until, out.amperes[p]);
      if (table_.turn_period()) set_leads();
      at = steady_until;
    }
  }
  for (auto* channels : {&volts_, &amperes_})
    for (Channel& channel : *channels) channel.line.finish();
}

FrontEnd::FrontEnd(FrontEndModel model, std::uint64_t seed)
    : stages_(std::make_unique<Stages>(std::move(model), seed)) {}
FrontEnd::FrontEnd(FrontEnd&& other) noexcept = default;
FrontEnd& FrontEnd::operator=(FrontEnd&& other) noexcept = default;
FrontEnd::~FrontEnd() = default;

Rational FrontEnd::true_rate() const { return stages_->true_rate(); }

std::size_t FrontEnd::latency() const { return stages_->latency(); }

void FrontEnd::set_temperature(Temperature temperature) { stages_->set_temperature(temperature); }

void FrontEnd::convert(const SampleBlock& terminals, Frequency fundamental, CodeBlock& out) {
  stages_->convert(terminals, fundamental, out);
}

void FrontEnd::reset() { stages_->reset(); }

}  // namespace meterrig::reference
