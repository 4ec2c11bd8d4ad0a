// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// A serial line made of software: this is the far end (master); whoever opens path() has the near
/// one. Raw both ways. It keeps the near end open itself, so that the line outlives its users.
class PseudoTerminal {
 public:
  /// With `link`, a symlink of that name leads to it, replacing an older symlink; it is removed on
  /// destruction unless it leads elsewhere by then. Errors: already_exists when `link` is something
  /// other than a symlink, not_found (no such directory), permission_denied, unavailable (no more
  /// pseudo-terminals).
  [[nodiscard]] static Result<PseudoTerminal> create(const std::string& link = "");
  PseudoTerminal(PseudoTerminal&& other) noexcept;
  PseudoTerminal& operator=(PseudoTerminal&& other) noexcept;
  ~PseudoTerminal();

  [[nodiscard]] int descriptor() const { return master_.get(); }
  /// Of the near end, such as "/dev/pts/3".
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  PseudoTerminal() = default;
  FileDescriptor master_;
  FileDescriptor slave_;
  std::string path_;
  std::string link_;
};

}  // namespace meterrig::ports
