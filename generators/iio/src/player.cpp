// SPDX-License-Identifier: GPL-3.0-or-later
#include "player.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace meterrig::iio {

Player::Player(OutputBank& bank, std::unique_ptr<Signal> signal, const DacSettings& settings)
    : bank_(&bank), signal_(std::move(signal)), blocks_(settings.stream_blocks) {
  const std::size_t align = bank.alignment();
  block_ = (settings.stream_samples + align - 1) / align * align;
}

Result<std::unique_ptr<Player>> Player::start(OutputBank& bank, std::unique_ptr<Signal> signal,
                                              const DacSettings& settings) {
  std::unique_ptr<Player> player(new Player(bank, std::move(signal), settings));
  auto first = player->next();
  if (!first) return tl::unexpected(first.error());
  const std::optional<Codes>& codes = *first;
  if (!codes)
    return fail(ErrorCode::out_of_range, "a signal without samples; expected at least one");
  if (auto begun = bank.begin(*codes, false); !begun) return tl::unexpected(begun.error());
  if (auto started = player->worker_.start([raw = player.get()] { raw->run(); }); !started) {
    player->finish();
    return tl::unexpected(started.error());
  }
  return player;
}

Result<std::optional<Codes>> Player::next() {
  const auto append = [](Codes& codes, const Codes& more) {
    for (std::size_t c = 0; c < codes.size(); ++c)
      codes[c].insert(codes[c].end(), more[c].begin(), more[c].end());
  };
  Codes codes = bank_->zeros(0);
  std::size_t count = ended_ ? 0 : block_;
  while (count > 0 && codes.front().size() < block_) {
    count = std::min(count, block_ - codes.front().size());
    SampleBlock block(bank_->rate(), next_sample_, count);
    const auto read = signal_->read(block);
    if (!read && read.error().code != ErrorCode::out_of_range) return tl::unexpected(read.error());
    if (!read) {
      count /= 2;  // its end may lie inside: take what there is
      continue;
    }
    const auto some = bank_->codes_of(block);
    if (!some) return tl::unexpected(some.error());
    append(codes, *some);
    next_sample_ += static_cast<std::int64_t>(count);
  }
  ended_ = codes.front().size() < block_;
  if (codes.front().empty()) return std::nullopt;
  append(codes, bank_->zeros(block_ - codes.front().size()));
  return codes;
}

bool Player::stopping() const {
  pollfd stop{worker_.stop_descriptor(), POLLIN, 0};
  return ::poll(&stop, 1, 0) != 0;
}

void Player::run() {
  while (!stopping()) {
    const auto some = next();
    if (!some) {
      record(some.error());
      break;
    }
    const std::optional<Codes>& codes = *some;
    if (!codes) break;
    if (auto pushed = bank_->push(*codes); !pushed) {
      record(pushed.error());
      break;
    }
  }
  finish();
}

// The board queues so many blocks, and libiio tells of a block when the next one goes: once as many
// zeros and two more were taken, nothing but zeros can be out or still to come.
void Player::finish() {
  const Codes zeros = bank_->zeros(block_);
  for (std::size_t i = 0; i < blocks_ + 2; ++i) {
    if (auto pushed = bank_->push(zeros); !pushed) {
      record(pushed.error());
      break;
    }
  }
  bank_->close();
  playing_ = false;
}

void Player::record(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = error;
}

std::optional<Error> Player::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace meterrig::iio
