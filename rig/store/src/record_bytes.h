// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::store {

/// A record as it is stored and hashed.
struct RecordBytes {
  std::string evidence;
  std::string circumstances;
};

/// The same bytes for equal records. Errors: invalid_argument for a record without evidence or with
/// text that is not UTF-8, out_of_range for one too large to store.
[[nodiscard]] Result<RecordBytes> to_bytes(const v1::Record& record);

/// Error: data_loss for bytes that are no record.
[[nodiscard]] Result<v1::Record> to_record(std::string_view evidence,
                                           std::string_view circumstances);

}  // namespace meterrig::store
