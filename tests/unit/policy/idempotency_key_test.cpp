#include "policy/idempotency_key.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace tocsin::policy {

namespace {

std::vector<std::string> keys_of(std::string_view request_key, size_t count) {
  std::vector<std::string> result;
  for (size_t i = 0; i < count; ++i)
    result.push_back(idempotency_key(request_key, i, count));
  return result;
}

bool meets_a_rival(const std::vector<std::string>& stored, const std::vector<std::string>& sent) {
  return std::any_of(sent.begin(), sent.end(), [&stored](auto& key) {
    auto rivals = rival_keys(key);
    return std::any_of(stored.begin(), stored.end(), [&rivals](auto& x) {
      return std::find(rivals.begin(), rivals.end(), x) != rivals.end();
    });
  });
}

TEST(idempotency_key, is_another_for_each_place) {
  for (auto request_key : {"k", "0 k", "key k", "part 0 k", "last"}) {
    auto keys = keys_of(request_key, 12);
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 12u);
  }
  EXPECT_EQ(idempotency_key("", 0, 1), "");
  EXPECT_EQ(idempotency_key("", 3, 5), "");
}

TEST(idempotency_key, meets_a_rival_in_a_request_of_any_other_length) {
  for (size_t stored = 1; stored <= 12; ++stored)
    for (size_t sent = 1; sent <= 12; ++sent)
      EXPECT_EQ(meets_a_rival(keys_of("a key", stored), keys_of("a key", sent)), stored != sent)
        << stored << " events were stored, " << sent << " are sent";
}

TEST(idempotency_key, is_no_rival_of_other_keys) {
  for (size_t stored = 1; stored <= 3; ++stored)
    for (size_t sent = 1; sent <= 3; ++sent) {
      EXPECT_FALSE(meets_a_rival(keys_of("a", stored), keys_of("b", sent)));
      EXPECT_FALSE(meets_a_rival(keys_of("k", stored), keys_of("0 k", sent)));
      EXPECT_FALSE(meets_a_rival(keys_of("0 k", stored), keys_of("k", sent)));
    }
}

TEST(idempotency_key, of_another_making_has_no_rivals) {
  EXPECT_THAT(rival_keys(""), testing::IsEmpty());
  EXPECT_THAT(rival_keys("order-7"), testing::IsEmpty());
}

} // namespace

} // namespace tocsin::policy
