// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "meterrig/ports/worker.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/signal.h"
#include "output_bank.h"

namespace meterrig::iio {

/// Streams a signal into a bank on a thread of its own, which has the bank until it is stopped.
/// However it ends, zeros follow the last sample, and the buffers are closed.
class Player {
 public:
  /// The signal has the bank's rate. Returns once the first block is out. Errors: out_of_range
  /// before anything is put out, what reading the signal brings, and those of the boards.
  [[nodiscard]] static Result<std::unique_ptr<Player>> start(OutputBank& bank,
                                                             std::unique_ptr<Signal> signal,
                                                             const DacSettings& settings);
  ~Player() { worker_.stop(); }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  /// What went wrong, while it plays or after stop().
  [[nodiscard]] std::optional<Error> error() const;
  void stop() { worker_.stop(); }
  /// Whether there may still be something else than zeros.
  [[nodiscard]] bool playing() const { return playing_; }

 private:
  Player(OutputBank& bank, std::unique_ptr<Signal> signal, const DacSettings& settings);
  /// Codes of the block that follows, ended by zeros where the signal ends; none after its end.
  Result<std::optional<Codes>> next();
  void run();
  void finish();
  void record(const Error& error);
  [[nodiscard]] bool stopping() const;

  OutputBank* bank_;
  std::unique_ptr<Signal> signal_;
  std::size_t block_;
  std::size_t blocks_;
  std::int64_t next_sample_ = 0;
  bool ended_ = false;
  std::atomic<bool> playing_ = true;
  mutable std::mutex mutex_;
  std::optional<Error> error_;
  ports::Worker worker_;  // last: it uses the others
};

}  // namespace meterrig::iio
