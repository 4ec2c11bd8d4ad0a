// SPDX-License-Identifier: GPL-3.0-or-later
#include "walker.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "in_quotes.h"
#include "meterrig/loader/notation.h"
#include "meterrig/v1/options.pb.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {
namespace {

namespace pb = google::protobuf;
using Cpp = pb::FieldDescriptor::CppType;

constexpr std::size_t most_entries = 10'000;

const v1::Rule& rule_of(const pb::FieldDescriptor& field) {
  return field.options().GetExtension(v1::rule);
}

QuantityKind kind_of(const v1::Rule& rule) { return static_cast<QuantityKind>(rule.quantity()); }

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// "DIRECTION_IMPORT" is written "import".
std::string word_of(const pb::EnumValueDescriptor& value) {
  const std::string& unspecified = value.type()->value(0)->name();
  const std::size_t prefix = unspecified.size() - std::string_view("UNSPECIFIED").size();
  return lower_case(std::string_view(value.name()).substr(prefix));
}

// Errors of the vocabulary read "'X' is wrong in this way; expected Y".
struct Mismatch {
  std::string found;
  std::string expected;
};

Mismatch split(const Error& error) {
  constexpr std::string_view separator = "; expected ";
  const std::size_t at = error.message.find(separator);
  if (at == std::string::npos) return {.found = error.message, .expected = "another value"};
  return {.found = error.message.substr(0, at),
          .expected = error.message.substr(at + separator.size())};
}

std::string expectation(QuantityKind kind) {
  return split(parse_quantity("", kind).error()).expected;
}

// ", at least 1 and at most 247", with the unit.
std::string range_text(const v1::Rule& rule) {
  std::string text;
  if (rule.has_minimum()) text += ", at least " + exact_text(rule.minimum(), kind_of(rule));
  if (rule.has_maximum())
    text += fmt::format("{} at most {}", rule.has_minimum() ? " and" : ",",
                        exact_text(rule.maximum(), kind_of(rule)));
  return text;
}

std::string sort_text(const pb::FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case Cpp::CPPTYPE_DOUBLE:
    case Cpp::CPPTYPE_FLOAT:
      return expectation(kind_of(rule_of(field)));
    case Cpp::CPPTYPE_INT32:
    case Cpp::CPPTYPE_INT64:
    case Cpp::CPPTYPE_UINT32:
    case Cpp::CPPTYPE_UINT64:
      return "a whole number";
    case Cpp::CPPTYPE_BOOL:
      return "true or false";
    case Cpp::CPPTYPE_ENUM:
      return "one of " + words(*field.enum_type());
    case Cpp::CPPTYPE_STRING:
      return "text";
    case Cpp::CPPTYPE_MESSAGE:
      break;
  }
  const std::string& type = field.message_type()->name();
  if (type == "CurrentLevel") return split(parse_current_level("").error()).expected;
  if (type == "PowerFactor") return split(parse_power_factor("").error()).expected;
  return "a mapping";
}

// What the field wants, with its range and its line of help.
std::string expected_of(const pb::FieldDescriptor& field) {
  const v1::Rule& rule = rule_of(field);
  std::string text = sort_text(field) + range_text(rule);
  if (!rule.help().empty()) text += fmt::format(" ({})", rule.help());
  return text;
}

std::string list_expected_of(const pb::FieldDescriptor& field) {
  return "a list, each entry " + expected_of(field);
}

std::string described(const YamlNode& node) {
  switch (node.sort) {
    case YamlNode::Sort::nothing:
      return "nothing";
    case YamlNode::Sort::scalar:
      return in_quotes(node.text);
    case YamlNode::Sort::list:
      return "a list";
    case YamlNode::Sort::mapping:
    case YamlNode::Sort::alias:
      break;
  }
  return "a mapping";
}

std::string keys_of(const pb::Descriptor& type) {
  std::string list;
  for (int i = 0; i < type.field_count(); ++i) {
    if (rule_of(*type.field(i)).internal()) continue;
    fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ", ",
                   type.field(i)->name());
  }
  return list;
}

std::string members_of(const pb::OneofDescriptor& choice) {
  std::string list;
  for (int i = 0; i < choice.field_count(); ++i)
    fmt::format_to(std::back_inserter(list), "{}{}", i == 0 ? "" : ", ", choice.field(i)->name());
  return list;
}

