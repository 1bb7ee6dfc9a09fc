#include "http/access_cache.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

using namespace std::chrono_literals;

namespace {

class access_cache_test : public testing::Test {
protected:
  caller_ptr find(std::chrono::milliseconds later) { return cache_.find(digest_, now_ + later); }

  void put(access_cache::clock::duration span = access_cache::lifetime) {
    token x;
    x.name = "ci";
    cache_.put(digest_, make_caller(x), cache_.epoch(), now_, span);
  }

  access_epoch epoch_ = make_access_epoch();
  access_cache cache_{epoch_};
  sha256_digest digest_ = sha256("abc");
  access_cache::clock::time_point now_ = access_cache::clock::now();
};

TEST_F(access_cache_test, forgets_after_a_second) {
  EXPECT_EQ(find(0ms), nullptr);
  put();
  ASSERT_NE(find(999ms), nullptr);
  EXPECT_EQ(find(999ms)->name, "ci");
  EXPECT_EQ(find(1s), nullptr);
  EXPECT_EQ(cache_.find(sha256("abd"), now_), nullptr);
}

TEST_F(access_cache_test, forgets_at_the_instant_of_expiry) {
  put(200ms);
  EXPECT_NE(find(199ms), nullptr);
  EXPECT_EQ(find(200ms), nullptr);
}

TEST_F(access_cache_test, does_not_know_what_had_expired_when_it_was_put_in) {
  put(0ms);
  EXPECT_EQ(find(0ms), nullptr);
}

TEST_F(access_cache_test, forgets_everybody_once_somebody_lost_access) {
  put();
  ++*epoch_;
  EXPECT_EQ(find(0ms), nullptr);
  put();
  EXPECT_NE(find(0ms), nullptr);
}

TEST_F(access_cache_test, does_not_remember_an_answer_from_before_a_loss) {
  auto asked_in = cache_.epoch();
  ++*epoch_;
  cache_.put(digest_, make_caller(token{}), asked_in, now_, access_cache::lifetime);
  EXPECT_EQ(find(0ms), nullptr);
}

} // namespace

} // namespace tocsin::http
