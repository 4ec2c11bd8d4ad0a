// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "formats.h"
#include "partial_file.h"

namespace meterrig::playback {
namespace {

// The shortest text that reads back as the same double.
void append_number(std::string& text, double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

class CsvWriter : public RecordingWriter {
 public:
  CsvWriter(PartialFile file, Rational rate) : file_(std::move(file)), rate_(rate) {}

  Result<void> append(const ScanBlock& block) override {
    for (std::size_t n = 0; n < block.count(); ++n) {
      const std::int64_t scan = block.first + static_cast<std::int64_t>(n);
      append_number(text_, static_cast<double>(scan) * static_cast<double>(rate_.denominator) /
                               static_cast<double>(rate_.numerator));
      for (std::size_t c = 0; c < block.channels(); ++c) {
        text_ += ',';
        append_number(text_, block.row(c)[n]);
      }
      text_ += '\n';
      if (text_.size() < piece) continue;
      if (auto done = flush(); !done) return done;
    }
    return {};
  }

  Result<void> finish() override {
    if (auto done = flush(); !done) return done;
    return file_.commit();
  }

  void append_text(std::string_view text) { text_ += text; }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 18U;

  Result<void> flush() {
    auto done = file_.write(text_);
    text_.clear();
    return done;
  }

  PartialFile file_;
  Rational rate_;
  std::string text_;
};

// In quotes, as a separator or a quote within asks for; a quote itself cannot be read back.
std::string header(const RecordedChannel& channel) {
  std::string text =
      channel.unit.empty() ? channel.name : fmt::format("{} [{}]", channel.name, channel.unit);
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  std::ranges::replace(text, '"', '\'');
  return text.find(',') == std::string::npos ? text : fmt::format("\"{}\"", text);
}

}  // namespace

Result<std::unique_ptr<RecordingWriter>> create_csv(const std::filesystem::path& file,
                                                    const RecordingDescription& description) {
  auto partial = PartialFile::create(file);
  if (!partial) return tl::unexpected(std::move(partial.error()));
  auto writer = std::make_unique<CsvWriter>(std::move(*partial), description.segments.front().rate);
  writer->append_text("t [s]");
  for (const RecordedChannel& channel : description.channels) {
    writer->append_text(",");
    writer->append_text(header(channel));
  }
  writer->append_text("\n");
  return writer;
}

}  // namespace meterrig::playback
