// SPDX-License-Identifier: GPL-3.0-or-later
#include "status_mapping.h"

#include "meterrig/vocabulary/canonical_code.h"

namespace meterrig::rpc {

grpc::Status status_from(const Error& error) {
  return {static_cast<grpc::StatusCode>(canonical(error.code)), error.message};
}

Error error_from(const grpc::Status& status) {
  // Two codes that the rig has no word of its own for.
  switch (status.error_code()) {
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return {ErrorCode::out_of_range, status.error_message()};
    case grpc::StatusCode::UNAUTHENTICATED:
      return {ErrorCode::permission_denied, status.error_message()};
    default:
      return {code_of(status.error_code()), status.error_message()};
  }
}

}  // namespace meterrig::rpc
