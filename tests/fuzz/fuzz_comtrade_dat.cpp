// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the data of a COMTRADE record. The first byte chooses among configurations: type,
// revision, whether there is a rate.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "comtrade/configuration.h"
#include "comtrade/recording.h"
#include "comtrade_bytes.h"

using namespace meterrig;
using namespace meterrig::playback;

namespace {

std::string configuration_of(std::uint8_t choice) {
  constexpr const char* years[] = {"1991", "1999", "2013", "1999"};
  constexpr const char* types[] = {"ASCII", "BINARY", "BINARY32", "FLOAT32"};
  std::string text = "S,D,";
  text += years[choice & 3U];
  text +=
      "\n3,2A,1D\n1,Ua,A,,V,0.5,0,0,-32767,32767,1,1,P\n2,Ia,A,,A,0.01,1,0,0,65535,1,1,P\n"
      "1,Trip,,,0\n50\n";
  text += (choice & 16U) != 0 ? "0\n0,100\n" : "2\n1000,10\n50,100\n";
  text += "01/02/2020,10:00:00.000000\n01/02/2020,10:00:00.001000\n";
  text += types[(choice >> 2U) & 3U];
  return text + "\n1\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  auto configuration = comtrade::parse_configuration(configuration_of(data[0]), "x.cfg");
  if (!configuration || !configuration->warnings.empty()) std::abort();
  comtrade::DataSection section{.file = file_of(std::span(data, size).subspan(1)),
                                .begin = 0,
                                .end = static_cast<std::int64_t>(size) - 1,
                                .first_line = 1};
  const auto recording =
      comtrade::open_data(std::move(*configuration), std::move(section), std::nullopt);
  if (recording)
    read_both_ways(**recording);
  else if (recording.error().message.empty())
    std::abort();
  return 0;
}
