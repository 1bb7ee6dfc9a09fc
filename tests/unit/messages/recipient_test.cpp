#include "messages/recipient.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

TEST(recipient_id, is_written_and_read_as_kind_and_name) {
  recipient_id acme{recipient_kind::customer, "acme-corp.2"};
  EXPECT_EQ(to_string(acme), "customer/acme-corp.2");
  EXPECT_EQ(parse_recipient_id("customer/acme-corp.2"), acme);
  EXPECT_EQ(parse_recipient_id("admin/ops")->kind, recipient_kind::admin);
}

TEST(recipient_id, refuses_other_kinds_and_odd_names) {
  for (auto text : {"", "admin", "admin/", "root/x", "admin/Ops", "admin/-x", "admin/a b",
                    "admin/a/b", "customer/\n"})
    EXPECT_FALSE(parse_recipient_id(text)) << text;
  EXPECT_TRUE(parse_recipient_id("admin/" + std::string(64, 'a')));
  EXPECT_FALSE(parse_recipient_id("admin/" + std::string(65, 'a')));
}

} // namespace

} // namespace tocsin
