// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "fitness.h"
#include "meterrig/ports/file_descriptor.h"

namespace meterrig::cli {
namespace {

constexpr std::string_view unix_scheme = "unix:";

struct AddressesDeleter {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};

Result<void> connect_to(const sockaddr* address, socklen_t length, const std::string& shown,
                        Duration patience) {
  const ports::FileDescriptor socket(
      ::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.open())
    return fail(ErrorCode::unavailable, fmt::format("{} cannot be tried: {}", shown,
                                                    std::generic_category().message(errno)));
  int error = 0;
  if (::connect(socket.get(), address, length) != 0) error = errno;
  if (error == EINPROGRESS) {
    pollfd wait{.fd = socket.get(), .events = POLLOUT, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(patience.in(millisecond))) == 0)
      return fail(ErrorCode::deadline_exceeded,
                  fmt::format("{} does not answer within {} s", shown, patience.in(second)));
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error == 0) return {};
  return fail(ErrorCode::unavailable, fmt::format("nobody answers at {}: {}", shown,
                                                  std::generic_category().message(error)));
}

}  // namespace

Result<void> reach(const std::string& address, Duration patience) {
  if (address.starts_with(unix_scheme)) {
    const std::string path = address.substr(unix_scheme.size());
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    if (path.size() >= sizeof local.sun_path)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("'{}' is too long for a socket; expected at most {} characters", path,
                              sizeof local.sun_path - 1));
    std::memcpy(&local.sun_path[0], path.data(), path.size());
    return connect_to(reinterpret_cast<const sockaddr*>(&local), sizeof local, address, patience);
  }
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}'; expected HOST:PORT or unix:PATH", address));
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &raw);
      error != 0)
    return fail(ErrorCode::not_found,
                fmt::format("{} has no address: {}", host, ::gai_strerror(error)));
  const std::unique_ptr<addrinfo, AddressesDeleter> addresses(raw);
  Result<void> reached;
  for (const addrinfo* next = raw; next != nullptr; next = next->ai_next) {
    reached = connect_to(next->ai_addr, next->ai_addrlen, address, patience);
    if (reached) break;
  }
  return reached;
}

}  // namespace meterrig::cli
