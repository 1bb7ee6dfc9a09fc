#include "http/stream_seats.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tocsin::http {

namespace {

caller customer(const std::string& name) {
  caller result;
  result.confined_to = recipient_id{recipient_kind::customer, name};
  return result;
}

TEST(stream_seats_test, are_free_again_when_their_reader_has_gone) {
  auto seats = std::make_shared<stream_seats>(2);
  auto one = seats->take(caller{});
  auto two = seats->take(caller{});
  EXPECT_TRUE(one);
  EXPECT_TRUE(two);
  EXPECT_FALSE(seats->take(caller{}));
  one.reset();
  EXPECT_TRUE(seats->take(caller{}));
}

TEST(stream_seats_test, are_not_all_for_one_customer) {
  auto seats = std::make_shared<stream_seats>(10);
  std::vector<std::shared_ptr<const void>> taken;
  for (size_t i = 0; i < stream_seats::per_customer; ++i)
    taken.push_back(seats->take(customer("acme")));
  EXPECT_TRUE(taken.back());
  EXPECT_FALSE(seats->take(customer("acme")));
  EXPECT_TRUE(seats->take(customer("rival")));
  EXPECT_TRUE(seats->take(caller{}));
  taken.pop_back();
  EXPECT_TRUE(seats->take(customer("acme")));
}

TEST(stream_seats_test, may_be_left_after_the_end_of_who_counts_them) {
  auto seats = std::make_shared<stream_seats>(1);
  auto seat = seats->take(customer("acme"));
  std::weak_ptr counter = seats;
  seats.reset();
  EXPECT_FALSE(counter.expired());
  seat.reset();
  EXPECT_TRUE(counter.expired());
}

} // namespace

} // namespace tocsin::http
