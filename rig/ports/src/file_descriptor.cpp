// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/file_descriptor.h"

#include <unistd.h>

namespace meterrig::ports {

FileDescriptor::~FileDescriptor() { reset(); }

void FileDescriptor::reset() {
  if (const int descriptor = std::exchange(descriptor_, -1); descriptor >= 0) ::close(descriptor);
}

}  // namespace meterrig::ports
