// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/rigloop/registration.h"

#include <SoapySDR/Version.hpp>
#include <memory>

#include "loop_device.h"
#include "meterrig/rigloop/built_in.h"

namespace meterrig::rigloop {
namespace {

// Only when asked by name: a simulated radio must not stand in a list of real ones.
SoapySDR::KwargsList find(const SoapySDR::Kwargs& asked) {
  const auto driver = asked.find("driver");
  if (driver == asked.end() || driver->second != "rigloop") return {};
  SoapySDR::Kwargs found = asked;
  found["serial"] = arguments_from(asked).serial;
  found["label"] = "SIMULATED loop-back " + found["serial"];
  return {found};
}

SoapySDR::Device* make(const SoapySDR::Kwargs& arguments) {
  return std::make_unique<LoopDevice>(arguments_from(arguments)).release();
}

}  // namespace

SoapySDR::Registry registration() { return {"rigloop", &find, &make, SOAPY_SDR_ABI_VERSION}; }

std::shared_ptr<const void> built_in() {
  // Never copied: the end of a registry makes its driver unknown.
  struct Held {
    SoapySDR::Registry registry = registration();
  };
  return std::make_shared<const Held>();
}

}  // namespace meterrig::rigloop
