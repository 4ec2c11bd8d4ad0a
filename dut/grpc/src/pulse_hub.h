// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/vocabulary/roles.h"

namespace meterrig::rpc {

/// Gives every edge to all who watch at that time.
class PulseHub {
 public:
  /// Edges that one watcher may be behind; a tenth of a second at 10 MHz of pulses.
  static constexpr std::size_t most_waiting = 1'000'000;

  struct Watcher {
    std::vector<Pulse> waiting;
    bool lost = false;
  };
  using Ticket = std::list<Watcher>::iterator;

  [[nodiscard]] Ticket enter() {
    const std::scoped_lock lock(mutex_);
    return watchers_.emplace(watchers_.end());
  }
  void leave(Ticket ticket) {
    const std::scoped_lock lock(mutex_);
    watchers_.erase(ticket);
  }

  void publish(std::span<const Pulse> pulses) {
    if (pulses.empty()) return;
    {
      const std::scoped_lock lock(mutex_);
      for (Watcher& watcher : watchers_) {
        if (watcher.waiting.size() + pulses.size() > most_waiting)
          watcher.lost = true;
        else
          watcher.waiting.insert(watcher.waiting.end(), pulses.begin(), pulses.end());
      }
    }
    changed_.notify_all();
  }

  /// What came for the ticket, after a short wait for the first; none when some were lost.
  [[nodiscard]] std::optional<std::vector<Pulse>> take(Ticket ticket,
                                                       std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience,
                      [&] { return closed_ || !ticket->waiting.empty() || ticket->lost; });
    if (ticket->waiting.empty() && ticket->lost) return std::nullopt;
    return std::exchange(ticket->waiting, {});
  }

  /// Wakes all who wait; nothing comes any more.
  void close() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }
  [[nodiscard]] bool closed() const {
    const std::scoped_lock lock(mutex_);
    return closed_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Watcher> watchers_;
  bool closed_ = false;
};

}  // namespace meterrig::rpc
