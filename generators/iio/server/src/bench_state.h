// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delay_line.h"
#include "device_feed.h"
#include "input.h"
#include "meterrig/iio_server/virtual_bench.h"
#include "meterrig/ports/clock.h"
#include "meterrig/ports/worker.h"
#include "output.h"
#include "pulse_lines.h"
#include "terminal_model.h"

namespace meterrig::iio_server {

/// The state behind VirtualBench. Every public call takes the lock.
class BenchState {
 public:
  BenchState(ContextDescription context, BenchSettings settings);
  Result<void> prepare();
  void stop();

  [[nodiscard]] const std::string& xml() const { return xml_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view device) const;

  Answer<std::vector<std::string>> attributes(const AttributeAddress& where);
  Answer<std::string> read_attribute(const AttributeAddress& where, std::string_view name);
  Answer<void> write_attribute(const AttributeAddress& where, std::string_view name,
                               std::string_view value);

  Answer<void> open(std::string_view device, std::uint64_t owner, std::size_t samples,
                    const std::vector<bool>& mask, bool cyclic);
  Answer<void> close(std::string_view device, std::uint64_t owner);
  void close_all(std::uint64_t owner);
  Answer<void> set_buffers(std::string_view device, std::uint64_t count);
  Answer<BufferLayout> layout(std::string_view device, std::uint64_t owner);
  Answer<void> write(std::string_view device, std::uint64_t owner,
                     std::span<const std::uint8_t> frames);
  Answer<std::vector<std::uint8_t>> read(std::string_view device, std::uint64_t owner,
                                         std::size_t most);

  void lose_frames(std::int64_t after, std::int64_t count);
  OutputStatus output(std::string_view device);
  std::vector<Pulse> pulses();
  std::optional<Error> device_error();

 private:
  using Lock = std::unique_lock<std::mutex>;

  /// Attributes of a device or, where there is one, of its channel.
  struct AttributeList {
    std::size_t device = 0;
    std::optional<std::size_t> channel;
    std::vector<Attribute>* attributes = nullptr;
  };
  Answer<AttributeList> find_attributes(const AttributeAddress& where);
  /// One of them.
  struct FoundAttribute {
    std::size_t device = 0;
    std::optional<std::size_t> channel;
    Attribute* attribute = nullptr;
  };
  Answer<FoundAttribute> find_attribute(const AttributeAddress& where, std::string_view name);
  [[nodiscard]] const DeviceDescription& input_description() const {
    return context_.devices[input_index_];
  }
  Result<void> check_converters() const;
  Result<void> resolve_wiring();
  /// A channel of a device.
  struct Feed {
    std::size_t device = 0;
    std::size_t channel = 0;
  };
  Result<Feed> resolve(const ChannelAddress& address, bool output) const;
  /// The buffer's owner, or EBADF.
  Answer<std::size_t> owned(std::string_view device, std::uint64_t owner);
  void close_device(std::size_t device);
  void begin_ready();
  /// Whether the device keeps the outputs of its group from beginning.
  [[nodiscard]] bool keeps_waiting(std::size_t device) const;

  Answer<void> set_rate(std::size_t device, std::string_view value);
  Answer<void> set_raw(std::size_t device, std::size_t channel, std::string_view value);
  std::int64_t raw(std::size_t device, std::size_t channel);

  /// Lets up to `most` frames pass; none when an output was waited for.
  void pass_time(Lock& lock, std::int64_t most);
  void compute(std::int64_t count);
  /// Gives the device under test the terminals at the input's rate from frame 0 on.
  Result<void> begin_device();
  /// The frames of what the terminals were, and of the pulse lines at that time.
  [[nodiscard]] std::vector<std::uint8_t> encode(SampleBlock& block);
  void fill_row(std::size_t channel, SampleBlock& block, std::span<double> volts);
  void pace();

  ContextDescription context_;
  BenchSettings settings_;
  std::string xml_;
  std::size_t input_index_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::vector<std::unique_ptr<Output>> outputs_;  // by device; none for the input
  std::unique_ptr<Input> input_;
  std::vector<Feed> feeds_;  // by amplifier
  /// What drives a channel of the input; nothing where it is open.
  struct Driver {
    const Sensor* sensor = nullptr;
    std::optional<std::size_t> pulse_line;
  };
  std::vector<Driver> drivers_;
  std::vector<double> input_volts_;  // of the last frame, by channel
  TerminalModel terminals_;
  std::optional<DeviceFeed> device_;
  PulseLines pulse_lines_;
  std::deque<Pulse> pulses_;     // of the device, the latest
  DelayLine delay_;              // of the input, while the device finds out about its pulses
  std::int64_t frame_ = 0;       // that comes next
  std::int64_t epoch_ = 0;       // nanoseconds of frame 0
  std::int64_t paced_from_ = 0;  // wall clock of frame 0, nanoseconds
  ports::MonotonicClock clock_;
  ports::Worker worker_;  // last: it uses the others
};

/// Index of the channel of that id.
[[nodiscard]] std::optional<std::size_t> channel_index(const DeviceDescription& device,
                                                       std::string_view id);

/// Code of a channel that is nearest to a voltage and that its format has.
[[nodiscard]] std::int64_t code_of(const ChannelDescription& channel, double volts);

}  // namespace meterrig::iio_server
