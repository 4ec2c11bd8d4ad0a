// SPDX-License-Identifier: GPL-3.0-or-later
#include "certificates.h"

#include <boost/test/unit_test.hpp>

using namespace meterrig;

BOOST_AUTO_TEST_SUITE(certificates)

BOOST_AUTO_TEST_CASE(a_certificate_counts_up_to_the_day_before_it_is_due) {
  v1::Bench bench;
  v1::ReferenceInstrument& reference = *bench.mutable_hardware()->mutable_reference();
  reference.set_certificate("C-1");
  BOOST_TEST(cli::lapsed(bench, "2026-03-01") == "");
  reference.set_calibration_due("2026-03-01");
  BOOST_TEST(cli::lapsed(bench, "2026-02-28") == "");
  for (const char* day : {"2026-03-01", "2026-10-01", "2027-01-01"})
    BOOST_TEST(cli::lapsed(bench, day) ==
               "the certificate C-1 of the reference was due on 2026-03-01; expected a valid one");
}

BOOST_AUTO_TEST_CASE(every_certificate_of_the_bench_counts_of_a_simulated_one_too) {
  v1::Bench bench;
  bench.mutable_simulated();
  for (const auto& [instrument, due] :
       {std::pair{"thermometer", "2026-06-01"}, std::pair{"source", "2026-05-01"}}) {
    v1::Certificate& certificate = *bench.add_certificates();
    certificate.set_instrument(instrument);
    certificate.set_number("T-7");
    certificate.set_calibrated("2025-06-01");
    certificate.set_due(due);
  }
  BOOST_TEST(cli::lapsed(bench, "2026-04-30") == "");
  BOOST_TEST(cli::lapsed(bench, "2026-05-31") ==
             "the certificate T-7 of the source was due on 2026-05-01; expected a valid one");
  BOOST_TEST(cli::lapsed(bench, "2026-06-01") ==
             "the certificate T-7 of the thermometer was due on 2026-06-01; expected a valid one");
  BOOST_TEST(cli::lapsed(bench, "2025-05-31") ==
             "the certificate T-7 of the thermometer is of a calibration on 2025-06-01, and it is "
             "2025-05-31; expected one that has been made");
}

// 2024-02-28 to 2026-02-28 are 731 days, of 365.25 in a year.
BOOST_AUTO_TEST_CASE(a_reference_drifts_by_the_time_since_its_calibration) {
  v1::ReferenceInstrument reference;
  BOOST_TEST(cli::drift_since_calibration(reference, "2026-02-28").in(percent) == 0);
  reference.set_calibrated("2024-02-28");
  reference.set_drift(0.01);
  BOOST_TEST(
      cli::drift_since_calibration(reference, "2026-02-28").in(percent) == 0.01 * 731 / 365.25,
      boost::test_tools::tolerance(1e-12));
  BOOST_TEST(cli::drift_since_calibration(reference, "2024-02-28").in(percent) == 0);
  BOOST_TEST(cli::drift_since_calibration(reference, "2023-01-01").in(percent) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
