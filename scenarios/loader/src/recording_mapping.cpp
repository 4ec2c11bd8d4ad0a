// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/recording_mapping.h"

#include <string>
#include <utility>

namespace meterrig::loader {
namespace {

std::string encoding_from(v1::SampleEncoding encoding) {
  switch (encoding) {
    case v1::SAMPLE_ENCODING_S16LE:
      return "s16le";
    case v1::SAMPLE_ENCODING_S16BE:
      return "s16be";
    case v1::SAMPLE_ENCODING_S24LE:
      return "s24le";
    case v1::SAMPLE_ENCODING_S32LE:
      return "s32le";
    case v1::SAMPLE_ENCODING_F32LE:
      return "f32le";
    case v1::SAMPLE_ENCODING_F64LE:
      return "f64le";
    case v1::SAMPLE_ENCODING_HEX16:
      return "hex16";
    default:
      return {};
  }
}

}  // namespace

Result<RecordingSource> source_from(const v1::Recording& message,
                                    const std::filesystem::path& description) {
  RecordingSource source;
  source.id = message.id();
  source.title = message.title();
  // An absolute path stands for itself.
  for (const std::string& file : message.files())
    source.files.push_back(description.parent_path() / file);
  source.encoding = encoding_from(message.encoding());
  source.channels = message.channels_interleaved();
  if (message.rate() != 0) {
    const auto rate = exact_rational(message.rate());
    if (!rate) return fail(rate.error().code, "rate: " + rate.error().message);
    source.rate = *rate;
  }
  for (const v1::RecordingChannel& channel : message.channels())
    source.hints.push_back({.name = channel.name(),
                            .rename = channel.rename(),
                            .unit = channel.unit(),
                            .phase = channel.phase(),
                            .scale = channel.has_scale() ? channel.scale() : 1,
                            .offset = channel.offset()});
  return source;
}

}  // namespace meterrig::loader
