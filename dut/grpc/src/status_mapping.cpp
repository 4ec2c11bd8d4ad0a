// SPDX-License-Identifier: GPL-3.0-or-later
#include "status_mapping.h"

namespace meterrig::rpc {
namespace {

grpc::StatusCode code_from(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case ErrorCode::out_of_range:
      return grpc::StatusCode::OUT_OF_RANGE;
    case ErrorCode::not_found:
      return grpc::StatusCode::NOT_FOUND;
    case ErrorCode::already_exists:
      return grpc::StatusCode::ALREADY_EXISTS;
    case ErrorCode::permission_denied:
      return grpc::StatusCode::PERMISSION_DENIED;
    case ErrorCode::failed_precondition:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case ErrorCode::unavailable:
      return grpc::StatusCode::UNAVAILABLE;
    case ErrorCode::deadline_exceeded:
      return grpc::StatusCode::DEADLINE_EXCEEDED;
    case ErrorCode::data_loss:
      return grpc::StatusCode::DATA_LOSS;
    case ErrorCode::aborted:
      return grpc::StatusCode::ABORTED;
    case ErrorCode::cancelled:
      return grpc::StatusCode::CANCELLED;
    case ErrorCode::unimplemented:
      return grpc::StatusCode::UNIMPLEMENTED;
    case ErrorCode::internal:
      break;
  }
  return grpc::StatusCode::INTERNAL;
}

ErrorCode code_from(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return ErrorCode::invalid_argument;
    case grpc::StatusCode::OUT_OF_RANGE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ErrorCode::out_of_range;
    case grpc::StatusCode::NOT_FOUND:
      return ErrorCode::not_found;
    case grpc::StatusCode::ALREADY_EXISTS:
      return ErrorCode::already_exists;
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return ErrorCode::permission_denied;
    case grpc::StatusCode::FAILED_PRECONDITION:
      return ErrorCode::failed_precondition;
    case grpc::StatusCode::UNAVAILABLE:
      return ErrorCode::unavailable;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return ErrorCode::deadline_exceeded;
    case grpc::StatusCode::DATA_LOSS:
      return ErrorCode::data_loss;
    case grpc::StatusCode::ABORTED:
      return ErrorCode::aborted;
    case grpc::StatusCode::CANCELLED:
      return ErrorCode::cancelled;
    case grpc::StatusCode::UNIMPLEMENTED:
      return ErrorCode::unimplemented;
    default:
      return ErrorCode::internal;
  }
}

}  // namespace

grpc::Status status_from(const Error& error) { return {code_from(error.code), error.message}; }

Error error_from(const grpc::Status& status) {
  return {code_from(status.error_code()), status.error_message()};
}

}  // namespace meterrig::rpc
