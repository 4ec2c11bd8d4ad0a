// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/result.h"

namespace meterrig {

std::string_view name(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "INVALID_ARGUMENT";
    case ErrorCode::out_of_range:
      return "OUT_OF_RANGE";
    case ErrorCode::not_found:
      return "NOT_FOUND";
    case ErrorCode::already_exists:
      return "ALREADY_EXISTS";
    case ErrorCode::permission_denied:
      return "PERMISSION_DENIED";
    case ErrorCode::failed_precondition:
      return "FAILED_PRECONDITION";
    case ErrorCode::unavailable:
      return "UNAVAILABLE";
    case ErrorCode::deadline_exceeded:
      return "DEADLINE_EXCEEDED";
    case ErrorCode::data_loss:
      return "DATA_LOSS";
    case ErrorCode::aborted:
      return "ABORTED";
    case ErrorCode::cancelled:
      return "CANCELLED";
    case ErrorCode::unimplemented:
      return "UNIMPLEMENTED";
    case ErrorCode::internal:
      return "INTERNAL";
  }
  return "UNKNOWN";
}

}  // namespace meterrig
