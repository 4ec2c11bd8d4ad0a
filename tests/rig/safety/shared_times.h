// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>

#include "meterrig/ports/file_descriptor.h"

namespace meterrig::test {

/// What the controller tells the test while it lives: a process that is killed tells nothing more.
struct Times {
  std::atomic<std::int64_t> renewed{0};  ///< last time, on the monotonic clock, in ns
  std::atomic<int> source{0};            ///< process that has the source
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

/// Times in a file that several processes map.
class SharedTimes {
 public:
  explicit SharedTimes(const std::string& file) {
    const ports::FileDescriptor open(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!open.open() || ::ftruncate(open.get(), sizeof(Times)) != 0)
      throw std::runtime_error("no file to share");
    memory_ = ::mmap(nullptr, sizeof(Times), PROT_READ | PROT_WRITE, MAP_SHARED, open.get(), 0);
    if (memory_ == MAP_FAILED) throw std::runtime_error("no memory to share");
  }
  SharedTimes(const SharedTimes&) = delete;
  SharedTimes& operator=(const SharedTimes&) = delete;
  ~SharedTimes() { ::munmap(memory_, sizeof(Times)); }
  /// Zeros in the file are a valid object of two lock-free atomics.
  Times* operator->() const { return std::launder(static_cast<Times*>(memory_)); }

 private:
  void* memory_ = nullptr;
};

}  // namespace meterrig::test
