// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials.h"

namespace meterrig::rpc {

std::shared_ptr<grpc::ChannelCredentials> channel_credentials(
    const std::optional<ClientCertificates>& certificates) {
  if (!certificates) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = certificates->authority.text;
  if (certificates->own) {
    options.pem_cert_chain = certificates->own->certificate.text;
    options.pem_private_key = certificates->own->key.text;
  }
  return grpc::SslCredentials(options);
}

std::shared_ptr<grpc::ServerCredentials> server_credentials(
    const std::optional<ServerCertificates>& certificates) {
  if (!certificates) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(
      certificates->client_authority ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                     : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  if (certificates->client_authority) options.pem_root_certs = certificates->client_authority->text;
  options.pem_key_cert_pairs.push_back(
      {certificates->own.key.text, certificates->own.certificate.text});
  return grpc::SslServerCredentials(options);
}

}  // namespace meterrig::rpc
