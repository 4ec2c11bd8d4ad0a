// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/inject/serve.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <span>
#include <system_error>
#include <thread>
#include <utility>

#include "meterrig/inject/frame.h"
#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/paced_relay.h"
#include "received_device.h"

namespace meterrig::inject {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

bool unblock(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

/// The thread of a server, the event that ends it, and the device that it serves on a descriptor.
class Service {
 public:
  Service() : stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() { stop(); }

  Result<void> take(const Sides& sides, const Converter& converter, const ReceiverSizes& sizes) {
    auto device = ReceivedDevice::create(
        sides, converter, sizes, [this](std::span<const std::uint8_t> bytes) { send(bytes); });
    if (!device) return tl::unexpected(device.error());
    device_ = std::move(*device);
    return {};
  }

  template <class Body>
  Result<void> start(Body body) {
    if (!stop_.open()) return fail(ErrorCode::unavailable, "no event descriptor for a server");
    try {
      thread_ = std::thread([body = std::move(body)] {
        // Writing to a rig that has gone shall fail, not end the process.
        sigset_t broken_pipe;
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
        body();
      });
    } catch (const std::system_error& error) {
      return fail(ErrorCode::unavailable, fmt::format("no thread for a server: {}", error.what()));
    }
    return {};
  }
  void stop() {
    if (!thread_.joinable()) return;
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
  }
  [[nodiscard]] int stop_descriptor() const { return stop_.get(); }

  /// The line that comes, which is not started yet.
  void use(int descriptor) {
    descriptor_ = descriptor;
    device_->reset_line();
  }
  /// Takes what has come in. False when the line is gone.
  bool receive() {
    std::array<std::uint8_t, 16'384> bytes{};
    const ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
    if (count > 0) device_->receive(std::span(bytes).first(static_cast<std::size_t>(count)));
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
  }

 private:
  /// A line that is gone takes nothing; receive() will tell.
  void send(std::span<const std::uint8_t> bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
      if (count >= 0 || errno == EINTR) continue;
      if (errno != EAGAIN) return;
      std::array<pollfd, 2> polled{pollfd{descriptor_, POLLOUT, 0}, pollfd{stop_.get(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[1].revents != 0) return;
    }
  }

  ports::FileDescriptor stop_;
  std::unique_ptr<ReceivedDevice> device_;
  int descriptor_ = -1;
  std::thread thread_;
};

class LineServer final : public Server {
 public:
  Result<void> start(int line_fd, const std::optional<ports::SerialSettings>& pacing,
                     const Sides& sides, const Converter& converter) {
    if (auto taken = service_.take(sides, converter, {}); !taken) return taken;
    if (pacing) {
      std::array<int, 2> pair{};
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return fail(ErrorCode::unavailable, fmt::format("no socket pair: {}", reason(errno)));
      relay_end_ = ports::FileDescriptor(pair[0]);
      own_end_ = ports::FileDescriptor(pair[1]);
      auto relay = ports::PacedRelay::start(line_fd, relay_end_.get(), *pacing);
      if (!relay) return tl::unexpected(relay.error());
      relay_ = std::move(*relay);
      line_fd = own_end_.get();
    }
    if (!unblock(line_fd))
      return fail(ErrorCode::unavailable, fmt::format("no line to serve: {}", reason(errno)));
    service_.use(line_fd);
    return service_.start([this, line_fd] { run(line_fd); });
  }
  [[nodiscard]] int port() const override { return 0; }

 private:
  void run(int line_fd) {
    for (;;) {
      std::array<pollfd, 2> polled{pollfd{line_fd, POLLIN, 0},
                                   pollfd{service_.stop_descriptor(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[1].revents != 0) return;
      if (polled[0].revents != 0 && !service_.receive()) return;
    }
  }

  ports::FileDescriptor relay_end_;
  ports::FileDescriptor own_end_;
  std::unique_ptr<ports::PacedRelay> relay_;
  Service service_;  // ends before the line does
};

class TcpServer final : public Server {
 public:
  Result<void> start(const std::string& address, const Sides& sides, const Converter& converter) {
    if (auto listening = listen(address); !listening) return listening;
    if (auto taken = service_.take(sides, converter, {.payload = largest_payload}); !taken)
      return taken;
    return service_.start([this] { run(); });
  }
  [[nodiscard]] int port() const override { return port_; }

 private:
  Result<void> listen(const std::string& address);

  void run() {
    for (;;) {
      // A descriptor below 0 is passed over.
      std::array<pollfd, 3> polled{pollfd{service_.stop_descriptor(), POLLIN, 0},
                                   pollfd{listener_.get(), POLLIN, 0},
                                   pollfd{rig_.get(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[0].revents != 0) return;
      if (polled[2].revents != 0 && !service_.receive()) rig_.reset();
      if (polled[1].revents != 0) accept();
    }
  }

  void accept() {
    ports::FileDescriptor socket(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.open()) return;
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    rig_ = std::move(socket);
    service_.use(rig_.get());
  }

  int port_ = 0;
  ports::FileDescriptor listener_;
  ports::FileDescriptor rig_;
  Service service_;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Result<Address> loopback(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const char* const digits = colon == std::string::npos ? end : text.data() + colon + 1;
  const auto parsed = std::from_chars(digits, end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is no address; expected such as 127.0.0.1:5050", text));
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
              fmt::format("'{}' is not loopback: the frames have no authentication, so a device is "
                          "served on 127.0.0.1 or [::1] only",
                          text));
}

Result<void> TcpServer::listen(const std::string& address) {
  auto where = loopback(address);
  if (!where) return tl::unexpected(where.error());
  auto* name = reinterpret_cast<sockaddr*>(&where->storage);
  listener_ = ports::FileDescriptor(
      ::socket(where->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (!listener_.open() ||
      ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(listener_.get(), name, where->length) != 0 || ::listen(listener_.get(), 1) != 0 ||
      ::getsockname(listener_.get(), name, &where->length) != 0) {
    return fail(errno == EADDRINUSE ? ErrorCode::already_exists : ErrorCode::unavailable,
                fmt::format("cannot listen on {}: {}", address, reason(errno)));
  }
  // The port has the same place in both families.
  port_ = ntohs(reinterpret_cast<const sockaddr_in*>(name)->sin_port);
  return {};
}

}  // namespace

Result<std::unique_ptr<Server>> serve_line(int line_fd,
                                           const std::optional<ports::SerialSettings>& pacing,
                                           const Sides& sides, const Converter& converter) {
  auto server = std::make_unique<LineServer>();
  if (auto started = server->start(line_fd, pacing, sides, converter); !started)
    return tl::unexpected(started.error());
  return server;
}

Result<std::unique_ptr<Server>> serve_tcp(const std::string& address, const Sides& sides,
                                          const Converter& converter) {
  auto server = std::make_unique<TcpServer>();
  if (auto started = server->start(address, sides, converter); !started)
    return tl::unexpected(started.error());
  return server;
}

}  // namespace meterrig::inject
