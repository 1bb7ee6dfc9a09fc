#include "storage/commands/group_commit.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/integration/app/service_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace tocsin {

namespace {

using clock = std::chrono::steady_clock;

class dead_letter_load : public service_fixture {
protected:
  /// Stores this many dead letters of `channel` behind the service's back, then restarts it.
  void bury(const channel_id& channel, uint32_t events, uint32_t letters_of_each) {
    service->stop();
    storage::environment::options options;
    options.directory = service->data_dir();
    auto env = *storage::open_environment(options);
    ulid_generator ids;
    auto now = system_wall_clock()();
    planned_delivery planned{channel, {recipient_kind::admin, "admin"}, "", suppression::none};
    for (uint32_t n = 0; n < events; ++n) {
      accept_event x;
      x.id = event_id{ids.next(now, letters_of_each)};
      x.accepted_at = now;
      x.value.type = "deploy.failure";
      x.value.message = "It broke";
      x.deliveries.assign(letters_of_each, planned);
      std::vector<storage::commit_entry> entries(1);
      entries[0].commands.emplace_back(x);
      for (uint32_t place = 1; place <= letters_of_each; ++place)
        entries[0].commands.emplace_back(refusal_of(delivery_id{x.id.plus(place)}, channel, now));
      ASSERT_TRUE(storage::commit_together(*env, entries));
      ASSERT_FALSE(entries[0].refusal) << entries[0].refusal->detail;
    }
    env.reset();
    service->restart();
  }

  static record_attempt refusal_of(const delivery_id& id, const channel_id& channel, timestamp at) {
    record_attempt result;
    result.value.delivery = id;
    result.value.number = 1;
    result.value.started_at = at;
    result.value.result.kind = outcome_class::rejected;
    result.value.result.code = "400";
    result.channel = channel;
    result.next = delivery_state::dead_letter;
    return result;
  }

  api_client new_client() const { return {service->url(), service->token()}; }
};

clock::duration time_of(const std::function<void()>& work) {
  auto began = clock::now();
  work();
  return clock::now() - began;
}

TEST_F(dead_letter_load, groups_of_many_hold_up_no_events) {
  constexpr uint32_t events = 100;
  constexpr uint32_t letters_of_each = 1000;
  bury(channel_id::parse(add_webhook("hook")).value(), events, letters_of_each);
  auto group = [](api_client& from) {
    auto groups = from.get("/dead-letters/groups").body;
    EXPECT_EQ(groups.at("data").at(0).at("count"), events * letters_of_each);
  };
  auto alone = clock::duration::max();
  for (int i = 0; i < 3; ++i)
    alone = std::min(alone, time_of([&] { group(api()); }));
  // So many ask at once that one of them always waits.
  std::atomic<bool> is_over = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i)
    others.emplace_back([&, from = new_client()]() mutable {
      while (!is_over)
        group(from);
    });
  std::vector<clock::duration> waits;
  for (int i = 0; i < 9; ++i)
    waits.push_back(time_of([&] { send("backup.success"); }));
  is_over = true;
  for (auto& x : others)
    x.join();
  // An event passes several actors: where these waited for the groups, so would it, and each time.
  std::sort(waits.begin(), waits.end());
  EXPECT_LT(waits[waits.size() / 2], alone);
}

} // namespace

} // namespace tocsin
