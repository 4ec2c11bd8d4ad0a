// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>
#include <vector>

#include "meterrig/rpc/tls.h"
#include "meterrig/vocabulary/result.h"
#include "openssl_handles.h"

namespace meterrig::rpc {

/// A file in PEM form and its text.
struct PemFile {
  std::string path;
  std::string text;
};

/// A certificate, with those between it and its authority, and its private key.
struct KeyPair {
  PemFile certificate;
  PemFile key;
};

/// The files of ClientTls as read.
struct ClientCertificates {
  PemFile authority;
  std::optional<KeyPair> own;
};

/// The files of ServerTls as read.
struct ServerCertificates {
  KeyPair own;
  std::optional<PemFile> client_authority;
};

/// Read and check the files. Errors, which name file and role: not_found (no such file),
/// permission_denied (it cannot be read; a certificate that has expired or is not yet valid, with
/// its subject and the date), invalid_argument (a file that is not named though another needs it,
/// not PEM, no certificate, no key or one with a passphrase, a key of another certificate).
[[nodiscard]] Result<ClientCertificates> read_certificates(const ClientTls& tls);
[[nodiscard]] Result<ServerCertificates> read_certificates(const ServerTls& tls);

/// The certificates in a text of PEM, in its order; what else is there is passed over. Error:
/// invalid_argument for damage.
[[nodiscard]] Result<std::vector<Certificate>> certificates_in(const std::string& pem);
/// Error: invalid_argument for a text that holds none, or one with a passphrase.
[[nodiscard]] Result<PrivateKey> private_key_in(const std::string& pem);

/// As RFC 2253 writes it, such as "CN=meter,O=works".
[[nodiscard]] std::string to_string(const X509_NAME* name);
/// Why a certificate is not valid at present, such as "expired on 2020-01-01 00:00:00 UTC"; empty
/// when it is.
[[nodiscard]] std::string why_not_now(const X509* certificate);

}  // namespace meterrig::rpc
