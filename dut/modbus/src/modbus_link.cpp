// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/modbus/modbus_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "answer.h"
#include "connection.h"
#include "grouping.h"
#include "meterrig/modbus/codec.h"
#include "request.h"

namespace meterrig::modbus {
namespace {

// The caller of read() gives the time; this names whose it is.
constexpr const char* time_base = "controller";

constexpr int most_registers = 125;

/// Why a transfer failed, and whether another try may help.
struct Failure {
  Error error;
  bool try_again = true;
  int exception = 0;  ///< of the device, if it refused
};
using Registers = std::vector<std::uint16_t>;
template <class T>
using Outcome = tl::expected<T, Failure>;

tl::unexpected<Failure> failure(ErrorCode code, std::string message, bool try_again = true,
                                int exception = 0) {
  return tl::unexpected<Failure>(Failure{.error = {.code = code, .message = std::move(message)},
                                         .try_again = try_again,
                                         .exception = exception});
}

class Link final : public ModbusLink {
 public:
  Link(Connection connection, int unit, RegisterMap map, Policy policy)
      : connection_(std::move(connection)), unit_(unit), map_(std::move(map)), policy_(policy) {}

  [[nodiscard]] Result<std::vector<Reading>> read(std::span<const QuantityId> ids,
                                                  Instant now) override;
  [[nodiscard]] std::vector<QuantityId> quantities() const override {
    std::vector<QuantityId> ids;
    ids.reserve(map_.registers.size());
    for (const Register& entry : map_.registers) ids.push_back(entry.quantity);
    return ids;
  }
  [[nodiscard]] LinkStatistics statistics() const override { return statistics_; }
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> read_identity() override;

 private:
  [[nodiscard]] const Register* find(QuantityId id) const {
    const auto found = std::ranges::find(map_.registers, id, &Register::quantity);
    return found == map_.registers.end() ? nullptr : &*found;
  }
  Outcome<Registers> transfer(const Block& block);
  Outcome<Registers> attempt(const Request& request);
  Outcome<Registers> judge(Answer answer);
  Outcome<void> await_silence();

