#pragma once

#include "messages/commands.hpp"
#include "messages/delivery_counts.hpp"
#include "messages/failure.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace tocsin::storage {

/// What the storage must do, in the plainest way: maps, and loops over all of them. Shares nothing
/// with the storage but the messages. What happens to events and deliveries is in
/// `storage_model_history.cpp`, what people set up in `storage_model_configuration.cpp`.
class storage_model {
public:
  struct modelled_delivery {
    delivery value;
    std::map<uint16_t, attempt> attempts;
  };

  struct modelled_channel {
    channel value;
    std::string sealed_settings;
  };

  using answer = std::variant<command_result, errc>;

  answer apply(const command& x) {
    return std::visit([this](const auto& step) { return on(step); }, x);
  }

  /// Removes what `prune` must remove in one unlimited step; how many events that is.
  size_t prune(timestamp older_than);

  std::map<event_id, accept_event> events;
  std::map<delivery_id, modelled_delivery> deliveries;
  std::map<channel_id, modelled_channel> channels;
  /// Removed channels that still owe deliveries.
  std::set<channel_id> leaving;
  std::map<recipient_id, recipient> recipients;
  std::map<recipient_id, preference> preferences;
  std::map<token_id, token> tokens;
  std::map<std::string, password_hash> passwords;
  std::map<sha256_digest, session> sessions;
  std::map<sha256_digest, portal_link> links;
  std::map<std::string, custom_event_type> event_types;
  std::optional<delivery_pause> pause;
  /// By the hour's begin.
  std::map<timestamp, delivery_counts> counts;

  /// What a channel owes, in the order in which it is due; first attempts before retries.
  std::vector<const delivery*> owed(const channel_id& id) const;

  /// All dead letters by channel, then by when they became one.
  std::vector<const delivery*> dead_letters() const;

private:
  static command_result done(uint64_t affected);
  static command_result stored_as(uint64_t revision);
  static bool waits(const delivery& x);
  static bool is_owed(const delivery& x);

  answer on(const accept_event& x);
  answer on(const record_attempt& x);
  answer on(const claim_deliveries& x);
  answer on(const release_deliveries& x);
  answer on(const resend_delivery& x);
  answer on(const replay_delivery& x);
  answer on(const cancel_delivery& x);
  answer on(const discard_delivery& x);
  answer on(const put_channel& x);
  answer on(const remove_channel& x);
  answer on(const cancel_due& x);
  answer on(const put_recipient& x);
  answer on(const remove_recipient& x);
  answer on(const put_preference& x);
  answer on(const put_token& x);
  answer on(const remove_token& x);
  answer on(const note_token_use& x);
  answer on(const put_password& x);
  answer on(const open_session& x);
  answer on(const note_session_use& x);
  answer on(const close_session& x);
  answer on(const put_portal_link& x);
  answer on(const redeem_portal_link& x);
  answer on(const put_event_type& x);
  answer on(const remove_event_type& x);
  answer on(const put_pause& x);
  answer on(const remove_pause& x);
  delivery_counts& counts_at(timestamp x);

  /// The deliveries `ids` of `channel`; an error if one of them is not there, or in a state in
  /// which it may not be moved by what asks for it.
  std::variant<std::set<delivery*>, errc>
  claimable(const channel_id& channel, const std::vector<delivery_id>& ids, bool are_claimed);
  const accept_event* event_of_key(const std::string& key) const;
  void lock_out(const recipient_id& who);
  void forget_if_paid(const channel_id& id);
};

} // namespace tocsin::storage
