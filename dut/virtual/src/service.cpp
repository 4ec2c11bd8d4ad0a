// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/twin/service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "meterrig/inject/serve.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/signal_mapping.h"
#include "meterrig/loader/together.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig/ports/serial_port.h"
#include "meterrig/rpc/server.h"
#include "meterrig/twin/modbus_slave.h"
#include "meterrig/twin/twin.h"

namespace meterrig::twin {
namespace {

constexpr std::string_view pseudo_terminal_word = "pty";
constexpr Duration longest_step = minute(30);
// Of the converter that serial injection replaces: finer than that of the device's model, with room
// for every overload that a standard asks for.
constexpr int injected_bits = 24;
constexpr double injected_volts = 4;     // full scale, in reference voltages
constexpr double injected_amperes = 10;  // and in maximum currents

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

tl::unexpected<Error> wrong_file(const std::vector<loader::Finding>& findings) {
  return fail(ErrorCode::invalid_argument, loader::to_string(findings));
}

/// The link's path in "pty:LINK", empty in "pty", none when it is a port.
std::optional<std::string> pseudo_terminal_link(const std::string& serial) {
  if (serial == pseudo_terminal_word) return "";
  const std::string prefix = fmt::format("{}:", pseudo_terminal_word);
  if (serial.starts_with(prefix)) return serial.substr(prefix.size());
  return std::nullopt;
}

Result<LineSettings> line_settings(const ServeOptions& options, const v1::ModbusMap& map) {
  LineSettings line = factory_line(map);
  if (options.baud != 0) line.serial.baud_rate = options.baud;
  if (options.unit != 0) line.unit = options.unit;
  const auto& rates = map.baud_rates();
  if (std::find(rates.begin(), rates.end(), line.serial.baud_rate) == rates.end()) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("the device has no {} Bd, only {}", line.serial.baud_rate,
                            fmt::join(rates, ", ")));
  }
  if (line.unit < map.lowest_unit() || line.unit > map.highest_unit()) {
    return fail(ErrorCode::invalid_argument, fmt::format("unit {} is not one of {}..{}", line.unit,
                                                         map.lowest_unit(), map.highest_unit()));
  }
  return line;
}

Result<Converter> injected_converter(const v1::Device& profile, const v1::Twin& model) {
  const auto rate = exact_rational(model.front_end().sample_rate());
  if (!rate) return tl::unexpected(rate.error());
  const double codes = 1 << (injected_bits - 1);
  return Converter{
      .rate = *rate,
      .bits = injected_bits,
      .volts_per_code = injected_volts * profile.ratings().reference_voltage() / codes,
      .amperes_per_code = injected_amperes * profile.ratings().maximum_current() / codes};
}

Result<std::unique_ptr<Twin>> load(const ServeOptions& options, LineSettings& line,
                                   Converter& injected) {
  const auto device_file = loader::load_device(options.device_profile_path);
  if (!device_file) return wrong_file(device_file.error());
  const auto twin_file = loader::load_twin(options.twin_path);
  if (!twin_file) return wrong_file(twin_file.error());
  if (const auto findings = loader::check_twin(*twin_file, *device_file); !findings.empty()) {
    return wrong_file(findings);
  }
  const v1::Device& profile = device_file->message.device();
  auto settings = line_settings(options, profile.modbus());
  if (!settings) return tl::unexpected(std::move(settings.error()));
  line = *settings;
  const auto converter = injected_converter(profile, twin_file->message.twin());
  if (!converter) return tl::unexpected(converter.error());
  injected = *converter;
  return Twin::create(profile, twin_file->message.twin(), sha256_hex(twin_file->bytes), line);
}

}  // namespace

Result<std::unique_ptr<Twin>> load_device(const std::string& device_profile_path,
                                          const std::string& twin_path) {
  LineSettings line;
  ServeOptions options;
  options.device_profile_path = device_profile_path;
  options.twin_path = twin_path;
  Converter injected;
  return load(options, line, injected);
}

class Service::State {
 public:
  explicit State(ports::Clock& used_clock) : clock(used_clock) {}

