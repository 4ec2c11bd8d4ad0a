// SPDX-License-Identifier: GPL-3.0-or-later
#include "yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

#include "in_quotes.h"

namespace meterrig::loader {
namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_nodes = 200'000;

// Length of the UTF-8 character at the front (RFC 3629), 0 when there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80U) return 1;
  const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || first > 0xF4U) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = byte(1);
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  if ((first == 0xE0U && second < 0xA0U) || (first == 0xEDU && second > 0x9FU) ||
      (first == 0xF0U && second < 0x90U) || (first == 0xF4U && second > 0x8FU))
    return 0;
  return length;
}

// Turns yaml-cpp's marks, whose columns count bytes, into positions.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  [[nodiscard]] Position position(const YAML::Mark& mark) {
    if (mark.is_null() || mark.line < 0 || mark.column < 0) return {.line = 1, .column = 1};
    const auto line = std::min(static_cast<std::size_t>(mark.line), starts_.size() - 1);
    return at(starts_[line] + static_cast<std::size_t>(mark.column), line);
  }

  // What the reader saw from there on.
  [[nodiscard]] std::string_view text_from(const YAML::Mark& mark) const {
    if (mark.line < 0 || mark.column < 0 || static_cast<std::size_t>(mark.line) >= starts_.size())
      return {};
    const std::size_t offset =
        starts_[static_cast<std::size_t>(mark.line)] + static_cast<std::size_t>(mark.column);
    return text_.substr(std::min(offset, text_.size()));
  }

  [[nodiscard]] Position position(std::size_t offset) {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    return at(offset, static_cast<std::size_t>(after - starts_.begin()) - 1);
  }

 private:
  // Counts on from the position asked for last, which is mostly a little before on the same line.
  [[nodiscard]] Position at(std::size_t offset, std::size_t line) {
    const std::size_t end = std::min(offset, text_.size());
    if (line != line_ || end < offset_) {
      line_ = line;
      offset_ = starts_[line];
      column_ = 1;
    }
    for (; offset_ < end; ++offset_) {
      if ((static_cast<unsigned char>(text_[offset_]) & 0xC0U) != 0x80U) ++column_;
    }
    return {.line = static_cast<int>(line) + 1, .column = column_};
  }

  std::string_view text_;
  std::vector<std::size_t> starts_;
  std::size_t line_ = 0;  // of the position asked for last
  std::size_t offset_ = 0;
  int column_ = 1;
};

// yaml-cpp takes a quoted scalar that the file's end cuts off for a whole one.
bool is_closed(std::string_view scalar) {
  if (scalar.empty() || (scalar.front() != '"' && scalar.front() != '\''))
    return true;  // not quoted
  const char quote = scalar.front();
  for (std::size_t i = 1; i < scalar.size(); ++i) {
    if (scalar[i] == '\\' && quote == '"') {
      ++i;
    } else if (scalar[i] == quote) {
      if (quote == '"' || i + 1 >= scalar.size() || scalar[i + 1] != quote) return true;
      ++i;  // a doubled single quote stands for itself
    }
  }
  return false;
}

