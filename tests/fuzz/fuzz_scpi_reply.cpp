// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes from an instrument, in two pieces: lines of text within the limit or errors, and from a
// line values that are finite and known words, or none at all. The first line of the input is the
// form of the reply.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "meterrig/scpi/instrument_values.h"
#include "meterrig/scpi/reply_reader.h"

using namespace meterrig;
using namespace meterrig::scpi;

namespace {

constexpr std::size_t longest = 64;

void require(bool condition) {
  if (!condition) std::abort();
}

CommandFile file() {
  CommandFile made;
  InstrumentParameter voltage;
  voltage.name = "voltage";
  voltage.kind = QuantityKind::voltage;
  voltage.unit_factor = 1e-3;
  InstrumentParameter output;
  output.name = "output";
  output.words = {{"on", "1"}, {"off", "0"}};
  made.parameters = {voltage, output};
  return made;
}

void check(const CommandText& form, const std::string& reply) {
  InstrumentValues values{{"kept", {}}};
  const auto taken = take_values(form, reply, file(), values);
  if (!taken) {
    require(taken.error().code == ErrorCode::data_loss && values.size() == 1);
    return;
  }
  for (const auto& [key, value] : values) {
    if (key == "kept") continue;
    require(std::isfinite(value.number) || value.word == "on" || value.word == "off");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const auto form = CommandText::parse(text.substr(0, end));
  if (form) {
    // What was parsed reads the same again.
    require(*CommandText::parse(form->text()) == *form);
  }
  const auto rest = std::span(data, size).subspan(std::min(end + 1, size));
  for (const LineEnd line_end : {LineEnd::lf, LineEnd::cr, LineEnd::cr_lf}) {
    ReplyReader whole(line_end, longest);
    ReplyReader pieces(line_end, longest);
    whole.take(rest);
    pieces.take(rest.first(rest.size() / 2));
    pieces.take(rest.subspan(rest.size() / 2));
    while (auto line = whole.next()) {
      const auto same = pieces.next();
      require(same && same->has_value() == line->has_value());
      if (!*line) continue;
      require(**line == **same && !(*line)->empty() && (*line)->size() <= longest);
      if (form) check(*form, **line);
    }
    require(!pieces.next() && whole.amid_line() == pieces.amid_line());
  }
  return 0;
}