  ports::Clock& clock;
  LineSettings line;
  Converter injected;
  std::unique_ptr<Twin> device;
  TerminalsDescription who;
  std::optional<SignalRecipe> scenario;
  Instant started;  // of the clock, when the scenario was applied
  std::string link;
  std::string inject_link;
  std::string protection;  // of the gRPC server, for people
  // Ends first what uses the others: servers before ports before the device.
  std::optional<ports::PseudoTerminal> pseudo_terminal;
  std::unique_ptr<ports::SerialPort> port;
  std::optional<ports::PseudoTerminal> inject_terminal;
  std::unique_ptr<ports::SerialPort> inject_port;
  std::unique_ptr<ModbusSlave> on_line;
  std::unique_ptr<ModbusSlave> on_tcp;
  std::unique_ptr<rpc::Server> rpc_server;
  std::unique_ptr<inject::Server> injection;

  Result<void> load(const ServeOptions& options);
  Result<void> serve_serial(const std::string& serial);
  Result<void> serve_injection(const ServeOptions& options);
  Result<void> serve_everything(const ServeOptions& options);
};

Result<void> Service::State::load(const ServeOptions& options) {
  const std::array grants{!options.terminals.empty(), !options.grpc.empty(),
                          !options.inject.empty(), !options.inject_tcp.empty()};
  const auto given = std::count(grants.begin(), grants.end(), true);
  if (options.serial.empty() && options.tcp.empty() && given == 0) {
    return fail(
        ErrorCode::invalid_argument,
        "nothing to serve: give a serial port, a TCP address, terminals, gRPC or injection");
  }
  if (given > 1) {
    return fail(
        ErrorCode::invalid_argument,
        "terminals, gRPC and injection are ways of the same volts and time: expected one of "
        "them");
  }
  // Over gRPC a device that lives by the wall clock is read, and its pulses are watched.
  if (given == 1 && options.grpc.empty() && !options.apply_scenario.empty()) {
    return fail(ErrorCode::invalid_argument,
                "a scenario moves the device's time by the wall clock, terminals and injection by "
                "grants: not both");
  }
  if (options.grpc_tls && options.grpc.empty())
    return fail(ErrorCode::invalid_argument, "files for TLS without gRPC to serve");
  auto made = twin::load(options, line, injected);
  if (!made) return tl::unexpected(std::move(made.error()));
  device = std::move(*made);
  if (auto described = device->describe()) who = std::move(*described);
  if (options.apply_scenario.empty()) return {};
  const auto scenario_file = loader::load_scenario(options.apply_scenario);
  if (!scenario_file) return wrong_file(scenario_file.error());
  auto recipe = loader::recipe_from(scenario_file->message.scenario());
  if (!recipe) return tl::unexpected(std::move(recipe.error()));
  scenario = std::move(*recipe);
  return {};
}

Result<void> Service::State::serve_serial(const std::string& serial) {
  int descriptor = -1;
  if (const auto wanted = pseudo_terminal_link(serial)) {
    auto made = ports::PseudoTerminal::create(*wanted);
    if (!made) return tl::unexpected(std::move(made.error()));
    link = *wanted;
    pseudo_terminal.emplace(std::move(*made));
    descriptor = pseudo_terminal->descriptor();
  } else {
    auto opened = ports::open_serial_port(serial, line.serial);
    if (!opened) return tl::unexpected(std::move(opened.error()));
    port = std::move(*opened);
    descriptor = port->descriptor();
  }
  auto slave = serve_line(descriptor, line.serial, line.unit, device->registers());
  if (!slave) return tl::unexpected(std::move(slave.error()));
  on_line = std::move(*slave);
  return {};
}

Result<void> Service::State::serve_injection(const ServeOptions& options) {
  const Sides sides{.terminals = device.get(), .meter = device.get()};
  Result<std::unique_ptr<inject::Server>> server;
  ports::SerialSettings settings{.baud_rate = options.inject_baud};
  if (!options.inject_tcp.empty()) {
    server = inject::serve_tcp(options.inject_tcp, sides, injected);
  } else if (const auto wanted = pseudo_terminal_link(options.inject)) {
    auto made = ports::PseudoTerminal::create(*wanted);
    if (!made) return tl::unexpected(std::move(made.error()));
    inject_link = *wanted;
    inject_terminal.emplace(std::move(*made));
    const std::optional<ports::SerialSettings> pacing =
        settings.baud_rate == 0 ? std::nullopt : std::optional(settings);
    server = inject::serve_line(inject_terminal->descriptor(), pacing, sides, injected);
  } else {
    if (settings.baud_rate == 0) settings.baud_rate = 115'200;
    auto opened = ports::open_serial_port(options.inject, settings);
    if (!opened) return tl::unexpected(std::move(opened.error()));
    inject_port = std::move(*opened);
    server = inject::serve_line(inject_port->descriptor(), std::nullopt, sides, injected);
  }
  if (!server) return tl::unexpected(std::move(server.error()));
  injection = std::move(*server);
  return {};
}

