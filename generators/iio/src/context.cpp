// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio/context.h"

#include <fmt/format.h>
#include <iio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <string_view>
#include <utility>

#include "broken_pipe.h"
#include "iio_error.h"

namespace meterrig::iio {
namespace {

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

}  // namespace

void Context::Close::operator()(iio_context* context) const {
  const NoBrokenPipe guard;
  iio_context_destroy(context);
}

Result<std::shared_ptr<Context>> Context::open(const std::string& uri, Duration timeout) {
  const std::array<std::string_view, 3> kinds{"local:", "ip:", "usb:"};
  if (std::ranges::none_of(kinds, [&uri](std::string_view kind) { return uri.starts_with(kind); }))
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("'{}' is no address of converters; expected local:, ip:HOST or usb:B.A.I",
                    uri));
  const NoBrokenPipe guard;
  auto context = std::make_shared<Context>();
  context->uri_ = uri;
  context->timeout_ = timeout;
  errno = 0;
  context->context_.reset(iio_create_context_from_uri(uri.c_str()));
  if (!context->context_)
    return iio_error(errno == 0 ? ENODEV : errno, fmt::format("no converters at {}", uri));
  const auto milliseconds = static_cast<unsigned>(std::lround(timeout.in(millisecond)));
  const int set = iio_context_set_timeout(context->handle(), milliseconds);
  if (set < 0 && set != -ENOSYS)  // a local context waits in the kernel
    return iio_error(-set, fmt::format("no time-out for {}", uri));
  return context;
}

InstrumentIdentity Context::identity() const {
  const auto attribute = [this](const char* name) {
    return text_of(iio_context_get_attr_value(handle(), name));
  };
  InstrumentIdentity identity{.maker = attribute("hw_vendor"),
                              .model = attribute("hw_model"),
                              .serial_number = attribute("hw_serial"),
                              .firmware = attribute("fw_version")};
  if (identity.model.empty()) identity.model = text_of(iio_context_get_description(handle()));
  return identity;
}

std::vector<ConverterInfo> Context::converters() const {
  std::vector<ConverterInfo> all;
  for (unsigned i = 0; i < iio_context_get_devices_count(handle()); ++i) {
    const iio_device* const device = iio_context_get_device(handle(), i);
    ConverterInfo info{.name = text_of(iio_device_get_name(device)),
                       .label = text_of(iio_device_get_label(device)),
                       .output = false,
                       .channels = {}};
    for (unsigned c = 0; c < iio_device_get_channels_count(device); ++c) {
      const iio_channel* const channel = iio_device_get_channel(device, c);
      if (!iio_channel_is_scan_element(channel)) continue;
      info.output = iio_channel_is_output(channel);
      info.channels.push_back(text_of(iio_channel_get_id(channel)));
    }
    if (!info.channels.empty()) all.push_back(std::move(info));
  }
  return all;
}

}  // namespace meterrig::iio
