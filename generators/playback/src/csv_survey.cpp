// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "csv_lines.h"
#include "even_rate.h"

namespace meterrig::playback {
namespace {

// Times of a column against even steps from its first on; in the column's unit.
class EvenSteps {
 public:
  EvenSteps(TimeForm form, double step) : form_(form), step_(step) {}

  void add(std::int64_t row, std::int64_t line, const Stamp& stamp) {
    digits_ = std::max(digits_, stamp.digits);
    largest_part_ = std::max(largest_part_, std::abs(stamp.part));
    if (count_++ == 0) {
      first_ = last_ = stamp;
      first_row_ = last_row_ = row;
      largest_ = std::abs(static_cast<double>(stamp.whole) + stamp.part);
      return;
    }
    const double away = between(first_, stamp) - static_cast<double>(row - first_row_) * step_;
    deviation_ = std::max(deviation_, std::abs(away));
    const double gap =
        std::abs(between(last_, stamp) - static_cast<double>(row - last_row_) * step_);
    if (gap > worst_gap_) {
      worst_gap_ = gap;
      worst_line_ = line;
      worst_step_ = between(last_, stamp);
    }
    largest_ = std::max(largest_, std::abs(static_cast<double>(stamp.whole) + stamp.part));
    last_ = stamp;
    last_row_ = row;
  }

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] double step() const { return step_; }
  [[nodiscard]] double span() const { return between(first_, last_); }
  [[nodiscard]] double steps() const { return static_cast<double>(last_row_ - first_row_); }
  [[nodiscard]] double deviation() const { return deviation_; }
  [[nodiscard]] std::int64_t worst_line() const { return worst_line_; }
  [[nodiscard]] double worst_step() const { return worst_step_; }

  // What the last digit written stands for, or what is left of a double's digits.
  [[nodiscard]] double resolution() const {
    const double written =
        form_ == TimeForm::date
            ? std::pow(10, -digits_)
            : std::pow(10, std::floor(std::log10(std::max(largest_, 1e-300))) + 1 - digits_);
    return std::max(written, 1e-15 * (largest_part_ + std::abs(span())));
  }

