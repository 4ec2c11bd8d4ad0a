// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace meterrig::test {

/// Passes TCP on to a server on loopback until a number of bytes went either way; then every
/// connection is cut, and new ones are until it is told to go on.
class CuttingProxy {
 public:
  /// `target` is "127.0.0.1:PORT".
  explicit CuttingProxy(const std::string& target);
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  ~CuttingProxy();

  [[nodiscard]] const std::string& address() const;
  /// From now on: so many bytes, then the cut.
  void cut_after(std::int64_t bytes);
  /// That went since cut_after().
  [[nodiscard]] std::int64_t passed() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::test
