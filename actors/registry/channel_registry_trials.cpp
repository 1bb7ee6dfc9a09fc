// The part of the channel registry that tries channels out: Send Test and previews.
#include "actors/registry/channel_draft.hpp"
#include "actors/registry/channel_registry.hpp"
#include "actors/registry/channel_tester.hpp"
#include "actors/registry/sample_event.hpp"
#include "messages/event_catalogue.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

/// A test waits for the slowest channel: mail, whose server may take ten seconds for a connection
/// and a minute for its greeting.
constexpr auto test_timeout = std::chrono::seconds{85};

failure no_such_type(const std::string& event_type) {
  return fail(errc::unknown_event_type, fmt::format("'{}' is not a known event type", event_type),
              {{"/event_type", "unknown_event_type", "no such event type is known"}});
}

} // namespace

caf::result<test_report> channel_registry_state::on_test_channel(const test_channel& msg) {
  auto found = load(msg.id);
  if (!found)
    return to_error(found.error());
  return test(*found, *found, msg.event_type);
}

caf::result<test_report> channel_registry_state::on_test_channel_draft(test_channel_draft& msg) {
  auto x = put_over({}, std::move(msg.draft));
  if (!x)
    return to_error(x.error());
  return test(*x, {}, msg.event_type);
}

caf::result<channel_preview> channel_registry_state::on_preview_channel(preview_channel& msg) {
  auto found = load(msg.id);
  if (!found)
    return to_error(found.error());
  auto patched = put_settings_over(*found, msg.settings);
  if (!patched)
    return to_error(patched.error());
  return to_result(preview(*patched, *found, msg.settings, std::move(msg.event_type)));
}

caf::result<channel_preview>
channel_registry_state::on_preview_channel_draft(preview_channel_draft& msg) {
  auto x = put_over({}, std::move(msg.draft));
  if (!x)
    return to_error(x.error());
  return to_result(preview(*x, {}, {}, std::move(msg.event_type)));
}

caf::result<test_report> channel_registry_state::test(const channel& x, const channel& before,
                                                      const std::string& event_type) {
  if (!find_event_type(event_type))
    return to_error(no_such_type(event_type));
  auto adapter = check(x, before);
  if (!adapter)
    return to_error(adapter.error());
  if (auto admitted = admit_test(x, **adapter); !admitted)
    return to_error(admitted.error());
  std::optional<tested_channel> stored;
  if (before.revision != 0)
    stored = tested_channel{x.id, x.revision};
  auto tester
    = self->spawn(channel_tester, std::shared_ptr<const channels::adapter>{std::move(*adapter)},
                  x.owner, std::move(stored), options);
  // Whoever asks may give up long before the transport does.
  self->monitor(tester);
  tested_.emplace(tester.address(), x.owner);
  auto promise = self->make_response_promise<test_report>();
  self->request(tester, test_timeout, run_test{event_type})
    .then([promise](test_report& report) mutable { promise.deliver(std::move(report)); },
          [promise](caf::error& fault) mutable { promise.deliver(std::move(fault)); });
  return promise;
}

/// Counts a test of `x` that may begin now.
expected<void> channel_registry_state::admit_test(const channel& x,
                                                  const channels::adapter& adapter) {
  auto now = options.steady_now();
  // A pause of the endpoint alone harms nobody else, and whoever mends it wants to try.
  if (auto until = options.pauses->paused_until({{}, adapter.pauses().sender}, now)) {
    auto at = options.now() + std::chrono::ceil<std::chrono::seconds>(*until - now);
    return fail(errc::overloaded,
                fmt::format("the provider asked for a pause: nothing is sent to it before {}",
                            to_rfc3339(at)));
  }
  return quota_.begin(x.owner, now);
}

void channel_registry_state::on_tester_down(const caf::down_msg& msg) {
  if (auto tested = tested_.extract(msg.source))
    quota_.end(tested.mapped());
}

expected<channel_preview> channel_registry_state::preview(const channel& x, const channel& before,
                                                          std::string_view patch,
                                                          std::string event_type) const {
  if (!find_event_type(event_type))
    return no_such_type(event_type);
  auto adapter = check(x, before, patch);
  if (!adapter)
    return adapter.error();
  auto now = options.now();
  auto sample = sample_event(event_type, now);
  auto destinations = (*adapter)->destinations();
  auto request
    = (*adapter)->preview({delivery_id{sample.id.plus(1)}, sample, destinations.front(), now});
  if (!request)
    return request.error();
  return channel_preview{std::move(event_type), std::move(*request)};
}

} // namespace tocsin
