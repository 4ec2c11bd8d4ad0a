// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "meterrig/terminals/handler.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::terminals {

/// The rig's end of a device's terminals. Every call has the same deadline; a call that missed it
/// may still take effect on the device, so that its state is then unknown. Errors of every call are
/// the handler's own, plus unavailable (nobody there any more), deadline_exceeded and internal (an
/// answer that makes no sense).
class Client {
 public:
  /// `address` as for serve(). Errors: permission_denied and invalid_argument as there,
  /// invalid_argument for a timeout not above 0, unavailable when nobody answers within it.
  [[nodiscard]] static Result<Client> connect(const std::string& address, Duration timeout);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  [[nodiscard]] Result<Description> describe();
  [[nodiscard]] Result<void> power_cycle();
  [[nodiscard]] Result<Instant> apply(const SignalRecipe& recipe, std::uint64_t device_seed);
  [[nodiscard]] Result<FeedTerms> apply_samples(const SampleFeed& samples,
                                                std::uint64_t device_seed);
  /// Sends the block in messages of at most 768 KiB. After an error some of it may have been taken.
  [[nodiscard]] Result<FeedState> feed(const SampleBlock& block);
  /// Takes a device the longer the further it is (the simulated ones some seconds for an hour):
  /// choose the timeout accordingly.
  [[nodiscard]] Result<std::vector<Pulse>> advance(Instant until);

 private:
  class Connection;
  explicit Client(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace meterrig::terminals
