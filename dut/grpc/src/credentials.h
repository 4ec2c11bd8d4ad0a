// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <optional>

#include "meterrig/rpc/tls.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::rpc {

/// Plain text without TLS.
[[nodiscard]] Result<std::shared_ptr<grpc::ChannelCredentials>> channel_credentials(
    const std::optional<ClientTls>& tls);
[[nodiscard]] Result<std::shared_ptr<grpc::ServerCredentials>> server_credentials(
    const std::optional<ServerTls>& tls);

}  // namespace meterrig::rpc
