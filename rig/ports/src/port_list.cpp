// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/port_list.h"

#include <fmt/format.h>
#include <libserialport.h>

#include <algorithm>
#include <memory>

namespace meterrig::ports {
namespace {

struct ListDeleter {
  void operator()(sp_port** list) const { sp_free_port_list(list); }
};

std::string text(const char* text_or_null) { return text_or_null == nullptr ? "" : text_or_null; }

std::string transport_name(sp_transport transport) {
  switch (transport) {
    case SP_TRANSPORT_NATIVE:
      return "native";
    case SP_TRANSPORT_USB:
      return "USB";
    case SP_TRANSPORT_BLUETOOTH:
      return "Bluetooth";
  }
  return "";
}

PortInfo describe(const sp_port* port) {
  PortInfo info{.path = text(sp_get_port_name(port)),
                .description = text(sp_get_port_description(port)),
                .transport = transport_name(sp_get_port_transport(port)),
                .usb_vid_pid = {},
                .usb_manufacturer = text(sp_get_port_usb_manufacturer(port)),
                .usb_product = text(sp_get_port_usb_product(port)),
                .usb_serial = text(sp_get_port_usb_serial(port))};
  int vendor = 0;
  int product = 0;
  if (sp_get_port_usb_vid_pid(port, &vendor, &product) == SP_OK) {
    info.usb_vid_pid = {vendor, product};
  }
  return info;
}

}  // namespace

Result<std::vector<PortInfo>> list_serial_ports() {
  sp_port** raw = nullptr;
  if (const sp_return result = sp_list_ports(&raw); result != SP_OK) {
    return fail(ErrorCode::internal,
                fmt::format("serial ports cannot be listed: libserialport error {}",
                            static_cast<int>(result)));
  }
  const std::unique_ptr<sp_port*, ListDeleter> list(raw);
  std::vector<PortInfo> ports;
  for (sp_port** port = raw; *port != nullptr; ++port) ports.push_back(describe(*port));
  std::ranges::sort(ports, {}, &PortInfo::path);
  return ports;
}

}  // namespace meterrig::ports
