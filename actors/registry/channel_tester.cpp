#include "actors/registry/channel_tester.hpp"

#include "actors/registry/sample_event.hpp"

#include <caf/send.hpp>

namespace tocsin {

namespace {

test_report not_rendered(std::string why) {
  outcome result{outcome_class::rejected, attempt_stage::render, std::nullopt, "render",
                 std::move(why)};
  return {std::move(result), {}, {}, {}};
}

} // namespace

caf::result<test_report> channel_tester_state::on_run_test(const run_test& msg) {
  promise_ = self->make_response_promise<test_report>();
  auto promise = promise_;
  inbox_ = std::make_shared<reply_inbox>(
    [owner = channel_tester_actor{self}] { caf::anon_send(owner, test_replied{}); });
  started_at_ = now();
  sample_ = sample_event(msg.event_type, started_at_);
  destinations_ = adapter->destinations();
  std::vector<channels::transport::job> jobs;
  for (auto& destination : destinations_) {
    auto request = adapter->render(context_of(jobs.size(), destination));
    if (!request) {
      finish(not_rendered(request.error().detail));
      return promise;
    }
    jobs.push_back({jobs.size(), std::move(*request)});
  }
  if (jobs.empty()) {
    finish(not_rendered("the channel has no destination"));
    return promise;
  }
  missing_ = jobs.size();
  transport->submit(inbox_, std::move(jobs));
  return promise;
}

channels::render_context channel_tester_state::context_of(size_t place,
                                                          std::string_view destination) const {
  delivery_id id{sample_.id.plus(static_cast<uint32_t>(place) + 1)};
  return {id, sample_, destination, started_at_};
}

void channel_tester_state::on_test_replied(const test_replied&) {
  for (auto& [cookie, reply] : inbox_->take()) {
    --missing_;
    if (report_ && report_->result.kind != outcome_class::delivered)
      continue;
    auto result = adapter->classify(reply);
    auto hint = adapter->hint(result);
    auto duration = std::chrono::ceil<std::chrono::milliseconds>(reply.duration);
    report_ = test_report{std::move(result), duration, std::move(hint), {}};
    if (auto shown = adapter->preview(context_of(cookie, destinations_[cookie])))
      report_->request = std::move(*shown);
  }
  if (missing_ == 0 && report_)
    finish(std::move(*report_));
}

void channel_tester_state::finish(test_report report) {
  promise_.deliver(std::move(report));
  self->quit();
}

channel_tester_actor::behavior_type
channel_tester(channel_tester_actor::stateful_pointer<channel_tester_state> self,
               const std::shared_ptr<const channels::adapter>& adapter,
               const std::shared_ptr<channels::transport>& transport, const wall_clock& now,
               const std::shared_ptr<meter_board>& board) {
  using state = channel_tester_state;
  self->state.self = self;
  self->state.adapter = adapter;
  self->state.transport = transport;
  self->state.now = now;
  self->state.gauge = actor_gauge{*board, state::name};
  return {metered(self, &state::on_run_test), metered(self, &state::on_test_replied)};
}

} // namespace tocsin
