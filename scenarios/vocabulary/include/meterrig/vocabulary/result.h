// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace meterrig {

/// Why a call failed. The names and meanings are those of gRPC's canonical status codes, so that
/// nothing is lost when an error crosses a wire.
enum class ErrorCode : std::uint8_t {
  invalid_argument,     ///< wrong whatever the state: a typo, a wrong unit, a missing field
  out_of_range,         ///< a value beyond a declared limit
  not_found,            ///< no such file, port, device, row
  already_exists,       ///< the run, the file or the name is taken
  permission_denied,    ///< the operating system refused
  failed_precondition,  ///< right request, wrong state: port busy, interlock open, method too
                        ///< coarse
  unavailable,          ///< the other side is gone; trying again may help
  deadline_exceeded,    ///< no answer in time
  data_loss,            ///< damaged data: check sum, broken chain
  aborted,              ///< stopped half-way, by the other side or a conflict
  cancelled,            ///< stopped by the caller
  unimplemented,        ///< the other side cannot do this
  internal,             ///< a defect of the rig
};

/// The code's name as gRPC writes it, such as `INVALID_ARGUMENT`.
[[nodiscard]] std::string_view name(ErrorCode code);

/// A failure: a code to decide on and a message for people, which names the file, line, value, unit
/// and what was expected where there are such.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

/// A value or the reason why there is none. Exceptions are for defects of the rig only.
template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::not_found, "...");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace meterrig
