// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/source_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "message_channel.h"
#include "meterrig/ports/clock.h"
#include "meterrig/ports/system_error_text.h"
#include "meterrig/safety/point_message.h"
#include "meterrig/vocabulary/canonical_code.h"

extern char** environ;

namespace meterrig::safety {
namespace {

/// The settings of a new process.
class Spawn {
 public:
  Spawn() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// 0, or the errno. `socket` becomes the descriptor that the process looks at.
  int start(const std::vector<std::string>& command, int socket, pid_t& pid) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command)
      arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    // Copied out of the way first: a copy onto itself would keep it closed in the new process.
    const ports::FileDescriptor copy(
        ::fcntl(socket, F_DUPFD_CLOEXEC, SourceProcess::socket_in_process + 1));
    if (!copy.open()) return errno;
    posix_spawn_file_actions_adddup2(&actions_, copy.get(), SourceProcess::socket_in_process);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID);
    return ::posix_spawnp(&pid, arguments.front(), &actions_, &attributes_, arguments.data(),
                          environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

class SourceProcess::State {
 public:
  State(pid_t process, ports::FileDescriptor socket, Duration patience)
      : pid(process), channel_(std::move(socket)), patience_(patience) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    static_cast<void>(off("the controller ends"));
    channel_.reset();
    // One that hangs in a call of its instrument is left behind: it acts as soon as that returns.
    static_cast<void>(wait());
  }

  Result<int> wait() {
    ports::MonotonicClock clock;
    const Instant end = clock.now() + patience_;
    while (!ended_) {
      int status = 0;
      if (const pid_t found = ::waitpid(pid, &status, WNOHANG); found != 0) {
        ended_ = found < 0 ? 1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      } else if (!(clock.now() < end)) {
        return fail(ErrorCode::deadline_exceeded,
                    fmt::format("source process {} has not ended", pid));
      } else {
        clock.sleep_until(clock.now() + millisecond(2));
      }
    }
    return ended_.value_or(1);
  }

  Result<v1::SourceReply> ask(const v1::SourceRequest& request) {
    const auto named = [](Error error) {
      error.message = "source process: " + error.message;
      return tl::unexpected(std::move(error));
    };
    if (!channel_) return named({ErrorCode::unavailable, "it did not answer before"});
    v1::SourceReply reply;
    auto done = channel_->send(request, patience_);
    if (done) done = channel_->receive(reply, patience_);
    if (!done) {
      // A late reply would be taken for that of the next request. Hanging up switches off.
      channel_.reset();
      return named(done.error());
    }
    if (reply.code() != 0) return named({code_of(reply.code()), reply.message()});
    return reply;
  }

  Result<void> off(std::string_view reason) {
    v1::SourceRequest request;
    request.mutable_off()->set_reason(std::string(reason));
    return ask(request).map([](const v1::SourceReply&) {});
  }

  pid_t pid;
  std::uint64_t progress = 0;

 private:
  std::optional<MessageChannel> channel_;
  std::optional<int> ended_;  // exit status
  Duration patience_;
};

SourceProcess::SourceProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
SourceProcess::SourceProcess(SourceProcess&&) noexcept = default;
SourceProcess& SourceProcess::operator=(SourceProcess&&) noexcept = default;
SourceProcess::~SourceProcess() = default;

Result<SourceProcess> SourceProcess::start(const std::vector<std::string>& command,
                                           Duration patience) {
  std::array<int, 2> pair{};
  if (command.empty() || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return fail(ErrorCode::unavailable, "no socket for a source process");
  ports::FileDescriptor own(pair[0]);
  const ports::FileDescriptor its(pair[1]);
  pid_t pid = 0;
  if (const int error = Spawn().start(command, its.get(), pid); error != 0)
    return fail(
        error == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable,
        fmt::format("{} cannot be started: {}", command.front(), ports::system_error_text(error)));
  return SourceProcess(std::make_unique<State>(pid, std::move(own), patience));
}

Result<int> SourceProcess::wait() { return state_->wait(); }

pid_t SourceProcess::pid() const { return state_->pid; }

Result<void> SourceProcess::narrow(const Limits& limits) {
  v1::SourceRequest request;
  *request.mutable_narrow() = to_message(limits);
  return state_->ask(request).map([](const v1::SourceReply&) {});
}

Result<void> SourceProcess::energise(const OperatingPoint& point) {
  v1::SourceRequest request;
  *request.mutable_energise() = to_message(point);
  return state_->ask(request).map([](const v1::SourceReply&) {});
}

Result<void> SourceProcess::renew() {
  v1::SourceRequest request;
  request.mutable_renew()->set_progress(++state_->progress);
  return state_->ask(request).map([](const v1::SourceReply&) {});
}

Result<void> SourceProcess::off(std::string_view reason) { return state_->off(reason); }

Result<v1::OutputStatus> SourceProcess::status() {
  v1::SourceRequest request;
  request.mutable_status();
  return state_->ask(request).map([](const v1::SourceReply& reply) { return reply.status(); });
}

Result<InstrumentIdentity> SourceProcess::identify() {
  v1::SourceRequest request;
  request.mutable_identify();
  return state_->ask(request).map([](const v1::SourceReply& reply) {
    const v1::SourceIdentity& identity = reply.identity();
    return InstrumentIdentity{.maker = identity.maker(),
                              .model = identity.model(),
                              .serial_number = identity.serial_number(),
                              .firmware = identity.firmware()};
  });
}

Result<void> SourceProcess::acknowledge(std::string_view interlock, std::string_view person) {
  v1::SourceRequest request;
  request.mutable_acknowledge()->set_interlock(std::string(interlock));
  request.mutable_acknowledge()->set_person(std::string(person));
  return state_->ask(request).map([](const v1::SourceReply&) {});
}

Result<void> SourceProcess::set_interlock(std::string_view interlock, bool safe) {
  v1::SourceRequest request;
  request.mutable_interlock()->set_interlock(std::string(interlock));
  request.mutable_interlock()->set_safe(safe);
  return state_->ask(request).map([](const v1::SourceReply&) {});
}

}  // namespace meterrig::safety
