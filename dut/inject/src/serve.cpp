// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/inject/serve.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "meterrig/inject/frame.h"
#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/loopback_listener.h"
#include "meterrig/ports/paced_line.h"
#include "meterrig/ports/system_error_text.h"
#include "meterrig/ports/worker.h"
#include "received_device.h"

namespace meterrig::inject {
namespace {

bool unblock(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

/// The thread of a server, and the device that it serves on a descriptor.
class Service {
 public:
  Result<void> take(const Sides& sides, const Converter& converter, const ReceiverSizes& sizes) {
    auto device = ReceivedDevice::create(
        sides, converter, sizes, [this](std::span<const std::uint8_t> bytes) { send(bytes); });
    if (!device) return tl::unexpected(device.error());
    device_ = std::move(*device);
    return {};
  }

  Result<void> start(std::function<void()> body) { return worker_.start(std::move(body)); }
  [[nodiscard]] int stop_descriptor() const { return worker_.stop_descriptor(); }

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
      std::array<pollfd, 2> polled{pollfd{descriptor_, POLLOUT, 0},
                                   pollfd{stop_descriptor(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[1].revents != 0) return;
    }
  }

  std::unique_ptr<ReceivedDevice> device_;
  int descriptor_ = -1;
  ports::Worker worker_;  // last: it uses the others
};

class LineServer final : public Server {
 public:
  Result<void> start(int line_fd, const std::optional<ports::SerialSettings>& pacing,
                     const Sides& sides, const Converter& converter) {
    if (auto taken = service_.take(sides, converter, {}); !taken) return taken;
    auto line = ports::PacedLine::open(line_fd, pacing);
    if (!line) return tl::unexpected(line.error());
    line_ = std::move(*line);
    if (!unblock(line_.descriptor()))
      return fail(ErrorCode::unavailable,
                  fmt::format("no line to serve: {}", ports::system_error_text(errno)));
    service_.use(line_.descriptor());
    return service_.start([this] { run(line_.descriptor()); });
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

  ports::PacedLine line_;
  Service service_;  // ends before the line does
};

class TcpServer final : public Server {
 public:
  Result<void> start(const std::string& address, const Sides& sides, const Converter& converter) {
    auto listener = ports::LoopbackListener::open(address, "serial injection", 1);
    if (!listener) return tl::unexpected(listener.error());
    listener_ = std::move(*listener);
    if (auto taken = service_.take(sides, converter, {.payload = largest_payload}); !taken)
      return taken;
    return service_.start([this] { run(); });
  }
  [[nodiscard]] int port() const override { return listener_.port(); }

 private:
  void run() {
    for (;;) {
      // A descriptor below 0 is passed over.
      std::array<pollfd, 3> polled{pollfd{service_.stop_descriptor(), POLLIN, 0},
                                   pollfd{listener_.descriptor(), POLLIN, 0},
                                   pollfd{rig_.get(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[0].revents != 0) return;
      if (polled[2].revents != 0 && !service_.receive()) rig_.reset();
      if (polled[1].revents != 0) accept();
    }
  }

  void accept() {
    ports::FileDescriptor socket = listener_.accept();
    if (!socket.open() || !unblock(socket.get())) return;
    rig_ = std::move(socket);
    service_.use(rig_.get());
  }

  ports::LoopbackListener listener_;
  ports::FileDescriptor rig_;
  Service service_;
};

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
