#include "actors/registry/sign_in_desk.hpp"

#include "actors/registry/password.hpp"
#include "actors/shared/apply_change.hpp"
#include "actors/shared/metered.hpp"
#include "messages/address_group.hpp"
#include "storage/repositories/session_repository.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin {

namespace {

/// With more waiting than this the last would not be answered before its asker gives up.
constexpr size_t max_waiting = 32;

/// The names of admins are no longer.
constexpr size_t max_admin_name_bytes = 64;

/// The name that is asked for, or of one that no admin can have as much as one could: what is
/// remembered of strangers stays small.
std::string name_of(const sign_in& x) {
  return x.admin.substr(0, max_admin_name_bytes);
}

std::string admin_key(const sign_in& x) {
  return "admin/" + name_of(x);
}

/// What stands for the address that it came from, as the doors count it.
std::string address_key(const sign_in& x) {
  boost::system::error_code ec;
  auto address = boost::asio::ip::make_address(x.address, ec);
  return "address/" + (ec ? x.address : address_group(address).to_string());
}

} // namespace

caf::result<sign_in_result> sign_in_desk_state::on_sign_in(sign_in& msg) {
  if (self->mailbox().size() > max_waiting)
    return to_error(fail(errc::overloaded, "too many people are signing in"));
  auto now = options.steady_now();
  auto wait = std::max(throttle_.wait(admin_key(msg), now), throttle_.wait(address_key(msg), now));
  if (wait.count() > 0)
    return sign_in_result{std::chrono::ceil<std::chrono::seconds>(wait), {}};
  auto right = is_right(msg);
  if (!right)
    return to_error(right.error());
  if (!*right) {
    // From when the answer is known, as finding it takes its time.
    auto failed_at = options.steady_now();
    throttle_.failed(admin_key(msg), failed_at);
    throttle_.failed(address_key(msg), failed_at);
    options.report_refused(name_of(msg), msg.address);
    return to_error(fail(errc::unauthorized, "the name or the password is wrong"));
  }
  throttle_.succeeded(admin_key(msg));
  return open(msg);
}

expected<bool> sign_in_desk_state::is_right(const sign_in& msg) {
  if (msg.admin.empty() || msg.admin.size() > max_admin_name_bytes
      || msg.password.size() > max_password_bytes)
    return false;
  std::optional<password_hash> stored;
  {
    auto tx = options.storage->read_published();
    if (!tx)
      return tx.error();
    auto found = storage::session_repository{*tx}.find_password(msg.admin);
    if (!found)
      return found.error();
    stored = std::move(*found);
  }
  if (stored)
    return matches(*stored, msg.password);
  if (!nobodys_) {
    auto made = hash_password("", "nobody has this password", options.now());
    if (!made)
      return made.error();
    nobodys_ = std::move(*made);
  }
  if (auto compared = matches(*nobodys_, msg.password); !compared)
    return compared.error();
  return false;
}

caf::result<sign_in_result> sign_in_desk_state::open(sign_in& msg) {
  auto opened = make_session({recipient_kind::admin, msg.admin}, options.now());
  if (!opened)
    return to_error(opened.error());
  apply_command change{open_session{opened->value},
                       {},
                       {author_kind::admin, msg.admin, {}, std::move(msg.request_id)}};
  return apply_change<sign_in_result>(self, options.ledger, std::move(change),
                                      [made = *opened](const command_result&) {
                                        return sign_in_result{{}, made};
                                      });
}

caf::result<password_set> sign_in_desk_state::on_set_password(set_password& msg) {
  auto size = msg.password.size();
  if (size < min_password_bytes || size > max_password_bytes)
    return to_error(fail(
      errc::invalid_argument, "the password is not valid",
      {{"/password", "wrong_length",
        fmt::format("a password has {} to {} bytes", min_password_bytes, max_password_bytes)}}));
  auto hash = hash_password(msg.admin, msg.password, options.now());
  if (!hash)
    return to_error(hash.error());
  auto promise = self->make_response_promise<password_set>();
  apply_command change{put_password{std::move(*hash)}, {}, std::move(msg.by)};
  // Awaits it: whoever signs in meanwhile is compared with the new password. By the old one, a
  // session would open behind the change that ends those of before.
  self->request(options.ledger, caf::infinite, std::move(change))
    .await(
      [promise, epoch = options.epoch](const command_result&) mutable {
        ++*epoch;
        promise.deliver(password_set{});
      },
      [promise](caf::error& fault) mutable { promise.deliver(std::move(fault)); });
  return promise;
}

sign_in_desk_actor::behavior_type
sign_in_desk(sign_in_desk_actor::stateful_pointer<sign_in_desk_state> self,
             const sign_in_options& options) {
  using state = sign_in_desk_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {metered(self, &state::on_sign_in), metered(self, &state::on_set_password)};
}

} // namespace tocsin
