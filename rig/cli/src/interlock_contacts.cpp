// SPDX-License-Identifier: GPL-3.0-or-later
#include "interlock_contacts.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace meterrig::cli {

ports::ModemLine line_from(v1::ModemLineName name) {
  switch (name) {
    case v1::MODEM_LINE_NAME_DSR:
      return ports::ModemLine::dsr;
    case v1::MODEM_LINE_NAME_DCD:
      return ports::ModemLine::dcd;
    case v1::MODEM_LINE_NAME_RI:
      return ports::ModemLine::ri;
    default:
      return ports::ModemLine::cts;
  }
}

Result<safety::InterlockInputs> open_contacts(const v1::HardwareBench& bench) {
  std::map<std::string, std::shared_ptr<ports::ModemLines>> ports;
  std::vector<safety::InterlockInput> inputs;
  inputs.reserve(static_cast<std::size_t>(bench.interlock_contacts_size()));
  for (const v1::InterlockContact& contact : bench.interlock_contacts()) {
    std::shared_ptr<ports::ModemLines>& lines = ports[contact.port()];
    if (!lines) {
      auto opened = ports::open_modem_lines(contact.port());
      if (!opened)
        return fail(opened.error().code,
                    "interlock " + contact.interlock() + ": " + opened.error().message);
      lines = std::move(*opened);
    }
    inputs.push_back({.interlock = contact.interlock(),
                      .lines = lines,
                      .line = line_from(contact.line()),
                      .safe_when_off = contact.safe_when_off()});
  }
  return safety::InterlockInputs(std::move(inputs));
}

}  // namespace meterrig::cli
