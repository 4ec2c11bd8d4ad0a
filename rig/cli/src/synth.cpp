// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "commands.h"
#include "data_files.h"
#include "messages.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/signal_mapping.h"
#include "meterrig/playback/open.h"
#include "meterrig/playback/write.h"
#include "meterrig/record/copy.h"
#include "meterrig/record/measure.h"
#include "meterrig/record/spliced.h"
#include "meterrig/record/synthesized.h"
#include "meterrig/report/record_picture.h"
#include "picture_file.h"
#include "progress_bar.h"
#include "recording_options.h"

namespace meterrig::cli {
namespace {

Result<playback::WriteOptions> write_options(const SynthOptions& options) {
  using playback::ComtradeRevision;
  using playback::Encoding;
  static const std::map<std::string, ComtradeRevision> revisions{{"1991", ComtradeRevision::r1991},
                                                                 {"1999", ComtradeRevision::r1999},
                                                                 {"2013", ComtradeRevision::r2013}};
  static const std::map<std::string, Encoding> encodings{
      {"ascii", Encoding::ascii},       {"binary16", Encoding::binary16},
      {"binary32", Encoding::binary32}, {"float32", Encoding::float32},
      {"float64", Encoding::float64},   {"pcm16", Encoding::pcm16},
      {"pcm24", Encoding::pcm24}};
  auto write = playback::options_for(options.out);
  if (!write) return write;
  if (!options.revision.empty()) {
    if (write->format != playback::FileFormat::comtrade)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--revision {}: {} is not COMTRADE; expected a file .cfg or .cff",
                              options.revision, options.out));
    write->revision = revisions.at(options.revision);
    // What all revisions can hold.
    if (write->revision != ComtradeRevision::r2013) write->encoding = Encoding::binary16;
  }
  if (!options.encoding.empty()) write->encoding = encodings.at(options.encoding);
  return write;
}

Result<void> write_recording(const SynthOptions& options, const record::Spliced& signal,
                             const record::CopyOptions& copy) {
  const auto write = write_options(options);
  if (!write) return tl::unexpected(write.error());
  const auto writer =
      playback::create(options.out, signal.recording->description(), signal.full_scales, *write);
  if (!writer) return tl::unexpected(writer.error());
  return record::copy(*signal.recording, **writer, copy);
}

Result<record::Insertion> insertion(const SynthOptions& options) {
  const auto at = number_with_unit("--at", options.at, QuantityKind::duration);
  if (!at) return tl::unexpected(at.error());
  const auto fade = number_with_unit("--fade", options.fade.empty() ? "0 s" : options.fade,
                                     QuantityKind::duration);
  if (!fade) return tl::unexpected(fade.error());
  RecordingOptions file;
  file.files = {options.splice};
  const auto source = recording_source(file);
  if (!source) return tl::unexpected(source.error());
  auto recording = playback::open(*source);
  if (!recording) return tl::unexpected(recording.error());
  return record::Insertion{
      .recording = std::move(*recording), .at = second(*at), .fade = second(*fade)};
}

// The scenario's samples, with the recording in it where one is asked for.
Result<record::Spliced> signal_of(const SynthOptions& options, const std::string& scenario,
                                  const SignalRecipe& recipe) {
  const auto rate = rate_of("--rate", options.rate.empty() ? "12.8 kHz" : options.rate);
  if (!rate) return tl::unexpected(rate.error());
  const auto duration = number_with_unit(
      "--duration", options.duration.empty() ? "1 s" : options.duration, QuantityKind::duration);
  if (!duration) return tl::unexpected(duration.error());
  const auto naming = [](const std::string& file, Error error) {
    return tl::unexpected(Error{error.code, fmt::format("{}: {}", file, error.message)});
  };
  if (options.splice.empty()) {
    auto recording = record::synthesized(recipe, *rate, second(*duration));
    if (!recording) return naming(scenario, recording.error());
    return record::Spliced{.recording = std::move(*recording),
                           .full_scales = record::full_scales(recipe)};
  }
  const auto inserted = insertion(options);
  if (!inserted) return tl::unexpected(inserted.error());
  auto spliced = record::spliced(recipe, *rate, second(*duration), *inserted);
  if (!spliced) return naming(fmt::format("{} in {}", options.splice, scenario), spliced.error());
  return spliced;
}

}  // namespace

int synth(const SynthOptions& options, const std::atomic<bool>& stop) {
  if (options.out.empty() && options.plot.empty())
    return complain("nothing to do; expected --out FILE, --plot FILE.svg or both"), wrong_input;
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto file = files->find(DataFiles::Kind::signal, options.scenario);
  if (!file) return complain(file.error()), wrong_input;
  const auto loaded = loader::load_scenario(*file);
  if (!loaded) return complain(loaded.error()), wrong_input;
  const auto recipe = loader::recipe_from(loaded->message.scenario());
  if (!recipe) return complain(recipe.error()), wrong_input;
  const auto made = signal_of(options, loaded->path, *recipe);
  if (!made) return complain(made.error()), wrong_input;
  Recording& recording = *made->recording;

  Result<void> done;
  {
    ProgressBar bar;
    const auto progress = [&bar](std::string_view what) {
      return [&bar, what](std::int64_t scans, std::int64_t all) {
        bar.show(static_cast<double>(scans) / static_cast<double>(all), what);
      };
    };
    if (!options.out.empty())
      done = write_recording(options, *made, {.stop = &stop, .progress = progress("writing")});
    if (done && !options.plot.empty()) {
      record::MeasureOptions settings;
      settings.file = loaded->message.scenario().id();
      settings.envelope_parts = report::picture_parts;
      settings.stop = &stop;
      settings.progress = progress("drawing");
      const auto measurement = record::measure(recording, settings);
      done = measurement ? write_picture(options.plot, recording, *measurement)
                         : tl::unexpected(measurement.error());
    }
  }
  if (!done)
    return complain(done.error()),
           done.error().code == ErrorCode::cancelled ? incomplete : wrong_input;
  return 0;
}

}  // namespace meterrig::cli