  Connection connection_;
  int unit_;
  RegisterMap map_;
  Policy policy_;
  LinkStatistics statistics_;
  std::uint16_t transaction_ = 0;
  int answers_owed_ = 0;  // requests whose answers may still come
};

/// Before a request the line is quiet: no answer of an earlier one is on its way.
Outcome<void> Link::await_silence() {
  const Duration patience =
      answers_owed_ > 0 ? 2.0 * policy_.answer_timeout : connection_.silence();
  switch (connection_.listen(patience)) {
    case Heard::nothing:
      break;
    case Heard::something:
      ++statistics_.late_answers;
      answers_owed_ = std::max(0, answers_owed_ - 1);
      break;
    case Heard::hang_up:
      return failure(ErrorCode::unavailable, "the line is gone", false);
  }
  return {};
}

Outcome<Registers> Link::judge(Answer answer) {
  switch (answer.kind) {
    case AnswerKind::registers:
      return std::move(answer.registers);
    case AnswerKind::exception: {
      ++statistics_.exceptions;
      constexpr int illegal_data_value = 3;  // 1 to 3 say that the question itself is wrong
      return failure(ErrorCode::aborted, answer.detail, answer.exception > illegal_data_value,
                     answer.exception);
    }
    case AnswerKind::damaged:
      ++statistics_.crc_errors;
      if (connection_.discard_rest() == Heard::hang_up) {
        return failure(ErrorCode::unavailable, "the line is gone", false);
      }
      return failure(ErrorCode::data_loss, answer.detail);
    case AnswerKind::wrong_unit:
      ++statistics_.wrong_unit;
      break;
    case AnswerKind::late:
      ++statistics_.late_answers;
      break;
    case AnswerKind::foreign:
      ++statistics_.foreign_answers;
      break;
  }
  ++answers_owed_;  // the right one may follow
  return failure(ErrorCode::aborted, answer.detail);
}

Outcome<Registers> Link::attempt(const Request& request) {
  if (auto silent = await_silence(); !silent) return tl::unexpected(silent.error());
  ++statistics_.requests;
  if (!connection_.send(request)) {
    return failure(ErrorCode::unavailable, "the line takes no request", false);
  }
  Answer answer;
  switch (connection_.receive(request, answer)) {
    case Received::frame:
      break;
    case Received::nothing:
      ++statistics_.timeouts;
      ++answers_owed_;
      return failure(ErrorCode::deadline_exceeded, fmt::format("no complete answer within {:g} s",
                                                               policy_.answer_timeout.in(second)));
    case Received::too_long:
      answer = {.kind = AnswerKind::damaged,
                .registers = {},
                .exception = 0,
                .detail = "answer longer than a frame may be"};
      break;
    case Received::hang_up:
      return failure(ErrorCode::unavailable, "the line is gone", false);
  }
  const bool answers_a_read =
      answer.kind == AnswerKind::registers || answer.kind == AnswerKind::exception;
  if (answers_a_read && answers_owed_ > 0) {
    // It may be the one that is still owed; then the one to this request follows.
    if (!connection_.has_transactions()) {
      switch (connection_.listen(policy_.answer_timeout)) {
        case Heard::nothing:
          break;
        case Heard::something:
          ++statistics_.late_answers;
          --answers_owed_;
          return failure(ErrorCode::aborted, "two answers after one that was missing");
        case Heard::hang_up:
          return failure(ErrorCode::unavailable, "the line is gone", false);
      }
    }
    answers_owed_ = 0;
  }
  return judge(std::move(answer));
}

Outcome<Registers> Link::transfer(const Block& block) {
  Outcome<Registers> outcome;
  int tries = 0;
  do {
    if (tries > 0) ++statistics_.retries;
    ++tries;
    outcome = attempt({.unit = unit_,
                       .table = block.table,
                       .address = block.address,
                       .count = block.count,
                       .transaction = ++transaction_});
  } while (!outcome && outcome.error().try_again && tries <= policy_.retries);
  if (!outcome) {
    Error& error = outcome.error().error;
    error.message = fmt::format(
        "{}, unit {}: reading {} {} register{} at 0x{:04X}: {}; expected the registers (tries: {})",
        connection_.name(), unit_, block.count, block.table == Table::input ? "input" : "holding",
        block.count == 1 ? "" : "s", block.address, error.message, tries);
  }
  return outcome;
}

Result<std::vector<Reading>> Link::read(std::span<const QuantityId> ids, Instant now) {
  std::vector<const Register*> wanted;
  std::vector<Block> blocks;
  for (const QuantityId id : ids) {
    const Register* found = find(id);
    if (found == nullptr) {
      return fail(ErrorCode::not_found,
                  fmt::format("{}, unit {}: the device's register map has no {}",
                              connection_.name(), unit_, to_string(id)));
    }
    wanted.push_back(found);
    blocks.push_back(block_of(found->table, found->address, found->type, map_.even_only));
  }
  blocks = group(std::move(blocks), map_.maximum_registers, map_.even_only);

  std::vector<Reading> readings(ids.size());
  for (const Block& block : blocks) {
    const Outcome<Registers> registers = transfer(block);
    if (!registers) return tl::unexpected(registers.error().error);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Register& entry = *wanted[i];
      const int offset = entry.address - block.address;
      if (entry.table != block.table || offset < 0 || offset >= block.count) continue;
      const auto words = std::span(*registers)
                             .subspan(static_cast<std::size_t>(offset),
                                      static_cast<std::size_t>(register_count(entry.type)));
      const double raw = decode(words, entry.type, entry.word_order);
      const double step = resolution(raw, entry.type);  // NaN when there is no number
      const double unknown = std::numeric_limits<double>::quiet_NaN();
      readings[i] = {.id = entry.quantity,
                     .value = !std::isnan(step) ? raw * entry.scale * entry.unit_factor : unknown,
                     .resolution = std::abs(step * entry.scale * entry.unit_factor),
                     .time = now,
                     .time_base = time_base};
    }
  }
  return readings;
}

Result<std::vector<std::pair<std::string, std::string>>> Link::read_identity() {
  std::vector<std::pair<std::string, std::string>> identity;
  for (const IdentityRegister& entry : map_.identity) {
    // Each on its own: a device that refuses one may have the others.
    const Block block = block_of(entry.table, entry.address, entry.type, map_.even_only);
    const Outcome<Registers> registers = transfer(block);
    if (!registers && registers.error().exception == 0) {
      return tl::unexpected(registers.error().error);
    }
    if (!registers) {
      const int exception = registers.error().exception;
      identity.emplace_back(entry.name, fmt::format("refused: exception {} ({})", exception,
                                                    exception_name(exception)));
      continue;
    }
    const int count = register_count(entry.type);
    const auto words = std::span(*registers)
                           .subspan(static_cast<std::size_t>(entry.address - block.address),
                                    static_cast<std::size_t>(count));
    identity.emplace_back(
        entry.name,
        entry.hexadecimal
            ? (count == 1 ? fmt::format("0x{:04X}", words[0])
                          : fmt::format("0x{:08X}", static_cast<std::uint32_t>(decode(
                                                        words, Type::uint32, map_.word_order))))
            : fmt::format("{}", decode(words, entry.type, map_.word_order)));
  }
  return identity;
}

Result<void> check(int unit, int lowest_unit, int highest_unit, const RegisterMap& map,
                   const Policy& policy) {
  const auto wrong = [](std::string message) {
    return fail(ErrorCode::invalid_argument, std::move(message));
  };
  if (unit < lowest_unit || unit > highest_unit) {
    return wrong(fmt::format("Modbus unit {}: expected {} to {}", unit, lowest_unit, highest_unit));
  }
  if (!(policy.answer_timeout >= millisecond(1)) || policy.answer_timeout > minute(1)) {
    return wrong(fmt::format("answer time-out of {:g} s: expected 0.001 to 60 s",
                             policy.answer_timeout.in(second)));
  }
  if (policy.retries < 0)
    return wrong(fmt::format("{} retries: expected 0 or more", policy.retries));
  if (map.maximum_registers < 1 || map.maximum_registers > most_registers) {
    return wrong(fmt::format("{} registers in one read: expected 1 to {}", map.maximum_registers,
                             most_registers));
  }
  const auto fits = [&](Table table, int address, Type type) {
    const Block block = block_of(table, address, type, map.even_only);
    return address >= 0 && block.address + block.count <= 0x10000 &&
           block.count <= map.maximum_registers;
  };
  const auto misfit = [&](int address) {
    return wrong(
        fmt::format("register at 0x{:04X}: expected all of it below 0x10000 and in one "
                    "read of {} registers",
                    address, map.maximum_registers));
  };
  for (const Register& entry : map.registers) {
    if (!fits(entry.table, entry.address, entry.type)) return misfit(entry.address);
  }
  for (const IdentityRegister& entry : map.identity) {
    if (!fits(entry.table, entry.address, entry.type)) return misfit(entry.address);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ModbusLink>> connect_rtu(std::unique_ptr<ports::SerialPort> port, int unit,
                                                RegisterMap map, Policy policy) {
  if (auto checked = check(unit, 1, 247, map, policy); !checked) {
    return tl::unexpected(checked.error());
  }
  auto connection = Connection::over_serial(std::move(port), unit, policy.answer_timeout);
  if (!connection) return tl::unexpected(connection.error());
  return std::make_unique<Link>(std::move(*connection), unit, std::move(map), policy);
}

Result<std::unique_ptr<ModbusLink>> connect_tcp(const std::string& host, int port, int unit,
                                                RegisterMap map, Policy policy) {
  if (auto checked = check(unit, 0, 255, map, policy); !checked) {
    return tl::unexpected(checked.error());
  }
  auto connection = Connection::over_tcp(host, port, policy.answer_timeout);
  if (!connection) return tl::unexpected(connection.error());
  return std::make_unique<Link>(std::move(*connection), unit, std::move(map), policy);
}

}  // namespace meterrig::modbus
