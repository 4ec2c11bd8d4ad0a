// SPDX-License-Identifier: GPL-3.0-or-later
#include "ascii_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "../csv_text.h"
#include "missing_code.h"
#include "text_survey.h"

namespace meterrig::playback::comtrade {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20U;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\0'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum class FieldState : std::uint8_t { number, empty, wrong };

// Reads the field at `at` and goes to the comma or line end behind it. `end` is a line end, which
// stops every loop.
FieldState read_field(const char*& at, const char* end, double& value) {
  while (is_blank(*at)) ++at;
  const char* const begin = at;
  const bool negative = *at == '-';
  if (negative) ++at;
  std::uint64_t digits = 0;
  const char* const first = at;
  while (is_digit(*at)) digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
  const auto length = at - first;
  while (is_blank(*at)) ++at;
  if ((*at == ',' || at == end) && length > 0 && length < 19) {
    const auto whole = static_cast<double>(static_cast<std::int64_t>(digits));
    value = negative ? -whole : whole;
    return FieldState::number;
  }
  // A number with a point or an exponent, or none.
  while (at != end && *at != ',') ++at;
  std::string_view text(begin, static_cast<std::size_t>(at - begin));
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\x1A')) text.remove_suffix(1);
  if (text.empty()) return FieldState::empty;
  const auto number = number_in(text, false);
  if (!number) return FieldState::wrong;
  value = *number;
  return std::isfinite(value) ? FieldState::number : FieldState::empty;
}

std::size_t fields_in(std::string_view line) {
  return static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
}

class AsciiData final : public ScanReader {
 public:
  AsciiData(const Configuration& configuration, DataSection data, TextSurvey survey)
      : data_(std::move(data)),
        channels_(configuration.description.channels),
        survey_(std::move(survey)),
        longest_line_(4096 + 64 * (2 + channels_.size()) +
                      4 * configuration.description.status_channels.size()) {
    for (const Scaling& scaling : configuration.scaling) {
      const bool has_code = configuration.revision == ComtradeRevision::r1999 ||
                            outside_declared(scaling, missing_ascii);
      channel_rules_.push_back(
          {.a = scaling.a, .b = scaling.b, .missing = has_code ? missing_ascii : nothing});
    }
    rewind_to(first_place());
  }

  [[nodiscard]] std::int64_t count() const override { return survey_.count; }

  // The last line is cut off, so that its numbers may be too.
  void drop_last_line() { --survey_.count; }

  Result<void> decode(std::int64_t first, std::span<ScanHead> heads, ScanBlock* block,
                      std::size_t at, ScanFindings& findings) override {
    if (auto there = seek(first); !there) return there;
    for (ScanHead& head : heads) {
      const auto line = next_line();
      if (!line) return tl::unexpected(line.error());
      head = {};
      if (auto done = read_scan(*line, head, block, at, findings); !done) return done;
      ++at;
    }
    return {};
  }

  [[nodiscard]] std::string place(std::int64_t scan) override {
    if (!seek(scan) || !next_line()) return fmt::format("scan {}", scan);
    return fmt::format("line {}", line_number_);
  }

  /// Without its line end; it lives until the next call. The scan must be there.
  Result<std::string_view> line_of(std::int64_t scan) {
    if (auto there = seek(scan); !there) return tl::unexpected(there.error());
    return next_line();
  }

 private:
  struct ChannelRule {
    double a = 1;
    double b = 0;
    double missing = nothing;  // code that means nothing
  };

  [[nodiscard]] LinePlace first_place() const {
    return survey_.index.empty() ? LinePlace{.number = data_.first_line, .offset = data_.begin}
                                 : survey_.index.front();
  }

  void rewind_to(const LinePlace& place) {
    next_scan_ = place.scan;
    line_number_ = place.number - 1;
    buffer_offset_ = place.offset;
    begin_ = end_ = 0;
  }

  Result<void> seek(std::int64_t scan) {
    const auto after = std::upper_bound(
        survey_.index.begin(), survey_.index.end(), scan,
        [](std::int64_t wanted, const LinePlace& place) { return wanted < place.scan; });
    const LinePlace near = after == survey_.index.begin() ? first_place() : *(after - 1);
    if (scan < next_scan_ || near.scan > next_scan_) rewind_to(near);
    while (next_scan_ < scan) {
      if (const auto line = next_line(); !line) return tl::unexpected(line.error());
    }
    return {};
  }

  // The next line that holds something, a line end behind it.
  Result<std::string_view> next_line() {
    for (;;) {
      const auto line = raw_line();
      if (!line) return line;
      ++line_number_;
      if (!holds_something(*line)) continue;
      ++next_scan_;
      return line;
    }
  }

