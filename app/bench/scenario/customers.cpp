#include "app/bench/scenario/customers.hpp"

#include "messages/timestamp.hpp"
#include "storage/commands/group_commit.hpp"
#include "storage/upkeep/open_environment.hpp"

#include <algorithm>
#include <vector>

namespace tocsin::bench {

namespace {

constexpr uint64_t customers_per_commit = 10'000;

void add_customer(std::vector<command>& to, const run_mark& mark, uint64_t number, timestamp now) {
  recipient value;
  value.id = {recipient_kind::customer, customer_name(number)};
  value.display_name = value.id.name;
  value.services = {mark.service()};
  value.portal_enabled = true;
  value.created_at = value.updated_at = now;
  preference wishes;
  wishes.recipient = value.id;
  wishes.event_types.exclude = {"backup.success"};
  to.emplace_back(put_recipient{std::move(value), 0});
  to.emplace_back(put_preference{std::move(wishes), 0});
}

} // namespace

expected<void> store_customers(const std::filesystem::path& data, const run_mark& mark,
                               uint64_t count) {
  storage::environment::options options;
  options.directory = data;
  auto env = storage::open_environment(options);
  if (!env)
    return env.error();
  auto now = system_wall_clock()();
  for (uint64_t begin = 0; begin < count; begin += customers_per_commit) {
    storage::commit_entry entry;
    for (auto i = begin; i < std::min(count, begin + customers_per_commit); ++i)
      add_customer(entry.commands, mark, i, now);
    if (auto done = storage::commit_together(**env, {&entry, 1}); !done)
      return done;
    if (entry.refusal)
      return *entry.refusal;
  }
  return {};
}

} // namespace tocsin::bench
