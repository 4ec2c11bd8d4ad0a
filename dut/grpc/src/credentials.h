// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <optional>

#include "certificates.h"

namespace meterrig::rpc {

/// Plain text without certificates.
[[nodiscard]] std::shared_ptr<grpc::ChannelCredentials> channel_credentials(
    const std::optional<ClientCertificates>& certificates);
/// A client must have a certificate where an authority of clients is given.
[[nodiscard]] std::shared_ptr<grpc::ServerCredentials> server_credentials(
    const std::optional<ServerCertificates>& certificates);

}  // namespace meterrig::rpc
