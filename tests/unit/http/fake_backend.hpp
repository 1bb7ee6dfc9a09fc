#pragma once

#include "http/backend.hpp"

#include <caf/actor_system.hpp>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::http {

/// What the fake actors keep and how they behave. Tests read and set it under `guard`.
struct fake_world {
  /// What ingress does with events.
  enum class ingress_mode { accept, hold, refuse };

  std::mutex guard;
  ingress_mode mode = ingress_mode::accept;
  failure refusal;
  std::vector<submit_events> submitted;
  /// What the explainer was asked, and what it answers.
  std::vector<explain_event> questions;
  event_explanation explanation;
  /// The text of every token with its scopes.
  std::map<std::string, uint8_t> tokens;
  /// When the tokens of these texts expire.
  std::map<std::string, timestamp> expiries;
  size_t token_lookups = 0;
  /// Who is signed in with the session of each text.
  std::map<std::string, recipient_id> sessions;
  /// Who asked for the changes that the actors were asked for.
  std::vector<author> authors;
  std::vector<create_token> wanted_tokens;
  std::vector<list_audit_entries> audit_lists;
  std::vector<sign_in> sign_ins;
  std::chrono::seconds sign_in_wait{};
  std::vector<list_events> event_lists;
  /// The message of every event that is listed, where it is set.
  std::string long_message;
  std::map<channel_id, channel> channels;
  std::map<recipient_id, recipient> recipients;
  std::map<recipient_id, preference> preferences;
  std::map<std::string, custom_event_type> event_types;
  std::vector<list_deliveries> delivery_lists;
  std::vector<find_delivery> delivery_lookups;
  /// Questions to the feed. It says that it is behind move 7, and shows the eighth one to those who
  /// ask for more; behind that there is nothing.
  std::vector<follow_deliveries> follows;
  std::vector<uint64_t> readers_gone;
  /// Has one more move, which no reader is shown.
  bool has_hidden_move = false;
  /// Makes the feed have moves without end, each of some kilobytes.
  bool is_flooding = false;
  std::vector<summarise_deliveries> summaries;
  std::optional<delivery_pause> pause;
  std::vector<preview_delivery> delivery_previews;
  std::vector<request_resend> resends;
  std::vector<request_cancel> withdrawals;
  std::vector<list_dead_letters> dead_letter_lists;
  std::vector<group_dead_letters> dead_letter_groupings;
  std::vector<replay_chosen> replays;
  std::vector<discard_chosen> discards;
  /// How replays and discards end.
  dead_letters_done done;
  std::vector<rotate_secret> rotations;
  std::vector<std::string> settings_patches;
  std::vector<std::string> tested_types;
  /// Called by the channel registry before it replaces a channel.
  std::function<void(fake_world&)> before_replace;
  std::condition_variable was_submitted;

  /// Waits until ingress has got `count` submissions in all; false if that takes too long.
  bool wait_for_submissions(size_t count);
};

/// The run of the feed.
ulid known_run();

/// Lets go of the submissions that ingress holds.
struct release_held {};

using fake_ingress_actor = caf::typed_actor<caf::replies_to<submit_events>::with<events_accepted>,
                                            caf::reacts_to<release_held>>;

/// Actors that answer out of a `fake_world`.
struct fake_backend {
  explicit fake_backend(caf::actor_system& system);
  ~fake_backend();

  std::shared_ptr<fake_world> world = std::make_shared<fake_world>();
  fake_ingress_actor ingress;
  backend actors;
};

/// A channel that the fakes know, and its delivery.
channel_id add_channel(fake_world& world, const std::string& name, channel_type type,
                       std::string settings = "{}");

inline constexpr std::string_view known_delivery = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
inline constexpr std::string_view known_token = "01ARZ3NDEKTSV4RRFFQ69G5FTK";

} // namespace tocsin::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::http::release_held)
