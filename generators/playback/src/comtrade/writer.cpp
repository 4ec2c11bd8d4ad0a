// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "../extension.h"
#include "../partial_file.h"
#include "binary_data.h"
#include "code_range.h"
#include "comtrade.h"
#include "configuration_text.h"
#include "scan_encoder.h"

namespace meterrig::playback {
namespace {

namespace fs = std::filesystem;
using namespace comtrade;

constexpr std::size_t buffer_size = std::size_t{1} << 20U;

class ComtradeWriter final : public RecordingWriter {
 public:
  ComtradeWriter(std::string name, ScanEncoder encoder, PartialFile data,
                 std::optional<PartialFile> configuration)
      : name_(std::move(name)),
        encoder_(std::move(encoder)),
        data_(std::move(data)),
        configuration_(std::move(configuration)) {}

  Result<void> append(const ScanBlock& block) override {
    constexpr std::size_t piece = 1024;
    for (std::size_t from = 0; from < block.count(); from += piece) {
      const std::size_t count = std::min(piece, block.count() - from);
      if (auto done = encoder_.append(block, from, count, buffer_); !done)
        return fail(done.error().code, fmt::format("{}: {}", name_, done.error().message));
      if (buffer_.size() < buffer_size) continue;
      if (auto done = flush(); !done) return done;
    }
    return {};
  }

  Result<void> finish() override {
    if (auto done = flush(); !done) return done;
    // The configuration last: it is what people open.
    if (auto done = data_.commit(); !done) return done;
    return configuration_ ? configuration_->commit() : Result<void>{};
  }

 private:
  Result<void> flush() {
    auto done = data_.write(buffer_);
    buffer_.clear();
    return done;
  }

  std::string name_;
  ScanEncoder encoder_;
  PartialFile data_;
  std::optional<PartialFile> configuration_;  // none in a single file
  std::string buffer_;
};

std::optional<DataType> type_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::ascii:
      return DataType::ascii;
    case Encoding::binary16:
      return DataType::binary16;
    case Encoding::binary32:
      return DataType::binary32;
    case Encoding::float32:
      return DataType::float32;
    case Encoding::float64:
    case Encoding::pcm16:
    case Encoding::pcm24:
      break;
  }
  return std::nullopt;
}

std::string single_file_start(const std::string& configuration, DataType type,
                              std::int64_t data_bytes) {
  const std::string form = type == DataType::ascii ? std::string(name(type))
                                                   : fmt::format("{}: {}", name(type), data_bytes);
  return fmt::format(
      "--- file type: CFG ---\r\n{}--- file type: INF ---\r\n--- file type: HDR ---\r\n"
      "--- file type: DAT {} ---\r\n",
      configuration, form);
}

// "x.dat" beside "x.cfg", "X.DAT" beside "X.CFG".
fs::path with_extension(const fs::path& file, std::string_view lower, std::string_view upper) {
  const std::string own = file.extension().string();
  const bool is_upper = own.size() > 1 && own[1] >= 'A' && own[1] <= 'Z';
  return fs::path(file).replace_extension(is_upper ? upper : lower);
}

}  // namespace

Result<std::unique_ptr<RecordingWriter>> create_comtrade(const fs::path& file,
                                                         const RecordingDescription& asked,
                                                         const std::vector<double>& full_scale,
                                                         const WriteOptions& options) {
  const auto refuse = [&file](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", file.string(), what));
  };
  const auto type = type_of(options.encoding);
  if (!type)
    return refuse(
        "an encoding that COMTRADE does not have; expected ASCII, 16-bit or 32-bit "
        "integers or 32-bit floats");
  const bool third_edition = options.revision == ComtradeRevision::r2013;
  if (!third_edition && (*type == DataType::binary32 || *type == DataType::float32))
    return refuse(fmt::format("{} came with the revision of 2013; expected that or ASCII or BINARY",
                              name(*type)));
  const std::string extension = extension_of(file);
  if (options.single_file && (!third_edition || extension != ".cff"))
    return refuse("a single file; expected the revision of 2013 and the extension .cff");
  if (!options.single_file && extension != ".cfg" && extension != ".dat")
    return refuse(
        fmt::format("the extension '{}'; expected .cfg, or .cff for a single file", extension));

  const RecordingDescription description = writable(asked);
  std::vector<Scaling> scaling;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < description.channels.size(); ++c) {
    const RecordedChannel& channel = asked.channels[c];
    scaling.push_back(scaling_for(full_scale[c], *type, options.revision));
    names.push_back(channel.id.empty() || channel.id == channel.name
                        ? channel.name
                        : fmt::format("{} ({})", channel.name, channel.id));
  }
  const std::vector<WrittenRate> rates = written_rates(description);
  const Moment first = parse_moment(description.first_time).value_or(Moment{});
  const Moment trigger = parse_moment(description.trigger_time).value_or(first);
  const StampScale stamps = stamp_scale(rates, first, trigger, options.revision);
  std::string text = configuration_text({.description = description,
                                         .scaling = scaling,
                                         .rates = rates,
                                         .revision = options.revision,
                                         .type = *type,
                                         .first = first,
                                         .trigger = trigger,
                                         .stamps = stamps});
  std::optional<PartialFile> configuration;
  if (options.single_file) {
    const auto record = record_size(*type, description.channels.size(), 0);
    text = single_file_start(text, *type, description.count() * static_cast<std::int64_t>(record));
  } else {
    auto created = PartialFile::create(with_extension(file, ".cfg", ".CFG"));
    if (!created) return tl::unexpected(created.error());
    configuration = std::move(*created);
  }
  auto data =
      PartialFile::create(options.single_file ? file : with_extension(file, ".dat", ".DAT"));
  if (!data) return tl::unexpected(data.error());
  if (auto done = (configuration ? *configuration : *data).write(text); !done)
    return tl::unexpected(done.error());
  ScanEncoder encoder(*type, options.revision, std::move(scaling), rates, stamps, std::move(names));
  return std::make_unique<ComtradeWriter>(file.string(), std::move(encoder), std::move(*data),
                                          std::move(configuration));
}

}  // namespace meterrig::playback
