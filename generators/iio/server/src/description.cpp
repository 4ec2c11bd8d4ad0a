// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio_server/description.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace meterrig::iio_server {
namespace {

constexpr std::string_view document_type = R"(<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE context [
<!ELEMENT context (device | context-attribute)*>
<!ELEMENT context-attribute EMPTY>
<!ELEMENT device (channel | attribute | debug-attribute | buffer-attribute)*>
<!ELEMENT channel (scan-element?, attribute*)>
<!ELEMENT attribute EMPTY>
<!ELEMENT scan-element EMPTY>
<!ELEMENT debug-attribute EMPTY>
<!ELEMENT buffer-attribute EMPTY>
<!ATTLIST context name CDATA #REQUIRED version-major CDATA #REQUIRED version-minor CDATA #REQUIRED version-git CDATA #REQUIRED description CDATA #IMPLIED>
<!ATTLIST context-attribute name CDATA #REQUIRED value CDATA #REQUIRED>
<!ATTLIST device id CDATA #REQUIRED name CDATA #IMPLIED label CDATA #IMPLIED>
<!ATTLIST channel id CDATA #REQUIRED type (input | output) #REQUIRED name CDATA #IMPLIED>
<!ATTLIST scan-element index CDATA #REQUIRED format CDATA #REQUIRED scale CDATA #IMPLIED>
<!ATTLIST attribute name CDATA #REQUIRED filename CDATA #IMPLIED>
<!ATTLIST debug-attribute name CDATA #REQUIRED>
<!ATTLIST buffer-attribute name CDATA #REQUIRED>
]>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void append_channel(std::string& out, const DeviceDescription& device, std::size_t index) {
  const ChannelDescription& channel = device.channels[index];
  const std::string_view direction = device.output ? "output" : "input";
  const auto to = std::back_inserter(out);
  fmt::format_to(to, R"(<channel id="{}" type="{}"><scan-element index="{}" format="{}")",
                 escaped(channel.id), direction, index, escaped(to_string(channel.format)));
  if (channel.id != "timestamp") fmt::format_to(to, R"( scale="{}")", channel.scale);
  out += "/>";
  for (const Attribute& attribute : channel.attributes) {
    fmt::format_to(to, R"(<attribute name="{}" filename="{}_{}_{}"/>)", escaped(attribute.name),
                   device.output ? "out" : "in", escaped(channel.id), escaped(attribute.name));
  }
  out += "</channel>";
}

void append_device(std::string& out, const DeviceDescription& device, std::size_t index) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, R"(<device id="iio:device{}" name="{}")", index, escaped(device.name));
  if (!device.label.empty()) fmt::format_to(to, R"( label="{}")", escaped(device.label));
  out += '>';
  for (std::size_t i = 0; i < device.channels.size(); ++i) append_channel(out, device, i);
  for (const Attribute& attribute : device.attributes)
    fmt::format_to(to, R"(<attribute name="{0}" filename="{0}"/>)", escaped(attribute.name));
  for (const Attribute& attribute : device.debug_attributes)
    fmt::format_to(to, R"(<debug-attribute name="{}"/>)", escaped(attribute.name));
  for (const Attribute& attribute : device.buffer_attributes)
    fmt::format_to(to, R"(<buffer-attribute name="{}"/>)", escaped(attribute.name));
  out += "</device>";
}

}  // namespace

std::string xml_of(const ContextDescription& context) {
  std::string out(document_type);
  const auto to = std::back_inserter(out);
  fmt::format_to(
      to,
      R"(<context name="network" version-major="0" version-minor="24" version-git="v0.24" description="{}">)",
      escaped(context.description));
  for (const auto& [name, value] : context.attributes)
    fmt::format_to(to, R"(<context-attribute name="{}" value="{}"/>)", escaped(name),
                   escaped(value));
  for (std::size_t i = 0; i < context.devices.size(); ++i)
    append_device(out, context.devices[i], i);
  out += "</context>";
  return out;
}

std::size_t frame_bytes(const DeviceDescription& device, const std::vector<bool>& enabled) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < device.channels.size(); ++i) {
    if (!enabled[i]) continue;
    const std::size_t size = device.channels[i].format.bytes();
    bytes = (bytes + size - 1) / size * size + size;
  }
  return bytes;
}

}  // namespace meterrig::iio_server
