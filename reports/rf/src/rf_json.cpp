// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/rf_json.h"

#include <google/protobuf/util/json_util.h>

namespace meterrig::report {

std::string rf_json(const v1::RfSweepRecord& record) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string text;
  // A message in memory has no form that JSON lacks; the status is for messages of type Any.
  if (!google::protobuf::util::MessageToJsonString(record, &text, options).ok()) text.clear();
  return text;
}

}  // namespace meterrig::report
