#include "actors/registry/channel_tester.hpp"

#include "actors/delivery/settings_change.hpp"
#include "actors/registry/sample_event.hpp"
#include "actors/shared/metered.hpp"

#include <caf/send.hpp>
#include <fmt/format.h>

#include <utility>

namespace tocsin {

namespace {

test_report not_rendered(std::string why) {
  outcome result{outcome_class::rejected, attempt_stage::render, std::nullopt, "render",
                 std::move(why)};
  return {std::move(result), {}, {}, {}};
}

/// Whether an outcome tells of one destination and nothing of the others.
bool concerns_one_alone(outcome_class x) {
  return x == outcome_class::delivered || x == outcome_class::rejected;
}

/// What to say where the formatted message was refused and its plain form sent after it.
std::string hint_after_refusal(const outcome& formatted, const outcome& plain,
                               std::string_view hint) {
  auto refusal
    = fmt::format("The formatted message was refused ({}: {}), and so went out once more "
                  "as plain text",
                  formatted.code, formatted.text);
  if (plain.kind == outcome_class::delivered)
    return refusal + ", which was taken. Deliveries will go the same way; check the templates.";
  return fmt::format("{}. {}", refusal, hint);
}

/// What to say where the provider corrected the settings and the message was sent after that.
std::string hint_after_correction(const outcome& refusal, std::string_view hint) {
  auto told = fmt::format("The provider corrected the channel ({}: {}). That is stored, and the "
                          "message went out once more",
                          refusal.code, refusal.text);
  return hint.empty() ? told + ", which was taken." : fmt::format("{}. {}", told, hint);
}

} // namespace

caf::result<test_report> channel_tester_state::on_run_test(const run_test& msg) {
  promise_ = self->make_response_promise<test_report>();
  auto promise = promise_;
  inbox_ = std::make_shared<reply_inbox>(
    owner, [tester = channel_tester_actor{self}] { caf::anon_send(tester, test_replied{}); });
  started_at_ = options.now();
  sample_ = sample_event(msg.event_type, started_at_);
  for (auto& destination : adapter->destinations())
    trials_.push_back({std::move(destination), {}});
  std::vector<channels::transport::job> first;
  for (size_t place = 0; place < trials_.size(); ++place) {
    auto job = job_for(place);
    if (!job) {
      finish(not_rendered(job.error().detail));
      return promise;
    }
    (place == 0 ? first : others_).push_back(std::move(*job));
  }
  if (first.empty())
    finish(not_rendered("the channel has no destination"));
  else
    submit(std::move(first));
  return promise;
}

void channel_tester_state::submit(std::vector<channels::transport::job> jobs) {
  missing_ = jobs.size();
  options.transport->submit(inbox_, std::move(jobs));
}

channels::render_context channel_tester_state::context_of(size_t place) const {
  delivery_id id{sample_.id.plus(static_cast<uint32_t>(place) + 1)};
  return {.id = id,
          .event = sample_,
          .destination = trials_[place].destination,
          .now = started_at_,
          .plain = trials_[place].formatted_refusal.has_value()};
}

expected<channels::transport::job> channel_tester_state::job_for(size_t place) const {
  auto request = adapter->render(context_of(place));
  if (!request)
    return request.error();
  // What deliveries have opened says nothing of the settings that are tested.
  std::visit([](auto& x) { x.on_new_connection = true; }, *request);
  return channels::transport::job{place, std::move(*request)};
}

void channel_tester_state::on_test_replied(const test_replied&) {
  for (auto& [place, reply] : inbox_->take()) {
    trials_[place].duration += reply.duration;
    auto result = adapter->classify(reply);
    if (!resend_plain(place, result) && !correct(place, result))
      settle(place, std::move(result));
  }
}

expected<void> channel_tester_state::send_again(size_t place) {
  auto job = job_for(place);
  if (!job)
    return job.error();
  std::vector<channels::transport::job> jobs;
  jobs.push_back(std::move(*job));
  options.transport->submit(inbox_, std::move(jobs));
  return {};
}

bool channel_tester_state::resend_plain(size_t place, const channels::verdict& result) {
  auto& trial = trials_[place];
  if (result.cure != channels::remedy::send_plain || trial.formatted_refusal)
    return false;
  trial.formatted_refusal = result;
  auto sent = send_again(place);
  if (!sent)
    trial.formatted_refusal.reset();
  return sent.has_value();
}

bool channel_tester_state::correct(size_t place, const channels::verdict& result) {
  auto& trial = trials_[place];
  if (result.cure != channels::remedy::change_settings || !stored || trial.outdated_refusal)
    return false;
  auto change = settings_change(*options.channels, stored->id, stored->revision,
                                result.settings_patch, options.now());
  if (!change) {
    trial.not_stored = change.error().detail;
    return false;
  }
  trial.outdated_refusal = result;
  self->request(options.ledger, caf::infinite, std::move(*change))
    .then([this, place](const command_result&) { on_corrected(place); },
          [this, place, result](const caf::error& why) {
            auto& x = trials_[place];
            x.outdated_refusal.reset();
            x.not_stored = to_failure(why).detail;
            settle(place, result);
          });
  return true;
}

void channel_tester_state::on_corrected(size_t place) {
  auto sent = use_stored_settings();
  if (sent)
    sent = send_again(place);
  if (!sent)
    settle(place, {{outcome_class::rejected, attempt_stage::render, std::nullopt, "render",
                    sent.error().detail}});
}

expected<void> channel_tester_state::use_stored_settings() {
  auto found = options.channels->load(stored->id);
  if (!found)
    return found.error();
  if (!*found)
    return fail(errc::not_found, "the channel was removed meanwhile");
  auto made = options.channels->make_adapter(**found);
  if (!made)
    return made.error();
  adapter = std::move(*made);
  return {};
}

void channel_tester_state::settle(size_t place, channels::verdict result) {
  auto goes_on = concerns_one_alone(result.kind) && !others_.empty();
  report(place, std::move(result));
  if (--missing_ != 0)
    return;
  if (goes_on)
    submit(std::exchange(others_, {}));
  else
    finish(std::move(*report_));
}

void channel_tester_state::report(size_t place, channels::verdict result) {
  if (report_ && report_->result.kind != outcome_class::delivered)
    return;
  auto& trial = trials_[place];
  auto hint = adapter->hint(result);
  if (trial.formatted_refusal)
    hint = hint_after_refusal(*trial.formatted_refusal, result, hint);
  if (trial.outdated_refusal)
    hint = hint_after_correction(*trial.outdated_refusal, hint);
  if (!trial.not_stored.empty())
    hint += fmt::format(" It could not be stored now: {}.", trial.not_stored);
  report_ = test_report{std::move(result),
                        std::chrono::ceil<std::chrono::milliseconds>(trial.duration),
                        std::move(hint),
                        {}};
  if (auto shown = adapter->preview(context_of(place)))
    report_->request = std::move(*shown);
}

void channel_tester_state::finish(test_report report) {
  promise_.deliver(std::move(report));
  self->quit();
}

channel_tester_actor::behavior_type
channel_tester(channel_tester_actor::stateful_pointer<channel_tester_state> self,
               const std::shared_ptr<const channels::adapter>& adapter, const recipient_id& owner,
               const std::optional<tested_channel>& stored,
               const channel_registry_options& options) {
  using state = channel_tester_state;
  self->state.self = self;
  self->state.adapter = adapter;
  self->state.owner = owner;
  self->state.stored = stored;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {metered(self, &state::on_run_test), metered(self, &state::on_test_replied)};
}

} // namespace tocsin
