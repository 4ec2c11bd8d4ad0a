// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace meterrig::store {

using Digest = std::array<unsigned char, 32>;

/// SHA-256 of the parts one after another. Throws std::runtime_error when OpenSSL has no SHA-256,
/// which is a defect of the machine.
[[nodiscard]] Digest sha256(std::initializer_list<std::string_view> parts);

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string hex(const Digest& digest);

[[nodiscard]] std::string_view bytes_of(const Digest& digest);

/// The two chains at one record; before the first record both are zero.
struct Links {
  Digest evidence{};  ///< over evidence alone
  Digest all{};       ///< over evidence and circumstances
  friend bool operator==(const Links&, const Links&) = default;
};

/// evidence' = SHA-256(evidence || E), all' = SHA-256(all || E || C). The first one fixes where E
/// ends.
[[nodiscard]] Links next_links(const Links& previous, std::string_view evidence,
                               std::string_view circumstances);

}  // namespace meterrig::store
