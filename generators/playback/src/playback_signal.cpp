// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "meterrig/playback/signal.h"
#include "meterrig/resample/kernel.h"
#include "scan_store.h"

namespace meterrig::playback {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t farthest_sample = 1'000'000'000'000;
constexpr std::size_t tile = 1024;  // samples whose scans are fetched together
constexpr double greatest_ratio = 1000;
constexpr std::size_t terminals = 2 * phase_count;

struct ExactPlace {
  std::int64_t whole = 0;  // scans
  double fraction = 0;
};

ExactPlace exact_place(Wide units, Wide unit) {
  Wide whole = units / unit;
  Wide rest = units % unit;
  if (rest < 0) {
    rest += unit;
    --whole;
  }
  return {static_cast<std::int64_t>(whole), static_cast<double>(rest) / static_cast<double>(unit)};
}

}  // namespace

class PlaybackSignal::State {
 public:
  State(const std::shared_ptr<Recording>& recording, const PlaybackSettings& settings,
        const RecordedSegment& segment, Rational step, std::vector<std::size_t> channels)
      : settings_(settings),
        step_(step),
        unit_(Wide{step.denominator} << Loop::step_bits),
        loop_units_(Wide{settings.loop.length} * step.denominator),
        fade_units_(Wide{settings.loop.fade} * step.denominator),
        kernel_(segment.rate, settings.rate),
        weights_(kernel_.taps()),
        channels_(channels),
        store_(recording, std::move(channels), segment.first, segment.count) {
    for (std::size_t t = 0; t < terminals; ++t) {
      const Terminal& terminal = terminal_at(t);
      for (const Term& term : terminal.mix) {
        const auto known = std::find(channels_.begin(), channels_.end(), term.channel);
        mixes_[t].emplace_back(static_cast<std::size_t>(known - channels_.begin()), term.factor);
      }
    }
    const auto& described = recording->description().channels;
    for (const std::size_t channel : channels_) {
      const double scans = described[channel].skew * segment.rate.value();
      skews_.push_back(Wide{std::llround(std::ldexp(scans, Loop::step_bits))} * step.denominator);
    }
  }

  [[nodiscard]] Rational rate() const { return settings_.rate; }

  Result<void> read(SampleBlock& block) {
    for (std::size_t done = 0; done < block.count();) {
      std::int64_t n = block.first_sample + static_cast<std::int64_t>(done);
      const Wide place = in_loop(n);
      const Wide advance = Wide{step_.numerator} << Loop::step_bits;
      // Samples of one kind: neither across the seam nor into the fade.
      const bool fading = place >= loop_units_ - fade_units_;
      const Wide border = fading ? loop_units_ : loop_units_ - fade_units_;
      const Wide left = (border - place + advance - 1) / advance;
      const std::size_t count = std::min(
          {tile, block.count() - done, left < Wide{tile} ? static_cast<std::size_t>(left) : tile});
      if (auto read = resample(place, advance, count, here_); !read) return read;
      if (fading)
        if (auto read = resample(place - loop_units_, advance, count, there_); !read) return read;
      for (std::size_t i = 0; i < count; ++i, ++n) {
        const Wide at = place + static_cast<Wide>(i) * advance;
        if (fading) cross_fade(at, i);
        write(block, done + i, at, i);
      }
      done += count;
    }
    return {};
  }

 private:
  using Rows = std::vector<std::vector<double>>;

  [[nodiscard]] const Terminal& terminal_at(std::size_t t) const {
    return t < phase_count ? settings_.voltage.at(t) : settings_.current.at(t - phase_count);
  }

  // Units from the loop's begin at which sample n lies, 0 <= .. < loop_units_.
  [[nodiscard]] Wide in_loop(std::int64_t n) const {
    const Wide units = (Wide{n} * step_.numerator) << Loop::step_bits;
    const Wide rest = units % loop_units_;
    return rest < 0 ? rest + loop_units_ : rest;
  }

  // Values of all channels at `count` places from `place` on, units from the loop's begin.
  Result<void> resample(Wide place, Wide advance, std::size_t count, Rows& values) {
    values.resize(channels_.size());
    for (auto& row : values) row.resize(count);
    if (channels_.empty()) return {};
    const auto [least, greatest] = std::minmax_element(skews_.begin(), skews_.end());
    const auto half = static_cast<std::int64_t>(kernel_.taps() / 2);
    const std::int64_t begin = exact_place(place - *greatest, unit_).whole - half + 1;
    const std::int64_t end =
        exact_place(place + static_cast<Wide>(count - 1) * advance - *least, unit_).whole + half;
    scans_.resize(channels_.size());
    for (auto& row : scans_) row.resize(static_cast<std::size_t>(end - begin + 1));
    if (auto fetched = store_.fetch(settings_.loop.begin + begin, scans_); !fetched) return fetched;
    for (std::size_t i = 0; i < count; ++i) {
      ExactPlace at;
      for (std::size_t c = 0; c < channels_.size(); ++c) {
        if (c == 0 || skews_[c] != skews_[c - 1]) {
          at = exact_place(place + static_cast<Wide>(i) * advance - skews_[c], unit_);
          kernel_.weigh(at.fraction, weights_);
        }
        const double* scans = scans_[c].data() + (at.whole - half + 1 - begin);
        double sum = 0;
        for (std::size_t k = 0; k < weights_.size(); ++k) sum += weights_[k] * scans[k];
        values[c][i] = sum;
      }
    }
    return {};
  }

