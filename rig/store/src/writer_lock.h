// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "meterrig/vocabulary/result.h"

namespace meterrig::store {

/// The right to write a run: an flock on the file `<run>.lock`, which the kernel drops with the
/// process. A file of its own, because closing any descriptor of a database would drop SQLite's
/// locks on it.
class WriterLock {
 public:
  /// Errors: failed_precondition when somebody holds it, permission_denied, not_found (no folder).
  [[nodiscard]] static Result<WriterLock> acquire(const std::filesystem::path& run);

  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  ~WriterLock();

 private:
  WriterLock(std::filesystem::path file, int descriptor);
  void release() noexcept;
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace meterrig::store
