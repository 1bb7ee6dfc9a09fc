#include "actors/delivery/settings_change.hpp"

#include "messages/merge_patch.hpp"

#include <utility>

namespace tocsin {

expected<apply_command> settings_change(const channel_access& channels, channel_id id,
                                        uint64_t revision, const std::string& patch,
                                        timestamp now) {
  auto found = channels.load(id);
  if (!found)
    return found.error();
  if (!*found || (**found).revision != revision)
    return fail(errc::revision_mismatch, "the channel has been changed meanwhile");
  auto& x = **found;
  auto settings = merge_patch(x.settings, patch);
  if (!settings)
    return settings.error();
  auto changed = changed_members(x.settings, *settings);
  x.settings = std::move(*settings);
  if (auto adapter = channels.make_adapter(x); !adapter)
    return adapter.error();
  auto sealed = channels.seal(x);
  if (!sealed)
    return sealed.error();
  x.settings.clear();
  x.updated_at = now;
  configuration_changed notice{x.owner, x.id, false};
  return apply_command{put_channel{std::move(x), std::move(*sealed), revision, std::move(changed)},
                       std::move(notice)};
}

} // namespace tocsin
