// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture_file.h"

#include "meterrig/record/excerpt.h"
#include "meterrig/report/record_picture.h"
#include "whole_file.h"

namespace meterrig::cli {

Result<void> write_picture(const std::filesystem::path& file, Recording& recording,
                           const record::Measurement& measurement) {
  const auto excerpt = record::read_excerpt(recording, measurement);
  if (!excerpt) return tl::unexpected(excerpt.error());
  return write_whole(file, report::record_picture(measurement, *excerpt));
}

}  // namespace meterrig::cli
