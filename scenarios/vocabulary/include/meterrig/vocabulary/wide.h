// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace meterrig {

/// Two doubles side by side, in one vector register where the machine has them. What is computed
/// with them has the same bits everywhere.
using Pair = double __attribute__((vector_size(16)));

/// Four, in one register where the machine has such. Never a parameter or a result: how a function
/// takes one differs from machine to machine.
using Quad = double __attribute__((vector_size(32)));

/// Eight, likewise.
using Oct = double __attribute__((vector_size(64)));

// A function so marked is compiled for AVX2 too, and the machine chooses when the program starts.
// It has the same bits: the same operations on more numbers at once, and never a fused multiply and
// add; tests/kernels holds the two against one another. Sanitizers run before that choice can be
// made.
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(METERRIG_PLAIN_KERNELS)
#define METERRIG_WIDER_CLONES __attribute__((target_clones("avx2", "default")))
#define METERRIG_CHOOSES_WIDTH 1
// One so marked is for machines that have AVX-512, to be called where has_avx512() says so: what is
// written for an Oct is slow on others.
#define METERRIG_AVX512 __attribute__((target_clones("avx512f", "default")))
inline bool has_avx512() { return __builtin_cpu_supports("avx512f") != 0; }
#else
#define METERRIG_WIDER_CLONES
#define METERRIG_CHOOSES_WIDTH 0
#define METERRIG_AVX512
inline bool has_avx512() { return false; }
#endif

inline Pair pair_of(double both) { return Pair{both, both}; }

/// Four doubles from anywhere, and back.
using UnalignedQuad = double __attribute__((vector_size(32), aligned(8), may_alias));
inline void load(Quad& into, const double* from) {
  into = *reinterpret_cast<const UnalignedQuad*>(from);
}
inline void store(double* to, const Quad& from) { *reinterpret_cast<UnalignedQuad*>(to) = from; }

/// Eight, likewise.
using UnalignedOct = double __attribute__((vector_size(64), aligned(8), may_alias));
inline void load(Oct& into, const double* from) {
  into = *reinterpret_cast<const UnalignedOct*>(from);
}
inline void store(double* to, const Oct& from) { *reinterpret_cast<UnalignedOct*>(to) = from; }

}  // namespace meterrig
