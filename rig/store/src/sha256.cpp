// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/store/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "chain.h"

namespace meterrig::store {

std::string sha256_hex(std::string_view bytes) { return hex(sha256({bytes})); }

Result<std::string> sha256_of_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return fail(ErrorCode::not_found, fmt::format("{}: cannot be opened", file.string()));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  Digest digest{};
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::vector<char> piece(std::size_t{1024} * 1024);
  while (good && stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    good = EVP_DigestUpdate(context.get(), piece.data(),
                            static_cast<std::size_t>(stream.gcount())) == 1;
  }
  good = good && EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!good) throw std::runtime_error("OpenSSL cannot compute SHA-256");
  if (stream.bad())
    return fail(ErrorCode::data_loss, fmt::format("{}: cannot be read", file.string()));
  return hex(digest);
}

}  // namespace meterrig::store
