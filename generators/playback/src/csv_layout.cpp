// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include "channel_unit.h"
#include "csv_header.h"
#include "even_rate.h"
#include "text_encoding.h"

namespace meterrig::playback {
namespace {

constexpr std::size_t longest_preamble = 1000;  // lines before the numbers
constexpr std::size_t head_rows = 64;           // rows of numbers that are looked at
constexpr std::size_t most_columns = 4096;

struct HeadLine {
  std::int64_t number = 0;
  std::int64_t offset = 0;
  std::string text;
};

// Lines of the file's beginning, long before memory matters.
Result<std::vector<HeadLine>> head_of(const ByteFile& file) {
  constexpr std::size_t most_bytes = std::size_t{4} << 20U;
  std::vector<HeadLine> lines;
  std::size_t bytes = 0;
  CsvLines reader(file, 0, 1);
  std::string_view line;
  while (lines.size() < longest_preamble + head_rows && bytes < most_bytes) {
    const auto got = reader.next(line);
    if (!got) return tl::unexpected(got.error());
    if (!*got) break;
    bytes += line.size();
    lines.push_back({reader.line_number(), reader.offset(), std::string(line)});
  }
  return lines;
}

// The separator that most of the lines have, tried in this order because a comma may also be a
// decimal mark.
char separator_of(const std::vector<HeadLine>& lines) {
  for (const char separator : {';', '\t'}) {
    const auto with = std::ranges::count_if(
        lines, [&](const HeadLine& l) { return l.text.find(separator) != std::string::npos; });
    if (with > 0 && static_cast<std::size_t>(2 * with) >= lines.size()) return separator;
  }
  return ',';
}

bool is_number(std::string_view text, bool decimal_comma) {
  return number_in(text, decimal_comma).has_value();
}

bool has_decimal_commas(const std::vector<HeadLine>& lines, char separator) {
  if (separator == ',') return false;
  for (const HeadLine& line : lines) {
    CsvFields fields(line.text, separator);
    for (std::string_view field; fields.next(field);) {
      if (is_number(field, false) && field.find('.') != std::string_view::npos) return false;
      if (field.find(',') != std::string_view::npos && is_number(field, true)) return true;
    }
  }
  return false;
}

struct Count {
  int numbers = 0;
  int texts = 0;
};

Count count_fields(const std::vector<std::string_view>& fields, bool decimal_comma) {
  Count count;
  for (const std::string_view field : fields) {
    if (field.empty()) continue;
    ++(is_number(field, decimal_comma) || stamp_of_date(field) ? count.numbers : count.texts);
  }
  return count;
}

// A row of the table begins with a number or a time and has no more texts than numbers; a header
// or a setting begins with a word.
bool is_data(const std::vector<std::string_view>& fields, bool decimal_comma) {
  const auto first = std::ranges::find_if(fields, [](std::string_view f) { return !f.empty(); });
  if (first == fields.end()) return false;
  const Count count = count_fields(fields, decimal_comma);
  return count.numbers >= std::max(1, count.texts) &&
         (is_number(*first, decimal_comma) || stamp_of_date(*first).has_value());
}

// Settings stand in the first columns, "Record Length,2500,,": by lower-case name, all values.
using Settings = std::map<std::string, std::vector<std::string>>;

constexpr std::array<std::string_view, 10> setting_names{
    "record length", "sample interval", "source",        "vertical units",   "vertical scale",
    "model number",  "serial number",   "trigger point", "horizontal units", "firmware version"};

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (!result.empty() && result.back() == ':') result.pop_back();
  return result;
}

bool is_setting(std::string_view name) {
  return std::ranges::find(setting_names, lower_case(name)) != setting_names.end();
}

// The value of a setting for a column: its own where the settings have one a column, else the
// first.
std::string_view setting(const Settings& settings, const std::string& name, std::size_t column) {
  const auto found = settings.find(name);
  if (found == settings.end()) return {};
  const std::vector<std::string>& values = found->second;
  if (column >= 1 && column - 1 < values.size() && !values[column - 1].empty())
    return values[column - 1];
  return values.empty() ? std::string_view{} : std::string_view(values.front());
}

class LayoutFinder {
 public:
  LayoutFinder(const ByteFile& file, std::vector<HeadLine> lines)
      : file_(file), lines_(std::move(lines)) {}

