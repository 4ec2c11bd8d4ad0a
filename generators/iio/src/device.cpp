// SPDX-License-Identifier: GPL-3.0-or-later
#include "device.h"

#include <fmt/format.h>
#include <iio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <functional>
#include <string_view>
#include <utility>

#include "iio_error.h"

namespace meterrig::iio {
namespace {

constexpr const char* rate_attribute = "sampling_frequency";

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

std::string display_name(const iio_device* device) {
  const std::string name = text_of(iio_device_get_name(device));
  const std::string label = text_of(iio_device_get_label(device));
  return label.empty() ? name : fmt::format("{} '{}'", name, label);
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || !std::isfinite(value)) return std::nullopt;
  return value;
}

using Reader = std::function<ssize_t(char*, std::size_t)>;

Result<std::string> read_text(const Reader& reader, const std::string& what) {
  std::array<char, 4096> text{};
  const ssize_t length = reader(text.data(), text.size());
  if (length < 0) return iio_error(static_cast<int>(-length), what);
  const std::string_view whole(text.data(), static_cast<std::size_t>(length));
  return std::string(whole.substr(0, whole.find_first_of(std::string_view("\0\n", 2))));
}

Result<double> read_number(const Reader& reader, const std::string& what) {
  const auto text = read_text(reader, what);
  if (!text) return tl::unexpected(text.error());
  const auto number = number_of(*text);
  if (!number)
    return fail(ErrorCode::aborted, fmt::format("{}: '{}'; expected a number", what, *text));
  return *number;
}

Reader reader_of(const iio_channel* channel, const char* attribute) {
  return [channel, attribute](char* text, std::size_t size) {
    return iio_channel_attr_read(channel, attribute, text, size);
  };
}

Reader reader_of(const iio_device* device, const char* attribute) {
  return [device, attribute](char* text, std::size_t size) {
    return iio_device_attr_read(device, attribute, text, size);
  };
}

/// Channels of the buffer that have a rate of their own.
std::vector<iio_channel*> channels_with_rate(const iio_device* device) {
  std::vector<iio_channel*> channels;
  for (unsigned c = 0; c < iio_device_get_channels_count(device); ++c) {
    iio_channel* const channel = iio_device_get_channel(device, c);
    if (iio_channel_is_scan_element(channel) &&
        iio_channel_find_attr(channel, rate_attribute) != nullptr)
      channels.push_back(channel);
  }
  return channels;
}

}  // namespace

Device::Device(std::shared_ptr<Context> context, iio_device* device, std::string name)
    : context_(std::move(context)), device_(device), name_(std::move(name)) {}

Result<Device> Device::find(std::shared_ptr<Context> context, const std::string& name) {
  std::vector<iio_device*> labelled;
  std::vector<iio_device*> named;
  std::string all;
  for (unsigned i = 0; i < iio_context_get_devices_count(context->handle()); ++i) {
    iio_device* const device = iio_context_get_device(context->handle(), i);
    if (text_of(iio_device_get_label(device)) == name) labelled.push_back(device);
    if (text_of(iio_device_get_name(device)) == name) named.push_back(device);
    all += (all.empty() ? "" : ", ") + display_name(device);
  }
  const auto& found = labelled.empty() ? named : labelled;
  if (name.empty() || found.empty())
    return fail(ErrorCode::not_found,
                fmt::format("no device '{}' at {}; there are: {}", name, context->uri(), all));
  if (found.size() > 1)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} devices at {} are called '{}'; expected the label of one: {}",
                            found.size(), context->uri(), name, all));
  return Device(std::move(context), found.front(), display_name(found.front()));
}

