// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "byte_file.h"
#include "formats.h"
#include "plain_channels.h"
#include "read_range.h"

namespace meterrig::playback {
namespace {

constexpr std::string_view mark = "FFFFFFFF";
constexpr std::int64_t words_an_entry = 1 << 16;
constexpr unsigned char not_hexadecimal = 0xFF;
constexpr unsigned char blank = 0xFE;

constexpr std::array<unsigned char, 256> digit_values = [] {
  std::array<unsigned char, 256> table{};
  table.fill(not_hexadecimal);
  for (unsigned char d = 0; d < 10; ++d) table.at('0' + d) = d;
  for (unsigned char d = 0; d < 6; ++d) {
    table.at('A' + d) = static_cast<unsigned char>(10 + d);
    table.at('a' + d) = static_cast<unsigned char>(10 + d);
  }
  for (const char c : {' ', '\t', '\r', '\n'}) table.at(static_cast<unsigned char>(c)) = blank;
  return table;
}();

// Words of a hexadecimal text one after the other, over line ends, from a byte of the file on.
class WordReader {
 public:
  WordReader(const ByteFile& file, std::int64_t offset) : file_(&file), offset_(offset) {}

  // False at the end; digits_left() then says how many belong to no word.
  Result<bool> next(std::int16_t& word) {
    for (;;) {
      if (at_ == buffer_.size()) {
        offset_ += static_cast<std::int64_t>(at_);
        buffer_.resize(std::size_t{1} << 16U);
        const auto got = file_->read(offset_, buffer_);
        if (!got) return tl::unexpected(got.error());
        buffer_.resize(*got);
        at_ = 0;
        if (*got == 0) return false;
      }
      const unsigned char digit = digit_values[static_cast<unsigned char>(buffer_[at_])];
      if (digit == not_hexadecimal)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{}: byte {}: no hexadecimal digit; expected 0-9, A-F or a line "
                                "end",
                                file_->name(), offset_ + static_cast<std::int64_t>(at_)));
      ++at_;
      if (digit == blank) continue;
      digits_ = digits_ << 4U | digit;
      if (++count_ < 4) continue;
      count_ = 0;
      word = static_cast<std::int16_t>((digits_ >> 8U & 0xFFU) | (digits_ & 0xFFU) << 8U);
      return true;
    }
  }
  // Of the next byte to be looked at.
  [[nodiscard]] std::int64_t place() const { return offset_ + static_cast<std::int64_t>(at_); }
  [[nodiscard]] int digits_left() const { return count_; }

 private:
  const ByteFile* file_;
  std::int64_t offset_;  // of the buffer
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::uint32_t digits_ = 0;
  int count_ = 0;
};

class HexWords : public Recording {
 public:
  HexWords(ByteFile file, std::vector<std::int64_t> index, RecordingDescription description,
           std::vector<std::string> warnings)
      : file_(std::move(file)),
        index_(std::move(index)),
        description_(std::move(description)),
        warnings_(std::move(warnings)),
        reader_(file_, index_.front()) {}

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return warnings_; }
  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    if (auto inside = check_range(description_, first, count); !inside) return inside;
    const std::size_t channels = description_.channels.size();
    block.resize(channels, count);
    block.first = first;
    if (count == 0) return {};
    std::int16_t word = 0;
    const std::int64_t wanted = first * static_cast<std::int64_t>(channels);
    if (wanted != next_word_) {
      const std::int64_t entry = wanted / words_an_entry;
      reader_ = WordReader(file_, index_[static_cast<std::size_t>(entry)]);
      next_word_ = entry * words_an_entry;
      for (; next_word_ < wanted; ++next_word_)
        if (auto done = next(word); !done) return done;
    }
    for (std::size_t n = 0; n < count; ++n) {
      for (std::size_t c = 0; c < channels; ++c) {
        if (auto done = next(word); !done) return done;
        block.row(c)[n] = word;
      }
    }
    next_word_ = wanted + static_cast<std::int64_t>(count * channels);
    return {};
  }

 private:
  Result<void> next(std::int16_t& word) {
    const auto got = reader_.next(word);
    if (got && *got) return {};
    next_word_ = -1;
    if (!got) return tl::unexpected(got.error());
    return fail(ErrorCode::data_loss,
                fmt::format("{}: byte {}: the file has become shorter; expected {} bytes",
                            file_.name(), reader_.place(), file_.size()));
  }

  ByteFile file_;
  std::vector<std::int64_t> index_;  // place of every words_an_entry-th word
  RecordingDescription description_;
  std::vector<std::string> warnings_;
  WordReader reader_;
  std::int64_t next_word_ = 0;
};

}  // namespace

Result<std::unique_ptr<Recording>> open_hex_words(const std::filesystem::path& file,
                                                  const OpenOptions& options) {
  auto bytes = ByteFile::open(file);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  auto description = describe_plain(bytes->name(), options, 2, "count");
  if (!description) return tl::unexpected(std::move(description.error()));
  description->format = "hexadecimal text, 16 bit";
  std::array<char, mark.size() + 1> head{};
  const auto got = bytes->read(0, head);
  if (!got) return tl::unexpected(got.error());
  const bool marked = *got == head.size() && std::string_view(head.data(), mark.size()) == mark &&
                      (head.back() == '\r' || head.back() == '\n');
  const std::int64_t start = marked ? static_cast<std::int64_t>(mark.size()) : 0;

  std::vector<std::int64_t> index{start};
  std::int64_t words = 0;
  WordReader reader(*bytes, start);
  std::int16_t word = 0;
  for (;;) {
    const auto more = reader.next(word);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (++words % words_an_entry == 0) index.push_back(reader.place());
  }
  const auto channels = static_cast<std::int64_t>(description->channels.size());
  description->segments.front().count = words / channels;
  if (description->count() == 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: {} words of 16 bits; expected at least one scan of {}",
                            bytes->name(), words, channels));
  std::vector<std::string> warnings;
  if (const std::int64_t digits = words % channels * 4 + reader.digits_left(); digits != 0)
    warnings.push_back(
        fmt::format("{}: the last {} hexadecimal digits are no whole scan of {} and are left out",
                    bytes->name(), digits, channels * 4));
  return std::make_unique<HexWords>(std::move(*bytes), std::move(index), std::move(*description),
                                    std::move(warnings));
}

}  // namespace meterrig::playback
