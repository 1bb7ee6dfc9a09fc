#pragma once

#include "actors/delivery/reply_inbox.hpp"
#include "actors/registry/channel_registry_options.hpp"
#include "channels/adapter.hpp"
#include "messages/protocol/channel_registry.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// Asks for a test message of this type.
struct run_test {
  std::string event_type;
};

/// The stored channel that is tested.
struct tested_channel {
  channel_id id;
  /// The revision whose settings are tested.
  uint64_t revision = 0;
};

/// Tells the tester that the transport has replies for it.
struct test_replied {};

/// Sends test messages through one channel and tells how that went.
using channel_tester_actor
  = caf::typed_actor<caf::replies_to<run_test>::with<test_report>, caf::reacts_to<test_replied>>;

/// Runs one Send Test with the channel's own renderer and the real transport, to each of its
/// destinations, and ends. The first destination goes ahead: whoever tests a server that does not
/// answer waits for one timeout, not for one after the other. As with real deliveries, a message
/// that is refused for its form goes out once more in its plain one; and settings that the provider
/// corrects are stored, where the channel is a stored one, and the message goes out once more with
/// them.
class channel_tester_state {
public:
  static inline const char* name = "tocsin.channel-tester";

  caf::result<test_report> on_run_test(const run_test& msg);
  void on_test_replied(const test_replied& msg);

  channel_tester_actor::stateful_pointer<channel_tester_state> self = nullptr;
  std::shared_ptr<const channels::adapter> adapter;
  /// Whose channel it is.
  recipient_id owner;
  /// Nothing where the channel is not stored.
  std::optional<tested_channel> stored;
  channel_registry_options options;
  actor_gauge gauge;

private:
  /// One destination and what has come of it.
  struct trial {
    std::string destination;
    std::chrono::microseconds duration{};
    /// Set once the plain form is on its way.
    std::optional<outcome> formatted_refusal = std::nullopt;
    /// Set once the settings that the provider corrected are being stored.
    std::optional<outcome> outdated_refusal = std::nullopt;
    /// Why they could not be.
    std::string not_stored = {};
  };

  /// What the sample makes for a destination; their places count from 0.
  channels::render_context context_of(size_t place) const;
  expected<channels::transport::job> job_for(size_t place) const;
  /// Sends the plain form where that is the remedy; false where it is not, or was tried.
  bool resend_plain(size_t place, const channels::verdict& result);
  /// Stores what the provider corrected and sends once more; false where that is not the remedy.
  bool correct(size_t place, const channels::verdict& result);
  void on_corrected(size_t place);
  /// Goes on with the channel as it is stored now. Errors: not_found, those of `channel_access`.
  expected<void> use_stored_settings();
  expected<void> send_again(size_t place);
  void submit(std::vector<channels::transport::job> jobs);
  /// A destination has its outcome. The others follow the first one, unless its outcome would be
  /// theirs too; the last one ends the test.
  void settle(size_t place, channels::verdict result);
  /// Keeps the report that counts: the last one, or the first that is no success.
  void report(size_t place, channels::verdict result);
  void finish(test_report report);

  std::shared_ptr<reply_inbox> inbox_;
  caf::typed_response_promise<test_report> promise_;
  accepted_event sample_;
  /// What goes out once the first destination has its outcome.
  std::vector<channels::transport::job> others_;
  /// How many destinations have something under way.
  size_t missing_ = 0;
  /// The last reply, or the first that was no success.
  std::optional<test_report> report_;
  timestamp started_at_{};
  std::vector<trial> trials_;
};

channel_tester_actor::behavior_type
channel_tester(channel_tester_actor::stateful_pointer<channel_tester_state> self,
               const std::shared_ptr<const channels::adapter>& adapter, const recipient_id& owner,
               const std::optional<tested_channel>& stored,
               const channel_registry_options& options);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::run_test)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::test_replied)