  void cross_fade(Wide at, std::size_t i) {
    const double x = 1 - static_cast<double>(loop_units_ - at) / static_cast<double>(fade_units_);
    // cos(pi x) for x in [0, 1]: half a turn.
    const auto half_turns = static_cast<std::uint64_t>(std::ldexp(x, 63));
    const double w = 0.5 - 0.5 * sine_cosine(Turn{half_turns}).cosine;
    for (std::size_t c = 0; c < channels_.size(); ++c)
      here_[c][i] = (1 - w) * here_[c][i] + w * there_[c][i];
  }

  void write(SampleBlock& block, std::size_t index, Wide at, std::size_t i) const {
    for (std::size_t t = 0; t < terminals; ++t) {
      double value = terminal_at(t).offset;
      for (const auto& [channel, factor] : mixes_[t]) value += factor * here_[channel][i];
      if (const auto& sine = terminal_at(t).sine) {
        // Share of the loop, as a 62-bit word so that whole cycles of it wrap exactly.
        const double share = static_cast<double>(at) / static_cast<double>(loop_units_);
        const auto word = static_cast<std::uint64_t>(std::ldexp(share, 63)) * 2;
        value += std::numbers::sqrt2 * sine->rms *
                 sine_cosine(settings_.loop.cycles * Turn{word} + sine->phase).sine;
      }
      (t < phase_count ? block.volts(t) : block.amperes(t - phase_count))[index] = value;
    }
  }

  PlaybackSettings settings_;
  Rational step_;  // scans for each sample
  Wide unit_;      // units of a scan
  Wide loop_units_;
  Wide fade_units_;
  resample::Kernel kernel_;
  std::vector<double> weights_;
  std::vector<std::size_t> channels_;
  std::vector<Wide> skews_;  // units
  std::array<std::vector<std::pair<std::size_t, double>>, terminals> mixes_;
  ScanStore store_;
  Rows scans_;
  Rows here_;
  Rows there_;
};

PlaybackSignal::PlaybackSignal(std::unique_ptr<State> state) : state_(std::move(state)) {}
PlaybackSignal::~PlaybackSignal() = default;

Result<std::unique_ptr<PlaybackSignal>> PlaybackSignal::create(
    const std::shared_ptr<Recording>& recording, const PlaybackSettings& settings) {
  const RecordingDescription& described = recording->description();
  std::vector<std::size_t> channels;
  for (const auto& side : {settings.voltage, settings.current})
    for (const Terminal& terminal : side) {
      for (const Term& term : terminal.mix) {
        if (term.channel >= described.channels.size() || !std::isfinite(term.factor))
          return fail(ErrorCode::invalid_argument,
                      fmt::format("channel {} times {} of a recording with {} channels",
                                  term.channel, term.factor, described.channels.size()));
        if (std::find(channels.begin(), channels.end(), term.channel) == channels.end())
          channels.push_back(term.channel);
      }
    }
  const Loop& loop = settings.loop;
  const auto segment = std::find_if(
      described.segments.begin(), described.segments.end(), [&](const RecordedSegment& s) {
        return loop.begin >= s.first && loop.begin < s.first + s.count;
      });
  const double begin =
      segment == described.segments.end() ? 0 : static_cast<double>(loop.begin - segment->first);
  if (segment == described.segments.end() || loop.length < 1 || loop.cycles < 1 || loop.fade < 1 ||
      loop.fade > loop.length ||
      std::ldexp(static_cast<double>(loop.fade), -Loop::step_bits) > begin ||
      begin + loop.length_in_scans() > static_cast<double>(segment->count))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("a loop of {} scans from scan {} on, one cycle before it, is not in one "
                    "segment of the recording",
                    loop.length_in_scans(), loop.begin));
  if (settings.rate.numerator <= 0 || settings.rate.denominator <= 0)
    return fail(ErrorCode::out_of_range, "a sample rate that is not above 0");
  const auto step = divide(segment->rate, settings.rate);
  if (!step) return tl::unexpected(step.error());
  if (!(step->value() <= greatest_ratio && step->value() >= 1 / greatest_ratio))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("{} scans a second as {} samples a second; expected a ratio of at most {}",
                    segment->rate.value(), settings.rate.value(), greatest_ratio));
  return std::unique_ptr<PlaybackSignal>(new PlaybackSignal(
      std::make_unique<State>(recording, settings, *segment, *step, std::move(channels))));
}

Rational PlaybackSignal::rate() const { return state_->rate(); }

Result<void> PlaybackSignal::read(SampleBlock& block) {
  if (block.rate != state_->rate())
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the signal has {}", block.rate.value(),
                            state_->rate().value()));
  const std::int64_t end = block.first_sample + static_cast<std::int64_t>(block.count());
  if (block.first_sample < -farthest_sample || end > farthest_sample)
    return fail(ErrorCode::out_of_range,
                fmt::format("samples {} to {}; expected them within 10^12 of the loop's begin",
                            block.first_sample, end));
  return state_->read(block);
}

}  // namespace meterrig::playback
