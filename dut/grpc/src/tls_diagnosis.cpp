// SPDX-License-Identifier: GPL-3.0-or-later
#include "tls_diagnosis.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "meterrig/ports/file_descriptor.h"

namespace meterrig::rpc {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int first_alert_reason = 1000;  // SSL_AD_REASON_OFFSET: below are OpenSSL's own findings
// After a handshake a device that refuses the certificate says so at once, and one that does not
// may say nothing.
constexpr std::chrono::milliseconds refusal_patience{500};

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

bool connected(const ports::FileDescriptor& socket, const sockaddr* to, socklen_t size,
               Clock::time_point end) {
  if (!socket.open()) return false;
  if (::connect(socket.get(), to, size) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd wait{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  if (::poll(&wait, 1, milliseconds_until(end)) != 1) return false;
  int error = 0;
  socklen_t length = sizeof(error);
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
}

ports::FileDescriptor connect_to(const Address& address, Clock::time_point end) {
  constexpr int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  if (address.is_unix()) {
    ports::FileDescriptor socket(::socket(AF_UNIX, type, 0));
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    address.path.copy(to.sun_path, sizeof(to.sun_path) - 1);
    return connected(socket, reinterpret_cast<const sockaddr*>(&to), sizeof(to), end)
               ? std::move(socket)
               : ports::FileDescriptor();
  }
  std::string host = address.host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0)
    return {};
  const std::unique_ptr<addrinfo, FreedBy<::freeaddrinfo>> all(found);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    ports::FileDescriptor socket(::socket(one->ai_family, type, 0));
    if (connected(socket, one->ai_addr, one->ai_addrlen, end)) return socket;
  }
  return {};
}

/// What a handshake showed.
struct Seen {
  bool bytes_came = false;
  bool speaks_tls = false;
  bool established = false;
  bool closed = false;                 // by the other side
  std::optional<int> alert;            // that the other side sent
  bool certificate_requested = false;  // of us
  std::vector<std::string> accepted_authorities;
  Certificate certificate;  // of the other side
  int verification = X509_V_OK;
  Certificate not_believed;  // what the verification failed at: the certificate or one above it
};

int note_failure(int believed, X509_STORE_CTX* context) {
  const auto* const session = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const seen = static_cast<Seen*>(SSL_get_app_data(session));
  if (believed == 0 && seen->verification == X509_V_OK) {
    seen->verification = X509_STORE_CTX_get_error(context);
    X509* const at = X509_STORE_CTX_get_current_cert(context);
    if (at != nullptr && X509_up_ref(at) == 1) seen->not_believed.reset(at);
  }
  return 1;  // goes on: the device may have an objection too
}

int note_request(SSL* /*session*/, void* seen) {
  static_cast<Seen*>(seen)->certificate_requested = true;
  return 1;
}

/// One connection. Through memory: OpenSSL's own sockets raise SIGPIPE.
class Handshake {
 public:
  Handshake(ports::FileDescriptor socket, Clock::time_point end)
      : socket_(std::move(socket)), end_(end) {}

  [[nodiscard]] Seen carry_out(const std::string& name,
                               const std::optional<ClientCertificates>& certificates) {
    if (prepare(name, certificates)) {
      seen_.established = step([this] { return SSL_connect(session_.get()); });
      if (seen_.established) {
        end_ = std::min(end_, Clock::now() + refusal_patience);
        char byte = 0;
        step([&] { return SSL_read(session_.get(), &byte, 1); });
      }
      seen_.certificate.reset(SSL_get1_peer_certificate(session_.get()));
      const STACK_OF(X509_NAME)* const names = SSL_get0_peer_CA_list(session_.get());
      for (int i = 0; i < sk_X509_NAME_num(names); ++i)
        seen_.accepted_authorities.push_back(to_string(sk_X509_NAME_value(names, i)));
    }
    ERR_clear_error();
    return std::move(seen_);
  }

