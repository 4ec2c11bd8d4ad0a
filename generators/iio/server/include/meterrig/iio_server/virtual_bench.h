// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "meterrig/iio_server/description.h"
#include "meterrig/iio_server/wiring.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::iio_server {

/// A value, or the errno (above 0) that the protocol answers with.
template <class T>
using Answer = tl::expected<T, int>;

/// What an output gives once its buffer was closed.
enum class AfterClose : std::uint8_t {
  zero,       ///< 0 V
  last_code,  ///< what it gave last, as many real converters do
};

struct BenchSettings {
  Wiring wiring;
  /// Time passes with the wall clock. If not, it passes as frames are read from the input or as an
  /// output needs room, so that a run is fast and its samples do not depend on the machine.
  bool paced = false;
  AfterClose after_close = AfterClose::zero;
  /// Without pacing: how long, on the wall clock, time stands still for a client that is to write
  /// or to read, until an output runs dry or the input loses frames.
  Duration patience = second(1);
  std::size_t input_frames = 1U << 20U;  ///< that the input holds for a client
  Terminals* device = nullptr;           ///< a meter that gets the same volts; outlives the bench
  Rational fundamental{50, 1};           ///< that the meter is told, hertz
};

/// Where an attribute is: of a device, or of a channel where there is one.
struct AttributeAddress {
  std::string device;
  std::string channel;  ///< empty for the device itself
  bool output = false;  ///< of the channel
  bool debug = false;
  bool buffer = false;
};

/// What an output does now.
struct OutputStatus {
  bool open = false;          ///< a client has its buffer
  bool live = false;          ///< puts out something else than 0 V, now or soon
  std::vector<double> volts;  ///< of each channel
  std::int64_t underflows = 0;
};

/// How frames lie in an open buffer.
struct BufferLayout {
  std::size_t frame_bytes = 0;
  std::vector<bool> enabled;  ///< by channel
  std::size_t at_once = 0;    ///< bytes of the one block of a cyclic buffer that waits for it
};

class BenchState;

/// A bench of converters without hardware: outputs, amplifiers, terminals of a meter, sensors and
/// an input, on the input's sample clock. The calls of a client are thread-safe; those that wait do
/// so at most for `patience`, or paced for the frames asked for. `owner` is who has a buffer open.
class VirtualBench {
 public:
  /// Errors: invalid_argument for a description or wiring that cannot be, naming the device and
  /// channel; what the device under test answers; unavailable (no thread).
  [[nodiscard]] static Result<std::unique_ptr<VirtualBench>> create(ContextDescription context,
                                                                    BenchSettings settings);
  VirtualBench(const VirtualBench&) = delete;
  VirtualBench& operator=(const VirtualBench&) = delete;
  ~VirtualBench();

  [[nodiscard]] const std::string& xml() const;

  /// Names of the attributes at a place, in the order of the XML.
  [[nodiscard]] Answer<std::vector<std::string>> attributes(const AttributeAddress& where) const;
  [[nodiscard]] Answer<std::string> read_attribute(const AttributeAddress& where,
                                                   std::string_view name);
  [[nodiscard]] Answer<void> write_attribute(const AttributeAddress& where, std::string_view name,
                                             std::string_view value);
  /// Whether there is a device of that id, name or label.
  [[nodiscard]] bool has(std::string_view device) const;

  /// EBUSY when somebody has it open.
  [[nodiscard]] Answer<void> open(std::string_view device, std::uint64_t owner, std::size_t samples,
                                  const std::vector<bool>& mask, bool cyclic);
  /// EBADF when the owner does not have it open.
  [[nodiscard]] Answer<void> close(std::string_view device, std::uint64_t owner);
  /// Whatever the owner still has open.
  void close_all(std::uint64_t owner);
  [[nodiscard]] Answer<void> set_buffers(std::string_view device, std::uint64_t count);

  [[nodiscard]] Answer<BufferLayout> layout(std::string_view device, std::uint64_t owner) const;
  /// Whole frames for an output. Waits until there is room for them.
  [[nodiscard]] Answer<void> write(std::string_view device, std::uint64_t owner,
                                   std::span<const std::uint8_t> frames);
  /// From one to `most` frames of the input that follow.
  [[nodiscard]] Answer<std::vector<std::uint8_t>> read(std::string_view device, std::uint64_t owner,
                                                       std::size_t most);
  /// Ends all waiting, for good.
  void stop();

  /// For tests: the input loses `count` frames once it gave `after` since its buffer was opened.
  void lose_frames(std::int64_t after, std::int64_t count);
  [[nodiscard]] OutputStatus output(std::string_view device) const;
  /// The latest pulses of the device under test, 65 536 at most, and the first error that it
  /// answered with.
  [[nodiscard]] std::vector<Pulse> pulses() const;
  [[nodiscard]] std::optional<Error> device_error() const;

 private:
  explicit VirtualBench(std::unique_ptr<BenchState> state);
  std::unique_ptr<BenchState> state_;
};

}  // namespace meterrig::iio_server
