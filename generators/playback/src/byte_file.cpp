// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace meterrig::playback {
namespace {

ErrorCode code_of(int reason) {
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
      return ErrorCode::permission_denied;
    default:
      return ErrorCode::invalid_argument;
  }
}

}  // namespace

Result<ByteFile> ByteFile::open(const std::filesystem::path& file) {
  // A pipe without a writer must not hold us up.
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    const int reason = errno;
    return fail(code_of(reason),
                fmt::format("{}: {}", file.string(), std::generic_category().message(reason)));
  }
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{}: {}; expected a file", file.string(),
                    S_ISDIR(status.st_mode) ? "a folder" : "something that is no regular file"));
  }
  return ByteFile(descriptor, status.st_size, file.string());
}

ByteFile::ByteFile(int descriptor, std::int64_t size, std::string name)
    : descriptor_(descriptor), size_(size), name_(std::move(name)) {}

ByteFile::ByteFile(ByteFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      name_(std::move(other.name_)) {}

ByteFile& ByteFile::operator=(ByteFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(name_, other.name_);
  return *this;
}

ByteFile::~ByteFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::size_t> ByteFile::read(std::int64_t offset, std::span<char> into) const {
  std::size_t have = 0;
  while (have < into.size()) {
    const ssize_t got = ::pread(descriptor_, into.data() + have, into.size() - have,
                                offset + static_cast<std::int64_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return fail(ErrorCode::data_loss,
                  fmt::format("{}: byte {}: {}", name_, offset + static_cast<std::int64_t>(have),
                              std::generic_category().message(errno)));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  return have;
}

}  // namespace meterrig::playback
