// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/loopback_listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::ports {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Result<Address> loopback(const std::string& text, std::string_view service) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const char* const digits = colon == std::string::npos ? end : text.data() + colon + 1;
  const auto parsed = std::from_chars(digits, end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is no address; expected such as 127.0.0.1:1502", text));
  }
  const std::string host = text.substr(0, colon);
  Address address;
  if (host == "127.0.0.1" || host == "localhost") {
    const sockaddr_in v4{.sin_family = AF_INET,
                         .sin_port = htons(port),
                         .sin_addr = {htonl(INADDR_LOOPBACK)},
                         .sin_zero = {}};
    address.length = sizeof(v4);
    std::memcpy(&address.storage, &v4, sizeof(v4));
    return address;
  }
  if (host == "[::1]") {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    address.length = sizeof(v6);
    std::memcpy(&address.storage, &v6, sizeof(v6));
    return address;
  }
  return fail(ErrorCode::permission_denied,
              fmt::format("'{}' is not loopback: {} has no authentication, so it is served on "
                          "127.0.0.1 or [::1] only",
                          text, service));
}

}  // namespace

Result<LoopbackListener> LoopbackListener::open(const std::string& address,
                                                std::string_view service, int backlog) {
  auto where = loopback(address, service);
  if (!where) return tl::unexpected(where.error());
  auto* const name = reinterpret_cast<sockaddr*>(&where->storage);
  LoopbackListener listener;
  listener.socket_ = FileDescriptor(
      ::socket(where->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  const int socket = listener.socket_.get();
  if (socket < 0 || ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(socket, name, where->length) != 0 || ::listen(socket, backlog) != 0 ||
      ::getsockname(socket, name, &where->length) != 0) {
    return fail(errno == EADDRINUSE ? ErrorCode::already_exists : ErrorCode::unavailable,
                fmt::format("cannot listen on {}: {}", address, system_error_text(errno)));
  }
  // The port has the same place in both families.
  listener.port_ = ntohs(reinterpret_cast<const sockaddr_in*>(name)->sin_port);
  return listener;
}

FileDescriptor LoopbackListener::accept() const {
  FileDescriptor peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const int on = 1;
  if (peer.open()) ::setsockopt(peer.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return peer;
}

}  // namespace meterrig::ports