 private:
  TimeForm form_;
  double step_;
  std::int64_t count_ = 0;
  Stamp first_;
  Stamp last_;
  std::int64_t first_row_ = 0;
  std::int64_t last_row_ = 0;
  int digits_ = 0;
  double largest_ = 0;
  double largest_part_ = 0;
  double deviation_ = 0;
  double worst_gap_ = -1;
  std::int64_t worst_line_ = 0;
  double worst_step_ = 0;
};

std::string_view field_at(std::string_view line, char separator, std::size_t column) {
  CsvFields fields(line, separator);
  std::string_view field;
  for (std::size_t c = 0; c <= column; ++c)
    if (!fields.next(field)) return {};
  return field;
}

struct Unreadable {
  std::int64_t count = 0;
  std::int64_t first_line = 0;
};

Result<void> pass(const ByteFile& file, const CsvLayout& layout, CsvSurvey& survey,
                  const CsvTime& time, EvenSteps* steps, Unreadable& unreadable) {
  survey.rows = 0;
  survey.places.clear();
  unreadable = {};
  CsvLines lines(file, layout.data_offset, layout.data_line);
  std::string_view line;
  for (;; ++survey.rows) {
    const auto got = lines.next(line);
    if (!got) return tl::unexpected(got.error());
    if (!*got) return {};
    if (survey.rows % CsvSurvey::rows_a_place == 0)
      survey.places.push_back({lines.offset(), lines.line_number()});
    if (steps == nullptr) continue;
    const std::string_view text = field_at(line, layout.style.separator, time.column);
    const auto stamp = time.form == TimeForm::date
                           ? stamp_of_date(text)
                           : stamp_of_number(text, layout.style.decimal_comma);
    if (stamp) {
      steps->add(survey.rows, lines.line_number(), *stamp);
    } else if (unreadable.count++ == 0) {
      unreadable.first_line = lines.line_number();
    }
  }
}

// Three digits are enough to say how far a time is off.
std::string seconds_text(double seconds) {
  const double size = std::abs(seconds);
  if (size == 0 || size >= 1) return fmt::format("{:.3g} s", seconds);
  if (size >= 1e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
  if (size >= 1e-6) return fmt::format("{:.3g} us", seconds * 1e6);
  return fmt::format("{:.3g} ns", seconds * 1e9);
}

// A rate of three digits next to the one found, as near as the clock of a computer goes.
std::optional<Rational> nominal_rate(Rational found) {
  constexpr double clock_error = 50e-6;
  const auto nominal =
      exact_rational(std::strtod(fmt::format("{:.2e}", found.value()).c_str(), nullptr));
  if (!nominal || *nominal == found || std::abs(nominal->value() / found.value() - 1) > clock_error)
    return std::nullopt;
  return *nominal;
}

Result<void> find_rate(const ByteFile& file, const CsvLayout& layout, const CsvTime& time,
                       CsvSurvey& survey) {
  const double unit = time.unit;
  const auto refuse = [&](std::int64_t line, const std::string& what) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: line {}: {} (a rate given beside the file is taken instead of its "
                            "times)",
                            file.name(), line, what));
  };
  double step = time.head_step;
  double slack = 0;  // by which the times are known to be off
  Unreadable unreadable;
  std::int64_t gap_line = 0;
  double gap_step = 0;
  const double usual_step = step;
  // The first pass sets out from the first rows' step. Another one is needed only when the whole
  // column says something else.
  constexpr int most_passes = 4;
  for (int number = 1;; ++number) {
    EvenSteps steps(time.form, step);
    if (auto done = pass(file, layout, survey, time, &steps, unreadable); !done) return done;
    if (steps.count() < 2)
      return refuse(layout.data_line,
                    "no two times from which a rate follows; expected evenly rising times");
    if (!(steps.span() > 0))
      return refuse(layout.data_line, "the times do not rise; expected evenly rising times");
    if (number == 1) {
      gap_line = steps.worst_line();
      gap_step = steps.worst_step();
    }
    const double resolution = steps.resolution();
    // Whole numbers such as 0, 1, 2 have no digit to spare and mean what they say.
    const double play = std::min(std::max(resolution, slack), 0.5 * steps.span() / steps.steps());
    const auto rate = even_rate(steps.steps() / ((steps.span() + play) * unit),
                                steps.steps() / ((steps.span() - play) * unit));
    if (!rate) return refuse(layout.data_line, rate.error().message);
    survey.rate = *rate;
    const double found = 1 / (rate->value() * unit);
    // Two roundings of the written times and one of the doubles.
    const bool exact = steps.deviation() <= 2.5 * resolution;
    const bool same = std::abs(found - step) * steps.steps() <= 0.1 * resolution;
    if (!same && number < most_passes) {
      step = found;
      if (number > 1 && steps.deviation() < step / 2) slack = steps.deviation();
      continue;
    }
    if (steps.deviation() >= step / 2)
      return refuse(
          gap_line,
          fmt::format("the time goes on by {} where other rows make steps of {}; expected "
                      "evenly rising times",
                      seconds_text(gap_step * unit), seconds_text(usual_step * unit)));
    if (!exact && number < most_passes && slack < steps.deviation()) {
      // Jitter: within it, a simpler rate may have been meant.
      slack = steps.deviation();
      const auto simpler = even_rate(steps.steps() / ((steps.span() + slack) * unit),
                                     steps.steps() / ((steps.span() - slack) * unit));
      if (simpler && !(*simpler == *rate)) {
        step = 1 / (simpler->value() * unit);
        continue;
      }
    }
    if (!exact)
      survey.warnings.push_back(
          fmt::format("{}: times differ by up to {} from even steps; read as {} scans a second",
                      file.name(), seconds_text(steps.deviation() * unit), survey.rate.value()));
    break;
  }
  // Dates come from a computer's clock, scans from the converter's, and that one has a round rate.
  if (const auto nominal = nominal_rate(survey.rate); nominal && time.form == TimeForm::date) {
    survey.warnings.push_back(
        fmt::format("{}: the times make {:.9g} scans a second; read as {}, which a clock that is "
                    "off by {:.2g} ppm "
                    "shows like that",
                    file.name(), survey.rate.value(), nominal->value(),
                    1e6 * std::abs(nominal->value() / survey.rate.value() - 1)));
    survey.rate = *nominal;
  }
  if (unreadable.count > 0)
    survey.warnings.push_back(fmt::format(
        "{}: {} rows have no time that can be read, first in line {}; taken as one step after the "
        "row before",
        file.name(), unreadable.count, unreadable.first_line));
  return {};
}

}  // namespace

Result<CsvSurvey> survey(const ByteFile& file, const CsvLayout& layout, bool with_time) {
  CsvSurvey result;
  Unreadable none;
  auto done = with_time && layout.time ? find_rate(file, layout, *layout.time, result)
                                       : pass(file, layout, result, {}, nullptr, none);
  if (!done) return tl::unexpected(std::move(done.error()));
  return result;
}

}  // namespace meterrig::playback
