// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>

#include "meterrig/vocabulary/result.h"

namespace meterrig::test {

/// The value, or the test ends with the error's message.
template <class T>
T right(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
  return std::move(*result);
}

inline void require(const Result<void>& result) {
  BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
}

/// It is an error of that code, whose message has these words.
template <class T>
void check_refused(const Result<T>& result, ErrorCode code, const std::string& words) {
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST(name(result.error().code) == name(code));
  BOOST_TEST(result.error().message.find(words) != std::string::npos, result.error().message);
}

}  // namespace meterrig::test
