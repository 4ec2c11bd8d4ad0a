// SPDX-License-Identifier: GPL-3.0-or-later
#include "configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "../csv_text.h"
#include "../text_encoding.h"
#include "channel_guess.h"

namespace meterrig::playback::comtrade {
namespace {

constexpr std::array<std::pair<std::string_view, DataType>, 4> type_names{
    {{"ASCII", DataType::ascii},
     {"BINARY", DataType::binary16},
     {"BINARY32", DataType::binary32},
     {"FLOAT32", DataType::float32}}};

struct Line {
  std::int64_t number = 0;
  std::string_view text;  // without blanks at its ends
};

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::optional<double> finite_number(std::string_view text) {
  const auto value = number_in(text, false);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// "006000", "6000.0"
std::optional<std::int64_t> whole_number(std::string_view text) {
  const auto value = finite_number(text);
  if (!value || std::trunc(*value) != *value || std::abs(*value) > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<DataType> type_in(std::string_view text) {
  const std::string upper = upper_case(text);
  for (const auto& [spelled, type] : type_names)
    if (upper == spelled) return type;
  return std::nullopt;
}

// Enough of a value to find it, cut between characters.
std::string shown(std::string_view value) {
  constexpr std::size_t longest = 40;
  if (value.size() <= longest) return fmt::format("'{}'", value);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80) --end;
  return fmt::format("'{}...'", value.substr(0, end));
}

// Without quotes: the standard has none.
std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma != std::string_view::npos) line.remove_prefix(comma + 1);
  }
  return fields;
}

std::vector<Line> lines_of(std::string_view text, std::int64_t first_line) {
  std::vector<Line> lines;
  for (std::int64_t number = first_line; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back({number, trimmed(text.substr(0, end))});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines.empty() && lines.back().text.empty()) lines.pop_back();
  return lines;
}

constexpr std::int64_t most_warned_lines = 20;

class Parser {
 public:
  Parser(std::string_view bytes, const std::string& file, std::int64_t first_line) : file_(file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
    // What DOS ends a text with.
    while (!bytes.empty() && (bytes.back() == '\x1A' || bytes.back() == '\0'))
      bytes.remove_suffix(1);
    const std::string encoding = encoding_of(bytes);
    text_ = decoded(bytes, encoding);
    if (const std::string assumed = encoding_warning(encoding); !assumed.empty()) warn(assumed);
    // A carriage return alone ends a line where nothing else does.
    const bool has_line_feeds = text_.find('\n') != std::string::npos;
    std::replace(text_.begin(), text_.end(), '\r', has_line_feeds ? ' ' : '\n');
    lines_ = lines_of(text_, first_line);
    // A line end of each kind after every line makes every second line an empty one.
    if (lines_.size() > 2 && lines_[1].text.empty()) {
      warn("an empty line after each line; passed over");
      std::erase_if(lines_, [](const Line& line) { return line.text.empty(); });
    }
  }

  Result<Configuration> parse() {
    for (const auto step :
         {&Parser::read_revision, &Parser::read_channels, &Parser::read_line_frequency,
          &Parser::read_rates, &Parser::read_times, &Parser::read_type, &Parser::read_stamp_unit}) {
      if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
    }
    if (warned_lines_ > most_warned_lines)
      warn(fmt::format("{} more lines like these", warned_lines_ - most_warned_lines));
    for (const std::string& assumed : interpret_channels(configuration_.description.channels))
      warn(assumed);
    configuration_.description.format =
        fmt::format("COMTRADE {} {}", configuration_.year, name(configuration_.type));
    configuration_.description.file = file_;
    return std::move(configuration_);
  }

