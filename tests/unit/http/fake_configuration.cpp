#include "tests/unit/http/fakes.hpp"

namespace tocsin::http {

namespace {

channel_view view_of(const channel& x) {
  channel_view result{x, {}, "somewhere"};
  if (x.type == channel_type::slack)
    result.secrets.push_back({"webhook_url", "a1b2"});
  return result;
}

caf::result<channel_view> store(fake_world& world, channel x, const channel_draft& draft) {
  for (auto& [id, other] : world.channels)
    if (id != x.id && other.owner == draft.owner && other.name == draft.name)
      return to_error(fail(errc::already_exists, "the name is taken"));
  x.owner = draft.owner;
  x.name = draft.name;
  x.type = draft.type;
  x.enabled = draft.enabled;
  x.triggers = draft.triggers;
  x.filters = draft.filters;
  x.delivery = draft.delivery;
  ++x.revision;
  world.settings_patches.push_back(draft.settings);
  world.channels[x.id] = x;
  return view_of(x);
}

test_report tested(fake_world& world, const std::string& type) {
  world.tested_types.push_back(type);
  return {{outcome_class::dead_endpoint, attempt_stage::accepted, {}, "404 no_service", "gone"},
          std::chrono::milliseconds{81},
          "Make a new webhook.",
          request_view{"POST", "https://x/[redacted]", "", {{"A", "b"}}, "{}", ""}};
}

/// One page after another; the cursor is the number of entries before it.
template <class T>
page<T> cut(const std::vector<T>& all, const page_request& request) {
  size_t from = request.cursor.empty() ? 0 : std::stoul(request.cursor);
  auto until = std::min(all.size(), from + request.limit);
  page<T> result{
    {all.begin() + static_cast<ptrdiff_t>(from), all.begin() + static_cast<ptrdiff_t>(until)}, {}};
  if (until < all.size())
    result.next_cursor = std::to_string(until);
  return result;
}

} // namespace

channel_preview previewed(const std::string& type) {
  return {type, {"MAIL", "smtp://mx:587", "starttls", {{"Subject", "S"}}, "text", "<p>text</p>"}};
}

channel_registry_actor::behavior_type fake_channels(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such channel")); };
  return {
    [=](const create_channel& msg) -> caf::result<channel_view> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      channel x;
      x.id = channel_id{channel_id{}.plus(static_cast<uint32_t>(world->channels.size()) + 100)};
      return store(*world, x, msg.draft);
    },
    [=](const find_channel& msg) -> caf::result<channel_view> {
      std::lock_guard lock{world->guard};
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      return view_of(found->second);
    },
    [=](const list_channels& msg) -> caf::result<page<channel_view>> {
      std::lock_guard lock{world->guard};
      std::vector<channel_view> all;
      for (auto& [id, x] : world->channels)
        if (!msg.owner || *msg.owner == x.owner)
          all.push_back(view_of(x));
      return cut(all, msg.page);
    },
    [=](const replace_channel& msg) -> caf::result<channel_view> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      if (world->before_replace)
        world->before_replace(*world);
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      if (found->second.revision != msg.expected_revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      return store(*world, found->second, msg.draft);
    },
    [=](const compare_channel& msg) -> caf::result<channel_comparison> {
      std::lock_guard lock{world->guard};
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      world->settings_patches.push_back(msg.draft.settings);
      if (msg.draft.enabled == found->second.enabled)
        return channel_comparison{};
      return channel_comparison{{"/enabled"}};
    },
    [=](const replace_triggers& msg) -> caf::result<triggers_replaced> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      if (world->before_replace)
        world->before_replace(*world);
      for (auto& row : msg.rows)
        if (world->channels[row.id].revision != row.expected_revision)
          return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      triggers_replaced result;
      for (auto& row : msg.rows) {
        auto& x = world->channels[row.id];
        x.triggers = row.triggers;
        ++x.revision;
        result.channels.push_back(view_of(x));
      }
      return result;
    },
    [=](const discard_channel& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      if (msg.expected_revision && *msg.expected_revision != found->second.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      world->channels.erase(found);
      return removed{};
    },
    [=](const test_channel& msg) -> caf::result<test_report> {
      std::lock_guard lock{world->guard};
      if (!world->channels.contains(msg.id))
        return missing();
      return tested(*world, msg.event_type);
    },
    [=](const test_channel_draft& msg) -> caf::result<test_report> {
      std::lock_guard lock{world->guard};
      return tested(*world, msg.event_type);
    },
    [=](const preview_channel& msg) -> caf::result<channel_preview> {
      std::lock_guard lock{world->guard};
      if (!world->channels.contains(msg.id))
        return missing();
      world->settings_patches.push_back(msg.settings);
      return previewed(msg.event_type);
    },
    [=](const preview_channel_draft& msg) -> caf::result<channel_preview> {
      return previewed(msg.event_type);
    },
    [=](const rotate_secret& msg) -> caf::result<secret_rotated> {
      std::lock_guard lock{world->guard};
      world->rotations.push_back(msg);
      world->authors.push_back(msg.by);
      if (!world->channels.contains(msg.id))
        return missing();
      if (msg.grace.count() == 0)
        return secret_rotated{"whsec_x", {}, 5};
      return secret_rotated{"whsec_x", timestamp{std::chrono::seconds{1774794600}}, 5};
    },
  };
}

