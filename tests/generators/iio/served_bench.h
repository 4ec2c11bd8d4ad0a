// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <utility>

#include "meterrig/iio/context.h"
#include "meterrig/iio_server/personalities.h"
#include "meterrig/iio_server/server.h"

/// A virtual bench behind its server, and a context of it by the client library.
struct ServedBench {
  std::unique_ptr<meterrig::iio_server::VirtualBench> bench;
  std::unique_ptr<meterrig::iio_server::Server> server;

  ServedBench(meterrig::iio_server::ContextDescription context,
              meterrig::iio_server::BenchSettings settings) {
    auto created = meterrig::iio_server::VirtualBench::create(std::move(context), settings);
    BOOST_REQUIRE_MESSAGE(created.has_value(), created.error().message);
    bench = std::move(*created);
    auto served = meterrig::iio_server::serve("127.0.0.1:0", *bench);
    BOOST_REQUIRE_MESSAGE(served.has_value(), served.error().message);
    server = std::move(*served);
  }
  [[nodiscard]] std::string uri() const { return "ip:127.0.0.1:" + std::to_string(server->port()); }
  [[nodiscard]] std::shared_ptr<meterrig::iio::Context> connect(
      meterrig::Duration timeout = meterrig::second(5)) const {
    auto context = meterrig::iio::Context::open(uri(), timeout);
    BOOST_REQUIRE_MESSAGE(context.has_value(), context.error().message);
    return *context;
  }
};

inline ServedBench three_phase(meterrig::iio_server::BenchSettings settings = {}) {
  if (settings.wiring.amplifiers.empty())
    settings.wiring = meterrig::iio_server::three_phase_wiring();
  return {meterrig::iio_server::three_phase_bench(), std::move(settings)};
}

inline ServedBench m2k(meterrig::iio_server::BenchSettings settings = {}) {
  settings.wiring = meterrig::iio_server::m2k_wiring();
  return {meterrig::iio_server::m2k_bench(), std::move(settings)};
}
