// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/mutants/mutate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "meterrig/v1/options.pb.h"
#include "meterrig/vocabulary/units.h"
#include "parameter_path.h"

namespace meterrig::mutants {
namespace {

namespace pb = google::protobuf;
using Cpp = pb::FieldDescriptor;
using Steps = std::span<const PathStep>;

QuantityKind kind_of(const v1::Rule& rule) { return static_cast<QuantityKind>(rule.quantity()); }

std::string range_text(const v1::Rule& rule) {
  return fmt::format("{} to {}",
                     rule.has_minimum() ? exact_text(rule.minimum(), kind_of(rule)) : "any",
                     rule.has_maximum() ? exact_text(rule.maximum(), kind_of(rule)) : "any");
}

std::string fields_of(const pb::Descriptor& type) {
  std::string list;
  for (int i = 0; i < type.field_count(); ++i) list += (i == 0 ? "" : ", ") + type.field(i)->name();
  return list;
}

// By what people call an entry.
bool is_called(const pb::Message& entry, std::string_view name) {
  for (const char* key : {"id", "quantity", "name"}) {
    const pb::FieldDescriptor* field = entry.GetDescriptor()->FindFieldByName(key);
    if (field != nullptr && field->cpp_type() == Cpp::CPPTYPE_STRING && !field->is_repeated() &&
        entry.GetReflection()->GetString(entry, field) == name)
      return true;
  }
  return false;
}

class Change {
 public:
  Change(const v1::MutantChange& change, std::optional<double> size)
      : change_(change), size_(size.value_or(0)) {}