 private:
  bool prepare(const std::string& name, const std::optional<ClientCertificates>& certificates) {
    settings_.reset(SSL_CTX_new(TLS_client_method()));
    if (!settings_) return false;
    SSL_CTX_set_min_proto_version(settings_.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(settings_.get(), SSL_VERIFY_PEER, &note_failure);
    SSL_CTX_set_cert_cb(settings_.get(), &note_request, &seen_);
    if (certificates) trust(certificates->authority.text);
    session_.reset(SSL_new(settings_.get()));
    Bytes from_device(BIO_new(BIO_s_mem()));
    Bytes to_device(BIO_new(BIO_s_mem()));
    if (!session_ || !from_device || !to_device) return false;
    BIO_set_mem_eof_return(from_device.get(), -1);  // empty means "more may come"
    from_device_ = from_device.get();
    to_device_ = to_device.get();
    SSL_set_bio(session_.get(), from_device.release(), to_device.release());
    SSL_set_app_data(session_.get(), &seen_);
    constexpr std::array<unsigned char, 3> http2{2, 'h', '2'};
    SSL_set_alpn_protos(session_.get(), http2.data(), http2.size());
    expect(name);
    if (certificates && certificates->own) show(*certificates->own);
    return true;
  }

  void trust(const std::string& pem) {
    X509_STORE* const store = SSL_CTX_get_cert_store(settings_.get());
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);  // as gRPC
    const auto authorities = certificates_in(pem);
    if (!authorities) return;
    for (const Certificate& one : *authorities) X509_STORE_add_cert(store, one.get());
  }

  void expect(const std::string& name) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    const bool is_ip = ::inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
                       ::inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
    if (is_ip) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_.get()), name.c_str());
    } else {
      SSL_set1_host(session_.get(), name.c_str());
      SSL_set_tlsext_host_name(session_.get(), name.c_str());
    }
  }

  void show(const KeyPair& own) {
    const auto chain = certificates_in(own.certificate.text);
    const auto key = private_key_in(own.key.text);
    if (!chain || chain->empty() || !key) return;
    SSL_use_certificate(session_.get(), chain->front().get());
    SSL_use_PrivateKey(session_.get(), key->get());
    for (std::size_t i = 1; i < chain->size(); ++i)
      SSL_add1_chain_cert(session_.get(), (*chain)[i].get());
  }

  // True when the step was done; false when the other side ended it or the time is over.
  template <class Step>
  bool step(Step next) {
    for (;;) {
      ERR_clear_error();
      const int result = next();
      const int reason = SSL_get_error(session_.get(), result);
      if (reason == SSL_ERROR_SSL) {
        const int found = ERR_GET_REASON(ERR_peek_error());
        if (found >= first_alert_reason) seen_.alert = found - first_alert_reason;
      }
      send_what_is_written();
      if (result > 0) return true;
      if (reason == SSL_ERROR_ZERO_RETURN) seen_.closed = true;
      if (reason != SSL_ERROR_WANT_READ || !receive()) return false;
    }
  }

  void send_what_is_written() {
    std::array<char, 4096> bytes{};
    for (int count = 0; (count = BIO_read(to_device_, bytes.data(), bytes.size())) > 0;) {
      for (int sent = 0; sent < count;) {
        const auto now = ::send(socket_.get(), bytes.data() + sent,
                                static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
        if (now < 0) return;  // a handshake fits into the buffer of any socket
        sent += static_cast<int>(now);
      }
    }
  }

  bool receive() {
    pollfd wait{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, milliseconds_until(end_)) != 1) return false;
    std::array<char, 4096> bytes{};
    const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0) {
      seen_.closed = true;
      return false;
    }
    if (!std::exchange(seen_.bytes_came, true)) {
      // A record's type, alert or handshake, and the major version.
      seen_.speaks_tls = (bytes[0] == 0x15 || bytes[0] == 0x16) && (count < 2 || bytes[1] == 0x03);
    }
    return BIO_write(from_device_, bytes.data(), static_cast<int>(count)) == count;
  }

  ports::FileDescriptor socket_;
  Clock::time_point end_;
  Seen seen_;
  TlsSettings settings_;
  TlsSession session_;
  BIO* from_device_ = nullptr;  // the session's
  BIO* to_device_ = nullptr;    // the session's
};