Result<void> Service::State::serve_everything(const ServeOptions& options) {
  if (scenario) {
    // Before anyone can look: the first answer is already that of a device in use.
    if (auto applied = device->apply(*scenario, scenario->noise_seed); !applied) {
      return tl::unexpected(std::move(applied.error()));
    }
    started = clock.now();
  }
  if (!options.serial.empty()) {
    if (auto served = serve_serial(options.serial); !served) return served;
  }
  if (!options.tcp.empty()) {
    auto slave = serve_tcp(options.tcp, line.unit, device->registers());
    if (!slave) return tl::unexpected(std::move(slave.error()));
    on_tcp = std::move(*slave);
  }
  if (!options.terminals.empty() || !options.grpc.empty()) {
    auto server = rpc::serve(
        options.grpc.empty() ? options.terminals : options.grpc,
        {.terminals = scenario ? nullptr : device.get(), .meter = device.get()}, options.grpc_tls);
    if (!server) return tl::unexpected(std::move(server.error()));
    rpc_server = std::move(*server);
    if (options.grpc_tls)
      protection = options.grpc_tls->client_authority.empty() ? ", with TLS" : ", with mutual TLS";
  }
  if (!options.inject.empty() || !options.inject_tcp.empty()) return serve_injection(options);
  return {};
}

Result<std::unique_ptr<Service>> Service::start(const ServeOptions& options, ports::Clock& clock) {
  auto state = std::make_unique<State>(clock);
  if (auto loaded = state->load(options); !loaded) return tl::unexpected(std::move(loaded.error()));
  if (auto served = state->serve_everything(options); !served) {
    return tl::unexpected(std::move(served.error()));
  }
  return std::unique_ptr<Service>(new Service(std::move(state)));
}

Service::Service(std::unique_ptr<State> state) : state_(std::move(state)) {}
Service::~Service() = default;

std::string Service::description() const {
  const TerminalsDescription& who = state_->who;
  std::string text =
      fmt::format("SIMULATED {} {}, model {}", who.device, who.serial_number, who.model);
  const std::string settings =
      fmt::format("{}, unit {}", ports::to_string(state_->line.serial), state_->line.unit);
  if (const auto& terminal = state_->pseudo_terminal) {
    text += fmt::format("\nModbus RTU on {}{}, {}", terminal->path(),
                        state_->link.empty() ? "" : fmt::format(" ({})", state_->link), settings);
  }
  if (state_->port) text += fmt::format("\nModbus RTU on {}, {}", state_->port->path(), settings);
  if (state_->on_tcp) {
    text += fmt::format("\nModbus TCP on port {} of loopback, unit {}", state_->on_tcp->port(),
                        state_->line.unit);
  }
  if (state_->rpc_server) {
    text +=
        fmt::format("\ndut.proto ({}) on {}{}", state_->scenario ? "meter" : "terminals and meter",
                    state_->rpc_server->address(), state_->protection);
  }
  if (const auto& terminal = state_->inject_terminal) {
    text +=
        fmt::format("\nserial injection on {}{}", terminal->path(),
                    state_->inject_link.empty() ? "" : fmt::format(" ({})", state_->inject_link));
  } else if (const auto& port = state_->inject_port) {
    text += fmt::format("\nserial injection on {}, {}", port->path(),
                        ports::to_string(port->settings()));
  } else if (state_->injection) {
    text += fmt::format("\nserial injection on TCP port {} of loopback", state_->injection->port());
  }
  return text;
}

Result<void> Service::step_wall_clock() {
  if (!state_->scenario) return {};
  const std::int64_t elapsed = state_->clock.now().nanoseconds - state_->started.nanoseconds;
  for (;;) {
    const auto described = state_->device->describe();
    if (!described) return tl::unexpected(described.error());
    const Instant now = described->now;
    if (now.nanoseconds >= elapsed) return {};
    const Instant next = std::min(Instant{elapsed}, now + longest_step);
    const auto pulses = state_->device->advance(next);
    if (!pulses) return tl::unexpected(pulses.error());
    if (state_->rpc_server) state_->rpc_server->publish(*pulses);
  }
}

}  // namespace meterrig::twin
