// SPDX-License-Identifier: GPL-3.0-or-later
#include "code_sums.h"

#include <cstring>

#include "meterrig/vocabulary/wide.h"

#if METERRIG_CHOOSES_WIDTH
#include <immintrin.h>
#endif

namespace meterrig::twin {
namespace {

#if METERRIG_CHOOSES_WIDTH
__attribute__((target("avx2"), always_inline)) inline __m256i four_codes(const std::int32_t* from) {
  __m128i codes;
  std::memcpy(&codes, from, sizeof(codes));
  return _mm256_cvtepi32_epi64(codes);
}

// A tick may be a few samples long, where a loop that the compiler makes wider does not pay.
__attribute__((target("avx2"))) void put_products(const CodeRows& codes,
                                                  ProductSums<std::int64_t>& sums) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::int32_t* u = codes.row[phase];
    const std::int32_t* late = u - codes.delay;
    const std::int32_t* i = codes.row[phase_count + phase];
    __m256i su = _mm256_setzero_si256();
    __m256i si = su;
    __m256i ui = su;
    __m256i qi = su;
    std::size_t k = 0;
    for (; k + 4 <= codes.count; k += 4) {
      const __m256i volts = four_codes(u + k);
      const __m256i amperes = four_codes(i + k);
      su += volts;
      si += amperes;
      ui += _mm256_mul_epi32(volts, amperes);
      qi += _mm256_mul_epi32(four_codes(late + k), amperes);
    }
    // Lane by lane to {u, i, ui, qi}.
    const __m256i first = _mm256_unpacklo_epi64(su, si) + _mm256_unpackhi_epi64(su, si);
    const __m256i second = _mm256_unpacklo_epi64(ui, qi) + _mm256_unpackhi_epi64(ui, qi);
    __m256i all = _mm256_permute2x128_si256(first, second, 0x20) +
                  _mm256_permute2x128_si256(first, second, 0x31);
    for (; k < codes.count; ++k) {
      const std::int64_t volts = u[k];
      const std::int64_t amperes = i[k];
      all += __m256i{volts, amperes, volts * amperes, late[k] * amperes};
    }
    std::memcpy(&sums[sum_u(phase)], &all, sizeof(all));
  }
}
__attribute__((target("default")))
#endif
void put_products(const CodeRows& codes, ProductSums<std::int64_t>& sums) {
  put_product_sums(codes, sums);
}

METERRIG_WIDER_CLONES
void put_squares(const CodeRows& codes, Sums<std::int64_t>& sums) { put_square_sums(codes, sums); }

}  // namespace

// Which version is called can only be seen here.
void put_narrow_product_sums(const CodeRows& codes, ProductSums<std::int64_t>& sums) {
  put_products(codes, sums);
}

void put_narrow_square_sums(const CodeRows& codes, Sums<std::int64_t>& sums) {
  put_squares(codes, sums);
}

}  // namespace meterrig::twin
