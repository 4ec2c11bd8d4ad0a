// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/kit/serve.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <utility>

namespace meterrig::kit {
namespace {

constexpr int wrong_usage = 2;

constexpr std::string_view help =
    R"(usage: {} --listen ADDRESS [OPTIONS]
Serves a metering core as a device under test (dut.proto over gRPC).

  --listen ADDRESS              unix:PATH or HOST:PORT, port 0 for any free one; without TLS of this
                                host only
  --tls-certificate FILE        of this device, PEM
  --tls-key FILE                its key
  --tls-client-authority FILE   clients must have a certificate that descends from these
{}  --help                        this text
)";

struct Options {
  std::string listen;
  std::optional<rpc::ServerTls> tls;
};

Result<Options> options_from(std::vector<std::string> arguments) {
  std::string error;
  const auto take = [&](std::string_view name) {
    auto value = take_option(arguments, name);
    if (!value) error = value.error().message;
    return value ? value->value_or("") : "";
  };
  Options options{.listen = take("--listen"), .tls = {}};
  rpc::ServerTls tls;
  tls.certificate = take("--tls-certificate");
  tls.key = take("--tls-key");
  tls.client_authority = take("--tls-client-authority");
  if (!error.empty()) return fail(ErrorCode::invalid_argument, error);
  if (!arguments.empty())
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}'; expected an option that --help lists", arguments.front()));
  if (options.listen.empty())
    return fail(ErrorCode::invalid_argument,
                "no address; expected --listen unix:PATH or --listen HOST:PORT");
  if (tls.certificate.empty() != tls.key.empty())
    return fail(ErrorCode::invalid_argument,
                "one of --tls-certificate and --tls-key; expected both or neither");
  if (tls.certificate.empty() && !tls.client_authority.empty())
    return fail(ErrorCode::invalid_argument,
                "--tls-client-authority alone; expected --tls-certificate and --tls-key with it");
  if (!tls.certificate.empty()) options.tls = std::move(tls);
  return options;
}

int complain(std::string_view program, const Error& error) {
  fmt::print(stderr, "{}: {}\n", program, error.message);
  return wrong_usage;
}

sigset_t block_stopping_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

Result<ServedDevice> serve(const std::string& address, Core& core,
                           const std::optional<rpc::ServerTls>& tls) {
  auto device = Device::create(core);
  if (!device) return tl::unexpected(std::move(device.error()));
  auto server = rpc::serve(address, {.terminals = device->get(), .meter = device->get()}, tls);
  if (!server) return tl::unexpected(std::move(server.error()));
  return ServedDevice{.device = std::move(*device), .server = std::move(*server)};
}

Result<std::optional<std::string>> take_option(std::vector<std::string>& arguments,
                                               std::string_view name) {
  const std::string with_value = fmt::format("{}=", name);
  const auto found = std::find_if(arguments.begin(), arguments.end(), [&](const auto& argument) {
    return argument == name || argument.starts_with(with_value);
  });
  if (found == arguments.end()) return std::nullopt;
  if (*found != name) {
    std::string value = found->substr(with_value.size());
    arguments.erase(found);
    return value;
  }
  const auto value = found + 1;
  if (value == arguments.end())
    return fail(ErrorCode::invalid_argument, fmt::format("{} without a value", name));
  std::string taken = std::move(*value);
  arguments.erase(found, value + 1);
  return taken;
}

int serve_until_stopped(std::string_view program, std::vector<std::string> arguments, Core& core,
                        std::string_view more_help) {
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    fmt::print(help, program, more_help);
    return 0;
  }
  const auto options = options_from(std::move(arguments));
  if (!options) return complain(program, options.error());
  // Before the server's threads, which take this over.
  const sigset_t signals = block_stopping_signals();
  const auto served = serve(options->listen, core, options->tls);
  if (!served) return complain(program, served.error());
  const CoreDescription description = core.describe();
  fmt::print("{}, firmware {}, serial number {}\ndut.proto on {}\nready\n", description.device,
             description.firmware_version, description.serial_number, served->server->address());
  std::fflush(stdout);
  int number = 0;
  sigwait(&signals, &number);
  return 0;
}

}  // namespace meterrig::kit