std::string names_in(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>> found(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(found.get()); ++i) {
    const GENERAL_NAME* const one = sk_GENERAL_NAME_value(found.get(), i);
    if (one->type == GEN_DNS) {
      const ASN1_IA5STRING* const dns = one->d.dNSName;
      names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
                         static_cast<std::size_t>(ASN1_STRING_length(dns)));
    } else if (one->type == GEN_IPADD) {
      const ASN1_OCTET_STRING* const ip = one->d.iPAddress;
      std::array<char, INET6_ADDRSTRLEN> text{};
      const int family = ASN1_STRING_length(ip) == sizeof(in_addr) ? AF_INET : AF_INET6;
      if (family == AF_INET6 && ASN1_STRING_length(ip) != sizeof(in6_addr)) continue;
      ::inet_ntop(family, ASN1_STRING_get0_data(ip), text.data(), text.size());
      names.emplace_back(text.data());
    }
  }
  return names.empty() ? fmt::format("'{}'", to_string(X509_get_subject_name(certificate)))
                       : fmt::format("{}", fmt::join(names, ", "));
}

std::string issued(const X509* certificate) {
  return fmt::format("'{}', issued by '{}'", to_string(X509_get_subject_name(certificate)),
                     to_string(X509_get_issuer_name(certificate)));
}

/// What is wrong with the device's certificate; empty when nothing is.
std::string device_fault(const Seen& seen, const std::string& name, const std::string& authority) {
  if (!seen.certificate || seen.verification == X509_V_OK) return {};
  switch (seen.verification) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      if (seen.not_believed)
        return fmt::format("its certificate '{}' {}",
                           to_string(X509_get_subject_name(seen.not_believed.get())),
                           why_not_now(seen.not_believed.get()));
      break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("its certificate is for {}; expected one for {}",
                         names_in(seen.certificate.get()), name);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return fmt::format("its certificate {} is from an unknown authority; expected one of {}",
                         issued(seen.certificate.get()), authority);
    default:
      break;
  }
  return fmt::format("its certificate {} is refused: {}", issued(seen.certificate.get()),
                     X509_verify_cert_error_string(seen.verification));
}

/// What the device has against us; empty when nothing.
std::string caller_fault(const Seen& seen, const std::optional<KeyPair>& own) {
  if (!seen.alert && !seen.closed) return {};
  const std::string alert =
      seen.alert ? SSL_alert_desc_string_long(*seen.alert) : "it closes the connection";
  if (seen.certificate_requested && !own)
    return "it demands a certificate of its caller, and none is given (mutual TLS)";
  if (!seen.certificate_requested || !own)
    return seen.established ? std::string() : fmt::format("it breaks the handshake off: {}", alert);
  const auto chain = certificates_in(own->certificate.text);
  if (!chain || chain->empty()) return {};
  const std::string accepts =
      seen.accepted_authorities.empty()
          ? std::string()
          : fmt::format("; it expects one of '{}'", fmt::join(seen.accepted_authorities, "' or '"));
  return fmt::format("it refuses the rig's certificate {} ({}): {}{}", own->certificate.path,
                     issued(chain->front().get()), alert, accepts);
}

}  // namespace

std::optional<Error> tls_fault(const Address& address, const std::string& name,
                               const std::optional<ClientCertificates>& certificates,
                               Duration patience) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(patience.in(second)));
  ports::FileDescriptor socket = connect_to(address, end);
  if (!socket.open()) return std::nullopt;
  const Seen seen = Handshake(std::move(socket), end).carry_out(name, certificates);
  const auto denied = [&address](std::string_view what) {
    return Error{ErrorCode::permission_denied,
                 fmt::format("device at {}: {}", to_string(address), what)};
  };
  if (!certificates) {
    if (!seen.speaks_tls) return std::nullopt;
    return denied("it speaks TLS, and is called without; expected files for TLS");
  }
  if (seen.bytes_came && !seen.speaks_tls)
    return denied("it speaks no TLS, and is called with; expected a device that does");
  if (seen.closed && !seen.bytes_came)
    return Error{ErrorCode::unavailable,
                 fmt::format("device at {}: it closes the connection without an answer to TLS",
                             to_string(address))};
  if (const std::string what = device_fault(seen, name, certificates->authority.path);
      !what.empty())
    return denied(what);
  if (const std::string what = caller_fault(seen, certificates->own); !what.empty())
    return denied(what);
  return std::nullopt;
}

}  // namespace meterrig::rpc
