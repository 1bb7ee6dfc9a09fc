#include "app/cli/event_parser.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tocsin::cli {

namespace {

class event_parser_test : public testing::Test {
protected:
  std::vector<std::string> seen_;
  event_parser parser_{[this](const sent_event& x) { seen_.push_back(x.name + '|' + x.data); }};
};

TEST_F(event_parser_test, reads_events_however_they_are_cut) {
  std::string text = ":\n\nretry: 2000\nid: 1\n\nid: 2\nevent: a\ndata: x\n\nevent:b\ndata:y\n"
                     "data: z\nfurther: 1\n\n";
  for (size_t size = 1; size <= text.size(); ++size) {
    seen_.clear();
    for (size_t at = 0; at < text.size(); at += size)
      parser_.read(std::string_view{text}.substr(at, size));
    EXPECT_EQ(seen_, (std::vector<std::string>{"a|x", "b|y\nz"})) << size;
    EXPECT_EQ(parser_.last_id(), "2");
  }
}

TEST_F(event_parser_test, takes_lines_that_end_as_in_http) {
  parser_.read("id: 1\r\nevent: a\r\ndata: x\r\n\r\n");
  EXPECT_EQ(seen_, std::vector<std::string>{"a|x"});
}

TEST_F(event_parser_test, forgets_what_was_cut_off) {
  parser_.read("id: 1\n\nid: 2\nevent: a\ndata: x\n");
  parser_.begin_anew();
  parser_.read("event: b\ndata: y\n\n");
  EXPECT_EQ(seen_, std::vector<std::string>{"b|y"});
  EXPECT_EQ(parser_.last_id(), "1");
}

} // namespace

} // namespace tocsin::cli
