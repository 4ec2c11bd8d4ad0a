// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

#include "meterrig/vocabulary/signal.h"

namespace meterrig::synthesis {

/// Where a signal stands in another one, in samples.
struct SplicePlace {
  std::int64_t first = 0;   ///< of the base, at least 0: the other one's sample 0
  std::int64_t length = 0;  ///< of the other one, at least 1
  std::int64_t fade = 0;    ///< of it at either end, at least 0; both fit into the length
  PerPhase<bool> voltage{true, true, true};  ///< what the other one replaces
  PerPhase<bool> current{true, true, true};
};

/// Plays a base signal, and in its place another one from a sample on, for its length. At both ends
/// they are cross-faded: sample i of a fade of N has the share w = sin^2(pi (2 i + 1) / (4 N)) of
/// the one that comes and 1 - w of the one that goes, a raised cosine. Outside the splice a sample
/// has the base's bits, between the fades the other one's, whichever block asks for it.
class Splice final : public Signal {
 public:
  /// Errors: invalid_argument for signals of different rates, naming both; out_of_range for a place
  /// outside the limits of SplicePlace.
  [[nodiscard]] static Result<Splice> create(std::unique_ptr<Signal> base,
                                             std::unique_ptr<Signal> other,
                                             const SplicePlace& place);

  [[nodiscard]] Rational rate() const override { return base_->rate(); }
  /// Any block, in any order. Errors: those of the two signals.
  [[nodiscard]] Result<void> read(SampleBlock& block) override;

 private:
  Splice(std::unique_ptr<Signal> base, std::unique_ptr<Signal> other, const SplicePlace& place);
  /// The other one's share of its sample `n`.
  [[nodiscard]] double share(std::int64_t n) const;

  std::unique_ptr<Signal> base_;
  std::unique_ptr<Signal> other_;
  SplicePlace place_;
  SampleBlock part_;  // of the other one; kept while blocks are of one length
};

}  // namespace meterrig::synthesis
