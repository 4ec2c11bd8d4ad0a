// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace meterrig::campaign {

/// A thread that stays, for tasks too short to start one for each. Does one at a time.
class TaskThread {
 public:
  TaskThread() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

  /// Does the task beside the caller, who waits for what it returns or throws before the next call.
  template <class Task>
  [[nodiscard]] auto start(Task task) {
    auto packed = std::make_shared<std::packaged_task<decltype(task())()>>(std::move(task));
    auto result = packed->get_future();
    {
      const std::scoped_lock lock(mutex_);
      task_ = [packed] { (*packed)(); };
    }
    changed_.notify_one();
    return result;
  }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return task_ != nullptr; })) {
      const std::function<void()> task = std::exchange(task_, nullptr);
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::function<void()> task_;
  std::jthread thread_;  // the last: it uses all of the above
};

}  // namespace meterrig::campaign
