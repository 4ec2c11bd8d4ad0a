// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/radio_list.h"

#include <SoapySDR/Device.hpp>
#include <SoapySDR/Types.hpp>
#include <algorithm>
#include <cctype>

#include "radio.h"

namespace meterrig::soapy {
namespace {

bool says_simulated(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find("simulated") != std::string::npos;
}

}  // namespace

Result<std::vector<FoundRadio>> list_radios(const std::string& arguments) {
  return guarded("the list of radios", [&arguments] {
    std::vector<FoundRadio> radios;
    for (const SoapySDR::Kwargs& found : SoapySDR::Device::enumerate(arguments)) {
      const auto label = found.find("label");
      const std::string device = SoapySDR::KwargsToString(found);
      radios.push_back({.device = device,
                        .label = label == found.end() ? "" : label->second,
                        .simulated = says_simulated(device)});
    }
    return radios;
  });
}

}  // namespace meterrig::soapy
