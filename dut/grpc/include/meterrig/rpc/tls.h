// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace meterrig::rpc {

/// What a client needs for TLS; files are in PEM form.
struct ClientTls {
  std::string authority;    ///< certificates that the server's must descend from
  std::string certificate;  ///< own, for mutual TLS; or empty
  std::string key;          ///< of the own certificate
  std::string server_name;  ///< expected in the server's certificate; empty: the address's host
};

/// What a server needs for TLS; files are in PEM form.
struct ServerTls {
  std::string certificate;
  std::string key;
  std::string client_authority;  ///< set: mutual TLS, clients must have a certificate from it
};

}  // namespace meterrig::rpc
