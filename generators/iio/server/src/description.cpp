// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio_server/description.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

namespace meterrig::iio_server {
namespace {

constexpr const char* document_type = R"(context [
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
])";

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(value.c_str());
}

void append_channel(pugi::xml_node parent, const DeviceDescription& device, std::size_t index) {
  const ChannelDescription& channel = device.channels[index];
  pugi::xml_node node = parent.append_child("channel");
  set(node, "id", channel.id);
  set(node, "type", device.output ? "output" : "input");
  pugi::xml_node element = node.append_child("scan-element");
  set(element, "index", fmt::format("{}", index));
  set(element, "format", to_string(channel.format));
  if (channel.id != "timestamp") set(element, "scale", fmt::format("{}", channel.scale));
  for (const Attribute& attribute : channel.attributes) {
    pugi::xml_node child = node.append_child("attribute");
    set(child, "name", attribute.name);
    set(child, "filename",
        fmt::format("{}_{}_{}", device.output ? "out" : "in", channel.id, attribute.name));
  }
}

void append_device(pugi::xml_node parent, const DeviceDescription& device, std::size_t index) {
  pugi::xml_node node = parent.append_child("device");
  set(node, "id", fmt::format("iio:device{}", index));
  set(node, "name", device.name);
  if (!device.label.empty()) set(node, "label", device.label);
  for (std::size_t i = 0; i < device.channels.size(); ++i) append_channel(node, device, i);
  for (const Attribute& attribute : device.attributes) {
    pugi::xml_node child = node.append_child("attribute");
    set(child, "name", attribute.name);
    set(child, "filename", attribute.name);
  }
  for (const Attribute& attribute : device.debug_attributes)
    set(node.append_child("debug-attribute"), "name", attribute.name);
  for (const Attribute& attribute : device.buffer_attributes)
    set(node.append_child("buffer-attribute"), "name", attribute.name);
}

}  // namespace

std::string xml_of(const ContextDescription& context) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "utf-8");
  document.append_child(pugi::node_doctype).set_value(document_type);
  pugi::xml_node root = document.append_child("context");
  set(root, "name", "network");
  set(root, "version-major", "0");
  set(root, "version-minor", "24");
  set(root, "version-git", "v0.24");
  set(root, "description", context.description);
  for (const auto& [name, value] : context.attributes) {
    pugi::xml_node attribute = root.append_child("context-attribute");
    set(attribute, "name", name);
    set(attribute, "value", value);
  }
  for (std::size_t i = 0; i < context.devices.size(); ++i)
    append_device(root, context.devices[i], i);
  std::ostringstream out;
  document.save(out, "", pugi::format_raw);
  return out.str();
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
