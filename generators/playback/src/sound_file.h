// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sndfile.h>

#include <memory>

namespace meterrig::playback {

struct CloseSound {
  void operator()(SNDFILE* sound) const { ::sf_close(sound); }
};
using Sound = std::unique_ptr<SNDFILE, CloseSound>;

/// Largest positive code of the whole numbers that a subtype of libsndfile holds or decodes to;
/// 0 for one of floating-point numbers.
[[nodiscard]] double largest_code(int format);

}  // namespace meterrig::playback
