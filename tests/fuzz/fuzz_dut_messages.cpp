// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to a small device, one after another: a byte for the kind, two for the length, the
// message. What is answered keeps dut.proto's promises; the bytes are taken as answers too.
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "../dut/small_device.h"
#include "meterrig/wire/mapping.h"
#include "meterrig/wire/service.h"

using namespace meterrig;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

template <class Request, class Check>
void answer(wire::Service& service, const std::uint8_t* data, int size, Check check) {
  Request request;
  if (!request.ParseFromArray(data, size)) return;
  const auto reply = service.answer(request);
  if (!reply) {
    require(!reply.error().message.empty(), "an error says why");
    return;
  }
  check(request, *reply);
}

template <class Reply, class Check>
void take(const std::uint8_t* data, int size, Check check) {
  Reply reply;
  if (reply.ParseFromArray(data, size)) check(reply);
}

void as_request(wire::Service& service, unsigned kind, const std::uint8_t* data, int size) {
  const auto anything = [](const auto&, const auto&) {};
  switch (kind % 8) {
    case 0:
      return answer<v1::DescribeRequest>(service, data, size, [](const auto&, const auto& reply) {
        require(wire::description_from(reply).has_value(), "a description that can be taken");
      });
    case 1:
      return answer<v1::PowerCycleRequest>(service, data, size, anything);
    case 2:
      return answer<v1::ApplyRequest>(
          service, data, size, [](const v1::ApplyRequest& request, const auto& reply) {
            require(!request.has_samples() || wire::terms_from(reply).has_value(),
                    "terms by which time can pass");
          });
    case 3:
      return answer<v1::SampleBlock>(service, data, size,
                                     [](const v1::SampleBlock&, const v1::FeedReply& reply) {
                                       require(reply.room() >= 0, "room from 0 on");
                                     });
    case 4:
      return answer<v1::AdvanceRequest>(
          service, data, size, [](const v1::AdvanceRequest& request, const auto& reply) {
            require(wire::pulses_from(reply, {request.until_ns()}).has_value(),
                    "edges in order at the time asked for");
          });
    case 5:
      return answer<v1::IdentifyRequest>(service, data, size, anything);
    case 6:
      return answer<v1::ReadRequest>(
          service, data, size, [](const v1::ReadRequest& request, const auto& reply) {
            const auto ids = wire::ids_from(request);
            require(ids && wire::readings_from(reply, *ids).has_value(), "what was asked for");
          });
    default:
      return answer<v1::ReadParametersRequest>(service, data, size, anything);
  }
}

void as_answer(const std::uint8_t* data, int size) {
  take<v1::DescribeReply>(data, size, [](const auto& reply) {
    const auto description = wire::description_from(reply);
    if (description && description->converter)
      require(description->converter->rate.numerator > 0, "a rate above 0");
  });
  take<v1::ApplyReply>(data, size, [](const auto& reply) {
    const auto terms = wire::terms_from(reply);
    if (terms) require(terms->reach >= 0 && terms->capacity > terms->reach, "time can pass");
  });
  take<v1::AdvanceReply>(data, size, [](const auto& reply) {
    const auto pulses = wire::pulses_from(reply, {1'000'000'000});
    if (!pulses) return;
    Instant last = pulses->empty() ? Instant{} : pulses->front().time;
    for (const Pulse& pulse : *pulses) {
      require(pulse.time >= last && pulse.time.nanoseconds <= 1'000'000'000, "edges in order");
      last = pulse.time;
    }
  });
  take<v1::ReadReply>(data, size, [](const auto& reply) {
    const std::vector<QuantityId> ids{{Measurand::voltage, Place::L1}};
    const auto readings = wire::readings_from(reply, ids);
    if (readings) require(readings->size() == 1 && readings->front().resolution >= 0, "a reading");
  });
  take<v1::IdentifyReply>(data, size, [](const auto& reply) {
    require(wire::identity_from(reply).quantities.size() <=
                static_cast<std::size_t>(reply.quantities_size()),
            "no quantity that was not named");
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const google::protobuf::LogSilencer silence;
  test::SmallDevice device;
  device.period = 1'000'000'000;
  if (size > 0 && data[0] >= 128)
    device.converter =
        Converter{.rate = {8000, 1}, .bits = 24, .volts_per_code = 1e-4, .amperes_per_code = 1e-6};
  wire::Service service({.terminals = &device, .meter = &device});
  while (size >= 3) {
    const unsigned kind = data[0];
    const std::size_t said = data[1] + 256U * data[2];
    const std::size_t length = said < size - 3 ? said : size - 3;
    as_request(service, kind, data + 3, static_cast<int>(length));
    as_answer(data + 3, static_cast<int>(length));
    data += 3 + length;
    size -= 3 + length;
  }
  return 0;
}
