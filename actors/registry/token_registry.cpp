#include "actors/registry/token_registry.hpp"

#include "actors/shared/apply_change.hpp"
#include "actors/shared/metered.hpp"
#include "messages/text.hpp"
#include "storage/repositories/token_repository.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

constexpr size_t max_token_name_bytes = 100;

/// How stale the last use may be: one write per token and span, however busy it is.
constexpr auto token_use_step = std::chrono::minutes{5};

failure no_such_token(const token_id& id) {
  return fail(errc::not_found, "there is no token " + to_string(id));
}

std::vector<field_error> examine(const create_token& x, timestamp now) {
  std::vector<field_error> faults;
  if (is_blank(x.name))
    faults.push_back({"/name", "required", "'name' must not be empty"});
  if (x.name.size() > max_token_name_bytes)
    faults.push_back(
      {"/name", "too_long", fmt::format("'name' takes up to {} bytes", max_token_name_bytes)});
  if (x.scopes == 0)
    faults.push_back({"/scopes", "required", "a token needs at least one scope"});
  if (x.expires_at && *x.expires_at <= now)
    faults.push_back({"/expires_at", "out_of_range", "'expires_at' lies in the past"});
  return faults;
}

} // namespace

caf::result<token> token_registry_state::on_find_token(const find_token& msg) {
  auto tx = options.storage->read_published();
  if (!tx)
    return to_error(tx.error());
  auto found = storage::token_repository{*tx}.find_by_digest(msg.digest);
  if (!found)
    return to_error(found.error());
  if (!*found)
    return to_error(fail(errc::unauthorized, "no such token is known"));
  auto now = options.now();
  if ((*found)->is_expired(now))
    return to_error(fail(errc::unauthorized, "the token has expired"));
  if (auto& last = (*found)->last_used_at; !last || now - *last >= token_use_step)
    uses_.add(self, options.ledger, (*found)->id, note_token_use{(*found)->id, now});
  return std::move(**found);
}

caf::result<token_created> token_registry_state::on_create_token(create_token& msg) {
  auto now = options.now();
  msg.name = clean_line(std::move(msg.name));
  if (auto faults = examine(msg, now); !faults.empty())
    return to_error(fail(errc::invalid_argument, "the token is not valid", std::move(faults)));
  auto text = make_token_text();
  if (!text)
    return to_error(text.error());
  token_created made;
  made.text = std::move(*text);
  made.value = {token_id{ids.next(now)}, std::move(msg.name), sha256(made.text), msg.scopes, now,
                msg.expires_at};
  apply_command change{put_token{made.value}, {}, std::move(msg.by)};
  return apply_change<token_created>(self, options.ledger, std::move(change),
                                     [made](const command_result&) { return made; });
}

caf::result<token> token_registry_state::on_show_token(const show_token& msg) {
  auto tx = options.storage->read_published();
  if (!tx)
    return to_error(tx.error());
  auto found = storage::token_repository{*tx}.find(msg.id);
  if (!found)
    return to_error(found.error());
  if (!*found)
    return to_error(no_such_token(msg.id));
  return std::move(**found);
}

caf::result<page<token>> token_registry_state::on_list_tokens(const list_tokens& msg) {
  auto tx = options.storage->read_published();
  if (!tx)
    return to_error(tx.error());
  return to_result(storage::token_repository{*tx}.list(msg.page));
}

caf::result<removed> token_registry_state::on_revoke_token(revoke_token& msg) {
  apply_command change{remove_token{msg.id}, {}, std::move(msg.by)};
  return apply_change<removed>(self, options.ledger, std::move(change),
                               [epoch = options.epoch](const command_result&) {
                                 ++*epoch;
                                 return removed{};
                               });
}

token_registry_actor::behavior_type
token_registry(token_registry_actor::stateful_pointer<token_registry_state> self,
               const registry_options& options) {
  using state = token_registry_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {
    metered(self, &state::on_find_token),   metered(self, &state::on_create_token),
    metered(self, &state::on_show_token),   metered(self, &state::on_list_tokens),
    metered(self, &state::on_revoke_token),
  };
}

} // namespace tocsin
