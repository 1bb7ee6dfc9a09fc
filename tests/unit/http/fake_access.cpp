#include "tests/unit/http/fakes.hpp"

namespace tocsin::http {

namespace {

token_id a_token() {
  return *token_id::parse(known_token);
}

session_opened opened_for(recipient_id who) {
  auto now = system_wall_clock()();
  return {{sha256("new"), std::move(who), now, now, now + session_age_limit}, "new"};
}

} // namespace

token_registry_actor::behavior_type fake_tokens(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such token")); };
  return {
    [=](const find_token& msg) -> caf::result<token> {
      std::lock_guard lock{world->guard};
      ++world->token_lookups;
      for (auto& [text, scopes] : world->tokens)
        if (sha256(text) == msg.digest) {
          token result{{}, "a token", msg.digest, scopes, {}};
          if (auto found = world->expiries.find(text); found != world->expiries.end())
            result.expires_at = found->second;
          if (result.is_expired(system_wall_clock()()))
            return to_error(fail(errc::unauthorized, "the token has expired"));
          return result;
        }
      return to_error(fail(errc::unauthorized, "the token is not known"));
    },
    [=](const create_token& msg) -> caf::result<token_created> {
      std::lock_guard lock{world->guard};
      world->wanted_tokens.push_back(msg);
      world->authors.push_back(msg.by);
      return token_created{{a_token(), msg.name, {}, msg.scopes, {}, msg.expires_at}, "tocsin_new"};
    },
    [=](const show_token& msg) -> caf::result<token> {
      if (msg.id != a_token())
        return missing();
      return token{msg.id, "ci", {}, 3, from_unix_ms(0), std::nullopt, from_unix_ms(1000)};
    },
    [=](const list_tokens&) -> caf::result<page<token>> {
      return page<token>{{{a_token(), "ci", {}, 3, from_unix_ms(0)}}, {}};
    },
    [=](const revoke_token& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      if (msg.id != a_token())
        return missing();
      return removed{};
    },
  };
}

audit_log_actor::behavior_type fake_audit(world_ptr world) {
  return {
    [=](const list_audit_entries& msg) -> caf::result<page<audit_entry>> {
      std::lock_guard lock{world->guard};
      world->audit_lists.push_back(msg);
      audit_entry entry;
      entry.by = {author_kind::token, "01A", "panel", "req-1"};
      entry.action = "customer.create";
      entry.object = "customer/acme";
      entry.after = R"({"display_name":"Acme"})";
      audit_entry disabled;
      disabled.action = "channel.change";
      disabled.object = "channel/01B";
      disabled.after = R"({"disabled_reason":"410: gone"})";
      return page<audit_entry>{{entry, disabled}, {}};
    },
  };
}

session_registry_actor::behavior_type fake_sessions(world_ptr world) {
  return {
    [=](const find_session& msg) -> caf::result<session> {
      std::lock_guard lock{world->guard};
      for (auto& [text, who] : world->sessions)
        if (sha256(text) == msg.digest) {
          auto result = opened_for(who).value;
          result.digest = msg.digest;
          return result;
        }
      return to_error(fail(errc::unauthorized, "the session is not known"));
    },
    [=](const end_session& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      std::erase_if(world->sessions, [&](auto& x) { return sha256(x.first) == msg.digest; });
      return removed{};
    },
    [=](const create_portal_link& msg) -> caf::result<portal_link_created> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      return portal_link_created{{{}, msg.customer, {}, from_unix_ms(0)}, "the-code"};
    },
    [=](const enter_portal& msg) -> caf::result<session_opened> {
      if (msg.code != "the-code")
        return to_error(fail(errc::not_found, "the link is not known, used up or expired"));
      return opened_for({recipient_kind::customer, "acme"});
    },
  };
}

sign_in_desk_actor::behavior_type fake_sign_in(world_ptr world) {
  return {
    [=](const sign_in& msg) -> caf::result<sign_in_result> {
      std::lock_guard lock{world->guard};
      world->sign_ins.push_back(msg);
      if (world->sign_in_wait.count() > 0)
        return sign_in_result{world->sign_in_wait, {}};
      if (msg.password != "correct horse")
        return to_error(fail(errc::unauthorized, "the name or the password is wrong"));
      return sign_in_result{{}, opened_for({recipient_kind::admin, msg.admin})};
    },
    [=](const set_password& msg) -> caf::result<password_set> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      return password_set{};
    },
  };
}

} // namespace tocsin::http
