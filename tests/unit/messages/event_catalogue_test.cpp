#include "messages/custom_event_type.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tocsin {

namespace {

class custom_event_types : public testing::Test {
protected:
  ~custom_event_types() override { publish_custom_event_types({}); }

  static custom_event_type named(std::string name, uint64_t revision = 1) {
    custom_event_type result;
    result.title = "The title of " + name;
    result.name = std::move(name);
    result.revision = revision;
    return result;
  }
};

TEST_F(custom_event_types, come_after_the_others_by_name) {
  auto before = event_catalogue().size();
  publish_custom_event_types({named("x.late"), named("a.early")});
  auto all = event_catalogue();
  ASSERT_EQ(all.size(), before + 2);
  EXPECT_EQ(all[before].name, "a.early");
  EXPECT_EQ(all[before + 1].name, "x.late");
  EXPECT_TRUE(all[before].is_custom());
  EXPECT_FALSE(all[before - 1].is_custom());
}

TEST_F(custom_event_types, are_found_beside_the_others) {
  publish_custom_event_types({named("b"), named("a"), named("c")});
  for (auto name : {"a", "b", "c"}) {
    auto* found = find_event_type(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->title, "The title of " + std::string{name});
  }
  EXPECT_EQ(find_event_type("d"), nullptr);
  EXPECT_EQ(find_event_type(""), nullptr);
  EXPECT_FALSE(find_event_type("deploy.failure")->is_custom());
  EXPECT_FALSE(find_event_type(test_event_type)->is_custom());
}

TEST_F(custom_event_types, replace_those_before_and_leave_what_was_found_readable) {
  publish_custom_event_types({named("a", 1)});
  auto* old = find_event_type("a");
  publish_custom_event_types({named("a", 2)});
  EXPECT_EQ(find_event_type("a")->revision, 2u);
  publish_custom_event_types({});
  EXPECT_EQ(find_event_type("a"), nullptr);
  EXPECT_EQ(old->revision, 1u);
  EXPECT_EQ(old->name, "a");
}

TEST_F(custom_event_types, are_whole_for_whoever_reads_meanwhile) {
  std::jthread writer{[](const std::stop_token& stop) {
    for (uint64_t i = 1; !stop.stop_requested() && i < 500; ++i)
      publish_custom_event_types({named("a", i), named("b", i)});
  }};
  for (int i = 0; i < 20'000; ++i)
    for (auto& x : event_catalogue())
      if (x.is_custom()) {
        ASSERT_EQ(x.title, "The title of " + std::string{x.name});
      }
}

TEST(event_type_name, is_what_fits_into_a_path_and_a_setting) {
  for (auto name : {"a", "invoice.overdue", "x-1_2.y"})
    EXPECT_TRUE(is_event_type_name(name)) << name;
  EXPECT_TRUE(is_event_type_name(std::string(64, 'a')));
  for (auto name : {"", "1a", ".a", "A", "a b", "a/b", "*", "ä"})
    EXPECT_FALSE(is_event_type_name(name)) << name;
  EXPECT_FALSE(is_event_type_name(std::string(65, 'a')));
}

TEST(event_severity, is_read_as_it_is_written) {
  for (auto x : {event_severity::success, event_severity::info, event_severity::warning,
                 event_severity::error, event_severity::critical})
    EXPECT_EQ(parse_event_severity(to_string(x)), x);
  EXPECT_FALSE(parse_event_severity("loud"));
  EXPECT_FALSE(parse_event_severity(""));
}

} // namespace

} // namespace tocsin
