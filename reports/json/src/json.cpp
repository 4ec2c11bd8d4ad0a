// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/json.h"

#include <google/protobuf/util/json_util.h>

namespace meterrig::report {
namespace {

std::string text_of(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string text;
  // A message in memory has no form that JSON lacks; the status is for messages of type Any.
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) text.clear();
  return text;
}

}  // namespace

std::string json(const v1::Run& run) { return text_of(run); }
std::string json(const v1::MutantStudy& study) { return text_of(study); }

}  // namespace meterrig::report
