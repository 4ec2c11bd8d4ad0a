// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace meterrig::store {

/// "MTRG", in bytes 68 to 71 of the file.
inline constexpr std::int64_t application_id = 0x4d545247;
/// Version of the store; a change of the table or of the chain raises it.
inline constexpr std::int64_t store_version = 1;
/// The only object in the database, in the words that SQLite keeps.
inline constexpr std::string_view schema =
    "CREATE TABLE record(seq INTEGER PRIMARY KEY, evidence BLOB NOT NULL, "
    "circumstances BLOB NOT NULL, evidence_chain BLOB NOT NULL, chain BLOB NOT NULL) STRICT";

}  // namespace meterrig::store
