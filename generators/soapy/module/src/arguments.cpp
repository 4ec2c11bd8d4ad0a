// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace meterrig::rigloop {
namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& text,
                         const std::string& expected) {
  throw std::invalid_argument("rigloop: " + key + "=" + text + "; expected " + expected);
}

double number_in(const std::string& key, const std::string& text, double least, double most) {
  const double number = number_of(key, text);
  if (number < least || number > most)
    refuse(key, text,
           std::to_string(std::llround(least)) + " to " + std::to_string(std::llround(most)));
  return number;
}

std::size_t count_in(const std::string& key, const std::string& text, std::size_t least,
                     std::size_t most) {
  const double number = number_in(key, text, static_cast<double>(least), static_cast<double>(most));
  if (number != std::floor(number)) refuse(key, text, "a whole number");
  return static_cast<std::size_t>(number);
}

}  // namespace

double number_of(const std::string& key, const std::string& text) {
  double number = std::numeric_limits<double>::quiet_NaN();
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(number))
    refuse(key, text, "a number");
  return number;
}

bool set_path(Path& path, const std::string& key, const std::string& text) {
  if (key == "loss")
    path.loss = number_in(key, text, 0, 200);
  else if (key == "tilt")
    path.tilt = number_in(key, text, -60, 60);
  else if (key == "noise")
    path.noise = number_in(key, text, -300, 0);
  else if (key == "ppm")
    path.parts_per_million = number_in(key, text, -1000, 1000);
  else
    return false;
  return true;
}

Arguments arguments_from(const SoapySDR::Kwargs& arguments) {
  Arguments result;
  for (const auto& [key, text] : arguments) {
    if (key == "clock" && text == "virtual")
      result.pace = Pace::unpaced;
    else if (key == "clock" && text != "wall")
      refuse(key, text, "wall or virtual");
    else if (key == "serial")
      result.serial = text;
    else if (key == "rx")
      result.receivers = count_in(key, text, 1, most_receivers);
    else if (key == "buffer")
      result.buffer = count_in(key, text, largest_transfer, std::size_t{1} << 24);
    else
      set_path(result.path, key, text);  // or a key of SoapySDR's own
  }
  return result;
}

}  // namespace meterrig::rigloop