  Result<CsvLayout> find() {
    if (lines_.empty()) return refuse(1, "nothing but empty lines; expected a table of numbers");
    for (const HeadLine& line : lines_) {
      if (line.text.find('\0') != std::string::npos)
        return refuse(line.number, "a byte 0; expected a table of numbers as text in UTF-8");
    }
    decode_head();
    const std::size_t tail = lines_.size() > head_rows ? lines_.size() - head_rows : 0;
    const std::vector<HeadLine> last(lines_.begin() + static_cast<std::ptrdiff_t>(tail),
                                     lines_.end());
    layout_.style.separator = separator_of(last);
    layout_.style.decimal_comma = has_decimal_commas(last, layout_.style.separator);

    const auto beginning = fields(0);
    if (beginning.size() > 4 && is_setting(beginning[0]) && comma_number(beginning[3]) &&
        comma_number(beginning[4])) {
      settings_beside_the_table();
      return finish();
    }
    std::size_t data = 0;
    while (data < lines_.size() && !is_data(fields(data), layout_.style.decimal_comma)) ++data;
    if (data == lines_.size()) return no_numbers();
    first_row_ = data;
    layout_.data_offset = lines_[data].offset;
    layout_.data_line = lines_[data].number;
    read_preamble(data);
    columns_under_headers(data);
    return finish();
  }

 private:
  // Before anything is split: a byte of a character may look like a separator.
  void decode_head() {
    std::string all;
    for (const HeadLine& line : lines_) all += line.text + '\n';
    const std::string encoding = encoding_of(all);
    for (HeadLine& line : lines_) line.text = decoded(line.text, encoding);
    if (const std::string assumed = encoding_warning(encoding); !assumed.empty()) warn(assumed);
  }

  [[nodiscard]] std::vector<std::string_view> fields(std::size_t line) const {
    return fields_of(lines_[line].text, layout_.style.separator);
  }
  [[nodiscard]] bool comma_number(std::string_view text) const {
    return is_number(text, layout_.style.decimal_comma);
  }
  [[nodiscard]] tl::unexpected<Error> refuse(std::int64_t line, std::string_view what) const {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: line {}: {}", file_.name(), line, what));
  }
  void warn(std::string_view what) {
    layout_.warnings.push_back(fmt::format("{}: {}", file_.name(), what));
  }

  // Names the first text where a number should be: below the header if there is more than a line.
  [[nodiscard]] tl::unexpected<Error> no_numbers() const {
    const std::size_t line = lines_.size() > 1 ? 1 : 0;
    const auto texts = fields(line);
    std::size_t column = 0;
    while (column + 1 < texts.size() && (texts[column].empty() || comma_number(texts[column])))
      ++column;
    std::string text(texts[column].substr(0, 40));
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
    return refuse(lines_[line].number,
                  fmt::format("column {}: '{}' is no number and no time, and no row of numbers "
                              "follows; expected a table of numbers",
                              column + 1, text));
  }

  void note_setting(const std::vector<std::string_view>& row, std::size_t values) {
    if (row.size() < 2 || row[0].empty()) return;
    std::vector<std::string> kept;
    for (std::size_t i = 1; i < std::min(row.size(), values + 1); ++i) kept.emplace_back(row[i]);
    settings_.emplace(lower_case(row[0]), std::move(kept));
  }

  // Tektronix TBS and TDS: settings in columns 1 and 2, time in column 4, values in column 5.
  void settings_beside_the_table() {
    for (std::size_t line = 0; line < std::min<std::size_t>(lines_.size(), head_rows); ++line)
      note_setting(fields(line), 1);
    layout_.data_offset = lines_[0].offset;
    layout_.data_line = lines_[0].number;
    take_settings();
    const auto unit = seconds_of_unit(setting(settings_, "horizontal units", 1));
    layout_.time = CsvTime{.column = 3, .form = TimeForm::number, .unit = unit.value_or(1)};
    CsvColumn column{.column = 4, .channel = {}};
    column.channel.name = "1";
    name_by_settings(column.channel, 1);
    layout_.columns.push_back(std::move(column));
  }

  // A digitizer of 8 bits has 25 steps a division (Tektronix programmer's manuals, WFMPre:YMUlt).
  void name_by_settings(RecordedChannel& channel, std::size_t column) {
    if (const auto source = setting(settings_, "source", column); !source.empty())
      channel.name = source;
    if (const auto unit = setting(settings_, "vertical units", column); !unit.empty())
      set_unit(channel, unit);
    const auto scale = number_in(setting(settings_, "vertical scale", column), false);
    if (scale && *scale > 0 && std::isfinite(*scale)) channel.resolution = *scale / 25;
  }

