// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <utility>

namespace meterrig::iio_server {
namespace {

constexpr std::size_t chunk_bytes = 1ULL << 16U;
constexpr std::string_view version = "0.24.v0.24  ";  // the tag has seven characters

AttributeAddress address_of(const Request& request) {
  return {.device = request.device,
          .channel = request.channel,
          .output = request.place == Place::output_channel,
          .debug = request.place == Place::debug,
          .buffer = request.place == Place::buffer};
}

/// Appends a number as it stands before an attribute among all: big-endian.
void append_length(std::string& out, std::int32_t length) {
  const auto bits = static_cast<std::uint32_t>(length);
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(shift)));
}

std::string mask_line(const std::vector<bool>& enabled) {
  std::string line;
  const std::size_t words = (enabled.size() + 31) / 32;
  for (std::size_t w = words; w-- > 0;) {
    std::uint32_t word = 0;
    for (std::size_t bit = 0; bit < 32 && 32 * w + bit < enabled.size(); ++bit)
      if (enabled[32 * w + bit]) word |= 1U << bit;
    line += fmt::format("{:08x}", word);
  }
  return line + '\n';
}

/// A value as a client writes it: up to the first NUL or line end.
std::string_view value_of(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.substr(0, text.find_first_of(std::string_view("\0\n", 2)));
}

}  // namespace

Connection::Connection(ports::FileDescriptor socket, std::uint64_t owner, VirtualBench& bench,
                       FaultPlan& faults, std::function<void()> all_gone)
    : socket_(std::move(socket)),
      owner_(owner),
      bench_(&bench),
      faults_(&faults),
      all_gone_(std::move(all_gone)) {}

Connection::~Connection() { cut(); }

Result<void> Connection::start() {
  return worker_.start([this] {
    run();
    bench_->close_all(owner_);
    ::shutdown(socket_.get(), SHUT_RDWR);
    ended_ = true;
  });
}

void Connection::cut() { ::shutdown(socket_.get(), SHUT_RDWR); }

void Connection::run() {
  while (const auto line = read_line()) {
    if (!line->empty() && !serve_line(*line)) return;
  }
}

bool Connection::serve_line(std::string_view line) {
  const auto request = parse_request(line);
  if (!request) return send_number(-EINVAL);
  const Fault fault = faults_->next();
  if (fault.kind != Fault::Kind::none && !misbehave(fault, *request)) return false;
  return answer(*request);
}

bool Connection::misbehave(const Fault& fault, const Request& request) {
  switch (fault.kind) {
    case Fault::Kind::drop:
      return false;
    case Fault::Kind::drop_after:
      halve_ = true;
      return true;
    case Fault::Kind::all_gone:
      all_gone_();
      return false;
    case Fault::Kind::garbage:
      // What the client sends along is taken, so that its next command is understood.
      if (request.verb == Verb::write || request.verb == Verb::write_buffer) drain(request.count);
      send("\xff\xfe not a number\n");
      return false;
    case Fault::Kind::late: {
      pollfd stop{worker_.stop_descriptor(), POLLIN, 0};
      return ::poll(&stop, 1, static_cast<int>(std::lround(fault.delay.in(millisecond)))) == 0;
    }
    default:
      return true;
  }
}

bool Connection::answer(const Request& request) {
  switch (request.verb) {
    case Verb::version:
      return send(fmt::format("{}\n", version));
    case Verb::print:
      return send_text(bench_->xml(), false);
    case Verb::timeout:
      return send_number(0);
    case Verb::read:
      if (!request.attribute) return answer_all_attributes(request);
      return send_text(bench_->read_attribute(address_of(request), *request.attribute), true);
    case Verb::write:
      return write_attributes(request);
    case Verb::open:
      return send_status(
          bench_->open(request.device, owner_, request.count, request.mask, request.cyclic));
    case Verb::close:
      return send_status(bench_->close(request.device, owner_));
    case Verb::read_buffer:
      return read_buffer(request);
    case Verb::write_buffer:
      return write_buffer(request);
    case Verb::get_trigger:
    case Verb::set_trigger:  // no device here has a trigger to choose
      return send_number(bench_->has(request.device) ? -ENOENT : -ENODEV);
    case Verb::set_buffers_count:
      return send_status(bench_->set_buffers(request.device, request.count));
    case Verb::exit:
      return false;
  }
  return false;
}

bool Connection::answer_all_attributes(const Request& request) {
  const AttributeAddress where = address_of(request);
  const auto names = bench_->attributes(where);
  if (!names) return send_number(-names.error());
  std::string all;
  for (const std::string& name : *names) {
    const auto value = bench_->read_attribute(where, name);
    if (!value) {
      append_length(all, -value.error());
      continue;
    }
    append_length(all, static_cast<std::int32_t>(value->size() + 1));
    all += *value;
    all.append(4 - value->size() % 4, '\0');  // its end, and up to a multiple of four
  }
  return send_text(all, false);
}

