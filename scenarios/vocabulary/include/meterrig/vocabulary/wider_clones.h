// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Kernels are compiled for wider vector registers too, and the machine chooses when the program
// starts. They have the same bits: the same operations on more numbers at once, and never a fused
// multiply and add. Sanitizers run before that choice can be made.
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define METERRIG_CHOOSES_WIDTH 1
// A function so marked is compiled for AVX2 too.
#define METERRIG_WIDER_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define METERRIG_CHOOSES_WIDTH 0
#define METERRIG_WIDER_CLONES
#endif
