#include "link/frame.hpp"

#include <gtest/gtest.h>

namespace tocsin::link {

namespace {

TEST(refusal, keeps_every_code_on_its_way) {
  for (uint8_t i = 1; i <= static_cast<uint8_t>(errc::managed); ++i) {
    auto code = static_cast<errc>(i);
    refusal got;
    ASSERT_TRUE(from_payload(to_payload({7, fail(code, "why", {{"/a", "b", "c"}}), 250}), got));
    EXPECT_EQ(to_string(got.reason.code), to_string(code));
    EXPECT_EQ(got.number, 7u);
    EXPECT_EQ(got.reason.detail, "why");
    EXPECT_EQ(got.reason.fields, (std::vector<field_error>{{"/a", "b", "c"}}));
    EXPECT_EQ(got.wait_ms, 250u);
  }
}

TEST(refusal, of_a_code_that_only_a_newer_node_knows_is_an_internal_error) {
  for (auto name : {"brand_new", "unknown", ""}) {
    refusal got;
    ASSERT_TRUE(
      from_payload(to_wire(refusal_record{1, name, "why", std::vector<field_error>{}, 0}), got));
    EXPECT_EQ(got.reason.code, errc::internal_error) << name;
  }
}

TEST(frame, is_found_once_it_is_complete) {
  std::string text;
  append_frame(text, frame_kind::submit, "abc");
  append_frame(text, frame_kind::ping, "");
  for (size_t size = 0; size < frame_header_bytes + 3; ++size)
    EXPECT_EQ(find_frame(std::string_view{text}.substr(0, size)).state,
              frame_view::standing::incomplete);
  auto first = find_frame(text);
  EXPECT_EQ(first.state, frame_view::standing::complete);
  EXPECT_EQ(first.kind, frame_kind::submit);
  EXPECT_EQ(first.payload, "abc");
  auto second = find_frame(std::string_view{text}.substr(first.bytes()));
  EXPECT_EQ(second.state, frame_view::standing::complete);
  EXPECT_EQ(second.kind, frame_kind::ping);
  EXPECT_TRUE(second.payload.empty());
}

TEST(frame, that_is_too_large_is_known_by_its_header) {
  std::string header{"\x00\x10\x00\x01\x02", 5};
  EXPECT_EQ(find_frame(header).state, frame_view::standing::too_large);
  header[3] = '\0';
  EXPECT_EQ(find_frame(header).state, frame_view::standing::incomplete);
}

} // namespace

} // namespace tocsin::link
