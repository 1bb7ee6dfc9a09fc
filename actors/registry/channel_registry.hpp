#pragma once

#include "actors/registry/channel_registry_options.hpp"
#include "actors/registry/test_quota.hpp"
#include "actors/shared/meter.hpp"
#include "messages/protocol/channel_registry.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <memory>
#include <string_view>

namespace tocsin {

/// Checks what people configure of channels, seals it, and has the ledger store it. Reads from
/// its own transactions.
class channel_registry_state {
public:
  static inline const char* name = "tocsin.channel-registry";
  static constexpr bool survives_exceptions = true;

  caf::result<channel_view> on_create_channel(create_channel& msg);
  caf::result<channel_view> on_find_channel(const find_channel& msg);
  caf::result<page<channel_view>> on_list_channels(const list_channels& msg);
  caf::result<channel_view> on_replace_channel(replace_channel& msg);
  caf::result<channel_comparison> on_compare_channel(compare_channel& msg);
  caf::result<triggers_replaced> on_replace_triggers(replace_triggers& msg);
  caf::result<removed> on_discard_channel(const discard_channel& msg);
  caf::result<test_report> on_test_channel(const test_channel& msg);
  caf::result<test_report> on_test_channel_draft(test_channel_draft& msg);
  caf::result<channel_preview> on_preview_channel(preview_channel& msg);
  caf::result<channel_preview> on_preview_channel_draft(preview_channel_draft& msg);
  caf::result<secret_rotated> on_rotate_secret(rotate_secret& msg);
  void on_tester_down(const caf::down_msg& msg);

  channel_registry_actor::stateful_pointer<channel_registry_state> self = nullptr;
  channel_registry_options options;
  ulid_generator ids;
  actor_gauge gauge;

private:
  expected<channel> with_triggers(channel_triggers& row) const;
  expected<recipient_id> owner_of(const channel_id& id) const;
  expected<channel> load(const channel_id& id) const;
  expected<std::unique_ptr<channels::adapter>> check(const channel& x, const channel& before,
                                                     std::string_view patch = "{}") const;
  expected<apply_command> sealed_change(channel& x, const std::string& settings_before,
                                        uint64_t expected_revision, author by) const;
  caf::result<channel_view> store(channel x, const channel& before, std::string_view patch,
                                  uint64_t expected_revision, author by);
  caf::result<test_report> test(const channel& x, const channel& before,
                                const std::string& event_type);
  expected<void> admit_test(const channel& x, const channels::adapter& adapter);
  expected<channel_preview> preview(const channel& x, const channel& before, std::string_view patch,
                                    std::string event_type) const;

  test_quota quota_;
  /// Whose channel each tester at work tests.
  std::map<caf::actor_addr, recipient_id> tested_;
};

channel_registry_actor::behavior_type
channel_registry(channel_registry_actor::stateful_pointer<channel_registry_state> self,
                 const channel_registry_options& options);

} // namespace tocsin
