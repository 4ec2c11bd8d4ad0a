// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_bytes.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

namespace meterrig::store {
namespace {

// SQLite takes 1e9 bytes, protobuf 2^31; a record is far below.
constexpr std::size_t largest_record = 256u << 20u;

std::string deterministic_bytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream text(&bytes);
  google::protobuf::io::CodedOutputStream coded(&text);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

Result<RecordBytes> to_bytes(const v1::Record& record) {
  if (record.evidence().kind_case() == v1::Evidence::KIND_NOT_SET) {
    return fail(ErrorCode::invalid_argument, "a record without evidence cannot be stored");
  }
  if (record.ByteSizeLong() > largest_record) {
    return fail(ErrorCode::out_of_range, "a record of more than 256 MiB cannot be stored");
  }
  // protobuf prints what it thinks of text that is not UTF-8; a library must not.
  const google::protobuf::LogSilencer silence;
  RecordBytes bytes{deterministic_bytes(record.evidence()),
                    deterministic_bytes(record.circumstances())};
  if (!to_record(bytes.evidence, bytes.circumstances)) {
    return fail(ErrorCode::invalid_argument, "the record has text that is not UTF-8");
  }
  return bytes;
}

Result<v1::Record> to_record(std::string_view evidence, std::string_view circumstances) {
  const google::protobuf::LogSilencer silence;
  v1::Record record;
  const auto parse = [](google::protobuf::MessageLite& message, std::string_view bytes) {
    return bytes.size() <= largest_record &&
           message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  };
  if (!parse(*record.mutable_evidence(), evidence)) {
    return fail(ErrorCode::data_loss, "its evidence cannot be parsed");
  }
  if (!circumstances.empty() && !parse(*record.mutable_circumstances(), circumstances)) {
    return fail(ErrorCode::data_loss, "its circumstances cannot be parsed");
  }
  return record;
}

}  // namespace meterrig::store
