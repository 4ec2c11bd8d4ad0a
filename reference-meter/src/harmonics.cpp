// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/harmonics.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "cycle_tracker.h"
#include "harmonic_reader.h"
#include "meterrig/reference/frequency.h"
#include "period_window.h"
#include "synchronous_grid.h"
#include "window_sums.h"

namespace meterrig::reference {
namespace {

constexpr double lowest_share = 0.85;  // of the nominal frequency that is followed
constexpr double highest_share = 1.15;
constexpr double widest_hertz = 1;     // above the nominal frequency, with full precision
constexpr double highest_line = 0.45;  // of the rate
constexpr double search_seconds = 0.25;

std::size_t cycles_of(Frequency nominal) { return nominal.in(hertz) < 55 ? 10 : 12; }

GridDesign design_of(const HarmonicSettings& settings, std::size_t points) {
  const double rate = settings.rate.value();
  const double nominal = settings.nominal.in(hertz);
  const double bands = settings.orders + 1;  // with what lies above the highest order
  const double grid =
      static_cast<double>(points) / static_cast<double>(cycles_of(settings.nominal));
  constexpr double most = highest_line + 0.01;
  const double highest = std::min(most, bands * (nominal + widest_hertz) / rate);
  const bool exact = settings.precision == HarmonicPrecision::exact;
  return {.highest = highest,
          .readable = std::min(most, bands * highest_share * nominal / rate),
          .stop = std::min(1 - highest, lowest_share * nominal * (grid - bands) / rate),
          .cut = exact ? 0.26 : -0.11,
          .shape = exact ? 20.5 : 15.0,
          .terms = exact ? 5 : 4};
}

// At least as many as there are samples, or half as many again as the highest line needs.
std::size_t points_of(const HarmonicSettings& settings) {
  const auto cycles = static_cast<double>(cycles_of(settings.nominal));
  const double samples =
      settings.rate.value() * cycles / (lowest_share * settings.nominal.in(hertz));
  const double lines = 2.5 * (settings.orders + 1) * cycles;
  return std::bit_ceil(static_cast<std::size_t>(std::ceil(std::min(samples, lines))));
}

Result<void> check(const HarmonicSettings& settings) {
  if (settings.rate.numerator <= 0 || settings.rate.denominator <= 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a sample rate of {}/{} is not above 0", settings.rate.numerator,
                            settings.rate.denominator));
  const double nominal = settings.nominal.in(hertz);
  if (nominal != 50 && nominal != 60)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a nominal frequency of {} Hz; expected 50 or 60", nominal));
  if (settings.orders < 2 || settings.orders > highest_harmonic_order)
    return fail(ErrorCode::invalid_argument, fmt::format("{} harmonic orders; expected 2 to {}",
                                                         settings.orders, highest_harmonic_order));
  if (settings.distortion_order < 2 || settings.distortion_order > settings.orders)
    return fail(ErrorCode::invalid_argument,
                fmt::format("distortion to order {}; expected 2 to {}, the highest order",
                            settings.distortion_order, settings.orders));
  if (!(settings.transformer.e >= 0 && settings.transformer.q >= 0))
    return fail(ErrorCode::invalid_argument,
                fmt::format("transformer losses e = {}, q = {}; expected 0 or more",
                            settings.transformer.e, settings.transformer.q));
  const double needed = settings.orders * (nominal + widest_hertz) / highest_line;
  if (settings.rate.value() < needed)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} samples a second for harmonics to order {} of {} Hz; expected at "
                            "least {}, or fewer orders",
                            settings.rate.value(), settings.orders, nominal, std::ceil(needed)));
  return {};
}

}  // namespace