  void read_preamble(std::size_t data) {
    for (std::size_t line = 0; line < data; ++line) {
      const auto row = fields(line);
      if (!row.empty() && is_setting(row[0])) note_setting(row, row.size());
    }
    if (!settings_.empty()) take_settings();
  }

  void take_settings() {
    layout_.settings = true;
    const auto model = setting(settings_, "model number", 1);
    const auto serial = setting(settings_, "serial number", 1);
    layout_.device =
        fmt::format("{}{}{}", model, model.empty() || serial.empty() ? "" : " ", serial);
    const auto length = number_in(setting(settings_, "record length", 1), false);
    if (length && *length >= 1 && *length < 1e15 && *length == std::floor(*length))
      layout_.promised_scans = static_cast<std::int64_t>(*length);
    const std::string_view interval = setting(settings_, "sample interval", 1);
    const auto step = number_in(interval, false);
    const auto stamp = stamp_of_number(interval, false);
    if (!step || !stamp || !(*step > 1e-15 && *step < 1e6)) return;
    // As printed, to half a unit of its last digit.
    const double half =
        0.5 * std::pow(10, std::floor(std::log10(*step)) + 1 - std::max(stamp->digits, 1));
    const auto rate = even_rate(1 / (*step + half), 1 / (*step - half));
    if (rate) layout_.stated_rate = *rate;
  }

  // The one or two rows over the numbers: names, units, or names and units.
  void columns_under_headers(std::size_t data) {
    const auto width = std::min(fields(data).size(), most_columns);
    std::vector<std::string_view> names;
    std::vector<std::string_view> units(width);
    std::size_t above = data;
    if (above > 0 && is_unit_row(fields(above - 1))) {
      const auto row = fields(--above);
      for (std::size_t c = 0; c < std::min(width, row.size()); ++c) units[c] = unit_alone(row[c]);
      if (above == 0 || !heads(fields(above - 1), width)) names = row;
    }
    if (names.empty() && above > 0 && heads(fields(above - 1), width)) names = fields(above - 1);
    names.resize(width);
    std::vector<CsvHeader> headers = read_headers(names);
    for (std::size_t c = 0; c < width; ++c) {
      if (!units[c].empty()) headers[c].unit = units[c];
    }
    find_time(headers);
    for (std::size_t c = 0; c < width; ++c) {
      if (layout_.time && layout_.time->column == c) continue;
      add_channel(headers[c], c);
    }
  }

  // A header is as wide as the table, give or take an empty field at the end, and no setting.
  [[nodiscard]] static bool heads(const std::vector<std::string_view>& row, std::size_t width) {
    return row.size() + 1 >= width && row.size() <= width + 1 && !is_setting(row[0]);
  }
  [[nodiscard]] static bool is_unit_row(const std::vector<std::string_view>& row) {
    int units = 0;
    for (const std::string_view text : row) {
      if (text.empty()) continue;
      if (unit_alone(text).empty() && !names_counter(text)) return false;
      ++units;
    }
    return units > 0;
  }

  [[nodiscard]] std::string_view value(std::size_t row, std::size_t column) const {
    const auto texts = fields(first_row_ + row);
    return column < texts.size() ? texts[column] : std::string_view{};
  }
  [[nodiscard]] std::size_t rows() const { return std::min(lines_.size() - first_row_, head_rows); }
  [[nodiscard]] std::optional<Stamp> stamp(std::size_t row, std::size_t column,
                                           TimeForm form) const {
    const std::string_view text = value(row, column);
    return form == TimeForm::date ? stamp_of_date(text)
                                  : stamp_of_number(text, layout_.style.decimal_comma);
  }

  // Whether the numbers of a column rise by the same step, to a thousandth, from row to row.
  [[nodiscard]] bool rises_evenly(std::size_t column) const {
    if (rows() < 3) return false;
    double step = 0;
    for (std::size_t row = 1; row < rows(); ++row) {
      const auto before = stamp(row - 1, column, TimeForm::number);
      const auto now = stamp(row, column, TimeForm::number);
      if (!before || !now) return false;
      const double difference = between(*before, *now);
      if (row == 1) step = difference;
      if (!(difference > 0) || std::abs(difference - step) > 1e-3 * step) return false;
    }
    return true;
  }

