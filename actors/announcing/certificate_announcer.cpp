#include "actors/announcing/certificate_announcer.hpp"

#include "actors/announcing/own_submission.hpp"
#include "actors/shared/metered.hpp"
#include "messages/protocol/failure.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// As the catalogue says of `ssl.expiring`.
constexpr auto warning_term = std::chrono::days{7};

/// How often expiry is checked; a new day is noticed at most this late.
constexpr auto check_interval = 1h;

} // namespace

event announcement_of(const certificate_stats& x) {
  event result;
  result.type = "ssl.expiring";
  result.service = "tocsin";
  result.message
    = fmt::format("The certificate {} ({}) of the CAF door expires at {}. Without a new "
                  "one, panels and this node cannot reach each other any more.",
                  x.name, x.role, x.expires_at);
  boost::json::object details;
  details["certificate"] = x.name;
  details["role"] = x.role;
  details["fingerprint"] = x.fingerprint;
  details["expires_at"] = x.expires_at;
  result.details = boost::json::serialize(details);
  return result;
}

void certificate_announcer_state::start(
  certificate_announcer_actor::stateful_pointer<certificate_announcer_state> self,
  trigger_router_actor router, wall_clock now, std::shared_ptr<meter_board> board) {
  self_ = self;
  router_ = std::move(router);
  now_ = std::move(now);
  board_ = std::move(board);
  gauge = actor_gauge{*board_, name};
  self_->delayed_send(self_, check_interval, check_certificates{true});
}

void certificate_announcer_state::on_certificates_seen(const certificates_seen& msg) {
  certificates_ = msg.values;
  board_->show_certificates(msg.values);
  announce_what_expires();
}

void certificate_announcer_state::on_check_certificates(const check_certificates& msg) {
  announce_what_expires();
  if (msg.is_periodic)
    self_->delayed_send(self_, check_interval, check_certificates{true});
}

void certificate_announcer_state::announce_what_expires() {
  auto now = now_();
  auto today = std::chrono::floor<std::chrono::days>(now);
  std::erase_if(announced_, [today](const auto& x) { return x.second != today; });
  for (auto& x : certificates_) {
    auto expires_at = parse_rfc3339(x.expires_at);
    if (expires_at && *expires_at - now <= warning_term
        && announced_.emplace(x.fingerprint, today).second)
      announce(x, today);
  }
}

void certificate_announcer_state::announce(const certificate_stats& x,
                                           std::chrono::sys_days today) {
  auto value = announcement_of(x);
  value.timestamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now_()));
  auto one = own_submission(std::move(value),
                            fmt::format("{}/{}", x.fingerprint, to_rfc3339(timestamp{today})));
  self_->request(router_, own_event_timeout, std::move(one))
    .then([](const events_accepted&) {},
          [this, fingerprint = x.fingerprint](const caf::error& why) {
            // It was announced today in other words, by another version for example.
            if (to_failure(why).code == errc::idempotency_conflict)
              return;
            announced_.erase(fingerprint);
            self_->delayed_send(self_, pause_after_lost_event, check_certificates{});
          });
}

certificate_announcer_actor::behavior_type certificate_announcer(
  certificate_announcer_actor::stateful_pointer<certificate_announcer_state> self,
  const trigger_router_actor& router, const wall_clock& now,
  const std::shared_ptr<meter_board>& board) {
  using state = certificate_announcer_state;
  self->state.start(self, router, now, board);
  return {
    metered(self, &state::on_certificates_seen),
    metered(self, &state::on_check_certificates),
  };
}

} // namespace tocsin
