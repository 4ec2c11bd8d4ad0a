// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace meterrig::report {

/// `text` with only characters that XML 1.0 (2.2) and a reader's eye can take: what is not UTF-8, a
/// control character other than tab and line feed, a non-character or an invisible change of
/// writing direction becomes U+FFFD.
[[nodiscard]] std::string legal_text(std::string_view text);

/// legal_text() with & < > " ' as references, fit for XML and HTML text and quoted attributes.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace meterrig::report
