// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "fitness.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::time_t month = std::time_t{30} * 24 * 3600;

struct OpenSslDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, OpenSslDeleter>;

Owned<BIO> open(const fs::path& file) { return Owned<BIO>(BIO_new_file(file.c_str(), "r")); }

std::string time_text(const ASN1_TIME* time) {
  std::tm broken{};
  if (ASN1_TIME_to_tm(time, &broken) != 1) return "?";
  return fmt::format("{:04}-{:02}-{:02}", broken.tm_year + 1900, broken.tm_mon + 1, broken.tm_mday);
}

Check failed(const std::string& what, std::string found, std::string advice) {
  return {.what = what,
          .fitness = Fitness::problem,
          .found = std::move(found),
          .advice = std::move(advice)};
}

// The worst of the certificates in the file, and the first of them for its key.
Check check_certificates(const std::string& what, const fs::path& file, Owned<X509>& first) {
  const Owned<BIO> in = open(file);
  if (!in)
    return failed(what, fmt::format("{} cannot be read", file.string()),
                  "expected certificates in PEM form");
  Check check{.what = what, .fitness = Fitness::ok, .found = "", .advice = ""};
  const std::time_t now = std::time(nullptr);
  std::time_t soon = now + month;
  while (Owned<X509> next{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
    const ASN1_TIME* const begin = X509_get0_notBefore(next.get());
    const ASN1_TIME* const end = X509_get0_notAfter(next.get());
    if (X509_cmp_current_time(begin) > 0)
      return failed(what, fmt::format("{} is not valid before {}", file.string(), time_text(begin)),
                    "set the clock or use another certificate");
    if (X509_cmp_current_time(end) < 0)
      return failed(what, fmt::format("{} ended on {}", file.string(), time_text(end)),
                    "renew the certificate");
    if (check.fitness == Fitness::ok) {
      check.found = fmt::format("{}, valid until {}", file.string(), time_text(end));
      if (X509_cmp_time(end, &soon) < 0) {
        check.fitness = Fitness::warning;
        check.advice = "renew the certificate soon";
      }
    }
    if (!first) first = std::move(next);
  }
  if (!first)
    return failed(what, fmt::format("{} holds no certificate", file.string()),
                  "expected certificates in PEM form");
  return check;
}

Check check_key(const std::string& what, const fs::path& file, X509* certificate) {
  const Owned<BIO> in = open(file);
  if (!in)
    return failed(what, fmt::format("{} cannot be read", file.string()),
                  "expected a private key in PEM form");
  // Nobody is there to be asked for a password.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
  if (!key)
    return failed(what, fmt::format("{} holds no private key without a password", file.string()),
                  "expected a private key in PEM form");
  if (certificate != nullptr && X509_check_private_key(certificate, key.get()) != 1)
    return failed(what, fmt::format("{} is not the certificate's", file.string()),
                  "expected the key that the certificate was made with");
  return {.what = what, .fitness = Fitness::ok, .found = file.string(), .advice = ""};
}

}  // namespace

Checks check_tls(const std::string& what, const v1::Tls& tls, const fs::path& folder) {
  Checks checks;
  Owned<X509> authority;
  checks.push_back(check_certificates(what + " authority", folder / tls.authority(), authority));
  if (tls.certificate().empty() && tls.key().empty()) return checks;
  Owned<X509> own;
  checks.push_back(check_certificates(what + " certificate", folder / tls.certificate(), own));
  checks.push_back(check_key(what + " key", folder / tls.key(), own.get()));
  return checks;
}

}  // namespace meterrig::cli