Result<ConverterChannel> Device::channel(const std::string& id, bool output,
                                         std::optional<double> millivolts_per_code) const {
  iio_channel* const channel = iio_device_find_channel(device_, id.c_str(), output);
  if (channel == nullptr || !iio_channel_is_scan_element(channel))
    return fail(ErrorCode::not_found, fmt::format("device {} has no {} channel '{}' with a buffer",
                                                  name_, output ? "output" : "input", id));
  const std::string name = fmt::format("{} of device {}", id, name_);
  double offset = 0;
  double scale = millivolts_per_code.value_or(0);
  const auto read = [&](const char* attribute, double& value) -> Result<void> {
    if (iio_channel_find_attr(channel, attribute) == nullptr) return {};
    const auto number =
        read_number(reader_of(channel, attribute), fmt::format("{} of {}", attribute, name));
    if (!number) return tl::unexpected(number.error());
    value = *number;
    return {};
  };
  if (auto done = read("offset", offset); !done) return tl::unexpected(done.error());
  if (!millivolts_per_code)
    if (auto done = read("scale", scale); !done) return tl::unexpected(done.error());
  if (!(std::abs(scale) > 0))
    return fail(ErrorCode::failed_precondition,
                fmt::format("{} does not tell its scale; expected millivolts per code in the "
                            "settings",
                            name));
  return ConverterChannel(channel, name, offset, scale);
}

bool Device::has(const std::string& attribute) const {
  return iio_device_find_attr(device_, attribute.c_str()) != nullptr;
}

Result<std::string> Device::read(const std::string& attribute) const {
  return read_text(reader_of(device_, attribute.c_str()),
                   fmt::format("{} of device {}", attribute, name_));
}

Result<void> Device::write(const std::string& attribute, const std::string& value) const {
  const ssize_t written = iio_device_attr_write(device_, attribute.c_str(), value.c_str());
  if (written < 0)
    return iio_error(static_cast<int>(-written),
                     fmt::format("{} = {} of device {}", attribute, value, name_));
  return {};
}

Result<Rational> Device::rate() const {
  const std::string what = fmt::format("{} of device {}", rate_attribute, name_);
  if (has(rate_attribute)) {
    const auto number = read_number(reader_of(device_, rate_attribute), what);
    if (!number) return tl::unexpected(number.error());
    return exact_rational(*number);
  }
  std::optional<double> rate;
  for (const iio_channel* channel : channels_with_rate(device_)) {
    const auto number = read_number(reader_of(channel, rate_attribute), what);
    if (!number) return tl::unexpected(number.error());
    if (rate && *rate != *number)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("device {} has channels of {} and {} samples a second; expected one "
                              "rate",
                              name_, *rate, *number));
    rate = *number;
  }
  if (!rate)
    return fail(ErrorCode::not_found, fmt::format("device {} does not tell its rate", name_));
  return exact_rational(*rate);
}

Result<Rational> Device::set_rate(Rational wanted) const {
  const std::string text = wanted.denominator == 1 ? fmt::format("{}", wanted.numerator)
                                                   : fmt::format("{:.6f}", wanted.value());
  if (has(rate_attribute)) {
    if (auto written = write(rate_attribute, text); !written)
      return tl::unexpected(written.error());
  } else {
    for (const iio_channel* channel : channels_with_rate(device_)) {
      const ssize_t written = iio_channel_attr_write(channel, rate_attribute, text.c_str());
      if (written < 0)
        return iio_error(static_cast<int>(-written),
                         fmt::format("{} = {} of device {}", rate_attribute, text, name_));
    }
  }
  return rate();
}

std::vector<Rational> Device::rates() const {
  constexpr const char* available = "sampling_frequency_available";
  std::string text;
  if (has(available)) {
    text = read(available).value_or("");
  } else if (const auto channels = channels_with_rate(device_);
             !channels.empty() && iio_channel_find_attr(channels.front(), available) != nullptr) {
    text = read_text(reader_of(channels.front(), available), available).value_or("");
  }
  std::vector<Rational> rates;
  // "[least step greatest]" is a range, which gives no list.
  if (text.starts_with('[')) return rates;
  std::string_view rest(text);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (const auto number = number_of(rest.substr(0, end)); number && *number > 0)
      if (const auto rate = exact_rational(*number)) rates.push_back(*rate);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::ranges::sort(rates, {}, &Rational::value);
  return rates;
}

std::size_t Device::alignment() const {
  constexpr const char* attribute = "length_align_bytes";
  if (iio_device_find_buffer_attr(device_, attribute) == nullptr) return 1;
  const auto number = read_number(
      [this](char* text, std::size_t size) {
        return iio_device_buffer_attr_read(device_, attribute, text, size);
      },
      attribute);
  return number && *number >= 1 ? static_cast<std::size_t>(*number) : 1;
}

}  // namespace meterrig::iio
