// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "meterrig/vocabulary/result.h"

namespace meterrig::playback {

/// A regular file that is open for reading at any place.
class ByteFile {
 public:
  /// Errors: not_found, permission_denied, invalid_argument for a folder, a pipe or a device.
  [[nodiscard]] static Result<ByteFile> open(const std::filesystem::path& file);
  ByteFile(ByteFile&& other) noexcept;
  ByteFile& operator=(ByteFile&& other) noexcept;
  ByteFile(const ByteFile&) = delete;
  ByteFile& operator=(const ByteFile&) = delete;
  ~ByteFile();

  /// Fewer bytes than asked for at the end of the file only. Error: data_loss.
  [[nodiscard]] Result<std::size_t> read(std::int64_t offset, std::span<char> into) const;
  [[nodiscard]] std::int64_t size() const { return size_; }  ///< when it was opened
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  ByteFile(int descriptor, std::int64_t size, std::string name);
  int descriptor_ = -1;
  std::int64_t size_ = 0;
  std::string name_;
};

}  // namespace meterrig::playback
