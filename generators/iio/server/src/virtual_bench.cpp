// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio_server/virtual_bench.h"

#include <utility>

#include "bench_state.h"

namespace meterrig::iio_server {

VirtualBench::VirtualBench(std::unique_ptr<BenchState> state) : state_(std::move(state)) {}
VirtualBench::~VirtualBench() { state_->stop(); }

Result<std::unique_ptr<VirtualBench>> VirtualBench::create(ContextDescription context,
                                                           BenchSettings settings) {
  auto state = std::make_unique<BenchState>(std::move(context), std::move(settings));
  if (auto prepared = state->prepare(); !prepared) return tl::unexpected(prepared.error());
  return std::unique_ptr<VirtualBench>(new VirtualBench(std::move(state)));
}

const std::string& VirtualBench::xml() const { return state_->xml(); }
void VirtualBench::stop() { state_->stop(); }

Answer<std::vector<std::string>> VirtualBench::attributes(const AttributeAddress& where) const {
  return state_->attributes(where);
}
Answer<std::string> VirtualBench::read_attribute(const AttributeAddress& where,
                                                 std::string_view name) {
  return state_->read_attribute(where, name);
}
Answer<void> VirtualBench::write_attribute(const AttributeAddress& where, std::string_view name,
                                           std::string_view value) {
  return state_->write_attribute(where, name, value);
}
bool VirtualBench::has(std::string_view device) const { return state_->find(device).has_value(); }

Answer<void> VirtualBench::open(std::string_view device, std::uint64_t owner, std::size_t samples,
                                const std::vector<bool>& mask, bool cyclic) {
  return state_->open(device, owner, samples, mask, cyclic);
}
Answer<void> VirtualBench::close(std::string_view device, std::uint64_t owner) {
  return state_->close(device, owner);
}
void VirtualBench::close_all(std::uint64_t owner) { state_->close_all(owner); }
Answer<void> VirtualBench::set_buffers(std::string_view device, std::uint64_t count) {
  return state_->set_buffers(device, count);
}
Answer<BufferLayout> VirtualBench::layout(std::string_view device, std::uint64_t owner) const {
  return state_->layout(device, owner);
}
Answer<void> VirtualBench::write(std::string_view device, std::uint64_t owner,
                                 std::span<const std::uint8_t> frames) {
  return state_->write(device, owner, frames);
}
Answer<std::vector<std::uint8_t>> VirtualBench::read(std::string_view device, std::uint64_t owner,
                                                     std::size_t most) {
  return state_->read(device, owner, most);
}

void VirtualBench::lose_frames(std::int64_t after, std::int64_t count) {
  state_->lose_frames(after, count);
}
OutputStatus VirtualBench::output(std::string_view device) const { return state_->output(device); }
std::vector<Pulse> VirtualBench::pulses() const { return state_->pulses(); }
std::optional<Error> VirtualBench::device_error() const { return state_->device_error(); }

}  // namespace meterrig::iio_server