// Ends the parse at once; its finding is already noted.
struct Stop {};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Lines& lines, const std::string& file, Findings& findings)
      : lines_(lines), file_(file), findings_(findings) {}

  std::optional<YamlNode> root;
  Position start;

  void OnDocumentStart(const YAML::Mark& mark) override {
    start = lines_.position(mark);
    if (!root) return;
    note(start, "a second document", "one document in a file");
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    note(lines_.position(mark), "the anchor " + in_quotes("&" + name),
         "no anchors: every value written out");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    note(lines_.position(mark), "an alias", "no aliases: every value written out");
    open(mark, YamlNode::Sort::alias);
    close();
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    open(mark, YamlNode::Sort::nothing);
    close();
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    YamlNode& node = open(mark, YamlNode::Sort::scalar);
    refuse_tag(node, tag);
    node.text = value;
    node.plain = tag == "?";
    if (tag == "!" && !is_closed(lines_.text_from(mark)))
      note(node.position, "a quote that is not closed", "the same quote at the end of the text");
    close();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    refuse_tag(open(mark, YamlNode::Sort::list), tag);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    refuse_tag(open(mark, YamlNode::Sort::mapping), tag);
  }
  void OnMapEnd() override { close(); }

 private:
  // A node whose children are being read. A parent's vector does not grow meanwhile, so the pointer
  // holds.
  struct Open {
    YamlNode* node;
    bool key_read = false;  // of a mapping: the next node is a value
  };

  void note(Position position, std::string found, std::string expected) {
    findings_.add({.file = file_,
                   .line = position.line,
                   .column = position.column,
                   .where = "",
                   .found = std::move(found),
                   .expected = std::move(expected)});
  }

  void refuse_tag(const YamlNode& node, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    note(node.position, "the tag " + in_quotes(tag), "no tags: the field says what a value is");
  }

  YamlNode& open(const YAML::Mark& mark, YamlNode::Sort sort) {
    const Position position = lines_.position(mark);
    if (++nodes_ > most_nodes) {
      note(position, fmt::format("more than {} values", most_nodes), "a smaller file");
      throw Stop{};
    }
    if (open_.size() >= deepest) {
      note(position, fmt::format("more than {} levels of nesting", deepest), "fewer");
      throw Stop{};
    }
    YamlNode* node = nullptr;
    if (open_.empty()) {
      node = &root.emplace();
    } else if (Open& parent = open_.back(); parent.node->sort == YamlNode::Sort::list) {
      node = &parent.node->entries.emplace_back();
    } else if (!parent.key_read) {
      parent.key_read = true;
      node = &parent.node->members.emplace_back().key;
    } else {
      parent.key_read = false;
      node = &parent.node->members.back().value;
    }
    node->sort = sort;
    node->position = position;
    // yaml-cpp marks an absent value at whatever follows it; the key or the list is what people
    // look for.
    if (sort == YamlNode::Sort::nothing && !open_.empty()) {
      const YamlNode& parent = *open_.back().node;
      node->position =
          parent.members.empty() ? parent.position : parent.members.back().key.position;
    }
    open_.push_back({.node = node});
    return *node;
  }

  void close() { open_.pop_back(); }

  Lines& lines_;
  const std::string& file_;
  Findings& findings_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
};

// The first byte that no text file has, if any.
std::optional<std::size_t> unreadable_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool control =
        (byte < 0x20U && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7FU;
    const bool lone_return = byte == '\r' && (i + 1 >= text.size() || text[i + 1] != '\n');
    const std::size_t length = character_length(text.substr(i));
    if (control || lone_return || length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

// Where a directive (%YAML, %TAG) stands before the document, if one does.
std::optional<std::size_t> directive(std::string_view text) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::size_t first = text.find_first_not_of(" \t\r", start);
    if (text[start] == '%') return start;
    if (first < end && text[first] != '#') return std::nullopt;
    start = end + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<YamlNode> read_yaml(std::string_view text, const std::string& file,
                                  Findings& findings) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Lines lines(text);
  const auto note = [&](Position at, std::string found, std::string expected) {
    findings.add({.file = file,
                  .line = at.line,
                  .column = at.column,
                  .where = "",
                  .found = std::move(found),
                  .expected = std::move(expected)});
  };
  if (const auto at = unreadable_byte(text)) {
    note(lines.position(*at),
         fmt::format("the byte 0x{:02x}", static_cast<unsigned char>(text[*at])),
         "UTF-8 text without control characters");
    return std::nullopt;
  }
  if (const auto at = directive(text))
    note(lines.position(*at), "a YAML directive", "none: the document alone");
  TreeBuilder builder(lines, file, findings);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    note(lines.position(error.mark), "what is not YAML: " + error.msg, "YAML");
    return std::nullopt;
  } catch (const std::exception& error) {
    note(builder.start, std::string("what the YAML reader cannot take: ") + error.what(), "YAML");
    return std::nullopt;
  }
  if (!builder.root) note({.line = 1, .column = 1}, "an empty file", "a YAML document");
  return std::move(builder.root);
}

}  // namespace meterrig::loader
