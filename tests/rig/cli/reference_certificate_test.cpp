// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_certificate.h"

#include <boost/test/unit_test.hpp>

using namespace meterrig;

BOOST_AUTO_TEST_SUITE(reference_certificate)

BOOST_AUTO_TEST_CASE(a_certificate_counts_up_to_the_day_before_it_is_due) {
  v1::ReferenceInstrument reference;
  reference.set_certificate("C-1");
  BOOST_TEST(cli::lapsed(reference, "2026-03-01") == "");
  reference.set_calibration_due("2026-03-01");
  BOOST_TEST(cli::lapsed(reference, "2026-02-28") == "");
  for (const char* day : {"2026-03-01", "2026-10-01", "2027-01-01"})
    BOOST_TEST(cli::lapsed(reference, day) ==
               "the certificate C-1 of the reference was due on 2026-03-01; expected a valid one");
}

BOOST_AUTO_TEST_SUITE_END()
