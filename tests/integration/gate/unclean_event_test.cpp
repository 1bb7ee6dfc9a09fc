#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"

#include <caf/scoped_actor.hpp>
#include <gmock/gmock.h>

namespace tocsin::gate {

namespace {

using testing::HasSubstr;

/// What a panel in C++ may put into its events, which no JSON parser has seen before the gate does.
class unclean_event : public gate_fixture {
protected:
  expected<events_accepted> submit(submit_events what) {
    caf::scoped_actor self{*system_};
    expected<events_accepted> result{events_accepted{}};
    self->request(connect(), std::chrono::seconds{15}, std::move(what))
      .receive([&](events_accepted& x) { result = std::move(x); },
               [&](const caf::error& x) { result = to_failure(x); });
    return result;
  }
};

TEST_F(unclean_event, is_given_on_with_details_as_the_other_door_gives_them) {
  start();
  auto what = events_with_ids({"a", "b"});
  what.events[0].details = "{ \"k\\u0000\" : \"a\\u001b[31mb\xFF\", \"n\": 0.10 }";
  what.events[1].details = "{}";
  ASSERT_TRUE(submit(what));
  EXPECT_EQ(log_.events().at(0).details, "{\"k\":\"a[31mb\ufffd\",\"n\":0.10}");
  EXPECT_EQ(log_.events().at(1).details, "");
}

TEST_F(unclean_event, is_refused_with_its_place_where_its_details_are_no_object) {
  start();
  auto what = events_with_ids({"a", "b"});
  what.events[1].details = "no JSON";
  auto reply = submit(what);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::invalid_argument);
  ASSERT_EQ(reply.error().fields.size(), 1u);
  EXPECT_EQ(reply.error().fields[0].pointer, "/1/details");
  EXPECT_THAT(reply.error().fields[0].detail, HasSubstr("'details' takes a JSON object"));
  what = events_with_ids({"c"});
  what.events[0].details = "[]";
  EXPECT_EQ(submit(what).error().fields.at(0).pointer, "/details");
  EXPECT_TRUE(log_.events().empty());
  // The connection goes on.
  EXPECT_TRUE(submit(events_with_ids({"d"})));
}

} // namespace

} // namespace tocsin::gate
