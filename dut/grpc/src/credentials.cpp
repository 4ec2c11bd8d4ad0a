// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials.h"

namespace meterrig::rpc {

Result<std::shared_ptr<grpc::ChannelCredentials>> channel_credentials(
    const std::optional<ClientTls>& tls) {
  if (tls) return fail(ErrorCode::unimplemented, "TLS");
  return grpc::InsecureChannelCredentials();
}

Result<std::shared_ptr<grpc::ServerCredentials>> server_credentials(
    const std::optional<ServerTls>& tls) {
  if (tls) return fail(ErrorCode::unimplemented, "TLS");
  return grpc::InsecureServerCredentials();
}

}  // namespace meterrig::rpc
