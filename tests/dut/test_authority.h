// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace meterrig::test {

/// A certification authority in a folder of its own, by the program openssl: what it issues lives
/// as long as the test.
class TestAuthority {
 public:
  struct Issued {
    std::string certificate;
    std::string key;
  };
  /// When a certificate holds and for whom; dates as "20200101000000Z", empty for from yesterday
  /// to next month.
  struct Terms {
    std::string names = "DNS:localhost,IP:127.0.0.1";
    std::string from;
    std::string until;
  };

  /// Makes key and certificate of the authority in `folder`, which must be there.
  TestAuthority(std::string folder, const std::string& common_name);

  [[nodiscard]] const std::string& certificate() const { return certificate_; }
  /// A key of EC P-256 and its certificate, in files called `common_name`.pem and .key.
  [[nodiscard]] Issued issue(const std::string& common_name, const Terms& terms) const;
  [[nodiscard]] Issued issue(const std::string& common_name) const {
    return issue(common_name, Terms());
  }

 private:
  void openssl(const std::string& arguments) const;
  std::string folder_;
  std::string certificate_;
};

}  // namespace meterrig::test
