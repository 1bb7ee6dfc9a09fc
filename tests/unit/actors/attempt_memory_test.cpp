#include "actors/delivery/attempt_memory.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

class attempt_memory_test : public testing::Test {
protected:
  delivery_id next() { return delivery_id{ids.next(1)}; }

  ulid_generator ids{7};
  attempt_memory memory;
  const attempt_notes notes{true, 2};
};

TEST_F(attempt_memory_test, keeps_the_notes_of_each_delivery_until_it_is_forgotten) {
  auto one = next();
  auto other = next();
  memory.keep(one, notes);
  EXPECT_EQ(memory.find(one), notes);
  EXPECT_EQ(memory.find(other), attempt_notes{});
  memory.keep(one, {});
  EXPECT_EQ(memory.find(one), attempt_notes{});
  memory.keep(other, notes);
  memory.forget(other);
  EXPECT_EQ(memory.find(other), attempt_notes{});
}

TEST_F(attempt_memory_test, begins_anew_where_there_are_too_many) {
  auto first = next();
  memory.keep(first, notes);
  delivery_id last;
  for (size_t i = 1; i < attempt_memory::most; ++i)
    memory.keep(last = next(), notes);
  // There is room for those that are known already.
  memory.keep(first, {false, 1});
  EXPECT_EQ(memory.find(first).refusals, 1u);
  EXPECT_EQ(memory.find(last), notes);
  auto beyond = next();
  memory.keep(beyond, notes);
  EXPECT_EQ(memory.find(first), attempt_notes{});
  EXPECT_EQ(memory.find(last), attempt_notes{});
  EXPECT_EQ(memory.find(beyond), notes);
}

} // namespace

} // namespace tocsin
