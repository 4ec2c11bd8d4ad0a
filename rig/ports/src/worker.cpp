// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/worker.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include <csignal>
#include <system_error>
#include <utility>

namespace meterrig::ports {

Worker::Worker() : stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Result<void> Worker::start(std::function<void()> body) {
  if (!stop_.open()) return fail(ErrorCode::unavailable, "no event descriptor for a thread");
  try {
    thread_ = std::thread([body = std::move(body)] {
      sigset_t broken_pipe;
      sigemptyset(&broken_pipe);
      sigaddset(&broken_pipe, SIGPIPE);
      ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
      body();
    });
  } catch (const std::system_error& error) {
    return fail(ErrorCode::unavailable, fmt::format("no thread: {}", error.what()));
  }
  return {};
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

}  // namespace meterrig::ports
