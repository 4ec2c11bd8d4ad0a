// SPDX-License-Identifier: GPL-3.0-or-later
#include "iio_error.h"

#include <fmt/format.h>

#include <cerrno>

#include "meterrig/ports/system_error_text.h"

namespace meterrig::iio {
namespace {

ErrorCode code_of(int number) {
  switch (number) {
    case ETIMEDOUT:
      return ErrorCode::deadline_exceeded;
    case EAGAIN:
      return ErrorCode::deadline_exceeded;
    case EACCES:
      return ErrorCode::permission_denied;
    case EPERM:
      return ErrorCode::permission_denied;
    case EBUSY:
      return ErrorCode::failed_precondition;
    case ENOENT:
      return ErrorCode::not_found;
    case EPIPE:
      return ErrorCode::unavailable;
    case EIO:
      return ErrorCode::unavailable;
    case ENODEV:
      return ErrorCode::unavailable;
    case ENXIO:
      return ErrorCode::unavailable;
    case ENOTCONN:
      return ErrorCode::unavailable;
    case ECONNRESET:
      return ErrorCode::unavailable;
    case ECONNREFUSED:
      return ErrorCode::unavailable;
    case EHOSTUNREACH:
      return ErrorCode::unavailable;
    case ENETUNREACH:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::aborted;  // a refusal, or an answer that makes no sense
  }
}

}  // namespace

tl::unexpected<Error> iio_error(int number, const std::string& what) {
  return fail(code_of(number), fmt::format("{}: {}", what, ports::system_error_text(number)));
}

}  // namespace meterrig::iio
