// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace meterrig::playback {

/// The encoding of text that need not be UTF-8: "UTF-8" where it is; "ISO-8859-1" where all else
/// are signs of units (micro, degree, squares); what uchardet takes it for, such as "GB18030" or
/// "WINDOWS-1251", if all of it can be read so; else "ISO-8859-1", in which every byte has a
/// character.
[[nodiscard]] std::string encoding_of(std::string_view bytes);

/// Text of that encoding as UTF-8 that does no harm on a terminal: control characters become "%1B",
/// NUL becomes a blank, tabs and line ends stay; a byte that is no character becomes "%FF".
[[nodiscard]] std::string decoded(std::string_view bytes, const std::string& encoding);

/// The sentence for Recording::warnings() about text of that encoding; empty for UTF-8.
[[nodiscard]] std::string encoding_warning(const std::string& encoding);

}  // namespace meterrig::playback
