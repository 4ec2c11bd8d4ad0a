// SPDX-License-Identifier: GPL-3.0-or-later
// Real recordings whose r.m.s., fundamentals and distortion someone else computed, by a least
// squares fit over one window (waveforms/README.md).
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "meterrig/playback/open.h"
#include "meterrig/reference/harmonics.h"

using namespace meterrig;
using namespace meterrig::reference;
namespace fs = std::filesystem;

namespace {

const fs::path waveforms = fs::path(METERRIG_SOURCE) / "../shared/waveforms";

bool absent(const std::string& file) {
  if (fs::exists(waveforms / file)) return false;
  std::cout << "SKIPPED: " << file << " is not in " << waveforms.string() << "\n";
  return true;
}

// The first window of a recording fed from scan `first` on, its rows as the channels of a meter.
HarmonicWindow first_window(Recording& recording, const HarmonicSettings& settings,
                            const std::vector<std::size_t>& rows, std::int64_t first) {
  ScanBlock scans;
  BOOST_TEST_REQUIRE(recording.read(first, settings.largest_block, scans).has_value());
  SampleBlock block(settings.rate, first, settings.largest_block);
  for (std::size_t c = 0; c < rows.size(); ++c) {
    const auto row = scans.row(rows[c]);
    std::copy(row.begin(), row.end(),
              c < 3 ? block.volts(c).begin() : block.amperes(c - 3).begin());
  }
  auto meter = HarmonicAnalyzer::create(settings);
  BOOST_TEST_REQUIRE(meter.has_value());
  BOOST_TEST_REQUIRE(meter->feed(block).has_value());
  HarmonicWindow window;
  BOOST_TEST_REQUIRE(meter->next(window));
  return window;
}

// The window that begins with scan `sample`.
HarmonicWindow window_at(const playback::OpenOptions& options, const std::string& file,
                         Rational rate, double nominal, int orders,
                         const std::vector<std::size_t>& rows, std::int64_t sample) {
  const auto recording = playback::open(waveforms / file, options);
  BOOST_TEST_REQUIRE(recording.has_value());
  HarmonicSettings settings;
  settings.rate = rate;
  settings.nominal = hertz(nominal);
  settings.orders = orders;
  settings.largest_block = static_cast<std::size_t>(0.5 * rate.value());
  const std::int64_t margin = first_window(**recording, settings, rows, 0).begin_sample;
  const HarmonicWindow window = first_window(**recording, settings, rows, sample - margin);
  BOOST_TEST(window.begin_sample == sample);
  return window;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(harmonics_of_recordings)

// The same window but for the part of a sample at its end, which with noise of 0.1 to 0.7 % makes a
// few hundredths of that; values are given with two to six digits.
BOOST_AUTO_TEST_CASE(a_generator_reads_its_known_values) {
  if (absent("generator-50hz-binary.cfg")) return;
  const HarmonicWindow window =
      window_at({}, "generator-50hz-binary.cfg", {5760, 1}, 50, 50, {3, 4, 5, 0, 1, 2}, 8596);
  BOOST_TEST(window.synchronised);
  BOOST_TEST(std::abs(window.frequency - 49.9897) < 0.01);
  const double fundamental[] = {5.21044, 5.20979, 5.20925, 2064.70, 2084.72, 2087.58};
  const double thd[] = {0.48, 0.45, 0.48, 0.90, 0.86, 0.92};
  for (std::size_t c = 0; c < 6; ++c) {
    const ChannelHarmonics& channel = c < 3 ? window.voltage.at(c) : window.current.at(c - 3);
    BOOST_TEST(std::abs(channel.harmonics()[1] / fundamental[c] - 1) < 2e-3);
    BOOST_TEST(std::abs(channel.thd - thd[c]) < 0.05);
  }
  const double power[] = {10076.3, 10059, 10014.7};
  const double reactive[] = {3765.32, 4101.73, 4236.88};
  for (std::size_t p = 0; p < 3; ++p) {
    BOOST_TEST(std::abs(window.active_power.at(p) / power[p] - 1) < 3e-3);
    BOOST_TEST(std::abs(window.harmonic_power(p, 1).imag() / reactive[p] - 1) < 5e-3);
  }
  BOOST_TEST(std::abs(window.voltage_unbalance.negative_ratio - 0.17) < 0.02);
  BOOST_TEST(std::abs(window.voltage_unbalance.zero_ratio - 0.17) < 0.02);
}

BOOST_AUTO_TEST_CASE(mains_of_60_hertz_read_their_known_values) {
  if (absent("mains-60hz-12khz-part1.s16le")) return;
  playback::OpenOptions options;
  options.rate = Rational{12000, 1};
  const HarmonicWindow window =
      window_at(options, "mains-60hz-12khz-part1.s16le", {12000, 1}, 60, 63, {0}, 81800);
  BOOST_TEST(window.synchronised);
  BOOST_TEST(window.cycles == 12);
  BOOST_TEST(std::abs(window.frequency - 59.9893) < 0.005);
  BOOST_TEST(std::abs(window.voltage[0].rms / 18831.6 - 1) < 1e-3);
  BOOST_TEST(std::abs(window.voltage[0].harmonics()[1] / 18826.1 - 1) < 1e-3);
  BOOST_TEST(std::abs(window.voltage[0].thd - 1.84) < 0.03);
}

BOOST_AUTO_TEST_SUITE_END()
