// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/source_template/template_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meterrig/scpi/output_check.h"
#include "meterrig/scpi/settle.h"

namespace meterrig::source_template {
namespace {

constexpr Duration longest_settling = second(1);
const SourceRange whole_range{
    .voltage = volt(300), .current = ampere(120), .lowest = hertz(40), .highest = hertz(70)};
const scpi::OutputTolerance tolerance{.voltage = {volt(0.01), 2e-4},
                                      .current = {ampere(0.001), 2e-4},
                                      .frequency = {hertz(0.001), 0},
                                      .angle = degree(0.01)};

/// Parts of a text between separators.
std::vector<std::string_view> parts(std::string_view text, char separator) {
  std::vector<std::string_view> all;
  for (;;) {
    const std::size_t end = text.find(separator);
    all.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return all;
    text.remove_prefix(end + 1);
  }
}

class TemplateSource final : public Source {
 public:
  TemplateSource(std::unique_ptr<scpi::Conversation> conversation, ports::Clock& clock)
      : conversation_(std::move(conversation)), clock_(clock) {}
  ~TemplateSource() override {
    if (energised_) static_cast<void>(send_off());
  }
  TemplateSource(const TemplateSource&) = delete;
  TemplateSource& operator=(const TemplateSource&) = delete;

  Result<InstrumentIdentity> identify() override {
    const auto reply = ask("ID");
    if (!reply) return tl::unexpected(reply.error());
    const auto fields = parts(*reply, ';');
    if (fields.size() != 4) return damaged("ID", *reply, "four fields");
    return InstrumentIdentity{.maker = std::string(fields[0]),
                              .model = std::string(fields[1]),
                              .serial_number = std::string(fields[2]),
                              .firmware = std::string(fields[3])};
  }
  [[nodiscard]] SourceRange range() const override { return whole_range; }

  Result<void> apply(const OperatingPoint& wanted) override {
    // First what is refused, before anything is sent.
    if (auto checked = scpi::check_range(wanted, whole_range); !checked) return checked;
    const OperatingPoint point = scpi::with_all_angles(wanted);
    energised_ = true;
    const auto reply = ask(fmt::format("SET {:.4f}", fmt::join(numbers_of(point), " ")));
    if (!reply) return tl::unexpected(reply.error());
    if (*reply == "NO")
      return fail(ErrorCode::aborted,
                  fmt::format("{}: the instrument refused the point", conversation_->name()));
    if (*reply != "OK") return damaged("SET", *reply, "OK or NO");
    // Then nothing is believed that was not read back.
    return scpi::look_until_settled(clock_, longest_settling, [&]() -> Result<void> {
      const auto state = read_back();
      if (!state) return tl::unexpected(state.error());
      if (!state->on)
        return fail(ErrorCode::aborted,
                    fmt::format("{}: the output is off after it was set", conversation_->name()));
      return scpi::check_output(point, state->point, tolerance);
    });
  }
  Result<void> play(std::unique_ptr<Signal> /*signal*/, Rational /*frequency*/) override {
    return fail(ErrorCode::unimplemented, "this source takes set-points; expected no samples");
  }
  Result<OutputState> read_back() override;
  Result<void> off() override {
    const auto sent = send_off();
    const auto seen = scpi::look_until_settled(clock_, longest_settling, [&]() -> Result<void> {
      const auto state = read_back();
      if (!state) return tl::unexpected(state.error());
      return scpi::check_silent(state->point, tolerance);
    });
    if (!seen) return sent ? seen : sent;
    energised_ = false;
    return {};
  }

 private:
  static constexpr std::size_t number_count = 1 + 4 * phase_count;

  static std::array<double, number_count> numbers_of(const OperatingPoint& point) {
    std::array<double, number_count> numbers{point.frequency.in(hertz)};
    for (std::size_t p = 0; p < phase_count; ++p) {
      numbers.at(1 + p) = point.voltage.at(p).in(volt);
      numbers.at(4 + p) = point.voltage_angle.at(p).in(degree);
      numbers.at(7 + p) = point.current.at(p).in(ampere);
      numbers.at(10 + p) = point.displacement.at(p).in(degree);
    }
    return numbers;
  }

  Result<std::string> ask(const std::string& query) {
    return conversation_->ask(query, conversation_->rules().answer_timeout);
  }
  /// Off waits for no reply; only reading back tells.
  Result<void> send_off() {
    auto sent = conversation_->send_and_leave("OFF");
    // The line was gone; this opens it again.
    if (!sent && sent.error().code == ErrorCode::unavailable)
      sent = conversation_->send_and_leave("OFF");
    return sent;
  }
  [[nodiscard]] tl::unexpected<Error> damaged(std::string_view query, std::string_view reply,
                                              std::string_view expected) const {
    return fail(ErrorCode::data_loss, fmt::format("{}: {} brought '{}'; expected {}",
                                                  conversation_->name(), query, reply, expected));
  }

  std::unique_ptr<scpi::Conversation> conversation_;
  ports::Clock& clock_;
  bool energised_ = false;  // something was sent since it was seen off
};

Result<OutputState> TemplateSource::read_back() {
  const auto reply = ask("GET");
  if (!reply) return tl::unexpected(reply.error());
  const auto fields = parts(*reply, ' ');
  if (fields.size() != 1 + number_count || (fields[0] != "0" && fields[0] != "1"))
    return damaged("GET", *reply, "0 or 1 and 13 numbers");
  std::array<double, number_count> numbers{};
  for (std::size_t n = 0; n < number_count; ++n) {
    const std::string_view text = fields[1 + n];
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), numbers.at(n));
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
      return damaged("GET", *reply, "13 numbers");
  }
  OutputState state{.on = fields[0] == "1", .measured = true, .point = {}};
  state.point.frequency = hertz(numbers[0]);
  for (std::size_t p = 0; p < phase_count; ++p) {
    state.point.voltage.at(p) = volt(numbers.at(1 + p));
    state.point.voltage_angle.at(p) = degree(numbers.at(4 + p));
    state.point.current.at(p) = ampere(numbers.at(7 + p));
    state.point.displacement.at(p) = degree(numbers.at(10 + p));
  }
  return state;
}

}  // namespace

ConversationRules rules() {
  return {.line_end = LineEnd::lf,
          .answer_timeout = second(1),
          .pause = second(0),
          .longest_reply = 512,
          .identity_query = "ID"};
}

Result<std::unique_ptr<Source>> connect(std::unique_ptr<scpi::Conversation> conversation,
                                        ports::Clock& clock) {
  auto source = std::make_unique<TemplateSource>(std::move(conversation), clock);
  if (auto identity = source->identify(); !identity) return tl::unexpected(identity.error());
  return source;
}

}  // namespace meterrig::source_template
