// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "address.h"
#include "certificates.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::rpc {

/// Why a device that is reached cannot be spoken to: gRPC does not tell, so one handshake more
/// finds out. `certificates` are the caller's, none without TLS; `name` is expected in the
/// device's. None when nobody listens at the address or no fault is found. permission_denied, with
/// what is wrong: a certificate of either side, TLS on one side only; unavailable for a device that
/// closes the connection without an answer.
[[nodiscard]] std::optional<Error> tls_fault(const Address& address, const std::string& name,
                                             const std::optional<ClientCertificates>& certificates,
                                             Duration patience);

}  // namespace meterrig::rpc
