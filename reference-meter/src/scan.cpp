// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan.h"

#include <cstring>

namespace meterrig::reference {

// Four samples of three rows become the lanes of four scans. Every lane of `check` that is not 0
// has met a number that is not finite, for 0 times any other is 0.
METERRIG_WIDER_CLONES
bool interleave(const SampleBlock& block, std::size_t first, std::size_t count, Scan* scans) {
  Quad check{};
  const std::size_t whole = count / 4 * 4;
  for (const bool amperes : {false, true}) {
    const auto row = [&](std::size_t phase) {
      return (amperes ? block.amperes(phase) : block.volts(phase)).data() + first;
    };
    const double* a = row(0);
    const double* b = row(1);
    const double* c = row(2);
    Quad* out = amperes ? &scans->amperes : &scans->volts;
    constexpr std::size_t stride = sizeof(Scan) / sizeof(Quad);
    for (std::size_t i = 0; i < whole; i += 4) {
      Quad x;
      Quad y;
      Quad z;
      std::memcpy(&x, a + i, sizeof(x));
      std::memcpy(&y, b + i, sizeof(y));
      std::memcpy(&z, c + i, sizeof(z));
      check += 0.0 * x + 0.0 * y + 0.0 * z;
      const Quad even = __builtin_shufflevector(x, y, 0, 4, 2, 6);  // x0 y0 x2 y2
      const Quad odd = __builtin_shufflevector(x, y, 1, 5, 3, 7);
      const Quad even_rest = __builtin_shufflevector(z, Quad{}, 0, 4, 2, 6);  // z0 0 z2 0
      const Quad odd_rest = __builtin_shufflevector(z, Quad{}, 1, 5, 3, 7);
      Quad* to = out + i * stride;
      to[0] = __builtin_shufflevector(even, even_rest, 0, 1, 4, 5);
      to[stride] = __builtin_shufflevector(odd, odd_rest, 0, 1, 4, 5);
      to[2 * stride] = __builtin_shufflevector(even, even_rest, 2, 3, 6, 7);
      to[3 * stride] = __builtin_shufflevector(odd, odd_rest, 2, 3, 6, 7);
    }
    for (std::size_t i = whole; i < count; ++i) {
      out[i * stride] = Quad{a[i], b[i], c[i], 0};
      check += 0.0 * out[i * stride];
    }
  }
  return (check[0] + check[1]) + (check[2] + check[3]) == 0;
}

}  // namespace meterrig::reference
