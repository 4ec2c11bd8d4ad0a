// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <string>

#include "meterrig/loader/notation.h"
#include "meterrig/v1/standard.pb.h"

/// Rows of a standard as the short texts that the tests of their figures are written in.
namespace meterrig::test {

inline std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.12g", value);
  return text;
}

/// p for a public source, m for memory, u for uncertain, v for verified.
inline char letter(v1::Confidence confidence) {
  switch (confidence) {
    case v1::CONFIDENCE_VERIFIED:
      return 'v';
    case v1::CONFIDENCE_PUBLIC_SOURCE:
      return 'p';
    case v1::CONFIDENCE_MEMORY:
      return 'm';
    default:
      return 'u';
  }
}

/// "0.5=1u 1=1.5p"
template <class Row>
std::string limits(const Row& row) {
  std::string text;
  for (const v1::ClassLimit& limit : row.limits()) {
    text.append(text.empty() ? "" : " ")
        .append(limit.accuracy_class())
        .append("=")
        .append(number(limit.limit()));
    text += letter(limit.confidence() == v1::CONFIDENCE_UNSPECIFIED ? row.source().confidence()
                                                                    : limit.confidence());
  }
  return text;
}

template <class Factors>
std::string factors(const Factors& list) {
  std::string text;
  for (const v1::PowerFactor& factor : list)
    text.append(text.empty() ? "" : " ").append(loader::to_string(factor));
  return text;
}

}  // namespace meterrig::test