  Result<void> apply(pb::Message& message, Steps steps) const {
    const PathStep& step = steps.front();
    const pb::FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(step.field);
    if (field == nullptr)
      return wrong(ErrorCode::not_found, fmt::format("there is no field '{}'", step.field),
                   "one of " + fields_of(*message.GetDescriptor()));
    const bool last = steps.size() == 1;
    if (last && change_.clear()) {
      message.GetReflection()->ClearField(&message, field);
      return {};
    }
    if (field->is_repeated()) return apply_to_entries(message, *field, steps);
    if (!step.entry.empty())
      return wrong(ErrorCode::invalid_argument, fmt::format("'{}' is no list", step.field),
                   "no brackets after it");
    if (field->cpp_type() == Cpp::CPPTYPE_MESSAGE) {
      if (last) return wrong(ErrorCode::invalid_argument, "it is no single value", "a field in it");
      return apply(*message.GetReflection()->MutableMessage(&message, field), steps.subspan(1));
    }
    if (!last)
      return wrong(ErrorCode::invalid_argument, fmt::format("'{}' has no fields", step.field),
                   "the end of the path there");
    return set(message, *field, -1);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(ErrorCode code, std::string_view found,
                                            std::string_view expected) const {
    return fail(code, fmt::format("{}: {}; expected {}", change_.parameter(), found, expected));
  }

  Result<void> apply_to_entries(pb::Message& message, const pb::FieldDescriptor& field,
                                Steps steps) const {
    const pb::Reflection& reflection = *message.GetReflection();
    const std::string& wanted = steps.front().entry;
    const bool messages = field.cpp_type() == Cpp::CPPTYPE_MESSAGE;
    const bool last = steps.size() == 1;
    if (messages == last)
      return wrong(ErrorCode::invalid_argument, fmt::format("'{}' is a list", field.name()),
                   messages ? "a field of an entry" : "the end of the path there");
    int number = -1;
    const auto read = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    if (read.ec != std::errc() || read.ptr != wanted.data() + wanted.size()) number = -1;
    const int count = reflection.FieldSize(message, &field);
    if (number == count) {
      if (messages) return apply(*reflection.AddMessage(&message, &field), steps.subspan(1));
      return set(message, field, count);
    }
    bool found = false;
    for (int i = 0; i < count; ++i) {
      const bool meant =
          wanted == "*" || number == i ||
          (messages && is_called(reflection.GetRepeatedMessage(message, &field, i), wanted));
      if (!meant) continue;
      found = true;
      auto done = messages ? apply(*reflection.MutableRepeatedMessage(&message, &field, i),
                                   steps.subspan(1))
                           : set(message, field, i);
      // An entry that is called so is one only; its name may be what has just been changed.
      if (!done || (wanted != "*" && number < 0)) return done;
    }
    if (found) return {};
    return wrong(ErrorCode::not_found,
                 fmt::format("'{}' has {} entries and none is [{}]", field.name(), count, wanted),
                 "[*], a number up to theirs, or the id, quantity or name of one");
  }

  // What the change makes of a number.
  [[nodiscard]] double changed(double before) const {
    switch (change_.change_case()) {
      case v1::MutantChange::kAdd:
        return before + change_.add() * size_;
      case v1::MutantChange::kSet:
        return change_.set() * size_;
      default:
        return before * (1 + change_.scale() * size_ / 100);
    }
  }

  Result<void> check_range(const v1::Rule& rule, double value) const {
    if (std::isfinite(value) && !(rule.has_minimum() && value < rule.minimum()) &&
        !(rule.has_maximum() && value > rule.maximum()))
      return {};
    return wrong(ErrorCode::out_of_range, exact_text(value, kind_of(rule)), range_text(rule));
  }

  // `entry` is -1 for a single value, and one beyond the last to add it.
  Result<void> set(pb::Message& message, const pb::FieldDescriptor& field, int entry) const {
    switch (field.cpp_type()) {
      case Cpp::CPPTYPE_DOUBLE:
      case Cpp::CPPTYPE_INT32:
        return set_number(message, field, entry);
      case Cpp::CPPTYPE_ENUM:
      case Cpp::CPPTYPE_STRING:
      case Cpp::CPPTYPE_BOOL:
        break;
      default:
        return wrong(ErrorCode::invalid_argument, "a field of a type that cannot be changed",
                     "a number, a word or true or false");
    }
    if (!change_.has_value() || entry >= 0)
      return wrong(ErrorCode::invalid_argument, "no number", "'value' with a word");
    const pb::Reflection& reflection = *message.GetReflection();
    if (field.cpp_type() == Cpp::CPPTYPE_STRING) {
      reflection.SetString(&message, &field, change_.value());
      return {};
    }
    if (field.cpp_type() == Cpp::CPPTYPE_BOOL) {
      if (change_.value() != "true" && change_.value() != "false")
        return wrong(ErrorCode::invalid_argument, "'" + change_.value() + "'", "true or false");
      reflection.SetBool(&message, &field, change_.value() == "true");
      return {};
    }
    // "WORD_ORDER_LOW_FIRST" is written "low_first".
    std::string ending = "_" + change_.value();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const std::string& unspecified = field.enum_type()->value(0)->name();
    const std::string prefix = unspecified.substr(0, unspecified.rfind('_'));
    const pb::EnumValueDescriptor* word = field.enum_type()->FindValueByName(prefix + ending);
    if (word == nullptr)
      return wrong(ErrorCode::invalid_argument, "'" + change_.value() + "'",
                   "a word of " + field.enum_type()->name());
    reflection.SetEnum(&message, &field, word);
    return {};
  }

  Result<void> set_number(pb::Message& message, const pb::FieldDescriptor& field, int entry) const {
    const v1::Rule& rule = field.options().GetExtension(v1::rule);
    const pb::Reflection& reflection = *message.GetReflection();
    const bool whole = field.cpp_type() == Cpp::CPPTYPE_INT32;
    const bool fresh = entry >= 0 && entry == reflection.FieldSize(message, &field);
    double value = 0;
    if (change_.has_value()) {
      const auto parsed = parse_quantity(change_.value(), kind_of(rule));
      if (!parsed)
        return wrong(ErrorCode::invalid_argument, parsed.error().message, "such a value");
      value = *parsed;
    } else if (fresh) {
      value = changed(0);
    } else if (whole) {
      value = changed(entry < 0 ? reflection.GetInt32(message, &field)
                                : reflection.GetRepeatedInt32(message, &field, entry));
    } else {
      value = changed(entry < 0 ? reflection.GetDouble(message, &field)
                                : reflection.GetRepeatedDouble(message, &field, entry));
    }
    if (whole) value = std::round(value);
    if (auto checked = check_range(rule, value); !checked) return checked;
    if (whole) {
      const auto number = static_cast<std::int32_t>(value);
      if (entry < 0) {
        reflection.SetInt32(&message, &field, number);
      } else if (fresh) {
        reflection.AddInt32(&message, &field, number);
      } else {
        reflection.SetRepeatedInt32(&message, &field, entry, number);
      }
      return {};
    }
    if (entry < 0) {
      reflection.SetDouble(&message, &field, value);
    } else if (fresh) {
      reflection.AddDouble(&message, &field, value);
    } else {
      reflection.SetRepeatedDouble(&message, &field, entry, value);
    }
    return {};
  }

  const v1::MutantChange& change_;
  double size_;
};

}  // namespace

Result<MadeMeter> mutate(const v1::Mutant& mutant, std::optional<double> size, MadeMeter meter) {
  const auto in_mutant = [&mutant](Error error) {
    error.message = fmt::format("mutant {}: {}", mutant.id(), error.message);
    return tl::unexpected(std::move(error));
  };
  for (const v1::MutantChange& change : mutant.changes()) {
    auto path = parse_path(change.parameter());
    if (!path) return in_mutant(std::move(path.error()));
    const Steps below = Steps(*path).subspan(1);
    const std::string& root = path->front().field;
    if (below.empty() || (root != "twin" && root != "device"))
      return in_mutant({ErrorCode::invalid_argument,
                        fmt::format("'{}'; expected a path that begins with 'twin.' or 'device.'",
                                    change.parameter())});
    pb::Message& message = root == "twin" ? static_cast<pb::Message&>(meter.twin)
                                          : static_cast<pb::Message&>(meter.device);
    if (auto done = Change(change, size).apply(message, below); !done)
      return in_mutant(std::move(done.error()));
  }
  return meter;
}

}  // namespace meterrig::mutants
