#include "tests/unit/app/cli/command_fixture.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* no_wishes
  = R"({"customers":{},"services":{},"event_types":{},"quiet_hours":null,"managed_by":null,"revision":0})";

constexpr const char* always_there
  = R"({"type":"deploy.success","title":"T","severity":"success","default":true,"custom":false,)"
    R"("managed_by":null,"revision":null})";

/// A type of one's own as the service shows it, behind the one that is always there.
std::string overdue_type(const std::string& manager) {
  return R"(,{"type":"invoice.overdue","title":"Invoice overdue","severity":"warning",)"
         R"("default":true,"custom":true,"revision":4,"managed_by":)"
         + manager + "}";
}

class config_commands_test : public command_test {
protected:
  /// What the lists of the service hold, each as JSON objects with commas between.
  void store(const std::string& customers, const std::string& channels,
             const std::string& types = "") {
    auto page = [](const std::string& entries) {
      return R"({"data":[)" + entries + R"(],"next_cursor":null})";
    };
    answer("GET /event-types", 200, std::string{R"({"data":[)"} + always_there + types + "]}");
    answer("GET /admins?limit=250", 200, page(""));
    answer("GET /customers?limit=250", 200, page(customers));
    answer("GET /customers/acme/preferences", 200, no_wishes);
    answer("GET /channels?limit=250", 200, page(channels));
  }

  static std::string acme(const std::string& manager) {
    return R"({"name":"acme","display_name":"Acme","services":["a"],"portal_enabled":false,)"
           R"("revision":3,"managed_by":)"
           + manager + "}";
  }

  /// A customer and a Slack channel of it, as the service shows them.
  void store_acme(const std::string& manager) {
    store(acme(manager), R"({"id":"C1","owner":"customer/acme","name":"team","type":"slack",
      "enabled":true,"disabled_reason":null,"triggers":{"deploy.success":{"on":false}},
      "filters":{"customers":{"include":[],"exclude":[]},"services":{"include":[],"exclude":[]}},
      "delivery":{"first_retry_seconds":null,"max_retry_seconds":null,"give_up_seconds":null,
      "on_ambiguous":"retry"},"settings":{"channel":"#ops"},
      "secrets":{"webhook_url":{"configured":true,"hint":"a1b2"}},"revision":5,"managed_by":)"
                           + manager + "}");
  }

  std::string file_of_acme() {
    return write_file("t.yaml",
                      "name: panel\ncustomers:\n  acme:\n    display_name: Acme\n"
                      "    services: [a]\n    channels:\n      team:\n        type: slack\n"
                      "        settings: {webhook_url: 'https://hooks.slack.com/x'}\n");
  }

  boost::json::value last_body() { return boost::json::parse(api_.requests().back().body); }
};

} // namespace

