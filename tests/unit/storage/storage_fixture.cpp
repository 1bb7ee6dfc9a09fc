#include "tests/unit/storage/storage_fixture.hpp"

#include <unistd.h>

namespace tocsin::storage {

ulid make_ulid(uint32_t n, uint8_t high) {
  ulid result;
  result.bytes[0] = high;
  return result.plus(n);
}

std::filesystem::path directory_in_memory() {
  return ::access("/dev/shm", W_OK | X_OK) == 0 ? std::filesystem::path{"/dev/shm"}
                                                : std::filesystem::temp_directory_path();
}

storage_test::storage_test(const std::filesystem::path& parent) : directory_{parent} {
  options_.directory = directory_.path() / "store";
  options_.map_size_bytes = uint64_t{256} << 20;
  env_ = must(open_environment(options_));
}

void storage_test::reopen() {
  env_.reset();
  env_ = must(open_environment(options_));
}

expected<command_result> storage_test::apply_one(const command& x) {
  auto tx = must(env_->write());
  auto result = apply(tx, x);
  if (result)
    must(tx.commit());
  return result;
}

recipient_id storage_test::put_admin(const std::string& name) {
  put_recipient x;
  x.value.id = {recipient_kind::admin, name};
  apply_ok(x);
  return x.value.id;
}

channel_id storage_test::put_channel_of(const recipient_id& owner, uint32_t n) {
  put_channel x;
  x.value.id = channel_id{make_ulid(n, 200)};
  x.value.owner = owner;
  x.value.name = "channel " + std::to_string(n);
  x.sealed_settings = "sealed";
  apply_ok(x);
  return x.value.id;
}

accept_event storage_test::make_event(uint32_t n, const std::vector<channel_id>& channels) {
  accept_event x;
  x.id = event_id{make_ulid(n * 100)};
  x.accepted_at = at_ms(1000 + n);
  x.value.type = "deploy.failure";
  x.value.message = "event " + std::to_string(n);
  for (auto& channel : channels)
    x.deliveries.push_back({channel, {recipient_kind::admin, "ops"}, "", suppression::none});
  return x;
}

record_attempt storage_test::make_attempt(const event_id& event, uint32_t place, uint16_t number,
                                          const channel_id& channel, delivery_state next) {
  record_attempt x;
  x.value.delivery = delivery_id{event.plus(place)};
  x.value.number = number;
  x.value.started_at = at_ms(5000 + number);
  x.value.duration = std::chrono::milliseconds{7};
  x.value.result.kind
    = next == delivery_state::delivered ? outcome_class::delivered : outcome_class::retry;
  x.value.result.code = "code " + std::to_string(number);
  x.value.result.text = "text";
  x.channel = channel;
  x.next = next;
  x.due_at = at_ms(9000 + number);
  return x;
}

void storage_test::expect_sound() {
  auto report = must(verify(read(), [](const std::string& fault) { ADD_FAILURE() << fault; }));
  EXPECT_TRUE(report.ok());
}

} // namespace tocsin::storage
