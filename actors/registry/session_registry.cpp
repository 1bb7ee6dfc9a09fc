#include "actors/registry/session_registry.hpp"

#include "actors/shared/apply_change.hpp"
#include "actors/shared/metered.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "storage/repositories/session_repository.hpp"

namespace tocsin {

namespace {

/// How stale the last use may be: one write per session and span, however busy it is.
constexpr auto session_use_step = std::chrono::minutes{1};

failure no_session() {
  return fail(errc::unauthorized, "the session is not known or has ended");
}

failure no_link() {
  return fail(errc::not_found, "the link is not known, used up or expired");
}

/// Whether whoever `x` let in may still be in.
expected<bool> is_welcome(const storage::transaction& tx, const session& x) {
  auto found = storage::recipient_repository{tx}.find(x.who);
  if (!found)
    return found.error();
  return *found && (x.who.kind == recipient_kind::admin || (*found)->portal_enabled);
}

} // namespace

expected<session_opened> make_session(recipient_id who, timestamp now) {
  auto secret = make_secret("tocsin_session_");
  if (!secret)
    return secret.error();
  session_opened result;
  result.value = {sha256(*secret), std::move(who), now, now, now + session_age_limit};
  result.secret = std::move(*secret);
  return result;
}

caf::result<session> session_registry_state::on_find_session(const find_session& msg) {
  auto tx = options.storage->read_published();
  if (!tx)
    return to_error(tx.error());
  auto found = storage::session_repository{*tx}.find(msg.digest);
  if (!found)
    return to_error(found.error());
  auto now = options.now();
  if (!*found || (*found)->is_expired(now))
    return to_error(no_session());
  auto welcome = is_welcome(*tx, **found);
  if (!welcome)
    return to_error(welcome.error());
  if (!*welcome)
    return to_error(no_session());
  if (now - (*found)->last_used_at >= session_use_step)
    uses_.add(self, options.ledger, (*found)->digest, note_session_use{(*found)->digest, now});
  return std::move(**found);
}

caf::result<removed> session_registry_state::on_end_session(end_session& msg) {
  apply_command change{close_session{msg.digest, std::move(msg.who)}, {}, std::move(msg.by)};
  return apply_change<removed>(self, options.ledger, std::move(change),
                               [epoch = options.epoch](const command_result&) {
                                 ++*epoch;
                                 return removed{};
                               });
}

caf::result<portal_link_created>
session_registry_state::on_create_portal_link(create_portal_link& msg) {
  auto code = make_secret("tocsin_portal_");
  if (!code)
    return to_error(code.error());
  auto now = options.now();
  portal_link_created made;
  made.value = {sha256(*code), std::move(msg.customer), now, now + portal_link_lifetime};
  made.code = std::move(*code);
  apply_command change{put_portal_link{made.value}, {}, std::move(msg.by)};
  return apply_change<portal_link_created>(self, options.ledger, std::move(change),
                                           [made](const command_result&) { return made; });
}

caf::result<session_opened> session_registry_state::on_enter_portal(enter_portal& msg) {
  auto code = sha256(msg.code);
  auto tx = options.storage->read_published();
  if (!tx)
    return to_error(tx.error());
  auto link = storage::session_repository{*tx}.find_link(code);
  if (!link)
    return to_error(link.error());
  if (!*link)
    return to_error(no_link());
  auto& name = (*link)->customer;
  auto opened = make_session({recipient_kind::customer, name}, options.now());
  if (!opened)
    return to_error(opened.error());
  apply_command change{redeem_portal_link{code, opened->value},
                       {},
                       {author_kind::customer, name, {}, std::move(msg.request_id)}};
  return apply_change<session_opened>(self, options.ledger, std::move(change),
                                      [made = *opened](const command_result&) { return made; });
}

session_registry_actor::behavior_type
session_registry(session_registry_actor::stateful_pointer<session_registry_state> self,
                 const registry_options& options) {
  using state = session_registry_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {
    metered(self, &state::on_find_session),
    metered(self, &state::on_end_session),
    metered(self, &state::on_create_portal_link),
    metered(self, &state::on_enter_portal),
  };
}

} // namespace tocsin
