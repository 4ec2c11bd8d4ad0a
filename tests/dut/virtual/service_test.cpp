// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated device as it is served, and somebody else's master reading it.
#include "meterrig/twin/service.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "../temporary_directory.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/rpc/connection.h"
#include "shipped_device.h"

namespace meterrig::twin {
namespace {

using meterrig::test::TemporaryDirectory;

ServeOptions shipped() {
  ServeOptions options;
  options.device_profile_path = test::project_file("dut/profiles/smart-x96-5a.yaml");
  options.twin_path = test::project_file("dut/profiles/smart-x96-5a.twin.yaml");
  return options;
}

std::unique_ptr<Service> started(const ServeOptions& options, ports::Clock& clock) {
  auto service = Service::start(options, clock);
  BOOST_REQUIRE_MESSAGE(service.has_value(), (service ? std::string() : service.error().message));
  return std::move(*service);
}

struct Spoken {
  int status = -1;
  std::string text;
};

Spoken run(const std::string& command) {
  Spoken spoken;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  std::array<char, 4096> part{};
  for (std::size_t count = 1; count > 0;) {
    count = std::fread(part.data(), 1, part.size(), pipe);
    spoken.text.append(part.data(), count);
  }
  spoken.status = ::pclose(pipe);
  return spoken;
}

BOOST_AUTO_TEST_SUITE(service)

BOOST_AUTO_TEST_CASE(mbpoll_reads_what_a_scenario_applies) {
  if (std::system("command -v mbpoll > /dev/null") != 0) {
    BOOST_TEST_MESSAGE("SKIPPED: mbpoll is not installed");
    return;
  }
  const TemporaryDirectory directory;
  ports::VirtualClock clock;
  for (const auto& [baud, unit] : {std::pair(9600, 1), std::pair(38400, 247)}) {
    ServeOptions options = shipped();
    options.serial = "pty:" + directory.file("x96.tty");
    options.baud = baud;
    options.unit = unit;
    options.apply_scenario = test::project_file("scenarios/signals/three-phase-230v-5a.yaml");
    const auto service = started(options, clock);
    clock.advance(second(5));
    BOOST_REQUIRE(service->step_wall_clock().has_value());
    const auto spoken =
        run("mbpoll -m rtu -a " + std::to_string(unit) + " -b " + std::to_string(baud) +
            " -P none -t 3:float -B -0 -r 0 -c 9 -1 " + directory.file("x96.tty"));
    BOOST_TEST(spoken.status == 0, spoken.text);
    const auto value = [&spoken](int address) {
      const std::string label = "[" + std::to_string(address) + "]:";
      const std::size_t at = spoken.text.find(label);
      BOOST_REQUIRE_MESSAGE(at != std::string::npos, spoken.text);
      return std::stod(spoken.text.substr(at + label.size()));
    };
    // Within the errors of the shipped model, which are a fraction of 0.1 %.
    for (int phase = 0; phase < 3; ++phase) {
      BOOST_TEST(std::abs(value(2 * phase) / 230 - 1) < 0.0005);
      BOOST_TEST(std::abs(value(6 + 2 * phase) / 5 - 1) < 0.0005);
      BOOST_TEST(std::abs(value(12 + 2 * phase) / 575 - 1) < 0.002);
    }
    const auto absent =
        run("mbpoll -m rtu -a 100 -b " + std::to_string(baud) +
            " -P none -o 0.2 -t 3:float -B -0 -r 0 -c 1 -1 " + directory.file("x96.tty"));
    BOOST_TEST(absent.status != 0, absent.text);
  }
}

BOOST_AUTO_TEST_CASE(terminals_grant_time_and_the_links_show_it) {
  const TemporaryDirectory directory;
  ports::VirtualClock clock;
  ServeOptions options = shipped();
  options.serial = "pty";
  options.tcp = "127.0.0.1:0";
  options.terminals = "unix:" + directory.file("dut.sock");
  const auto service = started(options, clock);
  clock.advance(hour(5));
  BOOST_TEST(service->step_wall_clock().has_value());  // does nothing here

  const auto connection = rpc::Connection::open(options.terminals, {}, second(20));
  BOOST_REQUIRE(connection.has_value());
  const auto client = connection->terminals();
  const auto who = client->describe();
  BOOST_REQUIRE(who.has_value());
  BOOST_TEST(who->now.nanoseconds == 0);
  BOOST_TEST(who->model_sha256.size() == 64u);
  BOOST_REQUIRE(client->apply(test::recipe({}), 5).has_value());
  const auto pulses = client->advance({60'000'000'000});
  BOOST_REQUIRE(pulses.has_value());
  // 3450 W x 59 s at 3200 imp/kWh, of which the first second or so is not counted.
  BOOST_TEST(std::abs(static_cast<double>(test::edges_of(*pulses, "S0-2").size()) - 180) < 3);
  const auto back = client->advance({0});
  BOOST_REQUIRE(!back.has_value());
  BOOST_TEST((back.error().code == ErrorCode::out_of_range));

  const std::string text = service->description();
  const std::string before_port = "TCP on port ";
  const std::size_t at = text.find(before_port);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, text);
  modbus::RegisterMap map;
  map.registers = {{.address = 0, .quantity = {Measurand::voltage, Place::L1}}};
  auto link = modbus::connect_tcp("127.0.0.1", std::stoi(text.substr(at + before_port.size())), 1,
                                  map, {.answer_timeout = second(5), .retries = 0});
  BOOST_REQUIRE(link.has_value());
  const std::array<QuantityId, 1> ids{{{Measurand::voltage, Place::L1}}};
  const auto readings = (*link)->read(ids, {});
  BOOST_REQUIRE(readings.has_value());
  BOOST_TEST(std::abs((*readings)[0].value / 230 - 1) < 0.0005);
}

BOOST_AUTO_TEST_CASE(the_description_says_where_it_is_and_that_it_is_simulated) {
  const TemporaryDirectory directory;
  ports::VirtualClock clock;
  ServeOptions options = shipped();
  options.serial = "pty:" + directory.file("x96.tty");
  options.terminals = "unix:" + directory.file("dut.sock");
  const auto service = started(options, clock);
  const std::string text = service->description();
  for (const std::string& part :
       {std::string("SIMULATED smart-x96-5a"), std::string("/dev/pts/"), directory.file("x96.tty"),
        std::string("9600 8N1"), options.terminals}) {
    BOOST_TEST(text.find(part) != std::string::npos, text << " lacks " << part);
  }
}

BOOST_AUTO_TEST_CASE(links_and_sockets_go_with_the_service) {
  const TemporaryDirectory directory;
  ports::VirtualClock clock;
  ServeOptions options = shipped();
  options.serial = "pty:" + directory.file("x96.tty");
  options.terminals = "unix:" + directory.file("dut.sock");
  started(options, clock).reset();
  BOOST_TEST(!std::filesystem::exists(std::filesystem::symlink_status(directory.file("x96.tty"))));
  BOOST_TEST(!std::filesystem::exists(directory.file("dut.sock")));
}

BOOST_AUTO_TEST_CASE(a_device_that_lives_by_the_wall_clock_is_read_and_watched_over_grpc) {
  const TemporaryDirectory directory;
  ports::VirtualClock clock;
  ServeOptions options = shipped();
  options.grpc = "unix:" + directory.file("dut.sock");
  options.apply_scenario = test::project_file("scenarios/signals/three-phase-230v-5a.yaml");
  const auto service = started(options, clock);
  const auto connection = rpc::Connection::open(options.grpc, {}, second(20));
  BOOST_REQUIRE(connection.has_value());
  const auto watch = connection->watch_pulses();
  BOOST_REQUIRE(watch.has_value());
  clock.advance(minute(1));
  BOOST_REQUIRE(service->step_wall_clock().has_value());

  // 1725 W at 3200 imp/kWh, of which the first second or so is not counted: 90 in the 59 s.
  std::size_t edges = 0;
  for (bool more = true; more;) {
    const auto pulses = (*watch)->take(second(edges == 0 ? 20 : 1));
    BOOST_REQUIRE(pulses.has_value());
    more = !pulses->empty();
    edges += test::edges_of(*pulses, "S0-2").size();
  }
  BOOST_TEST(std::abs(static_cast<double>(edges) - 90) < 3);
  const QuantityId voltage{Measurand::voltage, Place::L1};
  const auto readings = connection->meter()->read({&voltage, 1});
  BOOST_REQUIRE(readings.has_value());
  BOOST_TEST(std::abs(readings->front().value - 230) < 0.23);
  BOOST_TEST(readings->front().time.nanoseconds == 60'000'000'000);
  const auto described = connection->terminals()->describe();
  BOOST_REQUIRE(!described.has_value());
  BOOST_TEST((described.error().code == ErrorCode::unimplemented), described.error().message);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_served_is_refused_before_anything_is) {
  const TemporaryDirectory directory;
  ports::VirtualClock clock;
  const auto refused = [&](ErrorCode code, auto change) {
    ServeOptions options = shipped();
    options.serial = "pty:" + directory.file("x96.tty");
    change(options);
    const auto service = Service::start(options, clock);
    BOOST_REQUIRE(!service.has_value());
    BOOST_TEST((service.error().code == code), service.error().message);
    BOOST_TEST(!service.error().message.empty());
    BOOST_TEST(
        !std::filesystem::exists(std::filesystem::symlink_status(directory.file("x96.tty"))));
  };
  using enum ErrorCode;
  refused(invalid_argument, [](ServeOptions& o) { o.serial.clear(); });
  refused(invalid_argument, [](ServeOptions& o) { o.terminals = o.grpc = "127.0.0.1:0"; });
  refused(invalid_argument, [](ServeOptions& o) { o.grpc_tls = rpc::ServerTls{}; });
  refused(invalid_argument, [](ServeOptions& o) { o.baud = 1200; });
  refused(invalid_argument, [](ServeOptions& o) { o.unit = 248; });
  refused(invalid_argument, [](ServeOptions& o) { o.unit = -1; });
  refused(invalid_argument, [](ServeOptions& o) { o.device_profile_path = "nowhere.yaml"; });
  refused(invalid_argument, [](ServeOptions& o) { o.twin_path = o.device_profile_path; });
  refused(invalid_argument, [](ServeOptions& o) { o.apply_scenario = o.twin_path; });
  refused(invalid_argument, [&](ServeOptions& o) {
    o.terminals = "unix:" + directory.file("dut.sock");
    o.apply_scenario = test::project_file("scenarios/signals/three-phase-230v-5a.yaml");
  });
  refused(permission_denied, [](ServeOptions& o) { o.tcp = "0.0.0.0:1502"; });
  refused(permission_denied, [](ServeOptions& o) { o.terminals = "0.0.0.0:5000"; });
  refused(not_found, [&](ServeOptions& o) { o.serial = directory.file("no-such-port"); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
