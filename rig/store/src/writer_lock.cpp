// SPDX-License-Identifier: GPL-3.0-or-later
#include "writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace meterrig::store {
namespace {

ErrorCode code_of(int error) {
  switch (error) {
    case EWOULDBLOCK:
      return ErrorCode::failed_precondition;
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission_denied;
    default:
      return ErrorCode::unavailable;
  }
}

// Its holder removes the file when it is done: a lock on a removed file is none.
bool still_there(int descriptor, const std::filesystem::path& file) {
  struct stat held{};
  struct stat named{};
  return ::fstat(descriptor, &held) == 0 && ::stat(file.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

}  // namespace

Result<WriterLock> WriterLock::acquire(const std::filesystem::path& run) {
  std::filesystem::path file = run;
  file += ".lock";
  for (;;) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) {
      const int error = errno;
      return fail(code_of(error), fmt::format("cannot lock {}: {}", file.string(),
                                              std::generic_category().message(error)));
    }
    WriterLock lock(file, descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      lock.file_.clear();  // it is its holder's to remove
      if (error == EINTR) continue;
      if (error == EWOULDBLOCK) {
        return fail(ErrorCode::failed_precondition,
                    fmt::format("{} is being written by another process", run.string()));
      }
      return fail(code_of(error), fmt::format("cannot lock {}: {}", file.string(),
                                              std::generic_category().message(error)));
    }
    if (still_there(descriptor, file)) return lock;
    lock.file_.clear();
  }
}

WriterLock::WriterLock(std::filesystem::path file, int descriptor)
    : file_(std::move(file)), descriptor_(descriptor) {}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {
  other.file_.clear();
}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  if (this != &other) {
    release();
    file_ = std::move(other.file_);
    other.file_.clear();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

WriterLock::~WriterLock() { release(); }

void WriterLock::release() noexcept {
  if (descriptor_ < 0) return;
  if (!file_.empty()) ::unlink(file_.c_str());
  ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace meterrig::store
