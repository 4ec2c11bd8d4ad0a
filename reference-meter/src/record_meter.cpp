// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/record_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "record_sums.h"
#include "record_window.h"
#include "voltage_events.h"

namespace meterrig::reference {
namespace {

constexpr double window_seconds = 0.2;
constexpr std::size_t most_scans = std::size_t{1} << 20;  // of a window: memory stays bounded

}  // namespace

// Windows of whole cycles, cut at the nearest scan. A window is cut only when another one follows,
// so that the last one takes the remainder; where it is cut depends on the windows before it alone,
// and not on how the rows came.
class RecordMeter::State {
 public:
  explicit State(RecordSettings settings)
      : reader_(settings.channels, settings.pairs, settings.rate),
        settings_(std::move(settings)),
        rate_(settings_.rate.value()),
        sums_(settings_.channels, settings_.pairs, settings_.rate),
        events_(settings_, (settings_.nominal ? settings_.nominal->in(hertz) : 50) / rate_),
        rows_(settings_.channels.size()) {}

  void feed(std::span<const std::span<const double>> rows) {
    if (rows.size() != rows_.size())
      throw std::invalid_argument("rows of another number than channels");
    const std::size_t count = rows.empty() ? 0 : rows[0].size();
    for (const auto row : rows)
      if (row.size() != count) throw std::invalid_argument("rows of different lengths");
    std::size_t taken = 0;
    while (taken < count) {
      const std::size_t length = std::min(count - taken, needed() - held_);
      reserve(held_ + length);
      for (std::size_t c = 0; c < rows_.size(); ++c)
        std::copy_n(rows[c].begin() + static_cast<std::ptrdiff_t>(taken), length,
                    rows_[c].begin() + static_cast<std::ptrdiff_t>(held_));
      held_ += length;
      taken += length;
      while (held_ >= needed()) cut_or_wait();
    }
  }

  RecordReading finish() {
    if (rows_.empty()) return {};
    if (held_ > 0) {
      if (cycles_ == 0) cycles_ = reader_.search(view(held_));
      while (held_ >= needed()) read(window_length());
      read(held_);
    }
    RecordReading reading = sums_.reading();
    if (windows_ == 1) refine_frequencies(reading);
    reading.events = events_.finish();
    return reading;
  }

 private:
  [[nodiscard]] std::vector<std::span<double>> view(std::size_t count) {
    std::vector<std::span<double>> rows;
    rows.reserve(rows_.size());
    for (auto& row : rows_) rows.emplace_back(row.data(), count);
    return rows;
  }

  // Whole cycles of 0.2 s: of the nominal frequency, else of 50 or 60 Hz where that is near, else
  // of what is there.
  [[nodiscard]] double cycles_of_window() const {
    double near = cycles_ * rate_;
    if (settings_.nominal)
      near = settings_.nominal->in(hertz);
    else if (near > 42.5 && near < 69)
      near = near < 55 ? 50 : 60;
    return std::max(2.0, std::nearbyint(window_seconds * near));
  }

  [[nodiscard]] std::size_t window_length() const {
    const double scans =
        cycles_ > 0 ? cycles_of_window() / cycles_ : std::ceil(window_seconds * rate_);
    return static_cast<std::size_t>(
        std::clamp(std::nearbyint(scans), 1.0, static_cast<double>(most_scans)));
  }

  [[nodiscard]] std::size_t needed() const { return 2 * window_length(); }

  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    capacity_ = std::max(count, std::min(2 * capacity_, needed()));
    for (auto& row : rows_) row.resize(capacity_);
  }

  // A frequency that was just found may ask for a longer window.
  void cut_or_wait() {
    if (cycles_ == 0 && !searched_) {
      searched_ = true;
      cycles_ = reader_.search(view(window_length()));
      if (cycles_ > 0) return;
    }
    read(window_length());
  }

  // The first `count` scans are a window.
  void read(std::size_t count) {
    const auto rows = view(count);
    std::vector<double> guesses;
    if (windows_ == 0) {
      if (settings_.nominal)
        guesses = {settings_.nominal->in(hertz) / rate_};
      else
        guesses = {50 / rate_, 60 / rate_};
    }
    const WindowReading& window = reader_.read(rows, first_, cycles_, guesses);
    cycles_ = window.cycles;
    searched_ = false;
    ++windows_;
    sums_.add(window);
    events_.add(window, rows);
    if (count < held_) {
      for (auto& row : rows_)
        std::copy(row.begin() + static_cast<std::ptrdiff_t>(count),
                  row.begin() + static_cast<std::ptrdiff_t>(held_), row.begin());
    }
    last_count_ = count;
    held_ -= count;
    first_ += static_cast<std::int64_t>(count);
  }

  // No drift from window to window tells the frequencies of other channels, so their own waves do.
  void refine_frequencies(RecordReading& reading) {
    if (cycles_ == 0) return;
    const auto rows = view(last_count_);
    for (std::size_t c = 0; c < rows.size(); ++c)
      if (!reading.channels[c].harmonics.empty())
        if (const auto found = reader_.track(rows[c], cycles_))
          reading.channels[c].frequency = *found * rate_;
  }

  WindowReader reader_;
  RecordSettings settings_;
  double rate_;
  RecordSums sums_;
  VoltageEvents events_;
  std::vector<std::vector<double>> rows_;  // scans not yet read
  std::size_t capacity_ = 0;
  std::size_t held_ = 0;
  std::int64_t first_ = 0;  // number of the first scan held
  double cycles_ = 0;       // a scan, of the last window; 0 without a fundamental
  bool searched_ = false;   // in vain, in the window to be cut
  std::int64_t windows_ = 0;
  std::size_t last_count_ = 0;
};

Result<RecordMeter> RecordMeter::create(RecordSettings settings) {
  if (settings.rate.numerator <= 0 || settings.rate.denominator <= 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a sample rate of {}/{} is not above 0", settings.rate.numerator,
                            settings.rate.denominator));
  if (settings.nominal && !(settings.nominal->in(hertz) > 0))
    return fail(ErrorCode::invalid_argument, "a nominal frequency that is not above 0 Hz");
  for (const RecordPair& pair : settings.pairs)
    if (std::max(pair.voltage, pair.current) >= settings.channels.size())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a pair of the channels {} and {} where there are {}", pair.voltage,
                              pair.current, settings.channels.size()));
  return RecordMeter(std::make_unique<State>(std::move(settings)));
}

RecordMeter::RecordMeter(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordMeter::RecordMeter(RecordMeter&&) noexcept = default;
RecordMeter& RecordMeter::operator=(RecordMeter&&) noexcept = default;
RecordMeter::~RecordMeter() = default;

void RecordMeter::feed(std::span<const std::span<const double>> rows) { state_->feed(rows); }
RecordReading RecordMeter::finish() { return state_->finish(); }

}  // namespace meterrig::reference
