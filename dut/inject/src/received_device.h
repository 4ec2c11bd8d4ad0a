// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/terminals.h"
#include "meterrig_receiver.h"

namespace meterrig::inject {

/// Memory that the receiver is given.
struct ReceiverSizes {
  std::size_t payload = 4084;  ///< largest in a request: with it a frame has 4 KiB
  std::size_t scans = 65'536;  ///< that were fed and whose time has not come
};

/// The sides of a device behind the receiver for firmware.
class ReceivedDevice {
 public:
  using Write = std::function<void(std::span<const std::uint8_t>)>;

  /// Errors: as serve_line().
  [[nodiscard]] static Result<std::unique_ptr<ReceivedDevice>> create(const Sides& sides,
                                                                      const Converter& converter,
                                                                      const ReceiverSizes& sizes,
                                                                      Write write);
  ReceivedDevice(const ReceivedDevice&) = delete;
  ReceivedDevice& operator=(const ReceivedDevice&) = delete;
  ~ReceivedDevice() = default;

  /// Bytes from the line; answers by `write`.
  void receive(std::span<const std::uint8_t> bytes);
  /// The line was opened anew.
  void reset_line();
  [[nodiscard]] const mr_receiver& receiver() const { return receiver_; }

 private:
  ReceivedDevice(const Sides& sides, const Converter& converter, Write write);
  Result<void> ask_who();
  Result<void> start(const ReceiverSizes& sizes);
  mr_result refuse(const Error& error);
  mr_result done(const Result<void>& result);
  Result<void> feed(std::int64_t first, std::span<const mr_scan> scans);
  Result<void> advance(Instant until);

  static ReceivedDevice& self(void* context) { return *static_cast<ReceivedDevice*>(context); }

  Sides sides_;
  Converter converter_;
  bool takes_codes_ = false;
  Write write_;
  TerminalsDescription who_;
  MeterIdentity identity_;
  std::vector<std::string> quantities_;
  std::vector<MeterParameter> parameters_;
  bool fed_ = false;  // samples were applied, or else the terminals are dead
  std::string refusal_;

  std::vector<std::uint8_t> request_;
  std::vector<std::uint8_t> reply_;
  std::vector<mr_scan> scans_;
  mr_description description_{};
  mr_device device_{};
  mr_receiver receiver_{};
};

}  // namespace meterrig::inject
