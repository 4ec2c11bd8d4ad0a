// SPDX-License-Identifier: GPL-3.0-or-later
#include "test_authority.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace meterrig::test {
namespace {

std::string day_from_now(int days) {
  const auto time = std::chrono::system_clock::now() + std::chrono::hours(24 * days);
  return fmt::format("{:%Y%m%d%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace

TestAuthority::TestAuthority(std::string folder, const std::string& common_name)
    : folder_(std::move(folder)), certificate_(folder_ + "/authority.pem") {
  const std::ofstream empty(folder_ + "/index.txt");
  openssl(
      fmt::format("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "
                  "-keyout authority.key -out authority.pem -subj '/CN={}'",
                  common_name));
}

TestAuthority::Issued TestAuthority::issue(const std::string& common_name,
                                           const Terms& terms) const {
  std::ofstream(folder_ + "/ca.conf")
      << "[ca]\ndefault_ca = it\n"
         "[it]\ndatabase = index.txt\nnew_certs_dir = .\n"
         "rand_serial = yes\nunique_subject = no\n"
         "default_md = sha256\npolicy = any\n"
         "certificate = authority.pem\nprivate_key = authority.key\n"
         "x509_extensions = extensions\n"
         "[any]\ncommonName = supplied\n"
         "[extensions]\nsubjectAltName = "
      << terms.names << "\n";
  openssl(
      fmt::format("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                  "-keyout '{0}.key' -out '{0}.csr' -subj '/CN={0}'",
                  common_name));
  openssl(
      fmt::format("ca -batch -notext -config ca.conf -in '{0}.csr' -out '{0}.pem' "
                  "-startdate {1} -enddate {2}",
                  common_name, terms.from.empty() ? day_from_now(-1) : terms.from,
                  terms.until.empty() ? day_from_now(30) : terms.until));
  return {.certificate = fmt::format("{}/{}.pem", folder_, common_name),
          .key = fmt::format("{}/{}.key", folder_, common_name)};
}

void TestAuthority::openssl(const std::string& arguments) const {
  const std::string command =
      fmt::format("cd '{}' && openssl {} >openssl.log 2>&1 </dev/null", folder_, arguments);
  if (std::system(command.c_str()) == 0) return;
  std::ifstream log(folder_ + "/openssl.log");
  throw std::runtime_error("openssl " + arguments + ":\n" +
                           std::string(std::istreambuf_iterator<char>(log), {}));
}

}  // namespace meterrig::test
