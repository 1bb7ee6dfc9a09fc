#include "storage/commands/audit_subject.hpp"

#include "storage/commands/audit_picture.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_type_repository.hpp"
#include "storage/repositories/pause_repository.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "storage/repositories/session_repository.hpp"
#include "storage/repositories/token_repository.hpp"

#include <variant>

namespace tocsin::storage {

namespace {

using subject = std::optional<audit_subject>;

template <class Id>
std::string named(std::string_view kind, const Id& id) {
  return std::string{kind} + '/' + to_string(id);
}

audit_subject put_of(std::string_view kind, std::string object) {
  return {std::string{kind}, std::move(object), true};
}

std::string customer(const std::string& name) {
  return to_string(recipient_id{recipient_kind::customer, name});
}

std::string admin(const std::string& name) {
  return to_string(recipient_id{recipient_kind::admin, name});
}

/// The table of all commands: what the log says of each. A command that is not in here does not
/// compile.
struct subject_table {
  subject operator()(const accept_event&) const { return std::nullopt; }
  /// The service's own change, of a channel whose endpoint is dead.
  subject operator()(const record_attempt& x) const {
    return x.fault ? subject{put_of("channel", named("channel", x.channel))} : std::nullopt;
  }
  subject operator()(const claim_deliveries&) const { return std::nullopt; }
  subject operator()(const release_deliveries&) const { return std::nullopt; }
  subject operator()(const resend_delivery& x) const {
    return audit_subject{"delivery.resend", named("delivery", x.id)};
  }
  subject operator()(const replay_delivery& x) const {
    return audit_subject{"delivery.resend", named("delivery", x.id)};
  }
  subject operator()(const cancel_delivery& x) const {
    return audit_subject{"delivery.cancel", named("delivery", x.id)};
  }
  subject operator()(const discard_delivery& x) const {
    return audit_subject{"delivery.discard", named("delivery", x.id)};
  }
  subject operator()(const put_channel& x) const {
    return put_of("channel", named("channel", x.value.id));
  }
  subject operator()(const remove_channel& x) const {
    return audit_subject{"channel.remove", named("channel", x.id)};
  }
  subject operator()(const cancel_due&) const { return std::nullopt; }
  subject operator()(const put_recipient& x) const {
    auto is_admin = x.value.id.kind == recipient_kind::admin;
    return put_of(is_admin ? "admin" : "customer", to_string(x.value.id));
  }
  subject operator()(const remove_recipient& x) const {
    auto is_admin = x.id.kind == recipient_kind::admin;
    return audit_subject{is_admin ? "admin.remove" : "customer.remove", to_string(x.id)};
  }
  subject operator()(const put_preference& x) const {
    return put_of("preferences", to_string(x.value.recipient) + "/preferences");
  }
  subject operator()(const put_token& x) const {
    return put_of("token", named("token", x.value.id));
  }
  subject operator()(const remove_token& x) const {
    return audit_subject{"token.revoke", named("token", x.id)};
  }
  subject operator()(const note_token_use&) const { return std::nullopt; }
  subject operator()(const put_password& x) const {
    return put_of("password", admin(x.value.admin) + "/password");
  }
  subject operator()(const open_session& x) const {
    return audit_subject{"session.open", to_string(x.value.who) + "/session"};
  }
  subject operator()(const note_session_use&) const { return std::nullopt; }
  subject operator()(const close_session& x) const {
    return audit_subject{"session.close", to_string(x.who) + "/session"};
  }
  subject operator()(const put_portal_link& x) const {
    return audit_subject{"portal-link.create", customer(x.value.customer) + "/portal-link"};
  }
  subject operator()(const redeem_portal_link& x) const {
    return audit_subject{"portal-link.redeem", to_string(x.value.who) + "/portal-link"};
  }
  subject operator()(const put_event_type& x) const {
    return put_of("event-type", "event-type/" + x.value.name);
  }
  subject operator()(const remove_event_type& x) const {
    return audit_subject{"event-type.remove", "event-type/" + x.name};
  }
  subject operator()(const put_pause&) const { return audit_subject{"pause.set", "pause"}; }
  subject operator()(const remove_pause&) const { return audit_subject{"pause.end", "pause"}; }
};

/// Finds the picture of what a repository found; empty where that is nothing.
template <class T>
expected<std::string> draw(const expected<std::optional<T>>& found) {
  if (!found)
    return found.error();
  return *found ? picture(**found) : std::string{};
}

/// What the objects of audited commands look like.
struct picture_table {
  const transaction& tx;

  template <class Command>
  expected<std::string> operator()(const Command&) const {
    return std::string{};
  }
  expected<std::string> operator()(const resend_delivery& x) const { return delivery(x.id); }
  expected<std::string> operator()(const replay_delivery& x) const { return delivery(x.id); }
  expected<std::string> operator()(const cancel_delivery& x) const { return delivery(x.id); }
  expected<std::string> operator()(const discard_delivery& x) const { return delivery(x.id); }
  expected<std::string> operator()(const record_attempt& x) const { return channel(x.channel); }
  expected<std::string> operator()(const put_channel& x) const { return channel(x.value.id); }
  expected<std::string> operator()(const remove_channel& x) const { return channel(x.id); }
  expected<std::string> operator()(const put_recipient& x) const { return recipient(x.value.id); }
  expected<std::string> operator()(const remove_recipient& x) const { return recipient(x.id); }
  expected<std::string> operator()(const put_preference& x) const {
    return draw(recipient_repository{tx}.find_preference(x.value.recipient));
  }
  expected<std::string> operator()(const put_token& x) const {
    return draw(token_repository{tx}.find(x.value.id));
  }
  expected<std::string> operator()(const remove_token& x) const {
    return draw(token_repository{tx}.find(x.id));
  }
  expected<std::string> operator()(const put_password& x) const {
    return draw(session_repository{tx}.find_password(x.value.admin));
  }
  expected<std::string> operator()(const open_session& x) const { return session(x.value.digest); }
  expected<std::string> operator()(const close_session& x) const { return session(x.digest); }
  expected<std::string> operator()(const put_portal_link& x) const {
    return draw(session_repository{tx}.find_link(x.value.digest));
  }
  expected<std::string> operator()(const redeem_portal_link& x) const {
    return draw(session_repository{tx}.find_link(x.code));
  }
  expected<std::string> operator()(const put_event_type& x) const {
    return draw(event_type_repository{tx}.find(x.value.name));
  }
  expected<std::string> operator()(const remove_event_type& x) const {
    return draw(event_type_repository{tx}.find(x.name));
  }
  expected<std::string> operator()(const put_pause&) const { return draw(find_readable_pause(tx)); }
  expected<std::string> operator()(const remove_pause&) const {
    return draw(find_readable_pause(tx));
  }

private:
  expected<std::string> delivery(const delivery_id& id) const {
    return draw(delivery_repository{tx}.find_without_outcome(id));
  }
  expected<std::string> channel(const channel_id& id) const {
    return draw(channel_repository{tx}.find(id));
  }
  expected<std::string> recipient(const recipient_id& id) const {
    return draw(recipient_repository{tx}.find(id));
  }
  expected<std::string> session(const sha256_digest& digest) const {
    return draw(session_repository{tx}.find(digest));
  }
};

} // namespace

std::optional<audit_subject> audit_subject_of(const command& x) {
  return std::visit(subject_table{}, x);
}

expected<std::string> picture_of(const transaction& tx, const command& x) {
  return std::visit(picture_table{tx}, x);
}

} // namespace tocsin::storage
