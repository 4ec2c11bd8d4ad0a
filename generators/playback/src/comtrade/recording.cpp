// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "../extension.h"
#include "../read_range.h"
#include "ascii_data.h"
#include "binary_data.h"
#include "comtrade.h"
#include "configuration.h"
#include "recording.h"
#include "segments.h"
#include "single_file.h"
#include "time_stamps.h"

namespace meterrig::playback {
namespace comtrade {
namespace {

namespace fs = std::filesystem;

class ComtradeRecording final : public Recording {
 public:
  ComtradeRecording(Configuration configuration, std::unique_ptr<ScanReader> reader,
                    std::string data_file)
      : description_(std::move(configuration.description)),
        reader_(std::move(reader)),
        data_file_(std::move(data_file)),
        assumed_(std::move(configuration.warnings)),
        check_(description_.segments, configuration.stamp_unit) {}

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all = assumed_;
    const auto add = [&](std::int64_t times, const std::string& what) {
      if (times > 0) all.push_back(fmt::format("{}: {}", data_file_, what));
    };
    add(findings_.missing_values, fmt::format("{} missing values", findings_.missing_values));
    add(findings_.short_lines,
        fmt::format("{} lines end before their last value; what is not there is missing",
                    findings_.short_lines));
    add(check_.wrong_steps(),
        fmt::format("{} of {} steps of the time stamps are not the period; the configuration's "
                    "rate was used",
                    check_.wrong_steps(), check_.steps()));
    add(check_.drifts() ? 1 : 0,
        fmt::format("the time stamps rise by {:.6g} on average where the period is {:.6g}; the "
                    "configuration's rate was used",
                    check_.mean_step(), check_.mean_period()));
    add(check_.wrong_numbers(),
        fmt::format("{} sample numbers do not follow the one before; read as if they did",
                    check_.wrong_numbers()));
    return all;
  }

  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    if (auto inside = check_range(description_, first, count); !inside) return inside;
    block.resize(description_.channels.size(), count);
    block.first = first;
    for (std::size_t at = 0; at < count;) {
      const std::int64_t scan = first + static_cast<std::int64_t>(at);
      std::size_t n = std::min(heads_.size(), count - at);
      // Nothing is counted twice when it is read twice.
      const bool again = scan >= counted_from_ && scan < counted_to_;
      if (again) n = std::min(n, static_cast<std::size_t>(counted_to_ - scan));
      if (!again && scan != counted_to_) count_anew(scan);
      const std::span<ScanHead> heads(heads_.data(), n);
      ScanFindings ignored;
      if (auto done = reader_->decode(scan, heads, &block, at, again ? ignored : findings_); !done)
        return done;
      at += n;
      if (again) continue;
      check_.take(heads);
      counted_to_ = scan + static_cast<std::int64_t>(n);
    }
    return {};
  }

 private:
  void count_anew(std::int64_t scan) {
    findings_ = {};
    check_.restart(scan);
    counted_from_ = counted_to_ = scan;
  }

  RecordingDescription description_;
  std::unique_ptr<ScanReader> reader_;
  std::string data_file_;
  std::vector<std::string> assumed_;
  HeadCheck check_;
  ScanFindings findings_;
  std::int64_t counted_from_ = 0;  // the scans that the findings are of
  std::int64_t counted_to_ = 0;
  std::array<ScanHead, 1024> heads_;
};

// Samples that are text where binary was said, or the other way round.
Result<void> correct_type(Configuration& configuration, const DataSection& data) {
  std::array<char, 256> head{};
  const auto wanted =
      static_cast<std::size_t>(std::min<std::int64_t>(head.size(), data.end - data.begin));
  const auto got = data.file.read(data.begin, std::span(head).first(wanted));
  if (!got) return tl::unexpected(got.error());
  constexpr std::string_view of_numbers = "0123456789+-.eE,; \t\r\n\x1A";
  const std::string_view text(head.data(), *got);
  const bool is_text = text.find_first_not_of(of_numbers) == std::string_view::npos &&
                       text.find(',') != std::string_view::npos;
  DataType type = configuration.type;
  if (type != DataType::ascii && is_text) type = DataType::ascii;
  if (type == DataType::ascii && text.find('\0') != std::string_view::npos && !is_text)
    type = DataType::binary16;
  if (type == configuration.type) return {};
  configuration.warnings.push_back(
      fmt::format("{}: the data is not {} as the configuration says; "
                  "read as {}",
                  data.file.name(), name(configuration.type), name(type)));
  configuration.type = type;
  configuration.description.format = fmt::format("COMTRADE {} {}", configuration.year, name(type));
  return {};
}

// The file of the same name with another extension, whatever the case of both.
Result<fs::path> beside(const fs::path& file, std::string_view extension) {
  std::string as_the_other(extension);
  const std::string own = file.extension().string();
  if (own.size() > 1 && own[1] >= 'A' && own[1] <= 'Z') {
    for (char& c : as_the_other) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
  }
  std::error_code error;
  fs::path exact = fs::path(file).replace_extension(as_the_other);
  if (fs::exists(exact, error)) return exact;
  std::vector<fs::path> found;
  const fs::path folder = file.parent_path().empty() ? "." : file.parent_path();
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& other = entry->path();
    if (other.stem() == file.stem() && extension_of(other) == extension)
      found.push_back(file.parent_path() / other.filename());
  }
  if (found.empty())
    return fail(ErrorCode::not_found, fmt::format("{}: not there; expected it beside {}",
                                                  exact.string(), file.filename().string()));
  return *std::min_element(found.begin(), found.end());
}

