#pragma once

#include "actors/shared/meter.hpp"
#include "messages/failure.hpp"
#include "messages/protocol/metrics.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin {

/// The state of a stored channel, by its record and its meter (nullptr if it has none yet).
channel_condition condition_of(const channel& x, const channel_meter* meter);

/// Fills in what `out` says about channels: each type, also those without any, and, with
/// `each_channel`, each channel. Errors: storage_io, storage_corrupt.
expected<void> summarise_channels(node_metrics& out, const storage::transaction& tx,
                                  meter_board& board, bool each_channel);

} // namespace tocsin
