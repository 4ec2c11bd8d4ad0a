// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cubic_table.h"
#include "scan.h"

namespace meterrig::reference {

/// What a grid is made for.
struct GridDesign {
  double highest = 0;   ///< p: frequency up to which it is right, cycles a sample, below 0.5
  double readable = 0;  ///< frequency up to which lines are asked for, below `stop`
  double stop = 0;      ///< e: frequency from which nothing may come through, above p
  double cut = 0;       ///< g: where between p and e the kernel is at a half, below 0.5
  double shape = 0;     ///< b, of the window of Kaiser and Bessel
  int terms = 4;        ///< of the kernel's polynomials in the square of the offset, 4 or 5
};

/// A window of scans on a grid of M points, M a power of two, and its spectrum: all channels share
/// the weights of the resampling.
///
/// The kernel is a sinc under the window of Kaiser and Bessel, T samples long,
///   k(x) = 2 c sinc(2 c x) I_0(b sqrt(1 - (2 x / T)^2)) / I_0(b),
/// whose transform K falls from 1 to 0 between c - d and c + d, d = b / (pi T). The usual design
/// has the whole fall between p and e, g = 1 / 2. This one may weaken what lies just below p, for
/// what it does to a line is known and divided out of the spectrum:
///   c = p + g (e - p), d = e - c, T = b / (pi d).
/// At 8 kS/s and for order 63 of 50 Hz p = 0.41, and what folds back lies from e = 1 - p on:
///   g = -0.11, b = 15:   24 taps, K(p) = 0.4, folds back 2e-5 of a component at p, 2e-8 of one far
///                        from it;
///   g = 0.26, b = 20.5:  48 taps, K(p) = 0.93, 1e-7 and 1e-10;
/// where g = 1 / 2 needs 52 and 71. What it costs is in what leaks: of a component between lines,
/// or a step, a line at p shows 1 / K(p) of what a rectangular window over the wave itself would,
/// and the rest of the lines K(p) of what leaks from there. (Without a sinc at all g is so low that
/// 12 taps do, and what leaks into p becomes 250 times too strong.) What lies between p and e comes
/// through to its own place above p, weakened or not.
class SynchronousGrid {
 public:
  SynchronousGrid(std::size_t points, const GridDesign& design);

  [[nodiscard]] std::size_t points() const { return points_; }
  [[nodiscard]] std::size_t taps() const { return 2 * half_; }

  /// Resamples from `begin` on, `length` scans, both counted from scans[0]; taps() / 2 scans before
  /// and after them are read. Then transforms.
  void analyze(const Scan* scans, double begin, double length);

  /// One line of the window: the mean of x exp(-2 pi i k t / length), t from its begin, of every
  /// channel.
  struct alignas(32) Line {
    Quad volts_real;
    Quad volts_imaginary;
    Quad amperes_real;
    Quad amperes_imaginary;
  };
  /// Lines 0 to `count` - 1, with (count - 1) / length at most `readable`.
  void lines(std::size_t count, Line* lines) const;

 private:
  struct alignas(64) Point {
    Quad real;
    Quad imaginary;
  };
  struct alignas(64) TapWeights {  // of up to eight points
    std::array<double, 8> tap;
    std::array<double, 8> mirror;
  };
  struct Twiddle {  // of k, 2 k and 3 k
    std::array<double, 3> cosine;
    std::array<double, 3> sine;
  };

  void resample_by_four(const Scan* scans, double begin, double step);
  void resample_by_eight(const Scan* scans, double begin, double step);
  void transform();

  std::size_t points_;
  std::size_t half_ = 0;  // of the taps
  std::size_t terms_ = 4;
  double per_sample_ = 0;     // cycles a sample of line 1
  std::vector<double> even_;  // [tap][term]
  std::vector<double> odd_;
  std::vector<TapWeights> weights_;
  CubicTable correction_;  // 1 / K, by cycles a sample
  std::vector<Point> grid_;
  std::vector<Twiddle> twiddles_;     // of all points, then of a quarter of them, and so on
  std::vector<std::uint32_t> place_;  // of a line in the grid, after the transform
};

}  // namespace meterrig::reference
