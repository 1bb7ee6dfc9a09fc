#include "messages/find_byte.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace tocsin {

namespace {

constexpr auto is_mark = [](char c) { return c == '!'; };

TEST(find_byte, finds_the_first_wherever_it_stands) {
  for (size_t size = 0; size <= 100; ++size)
    for (size_t from = 0; from <= size; ++from) {
      EXPECT_EQ(find_byte(std::string(size, 'x'), from, is_mark), size);
      for (size_t at = 0; at < size; ++at) {
        auto text = std::string(size, 'x');
        text[at] = text.back() = '!';
        EXPECT_EQ(find_byte(text, from, is_mark), std::min(text.find('!', from), size));
      }
    }
}

} // namespace

} // namespace tocsin
