// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/copy.h"

#include <fmt/format.h>

#include "block_reader.h"

namespace meterrig::record {

Result<void> copy(Recording& recording, playback::RecordingWriter& writer,
                  const CopyOptions& options) {
  const std::int64_t all = recording.description().count();
  {
    BlockReader reader(recording, 0, all);
    for (std::int64_t done = 0; done < all;) {
      if (options.stop != nullptr && *options.stop)
        return fail(ErrorCode::cancelled, fmt::format("stopped after {} of {} scans", done, all));
      const auto block = reader.next();
      if (!block) return tl::unexpected(block.error());
      if (const auto written = writer.append(**block); !written)
        return tl::unexpected(written.error());
      done += static_cast<std::int64_t>((*block)->count());
      if (options.progress) options.progress(done, all);
    }
  }
  return writer.finish();
}

}  // namespace meterrig::record
