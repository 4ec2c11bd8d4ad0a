// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace meterrig::rpc {

/// Calls OpenSSL's function for a type in place of delete.
template <auto Free>
struct FreedBy {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using Bytes = std::unique_ptr<BIO, FreedBy<BIO_free>>;
using TlsSettings = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;
using TlsSession = std::unique_ptr<SSL, FreedBy<SSL_free>>;

}  // namespace meterrig::rpc
