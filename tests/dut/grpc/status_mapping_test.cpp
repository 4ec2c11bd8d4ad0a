// SPDX-License-Identifier: GPL-3.0-or-later
#include "status_mapping.h"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

namespace meterrig::rpc {
namespace {

// gRPC's numbers, from its specification (doc/statuscodes.md), not from our table.
const std::vector<std::pair<ErrorCode, int>> codes{
    {ErrorCode::cancelled, 1},           {ErrorCode::invalid_argument, 3},
    {ErrorCode::deadline_exceeded, 4},   {ErrorCode::not_found, 5},
    {ErrorCode::already_exists, 6},      {ErrorCode::permission_denied, 7},
    {ErrorCode::failed_precondition, 9}, {ErrorCode::aborted, 10},
    {ErrorCode::out_of_range, 11},       {ErrorCode::unimplemented, 12},
    {ErrorCode::internal, 13},           {ErrorCode::unavailable, 14},
    {ErrorCode::data_loss, 15}};

BOOST_AUTO_TEST_SUITE(status_mapping)

BOOST_AUTO_TEST_CASE(every_error_becomes_the_status_of_its_name) {
  for (const auto& [code, number] : codes) {
    const grpc::Status status = status_from({code, "why"});
    BOOST_TEST(static_cast<int>(status.error_code()) == number, name(code));
    BOOST_TEST(status.error_message() == "why");
    BOOST_TEST(!status.ok());
  }
}

BOOST_AUTO_TEST_CASE(every_error_survives_the_way_there_and_back) {
  for (int value = 0; value <= static_cast<int>(ErrorCode::internal); ++value) {
    const auto code = static_cast<ErrorCode>(value);
    const Error back = error_from(status_from({code, "why"}));
    BOOST_TEST((back.code == code), name(code));
    BOOST_TEST(back.message == "why");
  }
}

BOOST_AUTO_TEST_CASE(every_status_becomes_the_error_of_its_name) {
  for (const auto& [code, number] : codes) {
    const Error error = error_from({static_cast<grpc::StatusCode>(number), "why"});
    BOOST_TEST((error.code == code), number);
  }
}

BOOST_AUTO_TEST_CASE(statuses_without_a_name_of_ours_have_the_nearest) {
  const std::vector<std::pair<int, ErrorCode>> others{{2, ErrorCode::internal},
                                                      {8, ErrorCode::out_of_range},
                                                      {16, ErrorCode::permission_denied},
                                                      {17, ErrorCode::internal},
                                                      {99, ErrorCode::internal}};
  for (const auto& [number, code] : others) {
    const Error error = error_from({static_cast<grpc::StatusCode>(number), "why"});
    BOOST_TEST((error.code == code), number);
    BOOST_TEST(error.message == "why");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::rpc