Result<std::string> text_of(const ByteFile& file) {
  if (file.size() > static_cast<std::int64_t>(longest_configuration))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: a configuration of {} bytes; expected at most {}", file.name(),
                            file.size(), longest_configuration));
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  const auto got = file.read(0, text);
  if (!got) return tl::unexpected(got.error());
  text.resize(*got);
  return text;
}

}  // namespace

Result<std::unique_ptr<Recording>> open_data(Configuration configuration, DataSection data,
                                             std::optional<Rational> rate) {
  const std::string data_file = data.file.name();
  std::vector<std::string>& warnings = configuration.warnings;
  if (auto done = correct_type(configuration, data); !done) return tl::unexpected(done.error());
  std::unique_ptr<ScanReader> reader;
  if (configuration.type == DataType::ascii) {
    auto ascii = open_ascii_data(configuration, std::move(data), warnings);
    if (!ascii) return tl::unexpected(ascii.error());
    reader = std::move(*ascii);
  } else {
    reader = open_binary_data(configuration, std::move(data), warnings);
  }
  if (reader->count() > 0) {
    // What is no data at all shows in the first scan.
    std::array<ScanHead, 1> head;
    ScanBlock block;
    block.resize(configuration.scaling.size(), 1);
    ScanFindings ignored;
    if (auto done = reader->decode(0, head, &block, 0, ignored); !done)
      return fail(ErrorCode::invalid_argument, done.error().message);
  }
  auto segments = find_segments(configuration, *reader, data_file, rate, warnings);
  if (!segments) return tl::unexpected(segments.error());
  configuration.description.segments = std::move(*segments);
  return std::make_unique<ComtradeRecording>(std::move(configuration), std::move(reader),
                                             data_file);
}

Result<std::unique_ptr<Recording>> open_single_file(ByteFile file, std::optional<Rational> rate) {
  const std::string name = file.name();
  auto single = split_single_file(std::move(file));
  if (!single) return tl::unexpected(single.error());
  auto configuration = parse_configuration(single->configuration, name, single->first_line);
  if (!configuration) return tl::unexpected(configuration.error());
  configuration->warnings.insert(configuration->warnings.end(), single->warnings.begin(),
                                 single->warnings.end());
  return open_data(std::move(*configuration), std::move(single->data), rate);
}

}  // namespace comtrade

Result<std::unique_ptr<Recording>> open_comtrade(const std::filesystem::path& file,
                                                 const OpenOptions& options) {
  const std::string extension = extension_of(file);
  if (extension == ".cff") {
    auto bytes = ByteFile::open(file);
    if (!bytes) return tl::unexpected(bytes.error());
    return comtrade::open_single_file(std::move(*bytes), options.rate);
  }
  const bool is_data = extension == ".dat";
  // The file that was asked for is missed first.
  auto asked = ByteFile::open(file);
  if (!asked) return tl::unexpected(asked.error());
  const auto other_name = comtrade::beside(file, is_data ? ".cfg" : ".dat");
  if (!other_name) return tl::unexpected(other_name.error());
  auto other = ByteFile::open(*other_name);
  if (!other) return tl::unexpected(other.error());
  ByteFile& data = is_data ? *asked : *other;
  const ByteFile& text_file = is_data ? *other : *asked;
  const auto text = comtrade::text_of(text_file);
  if (!text) return tl::unexpected(text.error());
  auto configuration = comtrade::parse_configuration(*text, text_file.name());
  if (!configuration) return tl::unexpected(configuration.error());
  const std::int64_t size = data.size();
  return comtrade::open_data(std::move(*configuration),
                             {.file = std::move(data), .begin = 0, .end = size, .first_line = 1},
                             options.rate);
}

}  // namespace meterrig::playback
