#include "actors/delivery/channel_worker.hpp"
#include "actors/shared/disk_trouble.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace tocsin {

/// Gives requests to the transport; where nothing may be sent twice, once their claim is stored.
void channel_worker_state::submit(std::vector<channels::transport::job> jobs) {
  if (!is_claiming())
    return options_.transport->submit(inbox_, std::move(jobs));
  claim_deliveries claim{id_, {}, options_.now()};
  for (auto& job : jobs)
    claim.ids.push_back(in_flight_.at(job.cookie).delivery.id);
  auto held = std::make_shared<std::vector<channels::transport::job>>(std::move(jobs));
  // The ledger answers or the node ends; giving up on a claim that is stored after all would leave
  // its deliveries to nobody.
  self_->request(options_.ledger, caf::infinite, apply_command{std::move(claim), {}})
    .then(
      [this, held](const command_result&) {
        options_.transport->submit(inbox_, std::move(*held));
        if (draining_ || options_.pauses->wait_of_all(options_.now()).count() > 0) {
          withdraw_waiting();
          pump();
        }
      },
      [this, held](const caf::error& why) { on_claim_refused(*held, to_failure(why).code); });
}

/// Takes back what only waits in the transport, so that it is not begun with any more. No claim to
/// it is left.
void channel_worker_state::withdraw_waiting() {
  auto cookies = options_.transport->withdraw(*inbox_);
  if (cookies.empty())
    return;
  std::sort(cookies.begin(), cookies.end(), std::greater<>{});
  release_deliveries unsent{id_, {}, options_.now()};
  for (auto cookie : cookies) {
    waiting_.push_front(take_back(cookie, options_.steady_now()).delivery);
    unsent.ids.push_back(waiting_.front().id);
  }
  if (is_claiming())
    caf::anon_send(options_.ledger, apply_command{std::move(unsent), {}});
}

/// A request was not made after all.
sending channel_worker_state::take_back(uint64_t cookie, steady_time now) {
  auto entry = in_flight_.extract(cookie);
  // The probe of the breaker was not made: the next one is, after another cool-down.
  if (breaker_.state() == policy::breaker_state::half_open)
    breaker_.failed(entry.mapped().began, now);
  return std::move(entry.mapped());
}

/// What could not be claimed as the disk is in trouble waits for its turn again. All else is no
/// longer this actor's to send, and the ledger has its slots back.
void channel_worker_state::on_claim_refused(const std::vector<channels::transport::job>& jobs,
                                            errc why) {
  auto is_passing = is_disk_trouble(why);
  auto now = options_.steady_now();
  for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
    auto entry = take_back(job->cookie, now);
    if (is_passing)
      waiting_.push_front(std::move(entry.delivery));
  }
  if (is_passing)
    claims_from_ = now + pause_after_disk_trouble;
  pump();
}

} // namespace tocsin
