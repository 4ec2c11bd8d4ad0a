// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "byte_file.h"
#include "csv_layout.h"
#include "csv_lines.h"
#include "csv_survey.h"
#include "formats.h"
#include "read_range.h"

namespace meterrig::playback {
namespace {

// Values of one sort that are read as missing: counted, and the first of them kept.
struct Missing {
  std::int64_t count = 0;
  std::int64_t line = 0;
  std::size_t column = 0;
  std::string text;
};

class CsvRecording : public Recording {
 public:
  CsvRecording(ByteFile file, CsvLayout layout, CsvSurvey survey, RecordingDescription description)
      : file_(std::move(file)),
        layout_(std::move(layout)),
        places_(std::move(survey.places)),
        description_(std::move(description)),
        warnings_(std::move(layout_.warnings)),
        lines_(file_, layout_.data_offset, layout_.data_line) {
    warnings_.insert(warnings_.end(), survey.warnings.begin(), survey.warnings.end());
    for (std::size_t c = 0; c < layout_.columns.size(); ++c) {
      const std::size_t column = layout_.columns[c].column;
      rows_of_columns_.resize(std::max(rows_of_columns_.size(), column + 1), no_row);
      rows_of_columns_[column] = c;
    }
  }

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all = warnings_;
    const auto add = [&](const Missing& missing, const std::string& what) {
      if (missing.count > 0)
        all.push_back(fmt::format("{}: {} {}, first in line {}, column {}; read as missing",
                                  file_.name(), missing.count, what, missing.line,
                                  missing.column + 1));
    };
    add(empty_, "values are empty");
    add(no_numbers_, fmt::format("values are no numbers ('{}')", no_numbers_.text));
    add(too_few_, "rows have fewer values than columns");
    return all;
  }

  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    if (auto inside = check_range(description_, first, count); !inside) return inside;
    block.resize(layout_.columns.size(), count);
    block.first = first;
    if (count == 0) return {};
    std::string_view line;
    if (first != next_) {
      const std::int64_t place = first / CsvSurvey::rows_a_place;
      const CsvPlace& at = places_[static_cast<std::size_t>(place)];
      lines_ = CsvLines(file_, at.offset, at.line);
      for (next_ = place * CsvSurvey::rows_a_place; next_ < first; ++next_)
        if (auto done = next_line(line); !done) return done;
    }
    for (std::size_t n = 0; n < count; ++n, ++next_) {
      if (auto done = next_line(line); !done) return done;
      parse(line, n, block);
    }
    counted_ = std::max(counted_, next_);
    return {};
  }

 private:
  static constexpr std::size_t no_row = std::numeric_limits<std::size_t>::max();

  Result<void> next_line(std::string_view& line) {
    const auto got = lines_.next(line);
    if (got && *got) return {};
    next_ = -1;
    if (!got) return tl::unexpected(got.error());
    return fail(ErrorCode::data_loss,
                fmt::format("{}: line {}: the file has become shorter; expected {} rows",
                            file_.name(), lines_.line_number(), description_.count()));
  }

  void parse(std::string_view line, std::size_t n, ScanBlock& block) {
    CsvFields fields(line, layout_.style.separator);
    std::string_view field;
    std::size_t column = 0;
    for (; column < rows_of_columns_.size() && fields.next(field); ++column) {
      const std::size_t row = rows_of_columns_[column];
      if (row == no_row) continue;
      const auto number = number_in(field, layout_.style.decimal_comma);
      if (number && !std::isinf(*number)) {
        block.row(row)[n] = *number;
        continue;
      }
      block.row(row)[n] = std::numeric_limits<double>::quiet_NaN();
      note(field.empty() ? empty_ : no_numbers_, column, field);
    }
    if (column == rows_of_columns_.size()) return;
    note(too_few_, column, {});
    for (; column < rows_of_columns_.size(); ++column) {
      const std::size_t row = rows_of_columns_[column];
      if (row != no_row) block.row(row)[n] = std::numeric_limits<double>::quiet_NaN();
    }
  }

  // A row that is read again is not counted again.
  void note(Missing& missing, std::size_t column, std::string_view text) {
    if (next_ < counted_) return;
    if (missing.count++ > 0) return;
    missing.line = lines_.line_number();
    missing.column = column;
    missing.text = text.substr(0, 40);
    std::ranges::replace_if(
        missing.text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
  }

  ByteFile file_;
  CsvLayout layout_;
  std::vector<CsvPlace> places_;
  RecordingDescription description_;
  std::vector<std::string> warnings_;
  CsvLines lines_;
  std::vector<std::size_t> rows_of_columns_;
  std::int64_t next_ = 0;     // row that lines_ gives next
  std::int64_t counted_ = 0;  // rows before it have been counted
  Missing empty_;
  Missing no_numbers_;
  Missing too_few_;
};

}  // namespace

Result<std::unique_ptr<Recording>> open_csv(const std::filesystem::path& file,
                                            const OpenOptions& options) {
  auto bytes = ByteFile::open(file);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  auto layout = find_layout(*bytes);
  if (!layout) return tl::unexpected(std::move(layout.error()));
  const std::optional<Rational> stated = layout->stated_rate;
  if (!options.rate && !layout->time && !stated)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: line {}: no time column; expected one, such as \"Time (s)\", or a "
                            "rate beside the file",
                            bytes->name(), layout->data_line));
  const bool with_time = !options.rate && layout->time.has_value();
  auto found = survey(*bytes, *layout, with_time);
  if (!found) return tl::unexpected(std::move(found.error()));

  Rational rate = found->rate;
  if (!with_time && stated) rate = *stated;
  if (options.rate) rate = *options.rate;
  if (with_time && stated && !(*stated == rate))
    found->warnings.push_back(
        fmt::format("{}: the settings say {} scans a second, the times {}; read as {}",
                    bytes->name(), stated->value(), rate.value(), rate.value()));
  const std::optional<std::int64_t> promised = layout->promised_scans;
  if (promised && *promised != found->rows)
    found->warnings.push_back(
        fmt::format("{}: the settings promise {} scans; the {} that are there are read",
                    bytes->name(), *promised, found->rows));

  RecordingDescription description;
  description.file = bytes->name();
  description.format = layout->settings ? "CSV, oscilloscope" : "CSV";
  description.device = layout->device;
  description.first_time = layout->first_time;
  description.segments = {{.first = 0, .count = found->rows, .rate = rate, .start = 0}};
  for (const CsvColumn& column : layout->columns) description.channels.push_back(column.channel);
  return std::make_unique<CsvRecording>(std::move(*bytes), std::move(*layout), std::move(*found),
                                        std::move(description));
}

}  // namespace meterrig::playback