std::string child(std::string_view where, std::string_view name) {
  return where.empty() ? std::string(name) : fmt::format("{}.{}", where, name);
}

// Names that become part of point names, paths and tables.
bool is_identifier(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

class Walker {
 public:
  Walker(Locations& locations, Findings& findings) : locations_(locations), findings_(findings) {}

  void message(const YamlNode& node, pb::Message& into, const std::string& where) {
    const pb::Descriptor& type = *into.GetDescriptor();
    if (node.sort != YamlNode::Sort::mapping) {
      report(node.position, where, described(node), "a mapping with the keys " + keys_of(type));
      return;
    }
    std::map<std::string, const YamlNode*> seen;
    std::map<const pb::OneofDescriptor*, const pb::FieldDescriptor*> chosen;
    for (const auto& [key, value] : node.members) {
      if (key.sort == YamlNode::Sort::alias) continue;  // noted by the reader
      if (key.sort != YamlNode::Sort::scalar) {
        report(key.position, where, described(key) + " as a key", "one of " + keys_of(type));
        continue;
      }
      const pb::FieldDescriptor* field = type.FindFieldByName(key.text);
      if (field == nullptr || rule_of(*field).internal()) {
        report(key.position, where, "the unknown key " + in_quotes(key.text),
               "one of " + keys_of(type));
        continue;
      }
      const std::string path = child(where, key.text);
      if (const auto [first, fresh] = seen.emplace(key.text, &key); !fresh) {
        report(key.position, path, "the key again",
               fmt::format("it once; the first is in line {}", first->second->position.line));
        continue;
      }
      if (const pb::OneofDescriptor* choice = field->real_containing_oneof()) {
        if (const auto [first, fresh] = chosen.emplace(choice, field); !fresh) {
          report(key.position, path, fmt::format("it beside {}", first->second->name()),
                 "exactly one of " + members_of(*choice));
          continue;
        }
      }
      if (value.sort == YamlNode::Sort::alias) continue;  // noted by the reader
      locations_.add(path, value.position.line, value.position.column);
      field_value(value, into, *field, path);
    }
    for (int i = 0; i < type.field_count(); ++i) {
      const pb::FieldDescriptor& field = *type.field(i);
      if (rule_of(field).required() && !seen.contains(field.name()))
        report(node.position, child(where, field.name()), "nothing",
               field.is_repeated() ? list_expected_of(field) : expected_of(field));
    }
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
      if (!chosen.contains(type.oneof_decl(i)))
        report(node.position, where, "none of " + members_of(*type.oneof_decl(i)),
               "exactly one of them");
    }
  }

 private:
  void report(Position at, std::string_view where, std::string found, std::string expected) {
    findings_.add({.file = locations_.file(),
                   .line = at.line,
                   .column = at.column,
                   .where = std::string(where),
                   .found = std::move(found),
                   .expected = std::move(expected)});
  }

  void field_value(const YamlNode& node, pb::Message& into, const pb::FieldDescriptor& field,
                   const std::string& where) {
    if (!field.is_repeated()) {
      single(node, into, field, where);
      return;
    }
    if (node.sort != YamlNode::Sort::list) {
      report(node.position, where, described(node), list_expected_of(field));
      return;
    }
    if (node.entries.empty() || node.entries.size() > most_entries) {
      const std::string found =
          node.entries.empty() ? "an empty list" : fmt::format("{} entries", node.entries.size());
      report(node.position, where, found,
             fmt::format("from 1 to {} entries, each {}", most_entries, expected_of(field)));
      return;
    }
    const bool messages = field.cpp_type() == Cpp::CPPTYPE_MESSAGE;
    std::map<std::string, std::string> entries;  // where each was first
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
      const YamlNode& entry = node.entries[i];
      if (entry.sort == YamlNode::Sort::alias) {
        // Keeps the messages at the numbers that their paths say.
        if (messages) into.GetReflection()->AddMessage(&into, &field);
        continue;
      }
      std::string path = fmt::format("{}[{}]", where, i);
      locations_.add(path, entry.position.line, entry.position.column);
      const std::string identity = single(entry, into, field, path);
      if (identity.empty()) continue;
      if (const std::string id = path + ".id"; locations_.has(id)) path = id;
      if (const auto [first, fresh] = entries.emplace(identity, path); !fresh)
        findings_.add(
            locations_.finding(path, in_quotes(identity) + " again",
                               fmt::format("it once in the list; the first is in line {}",
                                           locations_.finding(first->second, "", "").line)));
    }
  }

  // Sets or adds one value. Returns what must be unique in a list: the value as text, or the id of
  // a message; empty when there is no such thing, or the value was refused.
  std::string single(const YamlNode& node, pb::Message& into, const pb::FieldDescriptor& field,
                     const std::string& where) {
    if (field.cpp_type() == Cpp::CPPTYPE_MESSAGE) return submessage(node, into, field, where);
    if (node.sort != YamlNode::Sort::scalar) {
      report(node.position, where, described(node), expected_of(field));
      return {};
    }
    if (!scalar(node, into, field, where) || !field.is_repeated()) return {};
    const pb::Reflection& reflection = *into.GetReflection();
    const int last = reflection.FieldSize(into, &field) - 1;
    switch (field.cpp_type()) {  // the same however it is written
      case Cpp::CPPTYPE_INT32:
        return fmt::format("{}", reflection.GetRepeatedInt32(into, &field, last));
      case Cpp::CPPTYPE_ENUM:
        return word_of(*reflection.GetRepeatedEnum(into, &field, last));
      default:
        return node.text;
    }
  }

  std::string submessage(const YamlNode& node, pb::Message& into, const pb::FieldDescriptor& field,
                         const std::string& where) {
    const pb::Reflection& reflection = *into.GetReflection();
    pb::Message& target = field.is_repeated() ? *reflection.AddMessage(&into, &field)
                                              : *reflection.MutableMessage(&into, &field);
    const std::string& type = field.message_type()->name();
    if (type == "CurrentLevel")
      return notation(node, target, where, field, parse_current_level(node.text));
    if (type == "PowerFactor")
      return notation(node, target, where, field, parse_power_factor(node.text));
    message(node, target, where);
    const pb::FieldDescriptor* id = field.message_type()->FindFieldByName("id");
    if (id == nullptr) return {};
    return target.GetReflection()->GetString(target, id);
  }

  template <class Value>
  std::string notation(const YamlNode& node, pb::Message& target, const std::string& where,
                       const pb::FieldDescriptor& field, const Result<Value>& value) {
    if (node.sort != YamlNode::Sort::scalar) {
      report(node.position, where, described(node), expected_of(field));
      return {};
    }
    if (!value) {
      report(node.position, where, in_quotes(node.text), expected_of(field));
      return {};
    }
    target.CopyFrom(*value);
    return to_string(*value);
  }

  // False when the value was refused.
  bool scalar(const YamlNode& node, pb::Message& into, const pb::FieldDescriptor& field,
              const std::string& where) {
    const pb::Reflection& reflection = *into.GetReflection();
    const bool add = field.is_repeated();
    switch (field.cpp_type()) {
      case Cpp::CPPTYPE_DOUBLE: {
        double number = 0;
        if (!read_number(node, field, where, number)) return false;
        add ? reflection.AddDouble(&into, &field, number)
            : reflection.SetDouble(&into, &field, number);
        return true;
      }
      case Cpp::CPPTYPE_INT32: {
        std::int32_t number = 0;
        if (!read_integer(node, field, where, number)) return false;
        add ? reflection.AddInt32(&into, &field, number)
            : reflection.SetInt32(&into, &field, number);
        return true;
      }
      case Cpp::CPPTYPE_UINT64: {
        std::uint64_t number = 0;
        if (!read_integer(node, field, where, number)) return false;
        add ? reflection.AddUInt64(&into, &field, number)
            : reflection.SetUInt64(&into, &field, number);
        return true;
      }
      case Cpp::CPPTYPE_BOOL: {
        if (!node.plain || (node.text != "true" && node.text != "false"))
          return refuse(node, field, where);
        const bool truth = node.text == "true";
        add ? reflection.AddBool(&into, &field, truth) : reflection.SetBool(&into, &field, truth);
        return true;
      }
      case Cpp::CPPTYPE_ENUM: {
        const pb::EnumValueDescriptor* value = find_word(*field.enum_type(), node.text);
        if (value == nullptr) return refuse(node, field, where);
        add ? reflection.AddEnum(&into, &field, value) : reflection.SetEnum(&into, &field, value);
        return true;
      }
      case Cpp::CPPTYPE_STRING: {
        if (node.text.empty()) return refuse(node, field, where);
        if (field.name() == "id" && !is_identifier(node.text)) {
          report(node.position, where, in_quotes(node.text),
                 "a name of the letters a-z and A-Z, digits, '-', '_' and '.', starting with a "
                 "letter, "
                 "a digit or '_'");
          return false;
        }
        add ? reflection.AddString(&into, &field, node.text)
            : reflection.SetString(&into, &field, node.text);
        return true;
      }
      default:
        break;
    }
    // No message of a file has another type; one that gets it must be taught here.
    report(node.position, where, "a field of a type that the loader does not know",
           "a later loader");
    return false;
  }

  bool refuse(const YamlNode& node, const pb::FieldDescriptor& field, std::string_view where) {
    report(node.position, where,
           node.plain ? in_quotes(node.text) : in_quotes(node.text) + " in quotes",
           expected_of(field));
    return false;
  }

  bool read_number(const YamlNode& node, const pb::FieldDescriptor& field, std::string_view where,
                   double& number) {
    const v1::Rule& rule = rule_of(field);
    const auto parsed = parse_quantity(node.text, kind_of(rule));
    if (!parsed) {
      // "'230' has no unit" -> "'230' (has no unit)"
      std::string reason = split(parsed.error()).found;
      const std::size_t quote = reason.find("' ", node.text.size());
      reason = quote == std::string::npos ? "" : fmt::format(" ({})", reason.substr(quote + 2));
      report(node.position, where, in_quotes(node.text) + reason, expected_of(field));
      return false;
    }
    if ((rule.has_minimum() && *parsed < rule.minimum()) ||
        (rule.has_maximum() && *parsed > rule.maximum())) {
      report(node.position, where, in_quotes(node.text), expected_of(field));
      return false;
    }
    number = *parsed;
    return true;
  }

  // Decimal, or hexadecimal with 0x. No leading zeros: some readers of YAML take them for octal.
  template <class Integer>
  bool read_integer(const YamlNode& node, const pb::FieldDescriptor& field, std::string_view where,
                    Integer& number) {
    const v1::Rule& rule = rule_of(field);
    std::string_view digits = node.text;
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    const bool hexadecimal = digits.starts_with("0x");
    if (hexadecimal) digits.remove_prefix(2);
    const bool leading_zero = !hexadecimal && digits.size() > 1 && digits.front() == '0';
    std::uint64_t magnitude = 0;
    const char* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, magnitude, hexadecimal ? 16 : 10);
    bool right = node.plain && !leading_zero && parsed.ec == std::errc() && parsed.ptr == end;
    if (right && negative) {
      right = std::numeric_limits<Integer>::is_signed &&
              magnitude <= static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
    } else if (right) {
      right = magnitude <= static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
    }
    if (!right) return refuse(node, field, where);
    number = static_cast<Integer>(magnitude);
    if (negative) number = static_cast<Integer>(-static_cast<std::int64_t>(magnitude));
    const auto value = static_cast<double>(number);
    if ((rule.has_minimum() && value < rule.minimum()) ||
        (rule.has_maximum() && value > rule.maximum()))
      return refuse(node, field, where);
    return true;
  }

  static const pb::EnumValueDescriptor* find_word(const pb::EnumDescriptor& enumeration,
                                                  std::string_view text) {
    const std::string word = lower_case(text);
    for (int i = 1; i < enumeration.value_count(); ++i) {
      if (word_of(*enumeration.value(i)) == word) return enumeration.value(i);
    }
    return nullptr;
  }

  Locations& locations_;
  Findings& findings_;
};

}  // namespace

std::string words(const pb::EnumDescriptor& enumeration) {
  std::string list;
  for (int i = 1; i < enumeration.value_count(); ++i)
    fmt::format_to(std::back_inserter(list), "{}{}", i == 1 ? "" : ", ",
                   word_of(*enumeration.value(i)));
  return list;
}

void walk(const YamlNode& root, pb::Message& message, Locations& locations, Findings& findings) {
  locations.add("", root.position.line, root.position.column);
  Walker(locations, findings).message(root, message, "");
}

}  // namespace meterrig::loader