recipient_registry_actor::behavior_type fake_recipients(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such recipient")); };
  return {
    [=](const save_recipient& msg) -> caf::result<recipient> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->recipients.find(msg.value.id);
      if (msg.value.revision == 0 && found != world->recipients.end())
        return to_error(fail(errc::already_exists, "the name is taken"));
      if (msg.value.revision != 0 && found->second.revision != msg.value.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      auto x = msg.value;
      ++x.revision;
      world->recipients[x.id] = x;
      return x;
    },
    [=](const find_recipient& msg) -> caf::result<recipient> {
      std::lock_guard lock{world->guard};
      auto found = world->recipients.find(msg.id);
      if (found == world->recipients.end())
        return missing();
      return found->second;
    },
    [=](const list_recipients& msg) -> caf::result<page<recipient>> {
      std::lock_guard lock{world->guard};
      std::vector<recipient> all;
      for (auto& [id, x] : world->recipients)
        if (id.kind == msg.kind)
          all.push_back(x);
      return cut(all, msg.page);
    },
    [=](const discard_recipient& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->recipients.find(msg.id);
      if (found == world->recipients.end())
        return missing();
      if (msg.expected_revision && *msg.expected_revision != found->second.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      world->recipients.erase(found);
      return removed{};
    },
    [=](const save_preference& msg) -> caf::result<preference> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto& stored = world->preferences[msg.value.recipient];
      if (stored.revision != msg.value.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      stored = msg.value;
      ++stored.revision;
      return stored;
    },
    [=](const find_preference& msg) -> caf::result<preference> {
      std::lock_guard lock{world->guard};
      if (!world->recipients.contains(msg.recipient))
        return missing();
      auto found = world->preferences.find(msg.recipient);
      preference none;
      none.recipient = msg.recipient;
      return found == world->preferences.end() ? none : found->second;
    },
  };
}

event_type_registry_actor::behavior_type fake_event_types(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such event type")); };
  return {
    [=](const save_event_type& msg) -> caf::result<custom_event_type> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto& stored = world->event_types[msg.value.name];
      if (stored.revision != msg.value.revision)
        return to_error(
          fail(msg.value.revision == 0 ? errc::already_exists : errc::revision_mismatch,
               "somebody else was faster"));
      stored = msg.value;
      ++stored.revision;
      return stored;
    },
    [=](const find_custom_event_type& msg) -> caf::result<custom_event_type> {
      std::lock_guard lock{world->guard};
      auto found = world->event_types.find(msg.name);
      if (found == world->event_types.end())
        return missing();
      return found->second;
    },
    [=](const discard_event_type& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->event_types.find(msg.name);
      if (found == world->event_types.end())
        return missing();
      if (msg.expected_revision && *msg.expected_revision != found->second.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      world->event_types.erase(found);
      return removed{};
    },
  };
}

channel_id add_channel(fake_world& world, const std::string& name, channel_type type,
                       std::string settings) {
  std::lock_guard lock{world.guard};
  channel x;
  x.id = channel_id{channel_id{}.plus(static_cast<uint32_t>(world.channels.size()) + 1)};
  x.owner = {recipient_kind::admin, "admin"};
  x.name = name;
  x.type = type;
  x.settings = std::move(settings);
  x.revision = 1;
  world.channels[x.id] = x;
  return x.id;
}

} // namespace tocsin::http
