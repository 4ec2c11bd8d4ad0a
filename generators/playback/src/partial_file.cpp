// SPDX-License-Identifier: GPL-3.0-or-later
#include "partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace meterrig::playback {
namespace {

tl::unexpected<Error> refuse(const std::filesystem::path& file, int reason) {
  ErrorCode code = ErrorCode::invalid_argument;
  if (reason == ENOENT || reason == ENOTDIR) code = ErrorCode::not_found;
  if (reason == EACCES || reason == EPERM || reason == EROFS) code = ErrorCode::permission_denied;
  if (reason == ENOSPC || reason == EDQUOT || reason == EIO) code = ErrorCode::unavailable;
  return fail(code, fmt::format("{}: cannot be written: {}", file.string(),
                                std::generic_category().message(reason)));
}

}  // namespace

Result<PartialFile> PartialFile::create(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return refuse(file, EISDIR);
  for (int attempt = 0;; ++attempt) {
    std::filesystem::path partial =
        file.parent_path() /
        fmt::format(".{}.{}-{}.part", file.filename().string(), ::getpid(), attempt);
    const int descriptor = ::open(partial.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return PartialFile(descriptor, std::move(partial), file);
    if (errno != EEXIST || attempt > 1000) return refuse(file, errno);
  }
}

PartialFile::PartialFile(int descriptor, std::filesystem::path partial, std::filesystem::path file)
    : descriptor_(descriptor), partial_(std::move(partial)), file_(std::move(file)) {}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      partial_(std::exchange(other.partial_, {})),
      file_(std::move(other.file_)) {}

PartialFile& PartialFile::operator=(PartialFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(partial_, other.partial_);
  std::swap(file_, other.file_);
  return *this;
}

PartialFile::~PartialFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

Result<void> PartialFile::write(std::span<const char> bytes) const {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0)
      return fail(ErrorCode::unavailable, fmt::format("{}: cannot be written: {}", file_.string(),
                                                      std::generic_category().message(errno)));
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

Result<void> PartialFile::commit() {
  const bool closed = ::close(std::exchange(descriptor_, -1)) == 0;
  if (!closed || ::rename(partial_.c_str(), file_.c_str()) != 0)
    return fail(ErrorCode::unavailable, fmt::format("{}: cannot be completed: {}", file_.string(),
                                                    std::generic_category().message(errno)));
  partial_.clear();
  return {};
}

}  // namespace meterrig::playback
