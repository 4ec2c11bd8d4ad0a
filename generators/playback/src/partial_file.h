// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>

#include "meterrig/vocabulary/result.h"

namespace meterrig::playback {

/// A file that is written under another name in the same folder and takes its place when it is
/// whole; gone at the end otherwise.
class PartialFile {
 public:
  /// Errors: not_found for a folder that is not there, permission_denied, invalid_argument.
  [[nodiscard]] static Result<PartialFile> create(const std::filesystem::path& file);
  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&& other) noexcept;
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// Error: unavailable when the disk is full.
  [[nodiscard]] Result<void> write(std::span<const char> bytes) const;
  /// Closes and renames. Error: unavailable.
  [[nodiscard]] Result<void> commit();

 private:
  PartialFile(int descriptor, std::filesystem::path partial, std::filesystem::path file);
  int descriptor_ = -1;
  std::filesystem::path partial_;
  std::filesystem::path file_;
};

}  // namespace meterrig::playback
