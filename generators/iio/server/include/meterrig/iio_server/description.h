// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/iio_server/sample_format.h"

namespace meterrig::iio_server {

/// What stands behind an attribute.
enum class Behaviour : std::uint8_t {
  constant,     ///< refuses to be written
  text,         ///< keeps what was written
  rate,         ///< the device's rate: takes the nearest of its rates
  raw,          ///< the channel's code now
  hold,         ///< dma_sync: while 1 the outputs of the group do not begin
  lost_frames,  ///< frames that an input lost since its buffer was opened
};

struct Attribute {
  std::string name;
  std::string value;
  Behaviour behaviour = Behaviour::constant;
};

/// A channel of a converter. Its value is (code + offset) scale, in millivolts.
struct ChannelDescription {
  std::string id;  ///< as the kernel names it, such as "voltage0"; "timestamp" counts nanoseconds
  SampleFormat format;
  double scale = 1;  ///< millivolts a code
  double offset = 0;
  int converter_bits = 0;  ///< of the format's bits these upper ones reach the converter; 0 is all
  std::vector<Attribute> attributes;  ///< as the client sees them
};

/// A converter with a buffer. Its channels are scan elements in their order.
struct DeviceDescription {
  std::string name;
  std::string label;  ///< may be empty
  bool output = false;
  std::vector<ChannelDescription> channels;
  std::vector<Attribute> attributes;
  std::vector<Attribute> debug_attributes;
  std::vector<Attribute> buffer_attributes;
  std::vector<std::int64_t> rates;  ///< samples a second that it can take, rising
  std::int64_t rate = 0;            ///< that it starts with, one of these
  /// Outputs of one group, where it is above 0, are begun by one trigger: when none of those with
  /// `dma_sync` is held, and every other one whose buffer is open has samples.
  int group = 0;
};

/// A context. Its devices are "iio:device0" and so on, in their order; at most one is an input.
struct ContextDescription {
  std::string description;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<DeviceDescription> devices;
};

/// The context as the XML text that `PRINT` sends.
[[nodiscard]] std::string xml_of(const ContextDescription& context);

/// Bytes of one frame of the channels that `enabled` marks, each aligned to its own size.
[[nodiscard]] std::size_t frame_bytes(const DeviceDescription& device,
                                      const std::vector<bool>& enabled);

}  // namespace meterrig::iio_server
