#pragma once

#include "messages/author.hpp"
#include "messages/commands.hpp"
#include "messages/protocol/channel.hpp"
#include "messages/protocol/routing.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tocsin {

/// Asks to store a submission and to tell its sender once it is durable.
struct accept_submission {
  submission_ptr baton;
};

/// Asks to apply one command durably and answers with its result. Where it changes the
/// configuration, `notice` is what the listeners get; the audit log says that `by` made it.
struct apply_command {
  command value;
  std::optional<configuration_changed> notice;
  author by = {};
};

/// Asks to store several channels that exist in one transaction, all of them or none, and to tell
/// the listeners of each. The audit log says of each that `by` made it.
struct store_channels {
  std::vector<put_channel> channels;
  author by = {};
};

/// The channels' new revisions, in their order.
struct channels_stored {
  std::vector<uint64_t> revisions;
};

/// Opens a window: `worker` takes up to `credit` due deliveries of `channel`. Each recorded
/// attempt gives one credit back.
struct open_window {
  channel_id channel;
  channel_actor worker;
  uint32_t credit = 0;
  /// Whether it claims each delivery with `claim_deliveries` before it sends it, so that nothing is
  /// ever sent twice: what it leaves claimed has to be settled once it is down.
  bool claims = false;
};

/// Changes the size of the window that `worker` opened for `channel`. A window that is fuller than
/// its new size takes nothing until enough is recorded.
struct resize_window {
  channel_id channel;
  channel_actor worker;
  uint32_t credit = 0;
};

/// Gives deliveries of `channel` back that `worker` will not send. Its window takes nothing more.
struct give_back_deliveries {
  channel_id channel;
  channel_actor worker;
  std::vector<delivery_id> ids;
};

/// Attempts that `channel` made, to be stored with the next commit.
struct record_attempts {
  channel_id channel;
  std::vector<record_attempt> attempts;
};

/// Makes the ledger commit what it has gathered and take no more events.
struct close_ledger {};

/// Everything the ledger was told is durable, but for attempts that the disk would not take: these
/// are made again after the next start.
struct ledger_closed {};

/// Makes the ledger tell `listener` of every change of the configuration, before the one who
/// asked for the change hears that it is done.
struct subscribe_changes {
  change_listener_actor listener;
};

/// Tells the ledger whom to ask for channel actors, and to begin handing out what is due.
struct start_deliveries {
  channel_supervisor_actor supervisor;
};

/// The only writer of durable facts.
using delivery_ledger_actor
  = caf::typed_actor<caf::replies_to<accept_submission>::with<events_accepted>,
                     caf::replies_to<apply_command>::with<command_result>,
                     caf::replies_to<store_channels>::with<channels_stored>,
                     caf::reacts_to<record_attempts>, caf::reacts_to<open_window>,
                     caf::reacts_to<resize_window>, caf::reacts_to<give_back_deliveries>,
                     caf::reacts_to<subscribe_changes>, caf::reacts_to<start_deliveries>,
                     caf::replies_to<close_ledger>::with<ledger_closed>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::accept_submission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::apply_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::store_channels)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::channels_stored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::command_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::open_window)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::resize_window)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::give_back_deliveries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::record_attempts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::close_ledger)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::ledger_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::subscribe_changes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::start_deliveries)
