// SPDX-License-Identifier: GPL-3.0-or-later
// TLS and mutual TLS: what holds is used, and what does not is refused with the reason.
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "../../end-to-end/process.h"
#include "../small_device.h"
#include "../temporary_directory.h"
#include "../test_authority.h"
#include "meterrig/ports/file_descriptor.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/rpc/server.h"

namespace meterrig::rpc {
namespace {

using test::TestAuthority;

TestAuthority::Terms named(const std::string& names) {
  TestAuthority::Terms terms;
  terms.names = names;
  return terms;
}

TestAuthority::Terms dated(const std::string& from, const std::string& until) {
  TestAuthority::Terms terms;
  terms.from = from;
  terms.until = until;
  return terms;
}

const TestAuthority::Terms expired = dated("20200101000000Z", "20200201000000Z");
const TestAuthority::Terms to_come = dated("20770101000000Z", "20780101000000Z");

// Made once: keys and certificates take longer than what is tested with them.
struct Certificates {
  static std::string folder(const test::TemporaryDirectory& all, const std::string& name) {
    std::filesystem::create_directory(all.file(name));
    return all.file(name);
  }

  test::TemporaryDirectory all;
  TestAuthority ours{folder(all, "ours"), "works"};
  TestAuthority others{folder(all, "others"), "stranger"};
  TestAuthority::Issued device = ours.issue("meter");
  TestAuthority::Issued expired_device = ours.issue("old-meter", expired);
  TestAuthority::Issued early_device = ours.issue("new-meter", to_come);
  TestAuthority::Issued elsewhere = ours.issue("elsewhere", named("DNS:meter-7.lab"));
  TestAuthority::Issued strange_device = others.issue("strange-meter");
  TestAuthority::Issued rig = ours.issue("rig");
  TestAuthority::Issued expired_rig = ours.issue("old-rig", expired);
  TestAuthority::Issued early_rig = ours.issue("new-rig", to_come);
  TestAuthority::Issued strange_rig = others.issue("strange-rig");
};

const Certificates& certificates() {
  static const Certificates made;
  return made;
}

std::string text(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool has(const Error& error, const std::string& part) {
  return error.message.find(part) != std::string::npos;
}

struct Fixture {
  const Certificates& made = certificates();
  test::TemporaryDirectory directory;
  test::SmallDevice device;
  std::unique_ptr<Server> server;

  [[nodiscard]] ServerTls server_tls(const TestAuthority::Issued& own, bool mutual) const {
    return {.certificate = own.certificate,
            .key = own.key,
            .client_authority = mutual ? made.ours.certificate() : ""};
  }
  [[nodiscard]] ClientTls client_tls() const {
    return {.authority = made.ours.certificate(), .certificate = "", .key = "", .server_name = ""};
  }
  [[nodiscard]] ClientTls client_tls(const TestAuthority::Issued& own) const {
    return {.authority = made.ours.certificate(),
            .certificate = own.certificate,
            .key = own.key,
            .server_name = ""};
  }
  void start(const std::optional<ServerTls>& tls, const std::string& address = "127.0.0.1:0") {
    auto served = serve(address, {.terminals = &device, .meter = &device}, tls);
    BOOST_REQUIRE_MESSAGE(served.has_value(), (served ? "" : served.error().message));
    server = std::move(*served);
  }
  [[nodiscard]] Result<Connection> open(const std::optional<ClientTls>& tls) const {
    return Connection::open(server->address(), tls, second(20));
  }
  // The reason for which a caller is refused.
  [[nodiscard]] std::string refusal(const std::optional<ClientTls>& tls) const {
    const auto opened = open(tls);
    BOOST_REQUIRE(!opened.has_value());
    BOOST_TEST((opened.error().code == ErrorCode::permission_denied), opened.error().message);
    BOOST_TEST(has(opened.error(), server->address()), opened.error().message);
    BOOST_TEST_MESSAGE(opened.error().message);
    return opened.error().message;
  }
};

void has_all(const std::string& message, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    BOOST_TEST(message.find(part) != std::string::npos, message << " -- lacks " << part);
}

void works(const Result<Connection>& opened) {
  BOOST_REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().message));
  const auto pulses = opened->terminals()->advance({1'000'000'000});
  BOOST_REQUIRE(pulses.has_value());
  BOOST_TEST(pulses->size() == 100u);
}

BOOST_FIXTURE_TEST_SUITE(tls, Fixture)

BOOST_AUTO_TEST_CASE(a_device_with_a_certificate_is_called_by_who_trusts_its_authority) {
  start(server_tls(made.device, false));
  works(open(client_tls()));
}

BOOST_AUTO_TEST_CASE(both_sides_show_certificates_with_mutual_tls) {
  start(server_tls(made.device, true));
  works(open(client_tls(made.rig)));
}

BOOST_AUTO_TEST_CASE(a_unix_socket_may_have_tls_too) {
  start(server_tls(made.device, true), "unix:" + directory.file("dut.sock"));
  works(open(client_tls(made.rig)));
}

BOOST_AUTO_TEST_CASE(localhost_by_name_needs_the_name_in_the_certificate) {
  start(server_tls(made.ours.issue("by-name", named("DNS:localhost")), false), "localhost:0");
  const std::string port = server->address().substr(server->address().rfind(':'));
  works(Connection::open("localhost" + port, client_tls(), second(20)));
  has_all(refusal(client_tls()), {"is for localhost", "expected one for 127.0.0.1"});
}

BOOST_AUTO_TEST_CASE(a_device_of_another_name_is_called_when_that_name_is_expected) {
  start(server_tls(made.elsewhere, false));
  ClientTls tls = client_tls();
  tls.server_name = "meter-7.lab";
  works(open(tls));
}

BOOST_AUTO_TEST_CASE(a_device_of_another_name_than_expected_is_refused) {
  start(server_tls(made.elsewhere, false));
  has_all(refusal(client_tls()),
          {"its certificate is for meter-7.lab", "expected one for 127.0.0.1"});
}

BOOST_AUTO_TEST_CASE(a_device_of_an_unknown_authority_is_refused) {
  start(server_tls(made.strange_device, false));
  has_all(refusal(client_tls()),
          {"unknown authority", "CN=strange-meter", "CN=stranger", made.ours.certificate()});
}

BOOST_AUTO_TEST_CASE(a_rig_without_a_certificate_is_told_that_the_device_demands_one) {
  start(server_tls(made.device, true));
  has_all(refusal(client_tls()), {"demands a certificate of its caller, and none is given"});
}

BOOST_AUTO_TEST_CASE(a_rig_of_an_unknown_authority_is_told_whose_certificates_are_accepted) {
  start(server_tls(made.device, true));
  has_all(refusal(client_tls(made.strange_rig)),
          {"refuses the rig's certificate", made.strange_rig.certificate, "CN=strange-rig",
           "CN=stranger", "expects one of 'CN=works'"});
}

// Firmware may serve with what our own server refuses.
struct ForeignServer {
  explicit ForeignServer(const TestAuthority::Issued& own) {
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({text(own.key), text(own.certificate)});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
    server = builder.BuildAndStart();
    address = "127.0.0.1:" + std::to_string(port);
  }
  std::unique_ptr<grpc::Server> server;
  std::string address;
};

BOOST_AUTO_TEST_CASE(a_device_whose_certificate_is_out_of_date_is_refused) {
  const ForeignServer old(made.expired_device);
  const ForeignServer early(made.early_device);
  const auto first = Connection::open(old.address, client_tls(), second(20));
  BOOST_REQUIRE(!first.has_value());
  BOOST_TEST((first.error().code == ErrorCode::permission_denied));
  has_all(first.error().message,
          {old.address, "its certificate 'CN=old-meter' expired on 2020-02-01 00:00:00 UTC"});
  const auto other = Connection::open(early.address, client_tls(), second(20));
  BOOST_REQUIRE(!other.has_value());
  BOOST_TEST((other.error().code == ErrorCode::permission_denied));
  has_all(other.error().message,
          {"its certificate 'CN=new-meter' is not valid before 2077-01-01 00:00:00 UTC"});
}

BOOST_AUTO_TEST_CASE(a_rig_of_others_whose_certificate_does_not_hold_is_refused_by_the_device) {
  start(server_tls(made.device, true));
  const auto answer_to = [&](const TestAuthority::Issued& own) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = text(made.ours.certificate());
    options.pem_cert_chain = text(own.certificate);
    options.pem_private_key = text(own.key);
    const auto channel = grpc::CreateChannel(server->address(), grpc::SslCredentials(options));
    return channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(2));
  };
  BOOST_TEST(answer_to(made.rig));
  BOOST_TEST(!answer_to(made.expired_rig));
  BOOST_TEST(!answer_to(made.early_rig));
  BOOST_TEST(!answer_to(made.strange_rig));
}

// OpenSSL's own server, which says by an alert what gRPC's only shows by closing.
struct AlertingServer {
  AlertingServer(const Certificates& made, const test::TemporaryFolder& folder,
                 const std::string& version)
      : process({"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", made.device.certificate,
                 "-key", made.device.key, "-CAfile", made.ours.certificate(), "-Verify", "2",
                 "-verify_return_error", "-www", "-alpn", "h2", version},
                folder.path(), folder / "s_server.log") {
    for (int i = 0; i < 500 && address.empty(); ++i) {
      process.wait_for(std::chrono::milliseconds(10));
      const std::string said = process.output();
      const std::size_t at = said.find("ACCEPT ");
      if (at != std::string::npos && said.find('\n', at) != std::string::npos)
        address = said.substr(at + 7, said.find('\n', at) - at - 7);
    }
    BOOST_REQUIRE_MESSAGE(!address.empty(), process.output());
  }
  test::Process process;
  std::string address;
};

BOOST_AUTO_TEST_CASE(what_a_server_says_by_an_alert_is_told) {
  for (const std::string& version : std::vector<std::string>{"-tls1_3", "-tls1_2"}) {
    const test::TemporaryFolder folder;
    const AlertingServer foreign(made, folder, version);
    const auto without = Connection::open(foreign.address, client_tls(), second(20));
    BOOST_REQUIRE(!without.has_value());
    BOOST_TEST((without.error().code == ErrorCode::permission_denied), without.error().message);
    has_all(without.error().message, {"demands a certificate of its caller"});
    const auto strange =
        Connection::open(foreign.address, client_tls(made.strange_rig), second(20));
    BOOST_REQUIRE(!strange.has_value());
    BOOST_TEST((strange.error().code == ErrorCode::permission_denied), strange.error().message);
    has_all(strange.error().message,
            {"refuses the rig's certificate", "CN=strange-rig", "unknown CA"});
  }
}

BOOST_AUTO_TEST_CASE(a_listener_that_says_nothing_is_unavailable) {
  const ports::FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  BOOST_REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  BOOST_REQUIRE(::listen(listener.get(), 8) == 0);
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const std::string where = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  for (const bool with_tls : {true, false}) {
    const auto opened =
        Connection::open(where, with_tls ? std::optional(client_tls()) : std::nullopt, second(1));
    BOOST_REQUIRE(!opened.has_value());
    BOOST_TEST((opened.error().code == ErrorCode::unavailable), opened.error().message);
  }
}

BOOST_AUTO_TEST_CASE(a_call_with_tls_to_a_device_without_is_refused) {
  start(std::nullopt);
  has_all(refusal(client_tls()), {"speaks no TLS"});
}

BOOST_AUTO_TEST_CASE(a_call_without_tls_to_a_device_with_is_refused) {
  for (const bool mutual : {false, true}) {
    server.reset();
    start(server_tls(made.device, mutual));
    has_all(refusal(std::nullopt), {"it speaks TLS, and is called without"});
  }
}

BOOST_AUTO_TEST_CASE(who_is_refused_has_moved_nothing) {
  start(server_tls(made.device, true));
  static_cast<void>(refusal(client_tls()));
  static_cast<void>(refusal(client_tls(made.strange_rig)));
  static_cast<void>(refusal(std::nullopt));
  BOOST_TEST(device.now.nanoseconds == 0);
  works(open(client_tls(made.rig)));  // and the device still serves others
}

BOOST_AUTO_TEST_CASE(a_device_that_is_not_there_is_unavailable_with_tls_too) {
  start(server_tls(made.device, false));
  const std::string address = server->address();
  server.reset();
  const auto opened = Connection::open(address, client_tls(), millisecond(300));
  BOOST_REQUIRE(!opened.has_value());
  BOOST_TEST((opened.error().code == ErrorCode::unavailable), opened.error().message);
}

// The files of one's own, which the other side need not see to refuse.
struct OwnFiles {
  std::string certificate;
  std::string key;
  ErrorCode code;
  std::vector<std::string> says;
};

std::vector<OwnFiles> wrong_files(const Certificates& made, const TestAuthority::Issued& right,
                                  const TestAuthority::Issued& old,
                                  const TestAuthority::Issued& early,
                                  const test::TemporaryDirectory& directory) {
  const std::string nonsense = directory.file("nonsense.pem");
  std::ofstream(nonsense) << "nonsense\n";
  const std::string damaged = directory.file("damaged.pem");
  std::string bytes = text(right.certificate);
  bytes.replace(bytes.size() / 2, 8, "????????");
  std::ofstream(damaged) << bytes;
  const std::string missing = directory.file("missing.pem");
  return {{missing, right.key, ErrorCode::not_found, {missing, "certificate of", "no such file"}},
          {right.certificate, missing, ErrorCode::not_found, {missing, "key of", "no such file"}},
          {right.certificate, "", ErrorCode::invalid_argument, {"key of", "is not named"}},
          {"", right.key, ErrorCode::invalid_argument, {"certificate of", "is not named"}},
          {nonsense, right.key, ErrorCode::invalid_argument, {nonsense, "holds no certificate"}},
          {damaged, right.key, ErrorCode::invalid_argument, {damaged, "damaged"}},
          {right.key, right.key, ErrorCode::invalid_argument, {right.key, "holds no certificate"}},
          {right.certificate, nonsense, ErrorCode::invalid_argument, {nonsense, "holds no key"}},
          {right.certificate,
           made.strange_rig.key,
           ErrorCode::invalid_argument,
           {made.strange_rig.key, "belongs to another certificate", right.certificate}},
          {old.certificate,
           old.key,
           ErrorCode::permission_denied,
           {old.certificate, "CN=old-", "expired on 2020-02-01 00:00:00 UTC"}},
          {early.certificate,
           early.key,
           ErrorCode::permission_denied,
           {early.certificate, "CN=new-", "is not valid before 2077-01-01 00:00:00 UTC"}},
          {directory.file("."), right.key, ErrorCode::permission_denied, {"cannot be read"}}};
}

BOOST_AUTO_TEST_CASE(a_device_does_not_serve_with_files_that_are_wrong) {
  for (const OwnFiles& files :
       wrong_files(made, made.device, made.expired_device, made.early_device, directory)) {
    const auto served = serve(
        "127.0.0.1:0", {.meter = &device},
        ServerTls{.certificate = files.certificate, .key = files.key, .client_authority = ""});
    BOOST_REQUIRE_MESSAGE(!served.has_value(), files.says.back());
    BOOST_TEST((served.error().code == files.code), served.error().message);
    has_all(served.error().message, files.says);
    has_all(served.error().message, {"the device"});
  }
}

BOOST_AUTO_TEST_CASE(a_rig_does_not_call_with_files_that_are_wrong) {
  start(server_tls(made.device, true));
  for (const OwnFiles& files :
       wrong_files(made, made.rig, made.expired_rig, made.early_rig, directory)) {
    const auto opened = open(client_tls({.certificate = files.certificate, .key = files.key}));
    BOOST_REQUIRE_MESSAGE(!opened.has_value(), files.says.back());
    BOOST_TEST((opened.error().code == files.code), opened.error().message);
    has_all(opened.error().message, files.says);
    has_all(opened.error().message, {"the rig"});
  }
}

BOOST_AUTO_TEST_CASE(an_authority_must_be_named_and_be_a_certificate_on_both_sides) {
  start(server_tls(made.device, true));
  ClientTls caller = client_tls(made.rig);
  ServerTls served = server_tls(made.device, true);
  const auto refused = [&](const std::string& file, ErrorCode code, const std::string& why) {
    caller.authority = file;
    served.client_authority = file;
    const auto opened = open(caller);
    BOOST_REQUIRE(!opened.has_value());
    BOOST_TEST((opened.error().code == code), opened.error().message);
    has_all(opened.error().message, {"authority of the device", why});
    if (file.empty()) return;  // a server without is one of plain TLS
    const auto started = serve("127.0.0.1:0", {.meter = &device}, served);
    BOOST_REQUIRE(!started.has_value());
    BOOST_TEST((started.error().code == code), started.error().message);
    has_all(started.error().message, {"authority of the rig", why});
  };
  refused("", ErrorCode::invalid_argument, "is not named");
  refused(directory.file("none.pem"), ErrorCode::not_found, "no such file");
  refused(made.rig.key, ErrorCode::invalid_argument, "holds no certificate");
  refused(made.expired_rig.certificate, ErrorCode::permission_denied, "expired on 2020-02-01");
}

BOOST_AUTO_TEST_CASE(a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it) {
  const std::string locked = directory.file("locked.key");
  const std::string command = "openssl ec -aes128 -passout pass:secret -in '" + made.rig.key +
                              "' -out '" + locked + "' 2>/dev/null";
  BOOST_REQUIRE(std::system(command.c_str()) == 0);
  start(server_tls(made.device, true));
  const auto opened = open(client_tls({.certificate = made.rig.certificate, .key = locked}));
  BOOST_REQUIRE(!opened.has_value());
  BOOST_TEST((opened.error().code == ErrorCode::invalid_argument));
  has_all(opened.error().message, {locked, "without a passphrase"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::rpc
