// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpc/support/log.h>

namespace meterrig::rpc {

/// gRPC writes to standard error by itself; a library of the rig must not. What went wrong is in
/// the Result. Unless GRPC_VERBOSITY asks for more, gRPC logs nothing else than errors.
inline void keep_grpc_quiet() {
  gpr_set_log_function([](gpr_log_func_args* /*arguments*/) {});
}

}  // namespace meterrig::rpc
