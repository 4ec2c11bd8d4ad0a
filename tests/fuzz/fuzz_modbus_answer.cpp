// SPDX-License-Identifier: GPL-3.0-or-later
// Arbitrary bytes as a device's answers. The input is a list of answers, each with its length
// before it in one byte; the n-th is sent when the n-th request has come, and the end of the input
// closes the line. No value may be read that was not at its place in a valid frame.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "meterrig/modbus/modbus_link.h"
#include "meterrig/ports/file_descriptor.h"
#include "modbus_checksum.h"

using namespace meterrig;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr QuantityId voltage_1{Measurand::voltage, Place::L1};
constexpr QuantityId voltage_2{Measurand::voltage, Place::L2};
constexpr std::uint8_t unit = 1;
constexpr std::uint8_t read_input_registers = 4;

class SocketPort final : public ports::SerialPort {
 public:
  explicit SocketPort(int descriptor) : descriptor_(descriptor) {}
  [[nodiscard]] int descriptor() const override { return descriptor_.get(); }
  [[nodiscard]] const std::string& path() const override { return path_; }
  [[nodiscard]] const ports::SerialSettings& settings() const override { return settings_; }

 private:
  ports::FileDescriptor descriptor_;
  std::string path_ = "socket";
  ports::SerialSettings settings_{.baud_rate = 115200};
};

std::vector<Bytes> split(std::span<const std::uint8_t> input) {
  std::vector<Bytes> answers;
  while (!input.empty()) {
    const auto rest = input.subspan(1);
    const auto answer = rest.first(std::min<std::size_t>(input[0], rest.size()));
    answers.emplace_back(answer.begin(), answer.end());
    input = rest.subspan(answer.size());
  }
  return answers;
}

void answer_requests(int descriptor, const std::vector<Bytes>& answers) {
  std::array<std::uint8_t, 8> request{};
  std::size_t received = 0;
  std::size_t next = 0;
  for (;;) {
    const ssize_t count = ::recv(descriptor, request.data(), request.size() - received, 0);
    if (count <= 0) return;
    received += static_cast<std::size_t>(count);
    if (received < request.size()) continue;
    received = 0;
    if (next < answers.size()) {
      const Bytes& answer = answers[next++];
      if (!answer.empty()) ::send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    if (next >= answers.size()) ::shutdown(descriptor, SHUT_WR);
  }
}

/// Whether the number is at this place of the data of some valid answer with so many bytes of it.
bool was_sent(std::span<const std::uint8_t> sent, std::size_t data_bytes, std::size_t place,
              double value) {
  const std::size_t length = 3 + data_bytes + 2;
  for (std::size_t at = 0; at + length <= sent.size(); ++at) {
    const auto frame = sent.subspan(at, length);
    if (frame[0] != unit || frame[1] != read_input_registers || frame[2] != data_bytes ||
        !checksum_fits(frame)) {
      continue;
    }
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) bits = (bits << 8U) | frame[3 + place + i];
    const float number = std::bit_cast<float>(bits);
    if (std::isfinite(number) ? static_cast<double>(number) == value : std::isnan(value)) {
      return true;
    }
  }
  return false;
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<Bytes> answers = split({data, size});
  Bytes sent;
  for (const Bytes& answer : answers) sent.insert(sent.end(), answer.begin(), answer.end());

  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  const ports::FileDescriptor device(ends[1]);
  std::thread peer([&] { answer_requests(device.get(), answers); });
  {
    modbus::RegisterMap map;
    map.registers = {{.address = 0, .quantity = voltage_1}, {.address = 2, .quantity = voltage_2}};
    auto link = modbus::connect_rtu(std::make_unique<SocketPort>(ends[0]), unit, map,
                                    {.answer_timeout = millisecond(2), .retries = 2});
    require(link.has_value(), "a link is made");
    if (const auto one = (*link)->read(std::array{voltage_1}, {})) {
      require(one->size() == 1, "one reading");
      require(was_sent(sent, 4, 0, one->at(0).value), "a value was in a valid frame");
    }
    if (const auto two = (*link)->read(std::array{voltage_2, voltage_1}, {})) {
      require(two->size() == 2, "two readings");
      require(was_sent(sent, 8, 4, two->at(0).value), "a second value was in a valid frame");
      require(was_sent(sent, 8, 0, two->at(1).value), "a first value was in a valid frame");
    }
  }  // closes the line, which ends the peer
  peer.join();
  return 0;
}
