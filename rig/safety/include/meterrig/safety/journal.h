// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// Everything that is done to an output, with time of day and reason: a line of JSON each, on the
/// disk before the next. A journal that cannot be written keeps nothing from being switched off.
class Journal {
 public:
  /// Errors: those of opening the file to be added to.
  [[nodiscard]] static Result<Journal> open(const std::filesystem::path& file);

  /// `event` is one word, such as "energise"; `details` is for people. Error: unavailable.
  [[nodiscard]] Result<void> write(std::string_view event, std::string_view details);

 private:
  Journal(std::filesystem::path path, ports::FileDescriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  std::filesystem::path path_;
  ports::FileDescriptor file_;
};

}  // namespace meterrig::safety
