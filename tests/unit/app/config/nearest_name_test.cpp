#include "app/config/nearest_name.hpp"
#include "app/config/option_table.hpp"

#include <gtest/gtest.h>

using namespace tocsin::app;

TEST(nearest_name, counts_changed_missing_and_swapped_letters) {
  EXPECT_EQ(edit_distance("listen", "listen"), 0U);
  EXPECT_EQ(edit_distance("listn", "listen"), 1U);
  EXPECT_EQ(edit_distance("lisetn", "listen"), 1U);
  EXPECT_EQ(edit_distance("lasten", "listen"), 1U);
  EXPECT_EQ(edit_distance("", "listen"), 6U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(nearest_name, suggests_an_option_for_a_slip) {
  EXPECT_EQ(nearest_option("server.listn"), "server.listen");
  EXPECT_EQ(nearest_option("delivery.in_flight_per_chanel"), "delivery.in_flight_per_channel");
}

TEST(nearest_name, suggests_the_section_a_key_belongs_to) {
  EXPECT_EQ(nearest_option("storage.give_up"), "delivery.give_up");
  EXPECT_EQ(nearest_option("event_retention"), "storage.event_retention");
}

TEST(nearest_name, suggests_nothing_for_what_is_far_from_all) {
  EXPECT_EQ(nearest_option("server.colour"), "");
  EXPECT_EQ(nearest_option(""), "");
}