// Fields stand by what they are for: one such object is not worth their order by size.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
class HarmonicAnalyzer::State {
 public:
  State(const HarmonicSettings& settings, std::optional<VoltageEventMeter> events)
      : reader_(settings),
        settings_(settings),
        rate_(settings.rate.value()),
        cycles_a_window_(cycles_of(settings.nominal)),
        nominal_(settings.nominal.in(hertz) / rate_),
        longest_(static_cast<double>(cycles_a_window_) / (lowest_share * nominal_)),
        search_(static_cast<std::size_t>(std::ceil(search_seconds * rate_))),
        grid_(points_of(settings), design_of(settings, points_of(settings))),
        edge_(std::min(WindowEdge::most_reach, static_cast<std::size_t>(longest_) / 8)),
        margin_(std::max(grid_.taps() / 2, edge_.reach()) + 1),
        events_(std::move(events)),
        frequency_(nominal_) {
    std::size_t window = std::max(static_cast<std::size_t>(longest_), search_) + 2 * margin_ + 2;
    // What events are known after: see VoltageEventMeter.
    if (events_) window += static_cast<std::size_t>(1.5 * rate_);
    scans_.resize(window + settings.largest_block);
  }

  Result<void> feed(const SampleBlock& block);
  [[nodiscard]] std::size_t room() const { return scans_.size() - (held_ - dropped()); }
  bool next(HarmonicWindow& window);
  [[nodiscard]] std::vector<EventReading> take_events() {
    return events_ ? events_->take_events() : std::vector<EventReading>{};
  }

 private:
  // Scans at the front that no window needs any more.
  [[nodiscard]] std::size_t dropped() const {
    return begun_ ? static_cast<std::size_t>(begin_sample_ - base_) - margin_ : 0;
  }
  // Everything is counted from here, so that no bit depends on what else is held.
  [[nodiscard]] const Scan* begin() const {
    return scans_.data() + static_cast<std::size_t>(begin_sample_ - base_);
  }
  [[nodiscard]] double length() const { return static_cast<double>(cycles_a_window_) / frequency_; }
  [[nodiscard]] double seconds(std::int64_t sample, double part) const {
    return (static_cast<double>(sample - origin_) + part) / rate_;
  }
  void compact();
  [[nodiscard]] bool is_settled();
  [[nodiscard]] bool follow();
  void search();
  [[nodiscard]] std::size_t preferred(const std::array<double, 2 * phase_count>& squares) const;
  void read(HarmonicWindow& window);

  HarmonicReader reader_;
  HarmonicSettings settings_;
  double rate_;
  std::size_t cycles_a_window_;
  double nominal_;  // cycles a sample
  double longest_;  // samples of a window
  std::size_t search_;
  SynchronousGrid grid_;
  WindowEdge edge_;
  std::size_t margin_;  // scans beyond a window that are read
  std::optional<VoltageEventMeter> events_;

  std::vector<Scan> scans_;
  std::size_t held_ = 0;
  bool fed_ = false;
  std::int64_t origin_ = 0;  // number of the first sample fed
  std::int64_t base_ = 0;    // of the first scan held

  // The window that is to be read next.
  bool begun_ = false;
  std::int64_t begin_sample_ = 0;
  double begin_part_ = 0;
  double frequency_;  // cycles a sample
  std::size_t reference_ = 0;
  enum class Stage : std::uint8_t { following, lost, settled };
  Stage stage_ = Stage::lost;
  int steps_ = 0;
  bool synchronised_ = false;

  std::optional<std::array<std::complex<double>, 2 * phase_count>> before_;  // fundamentals
};

Result<void> HarmonicAnalyzer::State::feed(const SampleBlock& block) {
  if (block.rate != settings_.rate)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the analyser takes {}",
                            block.rate.value(), rate_));
  const std::int64_t expected = base_ + static_cast<std::int64_t>(held_);
  if (fed_ && block.first_sample != expected)
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("a block that begins at sample {}; expected {}", block.first_sample, expected));
  if (block.count() > room())
    return fail(ErrorCode::failed_precondition,
                fmt::format("a block of {} samples where there is room for {}; expected windows "
                            "to be read first",
                            block.count(), room()));
  if (held_ + block.count() > scans_.size()) compact();
  if (!interleave(block, 0, block.count(), scans_.data() + held_))
    return fail(ErrorCode::invalid_argument, "a sample that is not a finite number");
  if (events_)
    if (auto taken = events_->feed(block); !taken) return taken;
  if (!fed_) base_ = origin_ = block.first_sample;
  fed_ = true;
  held_ += block.count();
  return {};
}

