// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostile_run.h"

#include "example_run.h"

namespace meterrig::report::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// Procedures and units are words of the program, not of a user.
bool is_word(const FieldDescriptor& field) {
  return field.name() == "procedure" || field.name() == "unit";
}

void poison(Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        poison(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                    : *reflection.MutableMessage(&message, field));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !is_word(*field)) {
        if (field->is_repeated()) {
          reflection.SetRepeatedString(&message, field, i,
                                       reflection.GetRepeatedString(message, field, i) + hostile);
        } else {
          reflection.SetString(&message, field, reflection.GetString(message, field) + hostile);
        }
      }
    }
  }
}

}  // namespace

v1::Run hostile_run() {
  v1::Run run = example_run(true);
  run.set_interrupted("line gone");
  run.mutable_header()->set_only("22.B1");
  run.mutable_header()->mutable_plan(0)->set_adaptive(true);
  poison(run);
  return run;
}

}  // namespace meterrig::report::test
