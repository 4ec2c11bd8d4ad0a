// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>

#include "meterrig/scpi/conversation.h"

namespace meterrig::scpi {

Result<InstrumentIdentity> identity_from(std::string_view reply) {
  InstrumentIdentity identity;
  const std::array<std::string*, 4> fields{&identity.maker, &identity.model,
                                           &identity.serial_number, &identity.firmware};
  std::string_view rest = reply;
  std::size_t count = 0;
  for (std::string* field : fields) {
    // What is left belongs to the last field, commas and all.
    const std::size_t comma = field == fields.back() ? std::string_view::npos : rest.find(',');
    std::string_view text = rest.substr(0, comma);
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    *field = text;
    ++count;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (count < 2 || identity.maker.empty() || identity.model.empty())
    return fail(
        ErrorCode::data_loss,
        fmt::format("the identity '{}'; expected maker,model,serial number,firmware", reply));
  return identity;
}

Result<InstrumentIdentity> ask_identity(Conversation& conversation) {
  const ConversationRules& rules = conversation.rules();
  if (rules.identity_query.empty())
    return fail(ErrorCode::unimplemented, conversation.name() + ": no identity query is known");
  const auto reply = conversation.ask(rules.identity_query, rules.answer_timeout);
  if (!reply) return tl::unexpected(reply.error());
  return identity_from(*reply);
}

}  // namespace meterrig::scpi