void HarmonicAnalyzer::State::compact() {
  const std::size_t gone = dropped();
  std::copy(scans_.begin() + static_cast<std::ptrdiff_t>(gone),
            scans_.begin() + static_cast<std::ptrdiff_t>(held_), scans_.begin());
  base_ += static_cast<std::int64_t>(gone);
  held_ -= gone;
}

// The first voltage that has a tenth of the highest, else such a current.
std::size_t HarmonicAnalyzer::State::preferred(
    const std::array<double, 2 * phase_count>& squares) const {
  for (const std::size_t first : {std::size_t{0}, phase_count}) {
    const double highest = std::max({squares[first], squares[first + 1], squares[first + 2]});
    for (std::size_t c = first; c < first + phase_count; ++c)
      if (squares[c] > 0 && squares[c] >= 0.01 * highest) return c;
  }
  return reference_;
}

// Takes the frequency from the samples of the window as it is known so far. False when the channel
// has none there.
bool HarmonicAnalyzer::State::follow() {
  PerPhase<TrackedFundamental> found;
  track_fundamentals(reference_ < phase_count ? &begin()->volts : &begin()->amperes,
                     sizeof(Scan) / sizeof(Quad), begin_part_, length(),
                     static_cast<int>(cycles_a_window_), found);
  const TrackedFundamental& fundamental = found.at(reference_ % phase_count);
  const double next = frequency_ + fundamental.correction;
  if (!fundamental.is_there() || next < lowest_share * nominal_ || next > highest_share * nominal_)
    return false;
  // What a step leaves is a thirtieth of it or less.
  constexpr double enough = 1e-3;  // rad, at the window's ends
  constexpr int most_steps = 6;
  const double turned = std::abs(fundamental.correction) * std::numbers::pi * length();
  frequency_ = next;
  if (turned < enough || ++steps_ == most_steps) stage_ = Stage::settled;
  return true;
}

// Looks for a frequency without one known: what is strongest, in the order of preference.
void HarmonicAnalyzer::State::search() {
  std::array<double, 2 * phase_count> squares{};
  const auto value = [scans = begin()](std::size_t channel, std::size_t i) {
    const Scan& scan = scans[i];
    return channel < phase_count ? scan.volts[channel] : scan.amperes[channel - phase_count];
  };
  for (std::size_t c = 0; c < squares.size(); ++c)
    for (std::size_t i = 0; i < search_; ++i) squares.at(c) += value(c, i) * value(c, i);
  std::vector<double> row(search_);
  while (true) {
    const std::size_t channel = preferred(squares);
    if (!(squares.at(channel) > 0)) return;
    for (std::size_t i = 0; i < search_; ++i) row[i] = value(channel, i);
    const auto found = measure_frequency(row, settings_.rate);
    const double frequency = found ? found->in(hertz) / rate_ : 0;
    if (frequency >= lowest_share * nominal_ && frequency <= highest_share * nominal_) {
      frequency_ = frequency;
      reference_ = channel;
      stage_ = Stage::following;
      return;
    }
    squares.at(channel) = 0;
  }
}

// Settles where the window ends. False when that takes samples that were not fed yet.
bool HarmonicAnalyzer::State::is_settled() {
  bool searched = false;
  while (stage_ != Stage::settled) {
    const std::size_t left = held_ - static_cast<std::size_t>(begin_sample_ - base_);
    if (stage_ == Stage::lost) {
      if (left < search_) return false;
      const double last = frequency_;
      const bool again = searched;
      searched = true;
      if (!again) search();
      if (stage_ == Stage::lost) {
        frequency_ = last;
        synchronised_ = false;
        stage_ = Stage::settled;
      }
      continue;
    }
    if (static_cast<double>(left) < begin_part_ + length() + 1) return false;
    synchronised_ = true;
    if (!follow()) stage_ = Stage::lost;
  }
  return true;
}

