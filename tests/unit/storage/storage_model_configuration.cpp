#include "messages/object_limits.hpp"
#include "tests/unit/storage/storage_model.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

bool is_customer(const recipient_id& x) {
  return x.kind == recipient_kind::customer;
}

} // namespace

storage_model::answer storage_model::on(const put_channel& x) {
  auto& id = x.value.id;
  auto found = channels.find(id);
  if (x.expected_revision == 0) {
    if (found != channels.end() || leaving.contains(id))
      return errc::already_exists;
  } else {
    if (found == channels.end())
      return errc::not_found;
    auto& before = found->second.value;
    if (before.revision != x.expected_revision)
      return errc::revision_mismatch;
    if (before.owner != x.value.owner || before.type != x.value.type)
      return errc::invalid_argument;
  }
  if (x.value.name.empty())
    return errc::invalid_argument;
  for (auto& [other, y] : channels)
    if (other != id && y.value.owner == x.value.owner && y.value.name == x.value.name)
      return errc::already_exists;
  if (!recipients.contains(x.value.owner))
    return errc::invalid_argument;
  auto is_of_owner = [&](auto& each) { return each.second.value.owner == x.value.owner; };
  auto count = static_cast<size_t>(std::count_if(channels.begin(), channels.end(), is_of_owner));
  if (x.expected_revision == 0 && is_customer(x.value.owner) && count >= max_channels_of_customer)
    return errc::invalid_argument;
  auto value = x.value;
  value.settings.clear();
  value.revision = x.expected_revision + 1;
  channels[id] = {value, x.sealed_settings};
  return stored_as(value.revision);
}

storage_model::answer storage_model::on(const remove_channel& x) {
  auto found = channels.find(x.id);
  if (found == channels.end())
    return errc::not_found;
  if (x.expected_revision && *x.expected_revision != found->second.value.revision)
    return errc::revision_mismatch;
  channels.erase(found);
  leaving.insert(x.id);
  forget_if_paid(x.id);
  return done(0);
}

storage_model::answer storage_model::on(const put_recipient& x) {
  auto& id = x.value.id;
  auto found = recipients.find(id);
  if (x.expected_revision == 0) {
    if (found != recipients.end())
      return errc::already_exists;
  } else {
    if (found == recipients.end())
      return errc::not_found;
    if (found->second.revision != x.expected_revision)
      return errc::revision_mismatch;
  }
  if (is_customer(id))
    for (auto& [other, y] : recipients)
      if (is_customer(other) && other != id)
        for (auto& name : {id.name, x.value.display_name})
          if (!name.empty() && (name == other.name || name == y.display_name))
            return errc::already_exists;
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  if (found != recipients.end() && found->second.portal_enabled && !value.portal_enabled)
    lock_out(id);
  recipients[id] = value;
  return stored_as(value.revision);
}

storage_model::answer storage_model::on(const remove_recipient& x) {
  auto found = recipients.find(x.id);
  if (found == recipients.end())
    return errc::not_found;
  if (x.expected_revision && *x.expected_revision != found->second.revision)
    return errc::revision_mismatch;
  for (auto& [id, y] : channels)
    if (y.value.owner == x.id)
      return errc::already_exists;
  recipients.erase(found);
  preferences.erase(x.id);
  lock_out(x.id);
  if (x.id.kind == recipient_kind::admin)
    passwords.erase(x.id.name);
  return done(0);
}

storage_model::answer storage_model::on(const put_preference& x) {
  auto& id = x.value.recipient;
  if (!recipients.contains(id))
    return errc::not_found;
  auto found = preferences.find(id);
  if ((found == preferences.end() ? 0 : found->second.revision) != x.expected_revision)
    return errc::revision_mismatch;
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  preferences[id] = value;
  return stored_as(value.revision);
}

storage_model::answer storage_model::on(const put_token& x) {
  for (auto& [id, y] : tokens)
    if (id != x.value.id && y.digest == x.value.digest)
      return errc::already_exists;
  tokens[x.value.id] = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const remove_token& x) {
  if (tokens.erase(x.id) == 0)
    return errc::not_found;
  return done(0);
}

storage_model::answer storage_model::on(const note_token_use& x) {
  auto found = tokens.find(x.id);
  if (found == tokens.end())
    return done(0);
  auto& last = found->second.last_used_at;
  if (!last || *last < x.at)
    last = x.at;
  return done(1);
}

void storage_model::lock_out(const recipient_id& who) {
  std::erase_if(sessions, [&](auto& each) { return each.second.who == who; });
  if (who.kind == recipient_kind::customer)
    std::erase_if(links, [&](auto& each) { return each.second.customer == who.name; });
}

storage_model::answer storage_model::on(const put_password& x) {
  recipient_id who{recipient_kind::admin, x.value.admin};
  if (!recipients.contains(who))
    return errc::not_found;
  lock_out(who);
  passwords[x.value.admin] = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const open_session& x) {
  if (!recipients.contains(x.value.who))
    return errc::not_found;
  if (!sessions.emplace(x.value.digest, x.value).second)
    return errc::already_exists;
  return done(1);
}

storage_model::answer storage_model::on(const note_session_use& x) {
  auto found = sessions.find(x.digest);
  if (found == sessions.end())
    return done(0);
  if (found->second.last_used_at < x.at)
    found->second.last_used_at = x.at;
  return done(1);
}

storage_model::answer storage_model::on(const close_session& x) {
  return done(sessions.erase(x.digest));
}

storage_model::answer storage_model::on(const put_portal_link& x) {
  auto found = recipients.find({recipient_kind::customer, x.value.customer});
  if (found == recipients.end())
    return errc::not_found;
  if (!found->second.portal_enabled)
    return errc::conflict;
  links[x.value.digest] = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const redeem_portal_link& x) {
  auto link = links.find(x.code);
  if (link == links.end() || link->second.expires_at <= x.value.created_at)
    return errc::not_found;
  recipient_id who{recipient_kind::customer, link->second.customer};
  if (x.value.who != who || !recipients.contains(who) || !recipients.at(who).portal_enabled)
    return errc::not_found;
  if (!sessions.emplace(x.value.digest, x.value).second)
    return errc::already_exists;
  links.erase(link);
  return done(1);
}

storage_model::answer storage_model::on(const put_event_type& x) {
  if (x.value.name.empty())
    return errc::invalid_argument;
  auto found = event_types.find(x.value.name);
  if (x.expected_revision == 0 && found != event_types.end())
    return errc::already_exists;
  if (x.expected_revision != 0 && found == event_types.end())
    return errc::not_found;
  if (found != event_types.end() && found->second.revision != x.expected_revision)
    return errc::revision_mismatch;
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  event_types[value.name] = value;
  return stored_as(value.revision);
}

storage_model::answer storage_model::on(const remove_event_type& x) {
  auto found = event_types.find(x.name);
  if (found == event_types.end())
    return errc::not_found;
  if (x.expected_revision && *x.expected_revision != found->second.revision)
    return errc::revision_mismatch;
  event_types.erase(found);
  return done(0);
}

storage_model::answer storage_model::on(const put_pause& x) {
  auto length = x.value.until - x.value.since;
  if (length.count() <= 0 || length > longest_pause || x.value.reason.size() > max_reason_bytes)
    return errc::invalid_argument;
  pause = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const remove_pause&) {
  auto was_there = pause.has_value();
  pause.reset();
  return done(was_there ? 1 : 0);
}

} // namespace tocsin::storage
