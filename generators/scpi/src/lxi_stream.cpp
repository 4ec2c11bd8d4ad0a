// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <lxi.h>
#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "line_conversation.h"
#include "meterrig/ports/system_error_text.h"

namespace meterrig::scpi {
namespace {

int as_milliseconds(Duration duration) {
  return static_cast<int>(std::clamp(std::ceil(duration.in(millisecond)), 1.0, 1e9));
}

/// liblxi keeps its sessions in a table of the process, without a lock.
std::mutex& table_of_sessions() {
  static std::mutex mutex;
  return mutex;
}

/// liblxi writes to a peer that has gone without a care for SIGPIPE, which would end the process,
/// and leave an output on. Held back in this thread for as long as the guard lives.
class BrokenPipeGuard {
 public:
  BrokenPipeGuard() {
    sigemptyset(&broken_pipe_);
    sigaddset(&broken_pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe_, &before_);
  }
  BrokenPipeGuard(const BrokenPipeGuard&) = delete;
  BrokenPipeGuard& operator=(const BrokenPipeGuard&) = delete;
  ~BrokenPipeGuard() {
    const int error = errno;
    const timespec at_once{};
    if (!was_pending_) ::sigtimedwait(&broken_pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }

 private:
  sigset_t broken_pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

// liblxi 1.18 frees twice what it has of an earlier session when a later one does not come about:
// so it is asked only where there is a port mapper (RFC 1833), and given time.
constexpr int port_mapper = 111;
constexpr Duration least_connecting = second(10);

class LxiStream final : public ports::ByteStream {
 public:
  LxiStream(int session, std::string name, bool messages, Duration patience)
      : session_(session), name_(std::move(name)), messages_(messages), patience_(patience) {}
  LxiStream(const LxiStream&) = delete;
  LxiStream& operator=(const LxiStream&) = delete;
  ~LxiStream() override {
    const std::lock_guard lock(table_of_sessions());
    const BrokenPipeGuard guard;
    lxi_disconnect(session_);
  }

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Duration character_time() const override { return second(0); }

  Result<void> write(std::span<const std::uint8_t> bytes) override {
    const BrokenPipeGuard guard;
    errno = 0;
    const int count = lxi_send(session_, reinterpret_cast<const char*>(bytes.data()),
                               static_cast<int>(bytes.size()), as_milliseconds(patience_));
    if (count == static_cast<int>(bytes.size())) return {};
    return gone();
  }

  Result<std::size_t> read(std::span<std::uint8_t> buffer, Duration patience) override {
    // liblxi cannot look whether something is there: it waits, and prints that nothing came.
    if (patience <= second(0)) return std::size_t{0};
    const BrokenPipeGuard guard;
    errno = 0;
    const int room = static_cast<int>(buffer.size()) - 1;
    const int count = lxi_receive(session_, reinterpret_cast<char*>(buffer.data()), room,
                                  as_milliseconds(patience));
    if (count > 0) {
      auto end = static_cast<std::size_t>(count);
      // A message ends where the instrument says so, with or without a line's end.
      if (messages_ && count < room && buffer[end - 1] != '\n') buffer[end++] = '\n';
      return end;
    }
    // liblxi says -1 for a time-out too; only errno tells, if anything does.
    const bool quiet = errno == 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == ETIMEDOUT;
    if (count < 0 && quiet) return std::size_t{0};
    return gone();
  }

 private:
  [[nodiscard]] tl::unexpected<Error> gone() const {
    return fail(ErrorCode::unavailable,
                fmt::format("{}: the line is gone{}", name_,
                            errno == 0 ? "" : ": " + ports::system_error_text(errno)));
  }

  int session_;
  std::string name_;
  bool messages_;  // VXI-11: whole messages in place of a stream
  Duration patience_;
};

}  // namespace

Result<std::unique_ptr<Conversation>> converse_over_lxi(const LxiAddress& address,
                                                        ConversationRules rules) {
  const Duration patience = rules.answer_timeout;
  // A connection over VXI-11 asks the port mapper first, so it gets time enough.
  const bool vxi11 = address.protocol == LxiProtocol::vxi11;
  const Duration connecting = vxi11 ? std::max(patience, least_connecting) : patience;
  const auto open = [address, patience,
                     connecting]() -> Result<std::unique_ptr<ports::ByteStream>> {
    const bool raw = address.protocol == LxiProtocol::raw;
    std::string name = raw ? fmt::format("{}:{} (LXI raw)", address.host, address.port)
                           : fmt::format("{} {} (VXI-11)", address.host, address.name);
    if (!raw) {
      if (const auto answers = ports::tcp_stream(address.host, port_mapper, connecting); !answers)
        return tl::unexpected(answers.error());
    }
    const std::lock_guard lock(table_of_sessions());
    const BrokenPipeGuard guard;
    static const int initialised = lxi_init();
    if (initialised != LXI_OK) return fail(ErrorCode::internal, "liblxi does not start");
    const int session =
        lxi_connect(address.host.c_str(), address.port, raw ? nullptr : address.name.c_str(),
                    as_milliseconds(connecting), raw ? RAW : VXI11);
    if (session == LXI_ERROR)
      return fail(ErrorCode::unavailable,
                  fmt::format("no connection to {}; expected an instrument that accepts within "
                              "{:g} s",
                              name, connecting.in(second)));
    return std::make_unique<LxiStream>(session, std::move(name), !raw, patience);
  };
  return LineConversation::open(open, std::move(rules));
}

}  // namespace meterrig::scpi