bool HarmonicAnalyzer::State::next(HarmonicWindow& window) {
  if (!begun_) {
    if (held_ <= margin_) return false;
    begun_ = true;
    begin_sample_ = base_ + static_cast<std::int64_t>(margin_);
  }
  if (!is_settled()) return false;
  const auto left = static_cast<double>(held_ - static_cast<std::size_t>(begin_sample_ - base_));
  if (begin_part_ + length() + static_cast<double>(margin_) > left) return false;
  const double begin_seconds = seconds(begin_sample_, begin_part_);
  const double end_seconds = begin_seconds + length() / rate_;
  if (events_ && events_->known_until() < end_seconds) return false;
  read(window);
  window.flagged = events_ && events_->overlaps(begin_seconds, end_seconds);

  const double place = begin_part_ + length();
  const double whole = std::floor(place);
  begin_sample_ += static_cast<std::int64_t>(whole);
  begin_part_ = place - whole;
  stage_ = synchronised_ ? Stage::following : Stage::lost;
  steps_ = 0;
  return true;
}

void HarmonicAnalyzer::State::read(HarmonicWindow& window) {
  window.begin_sample = begin_sample_;
  window.begin_part = begin_part_;
  window.length = length();
  window.cycles = static_cast<int>(cycles_a_window_);
  window.frequency = frequency_ * rate_;
  window.synchronised = synchronised_;
  window.reference = reference_;
  window.orders =
      std::min(settings_.orders, static_cast<int>(std::floor(highest_line / frequency_ + 1e-6)));
  grid_.analyze(begin(), begin_part_, length());
  WindowSums sums;
  sum_window(begin(), begin_part_, begin_part_ + length(), edge_, sums);
  reader_.read(grid_, sums, window);

  std::array<std::complex<double>, 2 * phase_count> now;
  std::array<double, 2 * phase_count> squares{};
  for (std::size_t c = 0; c < now.size(); ++c) {
    now.at(c) = reader_.fundamental(c);
    squares.at(c) = std::norm(now.at(c));
  }
  window.synchronisation_error = std::numeric_limits<double>::quiet_NaN();
  if (before_ && synchronised_) {
    const std::complex<double> turned = now.at(reference_) * std::conj(before_->at(reference_));
    window.synchronisation_error = angle_of_point(turned.real(), turned.imag()).in(degree) / 360 /
                                   static_cast<double>(cycles_a_window_);
  }
  before_.reset();
  if (synchronised_) {
    before_ = now;
    reference_ = preferred(squares);
  }
}

Result<HarmonicAnalyzer> HarmonicAnalyzer::create(const HarmonicSettings& settings) {
  if (auto checked = check(settings); !checked) return tl::unexpected(checked.error());
  std::optional<VoltageEventMeter> events;
  if (settings.events) {
    auto meter = VoltageEventMeter::create(settings.rate, settings.nominal, *settings.events);
    if (!meter) return tl::unexpected(meter.error());
    events = std::move(*meter);
  }
  return HarmonicAnalyzer(std::make_unique<State>(settings, std::move(events)));
}

HarmonicAnalyzer::HarmonicAnalyzer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HarmonicAnalyzer::HarmonicAnalyzer(HarmonicAnalyzer&&) noexcept = default;
HarmonicAnalyzer& HarmonicAnalyzer::operator=(HarmonicAnalyzer&&) noexcept = default;
HarmonicAnalyzer::~HarmonicAnalyzer() = default;

Result<void> HarmonicAnalyzer::feed(const SampleBlock& block) { return state_->feed(block); }
std::size_t HarmonicAnalyzer::room() const { return state_->room(); }
bool HarmonicAnalyzer::next(HarmonicWindow& window) { return state_->next(window); }
std::vector<EventReading> HarmonicAnalyzer::take_events() { return state_->take_events(); }

}  // namespace meterrig::reference
