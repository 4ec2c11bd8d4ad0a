// SPDX-License-Identifier: GPL-3.0-or-later
// The tools of libiio see the virtual bench as real devices.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "../../end-to-end/process.h"
#include "served_bench.h"

using namespace meterrig;
using meterrig::test::Process;
using meterrig::test::TemporaryFolder;

namespace {

struct Ended {
  int status = -1;
  std::string output;
};

Ended run(const std::vector<std::string>& arguments, const TemporaryFolder& folder) {
  Process process(arguments, folder.path(), folder / "output");
  const int status = process.wait();
  return {status, process.output()};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::int32_t little_endian_24(const std::string& bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i)
    word |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes.at(at + i))) << (8 * i);
  return static_cast<std::int32_t>(word);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_tools)

BOOST_AUTO_TEST_CASE(iio_info_lists_every_device_channel_and_value_without_an_error) {
  const ServedBench served = three_phase();
  const TemporaryFolder folder;
  const Ended info = run({"iio_info", "-u", served.uri()}, folder);
  BOOST_TEST(info.status == 0);
  BOOST_TEST_CONTEXT(info.output) {
    BOOST_TEST(contains(info.output, "IIO context has 4 devices:"));
    BOOST_TEST(contains(info.output, "ad3552r (label: source-l2) (buffer capable)"));
    BOOST_TEST(contains(info.output, "voltage1:  (output, index: 1, format: be:U16/16>>0)"));
    BOOST_TEST(contains(info.output, "voltage7:  (input, index: 7, format: le:s24/32>>0)"));
    BOOST_TEST(contains(info.output, "timestamp:  (input, index: 8, format: le:S64/64>>0)"));
    BOOST_TEST(contains(info.output, "value: 0.000488281"));
    BOOST_TEST(contains(info.output, "No trigger on this device"));
    BOOST_TEST(!contains(info.output, "ERROR"));
  }
}

BOOST_AUTO_TEST_CASE(iio_attr_reads_writes_and_is_refused) {
  const ServedBench served = three_phase();
  const TemporaryFolder folder;
  const std::string uri = served.uri();
  const Ended read = run({"iio_attr", "-u", uri, "-d", "ad7768", "sampling_frequency"}, folder);
  BOOST_TEST(read.output == "32000\n");
  // The board takes the nearest octave.
  const Ended written =
      run({"iio_attr", "-u", uri, "-d", "ad7768", "sampling_frequency", "60000"}, folder);
  BOOST_TEST(written.output == "64000\n");
  const Ended channel =
      run({"iio_attr", "-u", uri, "-c", "source-l1", "voltage0", "offset"}, folder);
  BOOST_TEST(channel.output == "-32768\n");
  const Ended refused =
      run({"iio_attr", "-u", uri, "-c", "-o", "source-l1", "voltage0", "scale", "1"}, folder);
  BOOST_TEST(contains(refused.output, "Permission denied"));
  const Ended context = run({"iio_attr", "-u", uri, "-C", "hw_serial"}, folder);
  BOOST_TEST(contains(context.output, "SIMULATED-3P-1"));
}

BOOST_AUTO_TEST_CASE(what_iio_writedev_plays_iio_readdev_gets_over_the_terminals) {
  const ServedBench served = three_phase();
  const TemporaryFolder folder;
  // 64 frames of both channels: 1 V and -2 V by 0.152588 mV a code, as codes from 0.
  const int up = 32'768 + 6554;
  const int down = 32'768 - 13'107;
  std::string frames;
  for (int i = 0; i < 64; ++i)
    for (const int code : {up, down}) {
      frames += static_cast<char>(code >> 8);
      frames += static_cast<char>(code & 0xff);
    }
  test::write_file(folder / "frames", frames);
  Process writer(
      {"sh", "-c", "exec iio_writedev -u " + served.uri() + " -b 64 -c source-l1 < frames"},
      folder.path(), folder / "written");
  while (served.bench->output("source-l1").volts.at(0) == 0) {
    BOOST_REQUIRE(writer.running());
  }
  const Ended reader = run(
      {"sh", "-c",
       "exec iio_readdev -u " + served.uri() + " -b 32 -s 32 reference voltage0 voltage3 > read"},
      folder);
  BOOST_TEST(reader.status == 0);
  const std::string read = test::read_file(folder / "read");
  BOOST_REQUIRE(read.size() == 32 * 8);
  // 100 V/V and 1 V/100 V; 4 A/V and 0.2 V/A: half a code of the input is 0.25 uV.
  const double volts = 6554 * 0.152588e-3;
  const double amperes = -13'107 * 0.152588e-3 * 4;
  for (std::size_t i = 0; i < 32; ++i) {
    BOOST_TEST(little_endian_24(read, 8 * i) * 0.000488281e-3 == volts,
               boost::test_tools::tolerance(3e-7));
    BOOST_TEST(little_endian_24(read, 8 * i + 4) * 0.000488281e-3 == amperes * 0.2,
               boost::test_tools::tolerance(3e-7));
  }
  // The client dies without a word: the output is 0 V as soon as its connection is.
  writer.kill(9);
  writer.wait();
  for (int i = 0; i < 2000 && served.bench->output("source-l1").open; ++i) usleep(1000);
  const auto after = served.bench->output("source-l1");
  BOOST_TEST(!after.open);
  BOOST_TEST(after.volts.at(0) == 0);
  BOOST_TEST(after.volts.at(1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
