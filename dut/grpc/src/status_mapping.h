// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/support/status.h>

#include "meterrig/vocabulary/result.h"

namespace meterrig::rpc {

/// The one place where an error becomes a gRPC status, and the one where it comes back. Every
/// ErrorCode survives the way there and back.
[[nodiscard]] grpc::Status status_from(const Error& error);

/// For a status that is not OK. gRPC's codes without a name of ours: UNAUTHENTICATED is
/// permission_denied, RESOURCE_EXHAUSTED is out_of_range (a message beyond a limit), UNKNOWN and
/// numbers that gRPC does not define are internal.
[[nodiscard]] Error error_from(const grpc::Status& status);

}  // namespace meterrig::rpc