TEST_F(config_commands_test, overwrites_a_channel_as_a_whole_at_the_revision_that_it_saw) {
  store_acme(R"("panel")");
  answer("POST /channels/C1/compare", 200, R"({"changed":["/triggers","/settings/channel"]})");
  answer("PATCH /channels/C1", 200, "{}");
  auto result = run({"config", "apply", file_of_acme(), "--yes"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out, "~ customer/acme/channels/team\n"
                        "    triggers.deploy.success.on: no -> -\n"
                        "    settings.channel: #ops -> -\n"
                        "0 to add, 1 to change, 0 to remove, 0 to release\n1 steps done\n");
  auto sent = api_.requests().back();
  EXPECT_EQ(sent.headers.at("x-managed-by"), "panel");
  EXPECT_EQ(sent.headers.at("if-match"), "\"5\"");
  EXPECT_EQ(last_body(), boost::json::parse(R"({"enabled":true,"triggers":{"deploy.success":null},
    "filters":{"customers":{"include":[],"exclude":[]},"services":{"include":[],"exclude":[]}},
    "delivery":{"first_retry_seconds":null,"max_retry_seconds":null,"give_up_seconds":null,
    "on_ambiguous":"retry"},"settings":{"webhook_url":"https://hooks.slack.com/x","channel":null}})"));
}

TEST_F(config_commands_test, makes_an_event_type_before_the_channel_that_names_it) {
  store("", "");
  answer("POST /event-types", 201, "{}");
  answer("POST /customers", 201, "{}");
  answer("POST /channels/preview", 200, "{}");
  answer("POST /channels", 201, "{}");
  auto file
    = write_file("t.yaml", "event_types:\n  invoice.overdue: {title: Unpaid, default: false}\n"
                           "customers:\n  acme:\n    channels:\n      team:\n"
                           "        type: slack\n"
                           "        triggers: {invoice.overdue: true, deploy.success: false}\n");
  auto result = run({"config", "apply", file, "--yes"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_THAT(result.out, HasSubstr("+ event-type/invoice.overdue\n    default: no\n"));
  std::map<std::string, std::string> bodies;
  std::vector<std::string> order;
  for (auto& x : api_.requests())
    if (x.method == "POST") {
      bodies[x.target] = x.body;
      order.push_back(x.target);
    }
  EXPECT_EQ(order, (std::vector<std::string>{"/api/v1/channels/preview", "/api/v1/event-types",
                                             "/api/v1/customers", "/api/v1/channels"}));
  EXPECT_EQ(boost::json::parse(bodies["/api/v1/event-types"]),
            boost::json::parse(
              R"({"title":"Unpaid","severity":"info","default":false,"type":"invoice.overdue"})"));
  // The service is not asked about a type that it does not know yet.
  EXPECT_THAT(bodies["/api/v1/channels/preview"], Not(HasSubstr("invoice.overdue")));
  EXPECT_THAT(bodies["/api/v1/channels/preview"], HasSubstr("deploy.success"));
  EXPECT_THAT(bodies["/api/v1/channels"], HasSubstr(R"("invoice.overdue":{"on":true})"));
}

TEST_F(config_commands_test, changes_and_removes_an_event_type_of_its_own) {
  store("", "", overdue_type(R"("panel")"));
  answer("PATCH /event-types/invoice.overdue", 200, "{}");
  auto changed = write_file("t.yaml", "name: panel\nevent_types:\n  invoice.overdue:\n"
                                      "    title: Invoice overdue\n    severity: error\n");
  auto result = run({"config", "apply", changed, "--yes"});
  EXPECT_EQ(result.out, "~ event-type/invoice.overdue\n    severity: warning -> error\n"
                        "0 to add, 1 to change, 0 to remove, 0 to release\n1 steps done\n");
  EXPECT_EQ(api_.requests().back().headers.at("x-managed-by"), "panel");
  EXPECT_EQ(api_.requests().back().headers.at("if-match"), "\"4\"");
  answer("DELETE /event-types/invoice.overdue", 204, "");
  auto gone = write_file("u.yaml", "name: panel\n");
  EXPECT_THAT(run({"config", "diff", gone}).out,
              HasSubstr("? event-type/invoice.overdue is no longer"));
  EXPECT_THAT(run({"config", "apply", gone, "--prune", "--yes"}).out,
              HasSubstr("- event-type/invoice.overdue\n"));
  EXPECT_EQ(asked().back(), "DELETE /event-types/invoice.overdue");
  EXPECT_EQ(run({"config", "apply", gone, "--release", "--yes"}).code, exit_code::ok);
  EXPECT_EQ(api_.requests().back().headers.at("x-managed-by"), "panel; release");
}

TEST_F(config_commands_test, leaves_an_event_type_to_the_file_that_manages_it) {
  store("", "", overdue_type(R"("billing")"));
  auto file = write_file("t.yaml", "event_types:\n  invoice.overdue: {title: Invoice overdue}\n");
  auto result = run({"config", "apply", file, "--yes"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr(":2: /event_types/invoice.overdue: it is managed by the file "
                                    "'billing'"));
}

TEST_F(config_commands_test, removes_no_event_type_that_the_file_still_names) {
  store("", "", overdue_type(R"("file")"));
  answer("POST /channels/preview", 200, "{}");
  auto file
    = write_file("t.yaml", "admins:\n  ops:\n    preferences:\n      event_types:\n"
                           "        exclude: [invoice.overdue]\n    channels:\n      team:\n"
                           "        type: slack\n        triggers: {invoice.overdue: false}\n");
  auto result = run({"config", "apply", file, "--prune", "--yes"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("/admins/ops/channels/team: it names "
                                    "event-type/invoice.overdue, which is to be removed"));
  EXPECT_THAT(result.err, HasSubstr("/admins/ops/preferences: it names"));
}

TEST_F(config_commands_test, takes_over_an_event_type_that_is_as_the_file_says) {
  store("", "", overdue_type("null"));
  auto file = write_file("e.yaml", "event_types:\n  invoice.overdue:\n    title: Invoice overdue\n"
                                   "    severity: warning\n");
  EXPECT_EQ(run({"config", "diff", file}).out,
            "~ event-type/invoice.overdue\n    managed_by: - -> file\n"
            "0 to add, 1 to change, 0 to remove, 0 to release\n");
}

TEST_F(config_commands_test, asks_for_nothing_that_writes_where_nothing_differs) {
  store_acme(R"("panel")");
  answer("POST /channels/C1/compare", 200, R"({"changed":[]})");
  auto result = run({"config", "apply", file_of_acme(), "--yes"});
  EXPECT_EQ(result.out, "nothing to change\n") << result.err;
  for (auto& x : asked())
    EXPECT_TRUE(x.starts_with("GET ") || x == "POST /channels/C1/compare") << x;
}

TEST_F(config_commands_test, takes_over_what_nobody_manages) {
  store_acme("null");
  answer("POST /channels/C1/compare", 200, R"({"changed":[]})");
  auto result = run({"config", "diff", file_of_acme()});
  EXPECT_EQ(result.code, exit_code::differs);
  EXPECT_EQ(result.out, "~ customer/acme\n    managed_by: - -> panel\n"
                        "~ customer/acme/channels/team\n    managed_by: - -> panel\n"
                        "0 to add, 2 to change, 0 to remove, 0 to release\n");
}

TEST_F(config_commands_test, stops_where_the_service_refuses_and_says_how_to_go_on) {
  store("", "");
  answer("POST /customers", 201, "{}");
  answer("POST /channels/preview", 200, "{}");
  answer("POST /channels", 507, R"({"title":"Full","detail":"no space","code":"storage_full"})");
  auto result = run({"config", "apply", file_of_acme(), "--yes"});
  EXPECT_EQ(result.code, exit_code::refused);
  EXPECT_THAT(result.err, HasSubstr("no space (507 storage_full)"));
  EXPECT_THAT(result.err, HasSubstr("stopped at customer/acme/channels/team after 1 of 2 steps"));
}

TEST_F(config_commands_test, names_the_line_of_what_the_service_finds_wrong_and_writes_nothing) {
  store("", "");
  answer("POST /channels/preview", 422,
         R"({"code":"invalid_argument","detail":"the channel is not valid","errors":[
            {"pointer":"/settings/webhook_url","code":"invalid","detail":"not Slack's"}]})");
  auto file = file_of_acme();
  auto result = run({"config", "apply", file, "--yes"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr(file
                                    + ":9: /customers/acme/channels/team/settings/webhook_url: "
                                      "not Slack's\n"));
  EXPECT_EQ(asked().back(), "POST /channels/preview");
}

TEST_F(config_commands_test, refuses_what_would_take_the_name_of_another_customer) {
  store_acme("null");
  auto file = write_file("t.yaml", "customers:\n  beta: {display_name: Acme}\n");
  auto result = run({"config", "apply", file, "--yes"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err,
              HasSubstr(":2: /customers/beta: the customer acme already has the name 'Acme'"));
  file = write_file("t.yaml", "customers:\n  b: {display_name: X}\n  c: {display_name: X}\n");
  EXPECT_THAT(run({"config", "diff", file}).err,
              HasSubstr(":3: /customers/c: the customer b has the name"));
}

TEST_F(config_commands_test, removes_no_owner_of_channels_that_it_does_not_manage) {
  store(acme(R"("panel")"),
        R"({"id":"C1","owner":"customer/acme","name":"own","managed_by":null,"revision":1})");
  auto result = run({"config", "apply", write_file("t.yaml", "name: panel\n"), "--prune", "--yes"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err,
              HasSubstr("customer/acme cannot be removed while it owns the channel 'own'"));
}

TEST_F(config_commands_test, asks_before_it_changes_anything) {
  store("", "");
  answer("POST /customers", 201, "{}");
  auto file = write_file("t.yaml", "customers:\n  acme:\n");
  auto dry = run({"config", "apply", file, "--dry-run"});
  EXPECT_EQ(dry.code, exit_code::ok) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("+ customer/acme\n"));
  auto declined = run({"config", "apply", file}, "n\n");
  EXPECT_EQ(declined.code, exit_code::usage);
  EXPECT_THAT(declined.err, HasSubstr("Apply this? [y/N]"));
  EXPECT_EQ(run({"config", "apply", "-"}, "customers: {acme: }").code, exit_code::usage);
  EXPECT_THAT(asked(), Not(testing::Contains("POST /customers")));
  EXPECT_EQ(run({"config", "apply", "-", "--yes"}, "customers: {acme: }").code, exit_code::ok);
  EXPECT_EQ(last_body(), boost::json::parse(R"({"name":"acme","display_name":"acme","services":[],
                                                "portal_enabled":false})"));
}

TEST_F(config_commands_test, takes_a_file_without_anything_for_a_mistake) {
  store("", "", overdue_type(R"("file")"));
  for (const auto* text : {"", "# customers:\n#   acme:\n", "---\n", "null\n"}) {
    auto result = run({"config", "apply", "-", "--prune", "--yes"}, text);
    EXPECT_EQ(result.code, exit_code::usage) << text;
    EXPECT_THAT(result.err, HasSubstr(": there is nothing in it\n")) << text;
    EXPECT_THAT(asked(), testing::IsEmpty()) << text;
  }
}

TEST_F(config_commands_test, says_the_plan_to_programs) {
  store("", "");
  auto file = write_file("t.yaml", "admins:\n  ops:\n");
  auto result = run({"config", "diff", file, "--format", "json"});
  EXPECT_EQ(boost::json::parse(result.out), boost::json::parse(R"({"steps":[{"action":"add",
    "object":"admin/ops","members":[{"name":"display_name","before":"-","after":"ops"},
    {"name":"managed_by","before":"-","after":"file"}]}],"left_over":[]})"))
    << result.err;
}

TEST_F(config_commands_test, exports_what_the_service_writes) {
  answer("GET /config/export", 200, "# Written by Tocsin\nname: panel\n");
  answer("GET /config/export", 403, R"({"detail":"the token lacks the scope 'read'"})");
  auto result = run({"config", "export"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out, "# Written by Tocsin\nname: panel\n");
  result = run({"config", "export"});
  EXPECT_EQ(result.code, exit_code::unauthorized);
  EXPECT_EQ(result.out, "");
}

} // namespace tocsin::cli