bool Connection::write_attributes(const Request& request) {
  std::vector<std::uint8_t> bytes(request.count);
  if (!read_exactly(bytes)) return false;
  const AttributeAddress where = address_of(request);
  std::span<const std::uint8_t> rest(bytes);
  if (request.attribute) {
    const auto written = bench_->write_attribute(where, *request.attribute, value_of(rest));
    return send_number(written ? static_cast<std::int64_t>(request.count) : -written.error());
  }
  const auto names = bench_->attributes(where);
  if (!names) return send_number(-names.error());
  for (const std::string& name : *names) {
    if (rest.size() < 4) return send_number(-EINVAL);
    std::uint32_t bits = 0;
    for (int i = 0; i < 4; ++i) bits = (bits << 8U) | rest[static_cast<std::size_t>(i)];
    rest = rest.subspan(4);
    const auto length = static_cast<std::int32_t>(bits);
    if (length <= 0) continue;  // this one is not to be written
    if (static_cast<std::size_t>(length) > rest.size()) return send_number(-EINVAL);
    const auto value = rest.first(static_cast<std::size_t>(length));
    if (auto written = bench_->write_attribute(where, name, value_of(value)); !written)
      return send_number(-written.error());
    rest = rest.subspan(std::min(rest.size(), (static_cast<std::size_t>(length) + 3) / 4 * 4));
  }
  return send_number(static_cast<std::int64_t>(request.count));
}

bool Connection::read_buffer(const Request& request) {
  const auto layout = bench_->layout(request.device, owner_);
  if (!layout) return send_number(-layout.error());
  if (request.count % layout->frame_bytes != 0) return send_number(-EINVAL);
  std::uint64_t left = request.count;
  bool first = true;
  while (left > 0) {
    const std::size_t most = std::min<std::uint64_t>(left, chunk_bytes) / layout->frame_bytes;
    const auto frames = bench_->read(request.device, owner_, std::max<std::size_t>(most, 1));
    if (!frames) return send_number(-frames.error());
    std::string chunk = fmt::format("{}\n", frames->size());
    if (first) chunk += mask_line(layout->enabled);
    chunk.append(reinterpret_cast<const char*>(frames->data()), frames->size());
    if (!send(chunk)) return false;
    first = false;
    left -= frames->size();
  }
  return true;
}

bool Connection::write_buffer(const Request& request) {
  const auto layout = bench_->layout(request.device, owner_);
  const bool refused = !layout || request.count % layout->frame_bytes != 0;
  const int error = layout ? EINVAL : layout.error();
  if (!send_number(refused ? -error : 0)) return false;
  // The client does not wait for this answer, so its bytes come whatever it is.
  if (refused) return drain(request.count);
  // A piece at a time, so that what a client claims costs no memory before it comes.
  const std::size_t piece =
      std::max<std::size_t>(1, chunk_bytes / layout->frame_bytes) * layout->frame_bytes;
  std::vector<std::uint8_t> frames;
  for (std::uint64_t left = request.count; left > 0;) {
    const std::size_t held = frames.size();
    frames.resize(held + std::min<std::uint64_t>(left, piece));
    if (!read_exactly(std::span(frames).subspan(held))) return false;
    left -= frames.size() - held;
    if (left > 0 && frames.size() < layout->at_once) continue;
    if (auto written = bench_->write(request.device, owner_, frames); !written)
      return drain(left) && send_number(-written.error());
    frames.clear();
  }
  return send_number(static_cast<std::int64_t>(request.count));
}

// ---- bytes

bool Connection::receive() {
  if (taken_ == received_.size()) {
    received_.clear();
    taken_ = 0;
  }
  const std::size_t held = received_.size();
  received_.resize(held + chunk_bytes);
  ssize_t count = 0;
  do {
    count = ::recv(socket_.get(), received_.data() + held, chunk_bytes, 0);
  } while (count < 0 && errno == EINTR);
  received_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return count > 0;
}

std::optional<std::string> Connection::read_line() {
  std::size_t looked_at = taken_;
  while (true) {
    const auto from = received_.begin() + static_cast<std::ptrdiff_t>(looked_at);
    const auto end = std::find(from, received_.end(), '\n');
    const auto begin = received_.begin() + static_cast<std::ptrdiff_t>(taken_);
    if (end != received_.end()) {
      std::string line(begin, end);
      taken_ += line.size() + 1;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    if (received_.end() - begin > static_cast<std::ptrdiff_t>(longest_line)) return std::nullopt;
    const std::size_t waiting = received_.size() - taken_;
    if (!receive()) return std::nullopt;
    looked_at = taken_ + waiting;
  }
}

bool Connection::read_exactly(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    if (taken_ == received_.size() && !receive()) return false;
    const std::size_t count = std::min(bytes.size(), received_.size() - taken_);
    std::copy_n(received_.begin() + static_cast<std::ptrdiff_t>(taken_), count, bytes.begin());
    taken_ += count;
    bytes = bytes.subspan(count);
  }
  return true;
}

bool Connection::drain(std::uint64_t bytes) {
  std::array<std::uint8_t, 4096> scrap{};
  for (; bytes > 0; bytes -= std::min<std::uint64_t>(bytes, scrap.size()))
    if (!read_exactly(std::span(scrap).first(std::min<std::uint64_t>(bytes, scrap.size()))))
      return false;
  return true;
}

bool Connection::send(std::string_view text) {
  if (halve_) text = text.substr(0, text.size() / 2);
  while (!text.empty()) {
    const ssize_t count = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return !halve_;
}

bool Connection::send_number(std::int64_t number) { return send(fmt::format("{}\n", number)); }

bool Connection::send_status(const Answer<void>& status) {
  return send_number(status ? 0 : -status.error());
}

bool Connection::send_text(const Answer<std::string>& text, bool with_nul) {
  if (!text) return send_number(-text.error());
  std::string answer = fmt::format("{}\n{}", text->size() + (with_nul ? 1 : 0), *text);
  if (with_nul) answer += '\0';
  return send(answer + '\n');
}

}  // namespace meterrig::iio_server