  Result<std::string_view> raw_line() {
    std::size_t searched = begin_;
    for (;;) {
      const void* const found =
          searched < end_ ? std::memchr(buffer_.data() + searched, '\n', end_ - searched) : nullptr;
      if (found != nullptr) {
        const auto line_end =
            static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
        const std::string_view line(buffer_.data() + begin_, line_end - begin_);
        begin_ = line_end + 1;
        return line;
      }
      if (end_ - begin_ > longest_line_)
        return fail(
            ErrorCode::data_loss,
            fmt::format("{}: line {}: more than {} characters; expected numbers of {} "
                        "channels",
                        data_.file.name(), line_number_ + 1, longest_line_, channels_.size()));
      std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
      buffer_offset_ += static_cast<std::int64_t>(begin_);
      end_ -= begin_;
      begin_ = 0;
      searched = end_;
      const std::int64_t from = buffer_offset_ + static_cast<std::int64_t>(end_);
      const auto wanted = static_cast<std::size_t>(
          std::min<std::int64_t>(buffer_size, std::max<std::int64_t>(survey_.end - from, 0)));
      buffer_.resize(std::max(buffer_.size(), end_ + wanted + 1));
      const auto got = data_.file.read(from, {buffer_.data() + end_, wanted});
      if (!got) return tl::unexpected(got.error());
      end_ += *got;
      if (*got > 0) continue;
      if (end_ == begin_)
        return fail(ErrorCode::data_loss,
                    fmt::format("{}: the file has become shorter; expected {} scans",
                                data_.file.name(), survey_.count));
      buffer_[end_++] = '\n';  // the last line lacks one
    }
  }

  Result<void> read_scan(std::string_view line, ScanHead& head, ScanBlock* block, std::size_t at,
                         ScanFindings& findings) const {
    const char* place = line.data();
    const char* const end = place + line.size();
    for (std::int64_t* const whole : {&head.number, &head.stamp}) {
      double value = 0;
      // What is no number here is a stamp that is not there: the rate decides.
      if (read_field(place, end, value) == FieldState::number && std::abs(value) < 9e15)
        *whole = std::llround(value);
      if (place == end) break;
      ++place;
    }
    if (block == nullptr) return {};
    bool short_line = false;
    for (std::size_t c = 0; c < channel_rules_.size(); ++c) {
      double& value = block->row(c)[at];
      value = nothing;
      if (short_line || (place == end && place[-1] != ',')) {
        short_line = true;
        ++findings.missing_values;
        continue;
      }
      const char* const begin = place;
      double code = 0;
      const FieldState state = read_field(place, end, code);
      if (state == FieldState::wrong) return refuse({begin, place}, c);
      const ChannelRule& rule = channel_rules_[c];
      if (state == FieldState::empty || code == rule.missing)
        ++findings.missing_values;
      else
        value = rule.a * code + rule.b;
      if (place == end)
        short_line = true;
      else
        ++place;
    }
    if (short_line && fields_in(line) < channel_rules_.size() + 2) ++findings.short_lines;
    return {};
  }

  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view field, std::size_t channel) const {
    constexpr std::size_t longest = 40;
    std::string shown;
    for (const char c : field.substr(0, longest)) shown += c >= ' ' && c < 0x7F ? c : '?';
    return fail(ErrorCode::data_loss,
                fmt::format("{}: line {}, field {} ({} {}): '{}'; expected a number",
                            data_.file.name(), line_number_, channel + 3, channels_[channel].name,
                            channels_[channel].id, shown));
  }

  DataSection data_;
  std::vector<RecordedChannel> channels_;
  TextSurvey survey_;
  std::size_t longest_line_;
  std::vector<ChannelRule> channel_rules_;

  std::vector<char> buffer_;
  std::int64_t buffer_offset_ = 0;  // of the buffer in the file
  std::size_t begin_ = 0;           // of what is not yet read, in the buffer
  std::size_t end_ = 0;
  std::int64_t next_scan_ = 0;
  std::int64_t line_number_ = 0;  // of the last line read
};

}  // namespace

Result<std::unique_ptr<ScanReader>> open_ascii_data(const Configuration& configuration,
                                                    DataSection data,
                                                    std::vector<std::string>& warnings) {
  const std::string name = data.file.name();
  auto survey = survey_text(data);
  if (!survey) return tl::unexpected(survey.error());
  const std::int64_t count = survey->count;
  const bool last_is_ended = survey->last_is_ended;
  auto reader = std::make_unique<AsciiData>(configuration, std::move(data), std::move(*survey));
  if (count == 0) return reader;

  const std::size_t promised =
      2 + configuration.scaling.size() + configuration.description.status_channels.size();
  const auto first = reader->line_of(0);
  if (!first) return tl::unexpected(first.error());
  const std::size_t found = fields_in(*first);
  if (found != promised)
    warnings.push_back(
        fmt::format("{}: {}: {} fields; expected {}, so that status channels may be "
                    "missing or more",
                    name, reader->place(0), found, promised));
  if (last_is_ended) return reader;
  const auto last = reader->line_of(count - 1);
  if (!last) return tl::unexpected(last.error());
  const std::size_t in_last = fields_in(*last);
  if (in_last < std::min(found, promised) && count > 1) {
    warnings.push_back(fmt::format("{}: {}: {} fields; expected {}, the cut off line was not read",
                                   name, reader->place(count - 1), in_last, promised));
    reader->drop_last_line();
  }
  return reader;
}

}  // namespace meterrig::playback::comtrade
