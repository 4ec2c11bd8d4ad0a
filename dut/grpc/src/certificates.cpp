// SPDX-License-Identifier: GPL-3.0-or-later
#include "certificates.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace meterrig::rpc {
namespace {

constexpr std::size_t largest_file =
    std::size_t{1024} * 1024;  // a whole system's authorities have 200 KiB

// Never asks for a passphrase on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) { return -1; }

Bytes reader_of(const std::string& text) {
  return Bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string written(const ASN1_TIME* time) {
  std::tm date{};
  if (ASN1_TIME_to_tm(time, &date) != 1) return "a date that cannot be read";
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", date);
}

tl::unexpected<Error> wrong(ErrorCode code, std::string_view role, const std::string& path,
                            std::string_view what) {
  return fail(code, fmt::format("{} {}: {}", role, path, what));
}

Result<PemFile> read_file(const std::string& path, std::string_view role) {
  namespace fs = std::filesystem;
  if (path.empty())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is not named; expected a file in PEM form", role));
  std::error_code error;
  if (!fs::exists(path, error)) return wrong(ErrorCode::not_found, role, path, "no such file");
  std::ifstream file(path, std::ios::binary);
  PemFile read{.path = path, .text = std::string(largest_file + 1, '\0')};
  if (!file || fs::is_directory(path, error))
    return wrong(ErrorCode::permission_denied, role, path, "cannot be read");
  file.read(read.text.data(), static_cast<std::streamsize>(read.text.size()));
  read.text.resize(static_cast<std::size_t>(file.gcount()));
  if (read.text.size() > largest_file)
    return wrong(ErrorCode::invalid_argument, role, path, "more than 1 MiB; expected PEM");
  return read;
}

struct CertificateFile {
  PemFile file;
  std::vector<Certificate> certificates;  // at least one
};

Result<CertificateFile> read_certificate_file(const std::string& path, std::string_view role) {
  auto file = read_file(path, role);
  if (!file) return tl::unexpected(file.error());
  auto certificates = certificates_in(file->text);
  if (!certificates)
    return wrong(certificates.error().code, role, path, certificates.error().message);
  if (certificates->empty())
    return wrong(ErrorCode::invalid_argument, role, path,
                 "holds no certificate; expected one in PEM form");
  return CertificateFile{.file = std::move(*file), .certificates = std::move(*certificates)};
}

Result<PemFile> read_authority(const std::string& path, std::string_view role) {
  auto read = read_certificate_file(path, role);
  if (!read) return tl::unexpected(read.error());
  const auto valid = [](const Certificate& one) { return why_not_now(one.get()).empty(); };
  // Of many authorities some may be past their time.
  if (std::none_of(read->certificates.begin(), read->certificates.end(), valid)) {
    const X509* const first = read->certificates.front().get();
    return wrong(
        ErrorCode::permission_denied, role, path,
        fmt::format("'{}' {}", to_string(X509_get_subject_name(first)), why_not_now(first)));
  }
  return std::move(read->file);
}

Result<KeyPair> read_key_pair(const std::string& certificate, const std::string& key,
                              std::string_view owner) {
  const std::string certificate_role = fmt::format("certificate of {}", owner);
  const std::string key_role = fmt::format("key of {}", owner);
  auto read = read_certificate_file(certificate, certificate_role);
  if (!read) return tl::unexpected(read.error());
  auto key_file = read_file(key, key_role);
  if (!key_file) return tl::unexpected(key_file.error());
  const auto private_key = private_key_in(key_file->text);
  if (!private_key)
    return wrong(private_key.error().code, key_role, key, private_key.error().message);
  const X509* const own = read->certificates.front().get();
  const bool fits = X509_check_private_key(own, private_key->get()) == 1;
  ERR_clear_error();
  if (!fits)
    return wrong(ErrorCode::invalid_argument, key_role, key,
                 fmt::format("belongs to another certificate than {} ('{}')", certificate,
                             to_string(X509_get_subject_name(own))));
  for (const Certificate& one : read->certificates)
    if (const std::string why = why_not_now(one.get()); !why.empty())
      return wrong(ErrorCode::permission_denied, certificate_role, certificate,
                   fmt::format("'{}' {}", to_string(X509_get_subject_name(one.get())), why));
  return KeyPair{.certificate = std::move(read->file), .key = std::move(*key_file)};
}

}  // namespace

Result<ClientCertificates> read_certificates(const ClientTls& tls) {
  auto authority = read_authority(tls.authority, "authority of the device");
  if (!authority) return tl::unexpected(authority.error());
  ClientCertificates read{.authority = std::move(*authority), .own = {}};
  if (tls.certificate.empty() && tls.key.empty()) return read;
  auto own = read_key_pair(tls.certificate, tls.key, "the rig");
  if (!own) return tl::unexpected(own.error());
  read.own = std::move(*own);
  return read;
}

Result<ServerCertificates> read_certificates(const ServerTls& tls) {
  auto own = read_key_pair(tls.certificate, tls.key, "the device");
  if (!own) return tl::unexpected(own.error());
  ServerCertificates read{.own = std::move(*own), .client_authority = {}};
  if (tls.client_authority.empty()) return read;
  auto authority = read_authority(tls.client_authority, "authority of the rig");
  if (!authority) return tl::unexpected(authority.error());
  read.client_authority = std::move(*authority);
  return read;
}

Result<std::vector<Certificate>> certificates_in(const std::string& pem) {
  const Bytes reader = reader_of(pem);
  std::vector<Certificate> certificates;
  while (X509* const one = PEM_read_bio_X509(reader.get(), nullptr, &no_passphrase, nullptr))
    certificates.emplace_back(one);
  // The end of the text is said as an error too.
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!ended)
    return fail(ErrorCode::invalid_argument, "damaged; expected certificates in PEM form");
  return certificates;
}

Result<PrivateKey> private_key_in(const std::string& pem) {
  const Bytes reader = reader_of(pem);
  PrivateKey key(PEM_read_bio_PrivateKey(reader.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  if (!key)
    return fail(ErrorCode::invalid_argument,
                "holds no key that can be read; expected one in PEM form, without a passphrase");
  return key;
}

std::string to_string(const X509_NAME* name) {
  const Bytes writer(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(writer.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long length = BIO_get_mem_data(writer.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string why_not_now(const X509* certificate) {
  const ASN1_TIME* const from = X509_get0_notBefore(certificate);
  const ASN1_TIME* const until = X509_get0_notAfter(certificate);
  if (X509_cmp_current_time(from) >= 0) return fmt::format("is not valid before {}", written(from));
  if (X509_cmp_current_time(until) <= 0) return fmt::format("expired on {}", written(until));
  return {};
}

}  // namespace meterrig::rpc
