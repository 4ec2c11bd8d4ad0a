// SPDX-License-Identifier: GPL-3.0-or-later
#include "cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <list>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "meterrig/ports/file_descriptor.h"

namespace meterrig::test {
namespace {

using ports::FileDescriptor;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

FileDescriptor tcp() { return FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

// Small messages at once: their 40 ms would add up.
void without_delay(const FileDescriptor& socket) {
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

struct Pair {
  FileDescriptor caller;
  FileDescriptor server;
};

// At most `most` bytes from one side to the other; what went, or -1 when it has ended.
std::int64_t pass(const FileDescriptor& from, const FileDescriptor& to, std::int64_t most) {
  std::array<char, 16'384> bytes{};
  const auto want = std::min<std::int64_t>(most, static_cast<std::int64_t>(bytes.size()));
  const auto count = ::recv(from.get(), bytes.data(), static_cast<std::size_t>(want), 0);
  if (count <= 0) return -1;
  for (std::int64_t sent = 0; sent < count;) {
    const auto now =
        ::send(to.get(), bytes.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
    if (now < 0) return -1;
    sent += now;
  }
  return count;
}

}  // namespace

class CuttingProxy::State {
 public:
  explicit State(int target) : target_(target), listener_(tcp()) {
    sockaddr_in own = loopback(0);
    socklen_t size = sizeof(own);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&own), size) != 0 ||
        ::listen(listener_.get(), 16) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0)
      throw std::runtime_error("the proxy cannot listen");
    address = "127.0.0.1:" + std::to_string(ntohs(own.sin_port));
    thread_ = std::thread([this] { work(); });
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    stop_ = true;
    thread_.join();
  }

  std::string address;
  std::atomic<std::int64_t> left{0};
  std::atomic<std::int64_t> passed{0};

 private:
  void work() {
    std::list<Pair> pairs;
    while (!stop_) {
      if (left <= 0) pairs.clear();
      std::vector<pollfd> waits{{.fd = listener_.get(), .events = POLLIN, .revents = 0}};
      for (const Pair& pair : pairs) {
        waits.push_back({.fd = pair.caller.get(), .events = POLLIN, .revents = 0});
        waits.push_back({.fd = pair.server.get(), .events = POLLIN, .revents = 0});
      }
      ::poll(waits.data(), waits.size(), 5);
      std::size_t at = 1;
      for (auto pair = pairs.begin(); pair != pairs.end(); at += 2) {
        bool ended = false;
        if (waits[at].revents != 0) ended = !forward(pair->caller, pair->server);
        if (!ended && waits[at + 1].revents != 0) ended = !forward(pair->server, pair->caller);
        pair = ended ? pairs.erase(pair) : std::next(pair);
      }
      if (waits[0].revents == 0) continue;
      Pair pair{.caller = FileDescriptor(::accept(listener_.get(), nullptr, nullptr)),
                .server = tcp()};
      without_delay(pair.caller);
      without_delay(pair.server);
      const sockaddr_in to = loopback(target_);
      if (left > 0 &&
          ::connect(pair.server.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0)
        pairs.push_back(std::move(pair));
    }
  }

  bool forward(const FileDescriptor& from, const FileDescriptor& to) {
    const std::int64_t most = left;
    if (most <= 0) return false;
    const std::int64_t went = pass(from, to, most);
    if (went < 0) return false;
    passed += went;
    left -= went;
    return left > 0;
  }

  int target_;
  FileDescriptor listener_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

CuttingProxy::CuttingProxy(const std::string& target)
    : state_(std::make_unique<State>(std::stoi(target.substr(target.rfind(':') + 1)))) {}
CuttingProxy::~CuttingProxy() = default;

const std::string& CuttingProxy::address() const { return state_->address; }
void CuttingProxy::cut_after(std::int64_t bytes) {
  state_->passed = 0;
  state_->left = bytes;
}
std::int64_t CuttingProxy::passed() const { return state_->passed; }

}  // namespace meterrig::test
