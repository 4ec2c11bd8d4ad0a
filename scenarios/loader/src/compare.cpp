// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/compare.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "meterrig/loader/notation.h"

namespace meterrig::loader {
namespace {

namespace pb = google::protobuf;

std::string spaced(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// CIRCUIT_DIRECT: "direct"
std::string word(const pb::EnumValueDescriptor& value) {
  const std::string& type = value.type()->name();
  std::size_t prefix = 0;  // CamelCase in capitals, with a low line at each seam and at the end
  for (const char c : type) prefix += c >= 'A' && c <= 'Z' ? 2 : 1;
  std::string text = value.name().substr(std::min(prefix, value.name().size()));
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return spaced(text);
}

std::string text_of(const pb::Message& message);

std::string text_of(const pb::Message& message, const pb::FieldDescriptor& field, int index) {
  const pb::Reflection& of = *message.GetReflection();
  const bool list = field.is_repeated();
  switch (field.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_MESSAGE:
      return text_of(list ? of.GetRepeatedMessage(message, &field, index)
                          : of.GetMessage(message, &field));
    case pb::FieldDescriptor::CPPTYPE_ENUM:
      return word(
          *(list ? of.GetRepeatedEnum(message, &field, index) : of.GetEnum(message, &field)));
    case pb::FieldDescriptor::CPPTYPE_DOUBLE:
      return fmt::format("{}", list ? of.GetRepeatedDouble(message, &field, index)
                                    : of.GetDouble(message, &field));
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return fmt::format(
          "{}", list ? of.GetRepeatedInt32(message, &field, index) : of.GetInt32(message, &field));
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return (list ? of.GetRepeatedBool(message, &field, index) : of.GetBool(message, &field))
                 ? "yes"
                 : "no";
    default:
      return list ? of.GetRepeatedString(message, &field, index) : of.GetString(message, &field);
  }
}

// "-" for a field that is not there.
std::string text_of(const pb::Message& message, const pb::FieldDescriptor& field) {
  const pb::Reflection& of = *message.GetReflection();
  if (!field.is_repeated()) {
    const bool there = field.has_presence() ? of.HasField(message, &field) : true;
    return there ? text_of(message, field, 0) : "-";
  }
  std::string text;
  for (int i = 0; i < of.FieldSize(message, &field); ++i)
    text += (i == 0 ? "" : ", ") + text_of(message, field, i);
  return text.empty() ? "-" : text;
}

std::string text_of(const pb::Message& message) {
  if (const auto* level = dynamic_cast<const v1::CurrentLevel*>(&message)) return to_string(*level);
  if (const auto* factor = dynamic_cast<const v1::PowerFactor*>(&message))
    return to_string(*factor);
  std::vector<const pb::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::string text;
  for (const pb::FieldDescriptor* field : fields)
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", spaced(field->name()),
                        text_of(message, *field));
  return text;
}

using Limits = std::vector<v1::ClassLimit>;

Limits limits_of(const pb::Message& row, const pb::FieldDescriptor& field) {
  const pb::Reflection& of = *row.GetReflection();
  Limits limits;
  for (int i = 0; i < of.FieldSize(row, &field); ++i)
    limits.push_back(dynamic_cast<const v1::ClassLimit&>(of.GetRepeatedMessage(row, &field, i)));
  return limits;
}

std::string limit_text(const Limits& limits, const std::string& accuracy_class) {
  for (const v1::ClassLimit& limit : limits) {
    if (limit.accuracy_class() != accuracy_class) continue;
    return limit.has_least() ? fmt::format("{} % to {} %", limit.least(), limit.limit())
                             : fmt::format("{} %", limit.limit());
  }
  return "-";
}

class Comparison {
 public:
  std::vector<RowDifference> run(const v1::Standard& first, const v1::Standard& second) && {
    const pb::Descriptor& standard = *v1::Standard::descriptor();
    if (first.has_reference_conditions() && second.has_reference_conditions())
      fields("reference conditions", first.reference_conditions(), second.reference_conditions());
    for (int i = 0; i < standard.field_count(); ++i) {
      const pb::FieldDescriptor& field = *standard.field(i);
      if (field.is_repeated() && field.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE)
        rows(first, second, field);
    }
    return std::move(differences_);
  }

 private:
  static std::string id(const pb::Message& row) {
    return row.GetReflection()->GetString(row, row.GetDescriptor()->FindFieldByName("id"));
  }

  static const pb::Message* find(const v1::Standard& in, const pb::FieldDescriptor& field,
                                 const std::string& wanted) {
    const pb::Reflection& of = *in.GetReflection();
    for (int i = 0; i < of.FieldSize(in, &field); ++i) {
      const pb::Message& row = of.GetRepeatedMessage(in, &field, i);
      if (id(row) == wanted) return &row;
    }
    return nullptr;
  }

  void rows(const v1::Standard& first, const v1::Standard& second,
            const pb::FieldDescriptor& field) {
    const pb::Reflection& of = *first.GetReflection();
    for (int i = 0; i < of.FieldSize(first, &field); ++i) {
      const pb::Message& row = of.GetRepeatedMessage(first, &field, i);
      const pb::Message* other = find(second, field, id(row));
      if (other == nullptr) {
        add(id(row), "row", "there", "-");
      } else {
        fields(id(row), row, *other);
      }
    }
    for (int i = 0; i < of.FieldSize(second, &field); ++i) {
      const pb::Message& row = of.GetRepeatedMessage(second, &field, i);
      if (find(first, field, id(row)) == nullptr) add(id(row), "row", "-", "there");
    }
  }

  void fields(const std::string& row, const pb::Message& first, const pb::Message& second) {
    const pb::Descriptor& descriptor = *first.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const pb::FieldDescriptor& field = *descriptor.field(i);
      const std::string& name = field.name();
      if (name == "id" || name == "source" || name == "title") continue;
      if (name == "limits") {
        limits(row, limits_of(first, field), limits_of(second, field));
        continue;
      }
      const std::string a = text_of(first, field);
      const std::string b = text_of(second, field);
      if (a != b) add(row, spaced(name), a, b);
    }
  }

  void limits(const std::string& row, const Limits& first, const Limits& second) {
    std::vector<std::string> classes;
    for (const Limits* list : {&first, &second}) {
      for (const v1::ClassLimit& limit : *list) {
        if (std::find(classes.begin(), classes.end(), limit.accuracy_class()) == classes.end())
          classes.push_back(limit.accuracy_class());
      }
    }
    for (const std::string& name : classes) {
      const std::string a = limit_text(first, name);
      const std::string b = limit_text(second, name);
      if (a != b) add(row, "limit of class " + name, a, b);
    }
  }

  void add(std::string row, std::string what, std::string first, std::string second) {
    differences_.push_back({.row = std::move(row),
                            .what = std::move(what),
                            .first = std::move(first),
                            .second = std::move(second)});
  }

  std::vector<RowDifference> differences_;
};

}  // namespace

std::vector<RowDifference> compare(const v1::Standard& first, const v1::Standard& second) {
  return Comparison().run(first, second);
}

}  // namespace meterrig::loader
