// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/synthesized.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "meterrig/synthesis/synthesis.h"

namespace meterrig::record {
namespace {

template <class Kind>
bool silent(const Channel<Kind>& channel, Unit<Kind> unit) {
  const auto none = [&](Quantity<Kind> q) { return !q.known() || q.in(unit) == 0; };
  return none(channel.dc) && none(channel.noise_rms) && channel.components.empty();
}

/// The recipe's channels in the order of a block's rows: which are written.
std::vector<std::size_t> sounding(const SignalRecipe& recipe) {
  std::vector<std::size_t> rows;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (!silent(recipe.voltage.at(phase), volt)) rows.push_back(phase);
  }
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (!silent(recipe.current.at(phase), ampere)) rows.push_back(phase_count + phase);
  }
  return rows;
}

class SynthesizedRecording final : public Recording {
 public:
  SynthesizedRecording(synthesis::Synthesis synthesis, std::vector<std::size_t> rows,
                       std::int64_t count)
      : synthesis_(std::move(synthesis)), rows_(std::move(rows)) {
    description_.format = "synthesized";
    description_.station = "meterrig";
    description_.nominal_frequency = synthesis_.recipe().frequency.value();
    for (const std::size_t row : rows_) {
      const bool voltage = row < phase_count;
      const std::size_t phase = row % phase_count;
      RecordedChannel& channel = description_.channels.emplace_back();
      channel.name = fmt::format("{}{}", voltage ? 'U' : 'I', phase + 1);
      channel.id = channel.name;
      channel.phase = fmt::format("{}", "ABC"[phase]);
      channel.unit = fmt::format("{}", voltage ? 'V' : 'A');
      channel.kind = voltage ? ChannelKind::voltage : ChannelKind::current;
    }
    description_.segments.push_back(
        {.first = 0, .count = count, .rate = synthesis_.rate(), .start = 0});
  }

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return {}; }

  [[nodiscard]] Result<void> read(std::int64_t first, std::size_t count,
                                  ScanBlock& block) override {
    const std::int64_t all = description_.count();
    if (first < 0 || first > all || count > static_cast<std::size_t>(all - first))
      return fail(ErrorCode::out_of_range,
                  fmt::format("scans {} to {}; there are {}", first,
                              first + static_cast<std::int64_t>(count), all));
    SampleBlock samples(synthesis_.rate(), first, count);
    if (const auto read = synthesis_.read(samples); !read) return tl::unexpected(read.error());
    block.first = first;
    block.resize(rows_.size(), count);
    for (std::size_t c = 0; c < rows_.size(); ++c) {
      const std::span<const double> row =
          rows_[c] < phase_count ? std::as_const(samples).volts(rows_[c])
                                 : std::as_const(samples).amperes(rows_[c] - phase_count);
      std::ranges::copy(row, block.row(c).begin());
    }
    return {};
  }

 private:
  synthesis::Synthesis synthesis_;
  std::vector<std::size_t> rows_;
  RecordingDescription description_;
};

template <class Kind>
double bound(const Channel<Kind>& channel, Unit<Kind> unit) {
  constexpr double deviations = 6;  // beyond it one sample of 500 million
  double sum = channel.dc.known() ? std::abs(channel.dc.in(unit)) : 0;
  for (const Component<Kind>& component : channel.components)
    sum += std::numbers::sqrt2 * component.rms.in(unit);
  if (channel.noise_rms.known()) sum += deviations * channel.noise_rms.in(unit);
  return sum;
}

double rounded_up(double value) {
  if (!(value > 0)) return 1;
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (value <= step * decade) return step * decade;
  }
  return 10 * decade;
}

}  // namespace

Result<std::unique_ptr<Recording>> synthesized(const SignalRecipe& recipe, Rational rate,
                                               Duration duration) {
  std::vector<std::size_t> rows = sounding(recipe);
  if (rows.empty())
    return fail(ErrorCode::invalid_argument,
                "every channel is silent; expected a component, dc or noise on one at least");
  auto synthesis = synthesis::Synthesis::create(recipe, rate);
  if (!synthesis) return tl::unexpected(synthesis.error());
  const double scans = std::round(duration.in(second)*rate.value());
  constexpr double most = 0x1p62;
  if (!(scans >= 1 && scans < most))
    return fail(ErrorCode::out_of_range,
                fmt::format("{} s at {} samples a second; expected at least one sample",
                            duration.in(second), rate.value()));
  return std::make_unique<SynthesizedRecording>(std::move(*synthesis), std::move(rows),
                                                static_cast<std::int64_t>(scans));
}

std::vector<double> full_scales(const SignalRecipe& recipe) {
  std::vector<double> scales;
  for (const std::size_t row : sounding(recipe)) {
    scales.push_back(rounded_up(row < phase_count
                                    ? bound(recipe.voltage.at(row), volt)
                                    : bound(recipe.current.at(row - phase_count), ampere)));
  }
  return scales;
}

}  // namespace meterrig::record
