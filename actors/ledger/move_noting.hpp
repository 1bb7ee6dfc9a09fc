#pragma once

#include "actors/ledger/move_ring.hpp"

#include <caf/typed_actor.hpp>

#include <memory>

namespace tocsin {

/// Has the ledger note what happens to deliveries in `ring`, or no longer do so where that is
/// nullptr.
struct note_moves {
  std::shared_ptr<move_ring> ring;
};

/// Whatever is committed from now on is noted so.
struct noting_begun {};

/// The ledger as the delivery feed knows it.
using move_noter_actor = caf::typed_actor<caf::replies_to<note_moves>::with<noting_begun>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::note_moves)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::noting_begun)
