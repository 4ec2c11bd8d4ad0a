// SPDX-License-Identifier: GPL-3.0-or-later
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <memory>

#include "fitness.h"
#include "scratch_folder.h"

using namespace meterrig;
using cli::Checks;
using cli::Fitness;

namespace {

constexpr long day = 24L * 3600;

struct OpenSslDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, OpenSslDeleter>;

Owned<EVP_PKEY> new_key() { return Owned<EVP_PKEY>(EVP_EC_gen("P-256")); }

// A certificate that signs itself, valid from and to so many seconds from now.
Owned<X509> new_certificate(EVP_PKEY* key, long from, long to) {
  Owned<X509> certificate(X509_new());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to);
  X509_set_pubkey(certificate.get(), key);
  BOOST_REQUIRE(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

void write(const std::string& file, X509* certificate) {
  const Owned<BIO> out(BIO_new_file(file.c_str(), "a"));
  BOOST_REQUIRE(PEM_write_bio_X509(out.get(), certificate) == 1);
}

void write(const std::string& file, EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr) {
  const Owned<BIO> out(BIO_new_file(file.c_str(), "w"));
  const std::string password = "secret";
  const auto* const bytes = reinterpret_cast<const unsigned char*>(password.data());
  BOOST_REQUIRE(PEM_write_bio_PrivateKey(out.get(), key, cipher,
                                         cipher == nullptr ? nullptr : bytes,
                                         cipher == nullptr ? 0 : static_cast<int>(password.size()),
                                         nullptr, nullptr) == 1);
}

v1::Tls tls_of(const std::string& authority, const std::string& certificate = "",
               const std::string& key = "") {
  v1::Tls tls;
  tls.set_authority(authority);
  tls.set_certificate(certificate);
  tls.set_key(key);
  return tls;
}

// What is told of an authority that is valid for that time.
cli::Check authority_valid(long from, long to) {
  const ScratchFolder folder;
  const auto key = new_key();
  write(folder / "ca.pem", new_certificate(key.get(), from, to).get());
  const Checks checks = cli::check_tls("TLS", tls_of("ca.pem"), folder / "");
  BOOST_REQUIRE(checks.size() == 1u);
  return checks.front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_fitness)

BOOST_AUTO_TEST_CASE(dates_decide_and_the_last_month_is_a_warning) {
  BOOST_TEST((authority_valid(-day, 365 * day).fitness == Fitness::ok));
  BOOST_TEST((authority_valid(-day, 31 * day).fitness == Fitness::ok));
  BOOST_TEST((authority_valid(-day, 29 * day).fitness == Fitness::warning));
  const cli::Check ended = authority_valid(-20 * day, -day);
  BOOST_TEST((ended.fitness == Fitness::problem));
  BOOST_TEST(ended.found.find("ca.pem ended on ") != std::string::npos, ended.found);
  const cli::Check early = authority_valid(day, 365 * day);
  BOOST_TEST((early.fitness == Fitness::problem));
  BOOST_TEST(early.found.find("ca.pem is not valid before ") != std::string::npos, early.found);
}

BOOST_AUTO_TEST_CASE(one_ended_certificate_of_several_is_a_problem) {
  const ScratchFolder folder;
  const auto key = new_key();
  write(folder / "ca.pem", new_certificate(key.get(), -day, 365 * day).get());
  write(folder / "ca.pem", new_certificate(key.get(), -20 * day, -day).get());
  const Checks checks = cli::check_tls("TLS", tls_of("ca.pem"), folder / "");
  BOOST_TEST((checks.front().fitness == Fitness::problem));
}

BOOST_AUTO_TEST_CASE(a_key_belongs_to_its_certificate_and_needs_no_password) {
  const ScratchFolder folder;
  const auto key = new_key();
  const auto certificate = new_certificate(key.get(), -day, 365 * day);
  write(folder / "rig.pem", certificate.get());
  write(folder / "rig.key", key.get());
  write(folder / "other.key", new_key().get());
  write(folder / "locked.key", key.get(), EVP_aes_128_cbc());
  const auto told = [&folder](const std::string& file) {
    const Checks checks = cli::check_tls("TLS", tls_of("rig.pem", "rig.pem", file), folder / "");
    BOOST_REQUIRE(checks.size() == 3u);
    BOOST_TEST((checks.at(1).fitness == Fitness::ok));
    return checks.at(2);
  };
  BOOST_TEST((told("rig.key").fitness == Fitness::ok));
  BOOST_TEST((told("other.key").fitness == Fitness::problem));
  BOOST_TEST(told("other.key").found.ends_with("other.key is not the certificate's"));
  BOOST_TEST((told("locked.key").fitness == Fitness::problem));
  BOOST_TEST((told("missing.key").fitness == Fitness::problem));
}

BOOST_AUTO_TEST_CASE(files_that_hold_no_certificate_are_told_apart_from_missing_ones) {
  const ScratchFolder folder;
  std::ofstream(folder / "text.pem") << "not a certificate\n";
  const Checks text = cli::check_tls("TLS", tls_of("text.pem"), folder / "");
  BOOST_TEST(text.front().found.ends_with("text.pem holds no certificate"));
  const Checks missing = cli::check_tls("TLS", tls_of("missing.pem"), folder / "");
  BOOST_TEST(missing.front().found.ends_with("missing.pem cannot be read"));
}

BOOST_AUTO_TEST_SUITE_END()
