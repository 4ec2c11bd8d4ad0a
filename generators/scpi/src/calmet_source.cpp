// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/calmet_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meterrig/scpi/settle.h"

namespace meterrig::scpi {
namespace {

constexpr std::size_t channel_count = 2 * phase_count;

/// Numbers parted by blanks or commas; none when anything else is there.
std::optional<std::vector<double>> numbers_in(std::string_view text) {
  std::vector<double> numbers;
  for (;;) {
    const std::size_t start = text.find_first_not_of(" ,\t");
    if (start == std::string_view::npos) return numbers;
    text.remove_prefix(start);
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || !std::isfinite(number)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    if (!text.empty() && text.find_first_of(" ,\t") != 0) return std::nullopt;
    numbers.push_back(number);
  }
}

class CalmetSource final : public Source {
 public:
  CalmetSource(std::unique_ptr<Conversation> conversation, const CalmetSettings& settings,
               ports::Clock& clock)
      : conversation_(std::move(conversation)), settings_(settings), clock_(clock) {}
  ~CalmetSource() override {
    if (energised_) static_cast<void>(send_standby());
  }
  CalmetSource(const CalmetSource&) = delete;
  CalmetSource& operator=(const CalmetSource&) = delete;

  Result<void> ask_ranges();
  Result<InstrumentIdentity> identify() override;
  [[nodiscard]] SourceRange range() const override { return range_; }
  Result<void> apply(const OperatingPoint& wanted) override;
  Result<void> play(std::unique_ptr<Signal> /*signal*/, Rational /*frequency*/) override {
    return fail(ErrorCode::unimplemented,
                fmt::format("{}: takes set-points; expected no samples", conversation_->name()));
  }
  Result<OutputState> read_back() override;
  Result<void> off() override;

 private:
  [[nodiscard]] std::string line(std::string_view command, std::string_view parameters) const {
    return fmt::format("{}{}{}", command, settings_.separator, parameters);
  }
  Result<std::string> ask(const std::string& query) {
    return conversation_->ask(query, conversation_->rules().answer_timeout);
  }
  /// A command that is answered with OK.
  Result<void> order(std::string_view command, const std::string& parameters);
  /// All channels to stand-by, at once; only reading back tells whether they are.
  Result<void> send_standby();
  /// A query that is answered with at least `count` numbers, or exactly.
  Result<std::vector<double>> numbers(std::string_view command, std::size_t count, bool exactly);

