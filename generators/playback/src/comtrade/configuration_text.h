// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "configuration.h"
#include "stamp_scale.h"

namespace meterrig::playback::comtrade {

/// What a configuration to write says.
struct WrittenConfiguration {
  const RecordingDescription& description;
  const std::vector<Scaling>& scaling;
  const std::vector<WrittenRate>& rates;
  ComtradeRevision revision;
  DataType type;
  Moment first;
  Moment trigger;
  StampScale stamps;
};

/// The text of a .cfg, lines ended by CR LF. In names a comma, which the format cannot hold,
/// becomes a semicolon. Without status channels.
[[nodiscard]] std::string configuration_text(const WrittenConfiguration& written);

}  // namespace meterrig::playback::comtrade
