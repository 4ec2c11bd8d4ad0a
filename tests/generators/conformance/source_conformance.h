// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>

#include "source_bench.h"

namespace meterrig::conformance {

// What every driver of a source does, whatever instrument it drives. Each looks at the wires of the
// simulation, never only at what the driver says.

void identifies_itself_and_states_a_range(const MakeSourceBench& make);
void puts_out_what_it_is_told_and_reads_it_back(const MakeSourceBench& make);
void refuses_what_is_beyond_its_range_before_it_sends_anything(const MakeSourceBench& make);
void never_puts_out_more_than_its_range(const MakeSourceBench& make);
void is_off_however_often_it_is_switched_off(const MakeSourceBench& make);
void notices_an_output_that_differs_from_what_was_set(const MakeSourceBench& make);
void survives_garbage_at_every_operation(const MakeSourceBench& make);
void survives_lost_replies_at_every_operation(const MakeSourceBench& make);
void survives_late_replies_at_every_operation(const MakeSourceBench& make);
void survives_a_disconnection_at_every_operation(const MakeSourceBench& make);
void switches_off_through_every_fault(const MakeSourceBench& make);
void switches_off_when_it_is_let_go(const MakeSourceBench& make);
void is_off_on_the_wires_when_a_lease_is_not_renewed(const MakeSourceBench& make);
void never_gets_a_point_beyond_the_limits_of_its_output(const MakeSourceBench& make);

}  // namespace meterrig::conformance

/// The whole suite as test cases of one driver; `make` is a function that makes a SourceBench.
// A macro, since Boost.Test registers test cases by macros only.
#define METERRIG_CONFORMANCE_CASE(name, make) \
  BOOST_AUTO_TEST_CASE(name) { ::meterrig::conformance::name(make); }
#define METERRIG_SOURCE_CONFORMANCE(suite, make)                                             \
  BOOST_AUTO_TEST_SUITE(suite)                                                               \
  METERRIG_CONFORMANCE_CASE(identifies_itself_and_states_a_range, make)                      \
  METERRIG_CONFORMANCE_CASE(puts_out_what_it_is_told_and_reads_it_back, make)                \
  METERRIG_CONFORMANCE_CASE(refuses_what_is_beyond_its_range_before_it_sends_anything, make) \
  METERRIG_CONFORMANCE_CASE(never_puts_out_more_than_its_range, make)                        \
  METERRIG_CONFORMANCE_CASE(is_off_however_often_it_is_switched_off, make)                   \
  METERRIG_CONFORMANCE_CASE(notices_an_output_that_differs_from_what_was_set, make)          \
  METERRIG_CONFORMANCE_CASE(survives_garbage_at_every_operation, make)                       \
  METERRIG_CONFORMANCE_CASE(survives_lost_replies_at_every_operation, make)                  \
  METERRIG_CONFORMANCE_CASE(survives_late_replies_at_every_operation, make)                  \
  METERRIG_CONFORMANCE_CASE(survives_a_disconnection_at_every_operation, make)               \
  METERRIG_CONFORMANCE_CASE(switches_off_through_every_fault, make)                          \
  METERRIG_CONFORMANCE_CASE(switches_off_when_it_is_let_go, make)                            \
  METERRIG_CONFORMANCE_CASE(is_off_on_the_wires_when_a_lease_is_not_renewed, make)           \
  METERRIG_CONFORMANCE_CASE(never_gets_a_point_beyond_the_limits_of_its_output, make)        \
  BOOST_AUTO_TEST_SUITE_END()