  void find_time(const std::vector<CsvHeader>& headers) {
    for (std::size_t c = 0; c < headers.size(); ++c) {
      if (stamp_of_date(value(0, c))) return take_time(c, TimeForm::date, 1);
    }
    for (std::size_t c = 0; c < headers.size(); ++c) {
      const auto unit = seconds_of_unit(headers[c].unit);
      if (!names_time(headers[c].name) && !(c == 0 && unit)) continue;
      if (!unit)
        warn(fmt::format("line {}: the time column '{}' has no unit; taken as seconds",
                         layout_.data_line, headers[c].name));
      return take_time(c, TimeForm::number, unit.value_or(1));
    }
    // Without a word for it: a first column that rises evenly, beside others.
    const bool bare = headers.size() > 1 && headers[0].unit.empty() &&
                      !names_counter(headers[0].name) && rises_evenly(0);
    if (!bare) return;
    warn(fmt::format("line {}: column 1 rises evenly and is taken as the time in seconds",
                     layout_.data_line));
    take_time(0, TimeForm::number, 1);
  }

  void take_time(std::size_t column, TimeForm form, double unit) {
    layout_.time = CsvTime{.column = column, .form = form, .unit = unit};
    if (form == TimeForm::date) layout_.first_time = std::string(value(0, column));
  }

  void add_channel(const CsvHeader& header, std::size_t c) {
    int numbers = 0;
    int texts = 0;
    for (std::size_t row = 0; row < rows(); ++row) {
      const std::string_view text = value(row, c);
      if (text.empty()) continue;
      ++(comma_number(text) ? numbers : texts);
    }
    if (names_counter(header.name)) return;
    if (numbers == 0 && header.unit.empty()) {
      // An empty column is what a comma at the end of each line makes.
      if (texts > 0 || !header.name.empty())
        warn(fmt::format("line {}: column {} '{}' holds no numbers and is left out",
                         layout_.data_line, c + 1, header.name));
      return;
    }
    CsvColumn column{.column = c, .channel = {}};
    RecordedChannel& channel = column.channel;
    if (layout_.settings) name_by_settings(channel, c);
    const bool only_a_unit = !unit_alone(header.name).empty();  // Siglent: "Second,Volt"
    if (channel.name.empty() || (!header.name.empty() && !only_a_unit)) channel.name = header.name;
    if (channel.name.empty()) channel.name = fmt::format("{}", c + 1);
    channel.id = header.id;
    channel.phase = phase_in_name(header.id);
    if (!header.unit.empty()) set_unit(channel, header.unit);
    if (channel.unit.empty()) unit_by_name(channel);
    layout_.columns.push_back(std::move(column));
  }

  // "Va" and "I1" without a unit are hardly anything but volts and amperes.
  void unit_by_name(RecordedChannel& channel) {
    const std::string_view name = channel.id.empty() ? channel.name : channel.id;
    const bool plain = name == "U" || name == "V" || name == "I" || name == "u" || name == "v" ||
                       name == "i" || !phase_in_name(name).empty();
    if (!plain) {
      set_unit(channel, "1");
      return;
    }
    set_unit(channel, name.front() == 'I' || name.front() == 'i' ? "A" : "V");
    warn(fmt::format("column '{}' has no unit; taken as {} from its name", channel.name,
                     channel.unit));
  }

  // The mean step of the first rows, from which the survey of the whole column sets out; their
  // middle one when there is a gap among them.
  [[nodiscard]] double head_step(const CsvTime& time) const {
    std::vector<double> steps;
    std::optional<Stamp> before;
    for (std::size_t row = 0; row < rows(); ++row) {
      const auto now = stamp(row, time.column, time.form);
      if (before && now) steps.push_back(between(*before, *now));
      before = now;
    }
    if (steps.empty()) return 0;
    std::ranges::sort(steps);
    const double middle = steps[steps.size() / 2];
    if (steps.back() - middle > 0.5 * middle || middle - steps.front() > 0.5 * middle)
      return middle;
    return std::accumulate(steps.begin(), steps.end(), 0.0) / static_cast<double>(steps.size());
  }

  Result<CsvLayout> finish() {
    if (layout_.columns.empty())
      return refuse(layout_.data_line,
                    "no column of numbers beside the time; expected at least one");
    if (!layout_.time) return std::move(layout_);
    layout_.time->head_step = head_step(*layout_.time);
    return std::move(layout_);
  }

  const ByteFile& file_;
  std::vector<HeadLine> lines_;
  std::size_t first_row_ = 0;
  Settings settings_;
  CsvLayout layout_;
};

}  // namespace

Result<CsvLayout> find_layout(const ByteFile& file) {
  auto lines = head_of(file);
  if (!lines) return tl::unexpected(std::move(lines.error()));
  return LayoutFinder(file, std::move(*lines)).find();
}

}  // namespace meterrig::playback
