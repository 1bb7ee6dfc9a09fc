#include "actors/ingest/ingress.hpp"
#include "messages/custom_event_type.hpp"
#include "messages/event_json.hpp"
#include "messages/field_errors.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"

#include <caf/send.hpp>
#include <gmock/gmock.h>

namespace tocsin::gate {

namespace {

using testing::HasSubstr;

/// What a panel in C++ may put into its events, which no JSON parser has seen before the gate does.
class unclean_event : public gate_fixture {};

TEST_F(unclean_event, is_given_on_with_details_as_the_other_door_gives_them) {
  start();
  auto what = events_with_ids({"a", "b"});
  what.events[0].details = "{ \"k\\u0000\" : \"a\\u001b[31mb\xFF\", \"n\": 0.10 }";
  what.events[1].details = "{}";
  ASSERT_TRUE(submit(connect(), what));
  EXPECT_EQ(log_.events().at(0).details, "{\"k\":\"a[31mb\ufffd\",\"n\":0.10}");
  EXPECT_EQ(log_.events().at(1).details, "");
}

TEST_F(unclean_event, is_refused_with_its_place_where_its_details_are_no_object) {
  start();
  auto what = events_with_ids({"a", "b"});
  what.events[1].details = "no JSON";
  auto reply = submit(connect(), what);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::invalid_argument);
  ASSERT_EQ(reply.error().fields.size(), 1u);
  EXPECT_EQ(reply.error().fields[0].pointer, "/1/details");
  EXPECT_THAT(reply.error().fields[0].detail, HasSubstr("'details' must be a JSON object"));
  what = events_with_ids({"c"});
  what.events[0].details = "[]";
  EXPECT_EQ(submit(connect(), what).error().fields.at(0).pointer, "/details");
  EXPECT_TRUE(log_.events().empty());
  // The connection goes on.
  EXPECT_TRUE(submit(connect(), events_with_ids({"d"})));
}

TEST_F(unclean_event, is_one_of_many_of_which_an_answer_names_a_bounded_number) {
  start();
  auto what = events_with_ids(std::vector<std::string>(max_events_per_request, ""));
  for (auto& x : what.events)
    x.details = "no JSON";
  auto reply = submit(connect(), what);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::invalid_argument);
  EXPECT_EQ(reply.error().fields.size(), max_field_errors);
}

TEST_F(unclean_event, of_an_unknown_type_is_refused_as_that_however_many_types_there_are) {
  std::vector<custom_event_type> types(max_custom_event_types);
  for (size_t i = 0; i < types.size(); ++i)
    types[i].name = std::string(max_event_type_bytes - 3, 'a') + std::to_string(100 + i);
  publish_custom_event_types(types);
  auto router
    = system_->spawn([](trigger_router_actor::pointer) -> trigger_router_actor::behavior_type {
        return {[](const route_submission&) { return events_accepted{}; },
                [](const configuration_changed&) {}};
      });
  actors_.ingress
    = system_->spawn(ingress, router, system_wall_clock(), std::make_shared<meter_board>());
  start();
  auto what = events_with_ids(std::vector<std::string>(max_events_per_request, ""));
  for (auto& x : what.events)
    x.type = "deploy.maybe";
  auto reply = submit(connect(), what);
  publish_custom_event_types({});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::unknown_event_type) << reply.error().detail;
  EXPECT_EQ(reply.error().fields.size(), max_field_errors);
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
}

} // namespace

} // namespace tocsin::gate