 private:
  void warn(std::string_view what) {
    configuration_.warnings.push_back(fmt::format("{}: {}", file_, what));
  }
  void warn(const Line& line, std::string_view what) { warn_at(line, "", what); }
  void warn(const Line& line, std::size_t field, std::string_view what, std::string_view value,
            std::string_view assumed) {
    warn_at(line, fmt::format(", field {} ({})", field, what),
            fmt::format("{}; {}", shown(value), assumed));
  }
  void warn_at(const Line& line, std::string_view field, std::string_view what) {
    // Thousands of channels may have the same fault.
    if (++warned_lines_ > most_warned_lines) return;
    warn(fmt::format("line {}{}: {}", line.number, field, what));
  }

  [[nodiscard]] tl::unexpected<Error> refuse(const Line& line, std::string_view what) const {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: line {}: {}", file_, line.number, what));
  }
  [[nodiscard]] tl::unexpected<Error> refuse(const Line& line, std::size_t field,
                                             std::string_view what, std::string_view value,
                                             std::string_view expected) const {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: line {}, field {} ({}): {}; expected {}", file_, line.number,
                            field, what, shown(value), expected));
  }

  // The line that is next; an error names what should have been there.
  Result<Line> next(std::string_view expected) {
    if (at_ < lines_.size()) return lines_[at_++];
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: ends after line {}; expected {}", file_,
                            lines_.empty() ? 0 : lines_.back().number, expected));
  }

  Result<void> read_revision() {
    const auto line = next("station, device and year of the revision");
    if (!line) return tl::unexpected(line.error());
    std::vector<std::string_view> fields = split(line->text);
    // A comma in the station's name.
    if (fields.size() > 3 && whole_number(fields.back()).value_or(0) > 1900) {
      warn(*line,
           fmt::format("{} fields; the last was read as the year of the revision", fields.size()));
      fields = {fields[0], fields[fields.size() - 2], fields.back()};
    }
    fields.resize(std::max<std::size_t>(fields.size(), 3));
    configuration_.description.station = fields[0];
    configuration_.description.device = fields[1];
    configuration_.year = fields[2].empty() ? "1991" : std::string(fields[2]);

    const auto year = whole_number(configuration_.year);
    if (!year || *year < 1991) {
      configuration_.revision = ComtradeRevision::r1999;
      warn(*line, fmt::format("{} for the year of the revision; read by the rules of 1999",
                              shown(configuration_.year)));
      return {};
    }
    // The nearest; drafts and reprints bear a year or two more or less than their standard.
    constexpr std::array<std::pair<int, ComtradeRevision>, 3> revisions{
        {{1991, ComtradeRevision::r1991},
         {1999, ComtradeRevision::r1999},
         {2013, ComtradeRevision::r2013}}};
    std::int64_t nearest = INT64_MAX;
    int chosen = 0;
    for (const auto& [of, revision] : revisions) {
      const std::int64_t distance = std::abs(*year - of);
      if (distance >= nearest) continue;
      nearest = distance;
      chosen = of;
      configuration_.revision = revision;
    }
    if (nearest > 2)
      warn(*line,
           fmt::format("revision {} is not one of 1991, 1999 and 2013; read by the rules of {}",
                       *year, chosen));
    return {};
  }

  struct Counts {
    std::int64_t analogue = 0;
    std::int64_t status = 0;
  };

  Result<Counts> read_counts() {
    const auto line = next("the numbers of channels, such as 8,4A,4D");
    if (!line) return tl::unexpected(line.error());
    const std::vector<std::string_view> fields = split(line->text);
    Counts counts;
    const auto available = static_cast<std::int64_t>(lines_.size() - at_);
    const auto number = [&](std::size_t field, std::string_view digits,
                            std::string_view what) -> Result<std::int64_t> {
      const auto count = whole_number(digits);
      if (!count || *count < 0)
        return refuse(*line, field + 1, what, fields[field], "a number and a letter such as 4A");
      if (*count > available)
        return refuse(*line, field + 1, what, fields[field],
                      fmt::format("at most {}, as the file has no more lines", available));
      return *count;
    };
    for (std::size_t f = 1; f < std::min<std::size_t>(fields.size(), 3); ++f) {
      std::string_view digits = fields[f];
      const char letter = digits.empty() ? '\0' : upper_case(digits.substr(digits.size() - 1))[0];
      const bool lettered = letter == 'A' || letter == 'D';
      if (lettered) digits.remove_suffix(1);
      const bool analogue = lettered ? letter == 'A' : f == 1;
      const auto count =
          number(f, trimmed(digits), analogue ? "analogue channels" : "status channels");
      if (!count) return tl::unexpected(count.error());
      (analogue ? counts.analogue : counts.status) = *count;
    }
    if (fields.size() < 2)
      return refuse(*line, fmt::format("{}; expected the numbers of channels, such as 8,4A,4D",
                                       shown(line->text)));
    if (counts.analogue == 0)
      return refuse(*line,
                    fmt::format("{}; expected at least one analogue channel, such as 8,4A,4D",
                                shown(line->text)));
    if (whole_number(fields[0]) != counts.analogue + counts.status)
      warn(*line, fmt::format("{} channels in all, but {} analogue and {} status; the sum is not "
                              "used",
                              shown(fields[0]), counts.analogue, counts.status));
    return counts;
  }

  Result<void> read_channels() {
    const auto counts = read_counts();
    if (!counts) return tl::unexpected(counts.error());
    bool skipped = false;
    const auto next_channel = [&](std::string_view kind, std::int64_t number,
                                  std::int64_t of) -> Result<Line> {
      while (at_ < lines_.size() && lines_[at_].text.empty()) {
        skipped = true;
        ++at_;
      }
      return next(fmt::format("{} channel {} of {}", kind, number, of));
    };
    std::vector<std::int64_t> numbers;
    for (std::int64_t n = 1; n <= counts->analogue; ++n) {
      const auto line = next_channel("analogue", n, counts->analogue);
      if (!line) return tl::unexpected(line.error());
      const auto number = read_analogue(*line);
      if (!number) return tl::unexpected(number.error());
      numbers.push_back(*number);
    }
    name_channels(numbers);
    for (std::int64_t n = 1; n <= counts->status; ++n) {
      const auto line = next_channel("status", n, counts->status);
      if (!line) return tl::unexpected(line.error());
      const std::vector<std::string_view> fields = split(line->text);
      configuration_.description.status_channels.emplace_back(fields.size() > 1 ? fields[1] : "");
    }
    if (skipped) warn("empty lines between the channels; passed over");
    return {};
  }

  // Returns the channel's own number, 0 when it does not say one.
  Result<std::int64_t> read_analogue(const Line& line) {
    constexpr std::size_t most_fields = 13;
    std::vector<std::string_view> fields = split(line.text);
    if (fields.size() < 6)
      return refuse(line, fmt::format("{} fields; expected at least 6 of an analogue channel "
                                      "(An,ch_id,ph,ccbm,uu,a,b,skew,min,max,primary,secondary,PS)",
                                      fields.size()));
    if (fields.size() > most_fields &&
        std::any_of(fields.begin() + most_fields, fields.end(),
                    [](std::string_view field) { return !field.empty(); }))
      warn(line,
           fmt::format("{} fields; expected {}, the rest is not read", fields.size(), most_fields));
    fields.resize(most_fields);

    RecordedChannel channel;
    channel.id = fields[1];
    channel.phase = fields[2];
    channel.circuit = fields[3];
    channel.unit = fields[4];
    Scaling scaling;
    const auto number = [&](std::size_t field, std::string_view what, double empty,
                            double& value) -> Result<void> {
      if (fields[field].empty()) {
        value = empty;
        return {};
      }
      const auto read = finite_number(fields[field]);
      if (!read) return refuse(line, field + 1, what, fields[field], "a number");
      value = *read;
      return {};
    };
    if (fields[5].empty()) return refuse(line, 6, "a", fields[5], "a number");
    if (auto done = number(5, "a", 1, scaling.a); !done) return tl::unexpected(done.error());
    if (auto done = number(6, "b", 0, scaling.b); !done) return tl::unexpected(done.error());
    if (scaling.a == 0) warn(line, "a is 0, so that all values are the same");
    channel.resolution = std::abs(scaling.a);

    // These do not change the values: what cannot be read is left out.
    const auto optional = [&](std::size_t field, std::string_view what, double otherwise) {
      double value = otherwise;
      if (!number(field, what, otherwise, value))
        warn(line, field + 1, what, fields[field], fmt::format("read as {}", otherwise));
      return value;
    };
    channel.skew = optional(7, "skew", 0) / 1e6;
    scaling.lowest_code = optional(8, "min", 0);
    scaling.highest_code = optional(9, "max", 0);
    channel.primary = optional(10, "primary", 1);
    channel.secondary = optional(11, "secondary", 1);
    const std::string side = upper_case(fields[12]);
    if (side == "P") channel.side = TransformerSide::primary;
    if (side == "S") channel.side = TransformerSide::secondary;
    if (!side.empty() && channel.side == TransformerSide::unknown)
      warn(line, 13, "PS", fields[12], "expected P or S, read as unknown");

    configuration_.description.channels.push_back(std::move(channel));
    configuration_.scaling.push_back(scaling);
    const auto own = whole_number(fields[0]);
    return own && *own > 0 ? *own : 0;
  }

  // By the file's own numbers when they are numbers, and each once.
  void name_channels(const std::vector<std::int64_t>& numbers) {
    std::vector<std::int64_t> sorted = numbers;
    std::sort(sorted.begin(), sorted.end());
    const bool own =
        sorted.front() > 0 && std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
    if (!own) warn("the analogue channels do not bear a number each; counted from 1");
    for (std::size_t c = 0; c < numbers.size(); ++c)
      configuration_.description.channels[c].name =
          fmt::format("A{}", own ? numbers[c] : static_cast<std::int64_t>(c) + 1);
  }

  // Whether the line is one number, as those of line frequency and number of rates are.
  [[nodiscard]] bool single_number(std::size_t line) const {
    return line < lines_.size() && finite_number(lines_[line].text).has_value();
  }

  Result<void> read_line_frequency() {
    // An empty line stands for the frequency, unless two numbers follow.
    while (at_ < lines_.size() && lines_[at_].text.empty() && single_number(at_ + 1) &&
           single_number(at_ + 2))
      ++at_;
    const auto line = next("the line frequency");
    if (!line) return tl::unexpected(line.error());
    if (line->text.empty()) return {};
    const std::string_view text = split(line->text).front();
    const auto frequency = finite_number(text);
    if (!frequency || *frequency < 0)
      warn(*line, fmt::format("{} for the line frequency; read as unknown", shown(text)));
    else if (*frequency > 0)
      configuration_.description.nominal_frequency = frequency;
    return {};
  }

  Result<void> read_rates() {
    const auto line = next("the number of sampling rates");
    if (!line) return tl::unexpected(line.error());
    const auto count = whole_number(split(line->text).front());
    if (!count || *count < 0)
      return refuse(*line, 1, "number of sampling rates", line->text, "a whole number from 0 on");
    const auto available = static_cast<std::int64_t>(lines_.size() - at_);
    if (*count > available)
      return refuse(*line, 1, "number of sampling rates", line->text,
                    fmt::format("at most {}, as the file has no more lines", available));
    // Without a rate there is a line all the same, which some leave out.
    const bool one_line = *count == 0 && at_ < lines_.size() &&
                          finite_number(split(lines_[at_].text).front()).has_value();
    const std::int64_t rate_lines = one_line ? 1 : *count;
    for (std::int64_t n = 1; n <= rate_lines; ++n) {
      const auto rate = next(fmt::format("sampling rate {} of {}", n, rate_lines));
      if (!rate) return tl::unexpected(rate.error());
      if (auto done = read_rate(*rate, *count == 0); !done) return done;
    }
    return {};
  }

  Result<void> read_rate(const Line& line, bool by_stamps) {
    std::vector<std::string_view> fields = split(line.text);
    fields.resize(std::max<std::size_t>(fields.size(), 2));
    SamplingRate rate;
    const auto scans_per_second = finite_number(fields[0]);
    if (!scans_per_second || *scans_per_second < 0)
      return refuse(line, 1, "sampling rate", fields[0], "a number of hertz from 0 on");
    const auto exact = exact_rational(by_stamps ? 0 : *scans_per_second);
    if (!exact)
      return refuse(line, 1, "sampling rate", fields[0], "a number of hertz of 18 digits");
    rate.rate = *exact;
    const auto end = fields[1].empty() ? 0 : whole_number(fields[1]);
    if (!end || *end < 0)
      return refuse(line, 2, "last sample", fields[1], "a whole number from 0 on");
    rate.end = *end;
    const std::int64_t before = configuration_.rates.empty() ? 0 : configuration_.rates.back().end;
    if (rate.end < before)
      return refuse(line, 2, "last sample", fields[1],
                    fmt::format("at least {}, where the rate before ends", before));
    configuration_.rates.push_back(rate);
    return {};
  }

  Result<void> read_times() {
    for (std::string* time :
         {&configuration_.description.first_time, &configuration_.description.trigger_time}) {
      if (at_ < lines_.size() && type_in(lines_[at_].text)) {
        warn(lines_[at_], "a data type where a date should be; the dates are unknown");
        return {};
      }
      const auto line = next("the date and time of the first sample and of the trigger");
      if (!line) return tl::unexpected(line.error());
      std::vector<std::string_view> fields = split(line->text);
      *time = fields[0];
      if (fields.size() > 1 && !fields[1].empty()) *time += fmt::format(",{}", fields[1]);
    }
    return {};
  }

  Result<void> read_type() {
    const auto line = next("the data type, one of ASCII, BINARY, BINARY32, FLOAT32");
    if (!line) return tl::unexpected(line.error());
    const std::string_view text = split(line->text).front();
    const auto type = type_in(text);
    if (!type)
      return refuse(*line, 1, "data type", text, "one of ASCII, BINARY, BINARY32, FLOAT32");
    configuration_.type = *type;
    if (*type == DataType::float32) {
      for (RecordedChannel& channel : configuration_.description.channels) channel.resolution = 0;
    }
    return {};
  }

  // Microseconds, or nanoseconds where the date has them (2013), times a factor.
  Result<void> read_stamp_unit() {
    const std::string_view time = configuration_.description.first_time;
    const std::size_t point = time.rfind('.');
    const std::size_t decimals = point == std::string_view::npos ? 0 : time.size() - point - 1;
    double unit = 1e-6;
    if (configuration_.revision == ComtradeRevision::r2013 && decimals > 6) unit = 1e-9;
    if (at_ < lines_.size() && !lines_[at_].text.empty()) {
      const Line& line = lines_[at_];
      const std::string_view text = split(line.text).front();
      const auto factor = finite_number(text);
      if (factor && *factor > 0)
        unit *= *factor;
      else
        warn(line, fmt::format("{} for the time stamp's multiplier; read as 1", shown(text)));
    }
    configuration_.stamp_unit = unit;
    return {};
  }

  const std::string& file_;
  std::string text_;
  std::vector<Line> lines_;
  std::size_t at_ = 0;
  std::int64_t warned_lines_ = 0;
  Configuration configuration_;
};

}  // namespace

std::string_view name(DataType type) {
  for (const auto& [spelled, spelled_type] : type_names)
    if (spelled_type == type) return spelled;
  return {};
}

Result<Configuration> parse_configuration(std::string_view bytes, const std::string& file,
                                          std::int64_t first_line) {
  return Parser(bytes, file, first_line).parse();
}

}  // namespace meterrig::playback::comtrade