  std::unique_ptr<Conversation> conversation_;
  CalmetSettings settings_;
  ports::Clock& clock_;
  SourceRange range_;
  bool energised_ = false;
};

Result<void> CalmetSource::order(std::string_view command, const std::string& parameters) {
  const std::string sent = line(command, parameters);
  const auto reply = ask(sent);
  if (!reply) return tl::unexpected(reply.error());
  if (*reply == "OK") return {};
  if (*reply == "ER")
    return fail(ErrorCode::aborted,
                fmt::format("{}: the instrument refused '{}'", conversation_->name(), sent));
  return fail(ErrorCode::data_loss, fmt::format("{}: '{}' brought '{}'; expected OK or ER",
                                                conversation_->name(), sent, *reply));
}

Result<void> CalmetSource::send_standby() {
  const std::string sent = line("SO", "1,1,1,1,1,1");
  auto gone = conversation_->send_and_leave(sent);
  // The line was gone; this opens it again.
  if (!gone && gone.error().code == ErrorCode::unavailable)
    gone = conversation_->send_and_leave(sent);
  return gone;
}

Result<std::vector<double>> CalmetSource::numbers(std::string_view command, std::size_t count,
                                                  bool exactly) {
  const std::string sent = line(command, "");
  const auto reply = ask(sent);
  if (!reply) return tl::unexpected(reply.error());
  if (*reply == "ER")
    return fail(ErrorCode::aborted,
                fmt::format("{}: the instrument refused '{}'", conversation_->name(), sent));
  auto found = numbers_in(*reply);
  if (found && (found->size() == count || (!exactly && found->size() > count)))
    return std::move(*found);
  return fail(ErrorCode::data_loss,
              fmt::format("{}: '{}' brought '{}'; expected {}{} numbers", conversation_->name(),
                          sent, *reply, exactly ? "" : "at least ", count));
}

Result<void> CalmetSource::ask_ranges() {
  const auto voltages = numbers("GETMAXURNG", 1, false);
  if (!voltages) return tl::unexpected(voltages.error());
  const auto currents = numbers("GETMAXIRNG", 1, false);
  if (!currents) return tl::unexpected(currents.error());
  const auto lowest = numbers("GETMINFRRNG", 1, false);
  if (!lowest) return tl::unexpected(lowest.error());
  const auto highest = numbers("GETMAXFRRNG", 1, false);
  if (!highest) return tl::unexpected(highest.error());
  range_ = {.voltage = volt(*std::ranges::max_element(*voltages)),
            .current = ampere(*std::ranges::max_element(*currents)),
            .lowest = hertz(*std::ranges::min_element(*lowest)),
            .highest = hertz(*std::ranges::max_element(*highest))};
  return {};
}

/// "C300 4.0.7 date 2006-06-27 S/N: 23007".
Result<InstrumentIdentity> CalmetSource::identify() { return ask_calmet_identity(*conversation_); }

Result<void> CalmetSource::apply(const OperatingPoint& wanted) {
  if (auto checked = check_range(wanted, range_); !checked) return checked;
  const OperatingPoint point = with_all_angles(wanted);
  const auto& u = point.voltage;
  const auto& i = point.current;
  const auto& phi = point.displacement;
  const auto between = [&point](std::size_t other) {
    return std::remainder((point.voltage_angle[0] - point.voltage_angle.at(other)).in(degree),
                          360.0);
  };
  const auto turned = [](Angle angle) { return std::remainder(angle.in(degree), 360.0); };
  const double hz = point.frequency.in(hertz);
  const auto standby = [](bool puts_out) { return puts_out ? '0' : '1'; };
  energised_ = true;
  const std::array<std::pair<std::string_view, std::string>, 4> orders{{
      {"AMP", fmt::format("{:.4f},{:.4f},{:.4f},{:.5f},{:.5f},{:.5f}", u[0].in(volt), u[1].in(volt),
                          u[2].in(volt), i[0].in(ampere), i[1].in(ampere), i[2].in(ampere))},
      {"PHA", fmt::format("{:.2f},{:.2f},{:.2f},{:.2f},{:.2f}", turned(phi[0]), turned(phi[1]),
                          turned(phi[2]), between(1), between(2))},
      {"FRQ", fmt::format("{0:.4f},{0:.4f},{0:.4f},{0:.4f},{0:.4f},{0:.4f}", hz)},
      {"SO", fmt::format("{},{},{},{},{},{}", standby(u[0] > volt(0)), standby(u[1] > volt(0)),
                         standby(u[2] > volt(0)), standby(i[0] > ampere(0)),
                         standby(i[1] > ampere(0)), standby(i[2] > ampere(0)))},
  }};
  for (const auto& [command, parameters] : orders) {
    if (auto done = order(command, parameters); !done) return done;
  }
  return look_until_settled(clock_, settings_.settle, [&]() -> Result<void> {
    const auto state = read_back();
    if (!state) return tl::unexpected(state.error());
    OperatingPoint set = point;
    // Voltage angles are told from that of L1.
    for (Angle& angle : set.voltage_angle) angle = angle - point.voltage_angle[0];
    auto same = check_output(set, state->point, settings_.tolerance);
    if (!same)
      return fail(same.error().code,
                  fmt::format("{}: {}", conversation_->name(), same.error().message));
    return same;
  });
}

Result<OutputState> CalmetSource::read_back() {
  const auto amplitudes = numbers("ENDAMP", channel_count, true);
  if (!amplitudes) return tl::unexpected(amplitudes.error());
  const auto angles = numbers("ENDPHA", phase_count + 2, true);
  if (!angles) return tl::unexpected(angles.error());
  const auto frequencies = numbers("ENDFRQ", channel_count, true);
  if (!frequencies) return tl::unexpected(frequencies.error());
  const auto standby = numbers("SO", channel_count, true);
  if (!standby) return tl::unexpected(standby.error());
  OutputState state;
  state.point.frequency = hertz(frequencies->front());
  const PerPhase<double> from_first{0, -angles->at(phase_count), -angles->at(phase_count + 1)};
  for (std::size_t p = 0; p < phase_count; ++p) {
    // 0 is operating, 1 is stand-by; any other figure was damaged on the line.
    for (const std::size_t channel : {p, phase_count + p}) {
      if (standby->at(channel) != 0 && standby->at(channel) != 1)
        return fail(ErrorCode::data_loss, fmt::format("{}: a stand-by state of {}; expected 0 or 1",
                                                      conversation_->name(), standby->at(channel)));
      if (frequencies->at(channel) != frequencies->front())
        return fail(
            ErrorCode::data_loss,
            fmt::format("{}: frequencies of {} Hz and {} Hz; expected one", conversation_->name(),
                        frequencies->front(), frequencies->at(channel)));
    }
    const bool u_on = standby->at(p) == 0;
    const bool i_on = standby->at(phase_count + p) == 0;
    state.on = state.on || u_on || i_on;
    state.point.voltage.at(p) = volt(u_on ? amplitudes->at(p) : 0);
    state.point.current.at(p) = ampere(i_on ? amplitudes->at(phase_count + p) : 0);
    state.point.displacement.at(p) = degree(angles->at(p));
    state.point.voltage_angle.at(p) = degree(from_first.at(p));
  }
  return state;
}

Result<void> CalmetSource::off() {
  const auto sent = send_standby();
  const auto seen = look_until_settled(clock_, settings_.settle, [&]() -> Result<void> {
    const auto state = read_back();
    if (!state) return tl::unexpected(state.error());
    if (state->on)
      return fail(ErrorCode::aborted, fmt::format("{}: a channel is on after all were switched off",
                                                  conversation_->name()));
    return {};
  });
  if (!seen) return sent ? seen : sent;
  energised_ = false;
  return {};
}

}  // namespace

ConversationRules calmet_rules(char separator) {
  return {.line_end = LineEnd::cr_lf,
          .answer_timeout = second(1),
          .pause = second(0),
          .longest_reply = 256,
          .identity_query = fmt::format("VR{}", separator)};
}

Result<InstrumentIdentity> ask_calmet_identity(Conversation& conversation) {
  const ConversationRules& rules = conversation.rules();
  const auto reply = conversation.ask(rules.identity_query, rules.answer_timeout);
  if (!reply) return tl::unexpected(reply.error());
  constexpr std::string_view serial_mark = "S/N:";
  const std::size_t blank = reply->find(' ');
  const std::size_t serial = reply->find(serial_mark);
  if (blank == std::string::npos || serial == std::string::npos || serial < blank)
    return fail(ErrorCode::data_loss,
                fmt::format("{}: the identity '{}'; expected such as 'C300 4.0.7 date 2006-06-27 "
                            "S/N: 23007'",
                            conversation.name(), *reply));
  const std::string after = reply->substr(serial + serial_mark.size());
  const std::string rest = reply->substr(blank + 1);
  return InstrumentIdentity{
      .maker = "Calmet",
      .model = reply->substr(0, blank),
      .serial_number = after.substr(std::min(after.find_first_not_of(' '), after.size())),
      .firmware = rest.substr(0, rest.find(' '))};
}

Result<std::unique_ptr<Source>> connect_calmet(std::unique_ptr<Conversation> conversation,
                                               const CalmetSettings& settings,
                                               ports::Clock& clock) {
  auto source = std::make_unique<CalmetSource>(std::move(conversation), settings, clock);
  if (auto identity = source->identify(); !identity) return tl::unexpected(identity.error());
  if (auto asked = source->ask_ranges(); !asked) return tl::unexpected(asked.error());
  return source;
}

}  // namespace meterrig::scpi
