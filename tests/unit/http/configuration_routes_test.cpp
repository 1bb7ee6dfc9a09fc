#include "http/json/configuration_text.hpp"
#include "messages/custom_event_type.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin::http {

namespace {

constexpr const char* export_path = "/api/v1/config/export";

class configuration_routes_test : public router_fixture {
protected:
  configuration_routes_test() { world().recipients.clear(); }
  ~configuration_routes_test() override { publish_custom_event_types({}); }

  recipient& add_recipient(recipient_kind kind, const std::string& name) {
    recipient_id id{kind, name};
    auto& x = world().recipients[id];
    x.id = id;
    x.display_name = name;
    x.revision = 1;
    return x;
  }

  channel& add_channel_of(const recipient_id& owner, const std::string& name,
                          channel_type type = channel_type::slack) {
    auto& x = world().channels[add_channel(world(), name, type)];
    x.owner = owner;
    return x;
  }

  std::string exported() {
    auto reply = send(method::get, export_path);
    EXPECT_EQ(reply.status, 200u) << reply.body;
    EXPECT_EQ(reply.content_type, "application/yaml");
    return reply.body;
  }
};

TEST_F(configuration_routes_test, leave_out_what_is_as_it_is_by_default) {
  add_recipient(recipient_kind::admin, "ops");
  add_channel_of({recipient_kind::admin, "ops"}, "a", channel_type::webhook);
  EXPECT_EQ(exported(), R"(# Written by Tocsin; for 'tocsin config apply'.
name: file
admins:
  ops:
    channels:
      a:
        type: webhook
)");
}

TEST_F(configuration_routes_test, describe_everything_else_by_name_and_no_secret) {
  publish_custom_event_types(
    {{"invoice.overdue", false, event_severity::warning, "Overdue ${x}", {}, {}, 3}});
  add_recipient(recipient_kind::admin, "ops").display_name = "Operations ${x}";
  auto& wishes = world().preferences[{recipient_kind::admin, "ops"}];
  wishes.services.include = {"on"};
  wishes.quiet = quiet_hours{22 * 60, 6 * 60, 0, true};
  wishes.revision = 1;
  auto& team = add_channel_of({recipient_kind::admin, "ops"}, "on call");
  team.enabled = false;
  team.triggers = {{"deploy.failure", {true, {"x@example.com"}}}, {"deploy.success", {false, {}}}};
  team.filters.customers.exclude = {"acme"};
  team.delivery.first_retry = std::chrono::seconds{7};
  team.delivery.on_ambiguous = ambiguous_policy::dead_letter;
  team.settings
    = R"({"templates":{"*":{"body":"${z}"}},"port":587,"previous_secret_expires_at":"2026"})";
  auto& acme = add_recipient(recipient_kind::customer, "acme");
  acme.services = {"shop"};
  acme.portal_enabled = true;
  acme.managed_by = "panel";
  EXPECT_EQ(exported(), R"(# Written by Tocsin; for 'tocsin config apply'.
# Secrets are not included. Set these variables, or NAME_FILE for each:
#   TOCSIN_ADMIN_OPS_ON_CALL_WEBHOOK_URL
name: panel
event_types:
  invoice.overdue:
    title: "Overdue $${x}"
    severity: warning
    default: false
admins:
  ops:
    display_name: "Operations $${x}"
    preferences:
      services:
        include: ["on"]
      quiet_hours:
        from: "22:00"
        until: "06:00"
        utc_offset_minutes: 0
        critical_bypass: true
    channels:
      on call:
        type: slack
        enabled: false
        triggers:
          deploy.failure:
            "on": true
            to: [x@example.com]
          deploy.success: false
        filters:
          customers:
            exclude: [acme]
        delivery:
          first_retry_seconds: 7
          on_ambiguous: dead_letter
        settings:
          templates:
            "*":
              body: "$${z}"
          port: 587
          webhook_url: "${TOCSIN_ADMIN_OPS_ON_CALL_WEBHOOK_URL}"
customers:
  acme:
    services: [shop]
    portal_enabled: true
)");
}

TEST_F(configuration_routes_test, tell_apart_secrets_whose_names_look_alike) {
  recipient_id acme{recipient_kind::customer, "acme"};
  add_recipient(acme.kind, acme.name);
  add_channel_of(acme, "a b");
  add_channel_of(acme, "a-b");
  auto text = exported();
  EXPECT_THAT(text, testing::HasSubstr("\"${TOCSIN_CUSTOMER_ACME_A_B_WEBHOOK_URL}\""));
  EXPECT_THAT(text, testing::HasSubstr("\"${TOCSIN_CUSTOMER_ACME_A_B_WEBHOOK_URL_2}\""));
}

TEST_F(configuration_routes_test, read_page_after_page) {
  recipient_id acme{recipient_kind::customer, "acme"};
  add_recipient(acme.kind, acme.name);
  for (size_t i = 0; i < 251; ++i) {
    add_recipient(recipient_kind::customer, fmt::format("c{:03}", i));
    add_channel_of(acme, fmt::format("w{:03}", i));
  }
  auto text = exported();
  EXPECT_THAT(text, testing::HasSubstr("  c250: {}\n"));
  EXPECT_THAT(text, testing::HasSubstr("      w250:\n"));
}

TEST_F(configuration_routes_test, write_headers_that_are_secret_beside_one_another) {
  auto& x = add_recipient(recipient_kind::admin, "ops");
  configuration_text text;
  channel_view view;
  view.value.owner = x.id;
  view.value.name = "w";
  view.value.settings = R"({"previous_secret_expires_at":"2026-03-29T14:30:00Z"})";
  view.secrets = {{"url", ""}, {"headers/X-A", ""}, {"headers/X-B", ""}, {"previous_secret", ""}};
  text.add(x, {}, {view});
  EXPECT_THAT(text.take(), testing::EndsWith(R"(        type: webhook
        settings:
          url: "${TOCSIN_ADMIN_OPS_W_URL}"
          headers:
            X-A: "${TOCSIN_ADMIN_OPS_W_HEADERS_X_A}"
            X-B: "${TOCSIN_ADMIN_OPS_W_HEADERS_X_B}"
)"));
}

TEST_F(configuration_routes_test, pass_over_who_is_removed_meanwhile) {
  add_recipient(recipient_kind::admin, "ops");
  // The list has it, and the actor knows nobody of that name.
  auto& ghost = add_recipient(recipient_kind::admin, "ghost");
  ghost.id.name = "gone";
  auto text = exported();
  EXPECT_THAT(text, testing::HasSubstr("  ops: {}\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("gone")));
}

} // namespace

} // namespace tocsin::http
