// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio_server/server.h"

#include <poll.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <utility>

#include "connection.h"
#include "meterrig/ports/loopback_listener.h"
#include "meterrig/ports/worker.h"

namespace meterrig::iio_server {
namespace {

class TcpServer final : public Server {
 public:
  TcpServer(ports::LoopbackListener listener, VirtualBench& bench)
      : listener_(std::move(listener)), bench_(&bench) {}
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;
  ~TcpServer() override {
    bench_->stop();
    worker_.stop();
    cut_all();
    std::list<std::unique_ptr<Connection>> last;
    {
      const std::lock_guard lock(mutex_);
      last.swap(connections_);
    }
    last.clear();  // waits for their threads
  }

  Result<void> start() {
    return worker_.start([this] { run(); });
  }

  [[nodiscard]] int port() const override { return listener_.port(); }
  void set_fault(const Fault& fault) override { faults_.set(fault); }
  [[nodiscard]] std::int64_t operations() const override { return faults_.operations(); }

 private:
  void run() {
    std::uint64_t owner = 0;
    while (true) {
      std::array<pollfd, 2> polled{pollfd{worker_.stop_descriptor(), POLLIN, 0},
                                   pollfd{listener_.descriptor(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[0].revents != 0) return;
      ports::FileDescriptor socket = listener_.accept();
      if (!socket.open() || gone_) continue;
      auto connection = std::make_unique<Connection>(std::move(socket), owner++, *bench_, faults_,
                                                     [this] { leave(); });
      const std::lock_guard lock(mutex_);
      connections_.remove_if([](const auto& other) { return other->ended(); });
      // Without a thread the client sees a connection that closes.
      if (connection->start()) connections_.push_back(std::move(connection));
    }
  }

  void leave() {
    gone_ = true;
    cut_all();
  }
  void cut_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& connection : connections_) connection->cut();
  }

  ports::LoopbackListener listener_;
  VirtualBench* bench_;
  FaultPlan faults_;
  std::atomic<bool> gone_ = false;
  std::mutex mutex_;
  std::list<std::unique_ptr<Connection>> connections_;
  ports::Worker worker_;  // last: it uses the others
};

}  // namespace

Result<std::unique_ptr<Server>> serve(const std::string& address, VirtualBench& bench) {
  constexpr int backlog = 16;
  auto listener = ports::LoopbackListener::open(address, "the IIO protocol", backlog);
  if (!listener) return tl::unexpected(listener.error());
  auto server = std::make_unique<TcpServer>(std::move(*listener), bench);
  if (auto started = server->start(); !started) return tl::unexpected(started.error());
  return server;
}

}  // namespace meterrig::iio_server
