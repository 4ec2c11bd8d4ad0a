// SPDX-License-Identifier: GPL-3.0-or-later
// SoapySDR's own tool sees the installed module as a real device, and only when asked by name.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <memory>
#include <string>

namespace {

struct Close {
  void operator()(FILE* pipe) const { ::pclose(pipe); }
};

// What the tool prints, with the module's folder added to those it looks in.
std::string told(const std::string& arguments) {
  const std::string command = "SOAPY_SDR_PLUGIN_PATH='" METERRIG_MODULE_FOLDER
                              "' timeout 30 SoapySDRUtil " +
                              arguments + " 2>&1";
  const std::unique_ptr<FILE, Close> pipe(::popen(command.c_str(), "r"));
  BOOST_REQUIRE(pipe);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    text.append(buffer.data(), count);
  return text;
}

void check_says(const std::string& text, const std::string& words) {
  BOOST_TEST(text.find(words) != std::string::npos, words + " is not in: " + text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(util)

BOOST_AUTO_TEST_CASE(the_module_loads_with_its_version) {
  const std::string text = told("--info");
  check_says(text, "librigloopSupport.so");
  check_says(text, "(" METERRIG_VERSION ")");
  check_says(text, "rigloop");
}

BOOST_AUTO_TEST_CASE(it_is_found_when_asked_for) {
  check_says(told("--find=driver=rigloop"), "label = SIMULATED loop-back rigloop-1");
  BOOST_TEST(told("--find").find("loop-back") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(its_probe_is_that_of_a_radio) {
  const std::string text = told("--probe=driver=rigloop,rx=2");
  for (const char* words :
       {"driver=rigloop", "simulated=true", "Channels: 2 Rx, 1 Tx", "Timestamps: YES",
        "TX Channel 0", "RX Channel 1", "Stream formats: CF32, CS16",
        "PAD gain range: [-60, 0, 0.5] dB", "LNA gain range: [0, 30, 1] dB",
        "RF freq range: [0.1, 6000] MHz", "Sample rates: [0.25, 61.44] MSps"})
    check_says(text, words);
}

BOOST_AUTO_TEST_SUITE_END()
