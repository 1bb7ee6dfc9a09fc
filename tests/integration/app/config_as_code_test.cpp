#include "app/cli/program.hpp"
#include "app/cli/surroundings.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/metrics_page.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/standin/provider_standin.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace tocsin {

namespace {

using cli::exit_code;
using testing::HasSubstr;
using testing::Not;

struct run_result {
  exit_code code = exit_code::ok;
  std::string out;
  std::string err;
};

/// The command line against a real `tocsind`, whose providers are played by the stand-in.
class config_as_code : public testing::Test {
protected:
  config_as_code() : service_{start()} {
    if (auto fault = providers_.start())
      throw std::runtime_error(*fault);
    environment_["OPS_HOOK"] = providers_.webhook_url("ops");
    // A customer's channel never leads to this machine.
    environment_["TEAM_HOOK"] = "https://example.com/hooks/team";
    environment_["OPS_KEY"] = "very-secret-key";
  }

  std::unique_ptr<service_process> start(std::vector<std::string> settings = {}) const {
    auto result = std::make_unique<service_process>(std::move(settings));
    result->start();
    return result;
  }

  run_result run(std::vector<std::string> arguments, const std::string& input = {}) {
    std::istringstream in{input};
    std::ostringstream out;
    std::ostringstream err;
    cli::surroundings around{in,
                             out,
                             err,
                             [this](const std::string& name) -> std::optional<std::string> {
                               if (name == "TOCSIN_URL")
                                 return service_->url();
                               if (name == "TOCSIN_TOKEN")
                                 return service_->token();
                               auto found = environment_.find(name);
                               return found == environment_.end() ? std::nullopt
                                                                  : std::optional{found->second};
                             },
                             [] { return std::chrono::steady_clock::now(); },
                             [](std::chrono::milliseconds x) { std::this_thread::sleep_for(x); }};
    auto code = cli::run(arguments, around);
    return {code, out.str(), err.str()};
  }

  std::string write(const std::string& text) {
    auto path = (directory_.path() / "tocsin.yaml").string();
    std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
    return path;
  }

  api_client api() { return {service_->url(), service_->token()}; }

  /// All revisions that the API shows, and the newest entry of the audit log: nothing that is
  /// written leaves them as they are.
  std::string versions() {
    auto client = api();
    std::string result;
    for (auto path : {"/event-types", "/admins", "/customers", "/channels",
                      "/customers/acme/preferences", "/audit?limit=1"})
      result += boost::json::serialize(client.get(path).body) + '\n';
    return result;
  }

  /// How often the service has answered with `status`.
  double responses_of(int status) {
    cli::http_request question{"GET", "/metrics", "", {}};
    question.root.clear();
    cli::http_client client{service_->url(), service_->token()};
    std::string text;
    EXPECT_TRUE(eventually([&] {
      auto reply = client.send(question);
      text = reply ? reply->body : "";
      return reply && reply->status == 200;
    }));
    return metrics_page{text}
      .find("tocsin_http_responses_total", {{"code", std::to_string(status)}})
      .value_or(0);
  }

  std::string channel_id(const std::string& name) {
    auto list = api().get("/channels");
    for (auto& x : list.body.at("data").as_array())
      if (x.at("name").as_string() == name)
        return std::string{x.at("id").as_string()};
    return {};
  }

  standin::provider_standin providers_;
  temporary_directory directory_;
  std::map<std::string, std::string> environment_;
  std::unique_ptr<service_process> service_;
};

constexpr const char* whole_file = R"(name: panel
event_types:
  invoice.overdue: {title: "Invoice overdue: $${no variable}", severity: warning, default: false}
  invoice.paid: {title: Invoice paid}
admins:
  ops:
    display_name: Operations
    preferences:
      customers: {exclude: [acme]}
      quiet_hours: {from: "22:00", until: "07:00", utc_offset_minutes: 60}
    channels:
      ops:
        type: webhook
        settings:
          url: ${OPS_HOOK}
          headers: {X-Api-Key: "${OPS_KEY}"}
customers:
  acme:
    display_name: Acme Corp
    services: [my-app, shop]
    portal_enabled: true
    preferences:
      event_types: {exclude: [deploy.success, invoice.paid]}
    channels:
      team:
        type: webhook
        triggers: {deploy.success: false, backup.success: true, invoice.overdue: true}
        filters: {services: {include: [my-app]}}
        delivery: {give_up_seconds: 3600, on_ambiguous: dead_letter}
        settings:
          url: ${TEAM_HOOK}
          templates: {deploy.failure: {body: '{"text": "$${no variable}"}'}, invoice.overdue: {body: '{}'}}
      mail:
        type: email
        enabled: false
        settings: {host: mx.example.com, from: a@example.com, to: [b@example.com], password: "${OPS_KEY}", username: u}
)";

} // namespace

TEST_F(config_as_code, a_second_apply_changes_nothing) {
  auto file = write(whole_file);
  EXPECT_EQ(run({"config", "diff", file}).code, exit_code::differs);
  auto first = run({"config", "apply", file, "--yes"});
  ASSERT_EQ(first.code, exit_code::ok) << first.out << first.err;
  EXPECT_THAT(first.out, HasSubstr("+ customer/acme/channels/team\n"));
  EXPECT_THAT(first.out, Not(HasSubstr("very-secret-key")));
  EXPECT_THAT(first.out, Not(HasSubstr("/hooks/team")));
  auto before = versions();
  auto second = run({"config", "apply", file, "--yes"});
  EXPECT_EQ(second.code, exit_code::ok) << second.err;
  EXPECT_EQ(second.out, "nothing to change\n");
  EXPECT_EQ(run({"config", "diff", file}).code, exit_code::ok);
  EXPECT_EQ(versions(), before);
}

TEST_F(config_as_code, an_export_makes_a_fresh_service_the_same) {
  ASSERT_EQ(run({"config", "apply", write(whole_file), "--yes"}).code, exit_code::ok);
  auto exported = run({"config", "export"});
  ASSERT_EQ(exported.code, exit_code::ok) << exported.err;
  EXPECT_THAT(exported.out, Not(HasSubstr("very-secret-key")));
  EXPECT_THAT(exported.out, HasSubstr("#   TOCSIN_ADMIN_OPS_OPS_HEADERS_X_API_KEY\n"));
  auto file = write(exported.out);
  auto unset = run({"config", "apply", file, "--yes"});
  EXPECT_EQ(unset.code, exit_code::usage);
  EXPECT_THAT(unset.err, HasSubstr("neither the variable TOCSIN_ADMIN_OPS_OPS_URL nor"));
  environment_["TOCSIN_ADMIN_OPS_OPS_URL"] = environment_["OPS_HOOK"];
  environment_["TOCSIN_CUSTOMER_ACME_TEAM_URL"] = environment_["TEAM_HOOK"];
  environment_["TOCSIN_ADMIN_OPS_OPS_HEADERS_X_API_KEY"] = "very-secret-key";
  auto key = (directory_.path() / "key").string();
  std::ofstream{key} << "very-secret-key\n";
  environment_["TOCSIN_CUSTOMER_ACME_MAIL_PASSWORD_FILE"] = key;
  auto same = run({"config", "diff", file});
  // The first admin, whom no file made, is described too.
  EXPECT_EQ(same.out, "~ admin/admin\n    managed_by: - -> panel\n"
                      "0 to add, 1 to change, 0 to remove, 0 to release\n")
    << same.err;
  service_ = start();
  auto applied = run({"config", "apply", file, "--yes"});
  ASSERT_EQ(applied.code, exit_code::ok) << applied.out << applied.err;
  EXPECT_EQ(run({"config", "export"}).out, exported.out);
  EXPECT_EQ(run({"config", "apply", file, "--yes"}).out, "nothing to change\n");
}

TEST_F(config_as_code, what_the_file_describes_cannot_be_changed_by_hand_but_tested) {
  ASSERT_EQ(run({"config", "apply", write(whole_file), "--yes"}).code, exit_code::ok);
  auto client = api();
  auto team = "/channels/" + channel_id("team");
  EXPECT_EQ(client.get(team).text("/managed_by"), "panel");
  auto is_managed = [](const api_reply& reply) {
    EXPECT_EQ(reply.status, 409) << boost::json::serialize(reply.body);
    EXPECT_EQ(reply.text("/code"), "managed");
    EXPECT_THAT(reply.text("/detail"), HasSubstr("managed by the file 'panel'"));
  };
  is_managed(client.patch(team, R"({"enabled":false})"));
  is_managed(client.remove(team));
  is_managed(client.post(team + "/rotate-secret", "{}"));
  is_managed(client.patch("/customers/acme", R"({"portal_enabled":false})"));
  is_managed(client.remove("/admins/ops"));
  is_managed(client.patch("/event-types/invoice.overdue", R"({"severity":"error"})"));
  is_managed(client.remove("/event-types/invoice.overdue"));
  EXPECT_EQ(client.get("/event-types/invoice.overdue").text("/managed_by"), "panel");
  is_managed(client.put("/customers/acme/preferences", "{}"));
  is_managed(client.put(
    "/triggers?owner=customer/acme",
    fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{}}}}]}})", channel_id("team"))));
  auto tested = client.post("/channels/" + channel_id("ops") + "/test", "{}");
  EXPECT_EQ(tested.status, 200);
  EXPECT_TRUE(tested.body.at("delivered").as_bool()) << boost::json::serialize(tested.body);
  // What the file does not describe stays everybody's.
  EXPECT_EQ(client.patch("/admins/admin", R"({"display_name":"A"})").status, 200);
  EXPECT_EQ(
    client.put("/admins/ops/password", R"({"password":"a password of some length"})").status, 204);
}

TEST_F(config_as_code, a_changed_secret_is_seen_without_being_shown) {
  auto file = write(whole_file);
  ASSERT_EQ(run({"config", "apply", file, "--yes"}).code, exit_code::ok);
  environment_["OPS_KEY"] = "another-secret-key";
  auto seen = run({"config", "diff", file});
  EXPECT_EQ(seen.code, exit_code::differs);
  EXPECT_THAT(seen.out, HasSubstr("settings.headers: (secret) -> (another secret)"));
  EXPECT_THAT(seen.out, HasSubstr("settings.password: (secret) -> (another secret)"));
  EXPECT_THAT(seen.out, Not(HasSubstr("secret-key")));
  EXPECT_EQ(run({"config", "apply", file}, "n\n").code, exit_code::usage);
  EXPECT_EQ(run({"config", "diff", file}).code, exit_code::differs);
  EXPECT_EQ(run({"config", "apply", file}, "y\n").code, exit_code::ok);
  EXPECT_EQ(run({"config", "diff", file}).code, exit_code::ok);
  auto tested = api().post("/channels/" + channel_id("ops") + "/test", "{}");
  EXPECT_TRUE(tested.body.at("delivered").as_bool());
  EXPECT_EQ(providers_.received(standin::provider::webhook).back().header("x-api-key"),
            "another-secret-key");
}

TEST_F(config_as_code, what_is_no_longer_in_the_file_stays_until_it_is_pruned_or_released) {
  ASSERT_EQ(run({"config", "apply", write(whole_file), "--yes"}).code, exit_code::ok);
  auto file
    = write("name: panel\ncustomers:\n  acme: {display_name: Acme Corp, portal_enabled: true, "
            "services: [my-app, shop]}\n");
  auto kept = run({"config", "apply", file, "--yes"});
  EXPECT_THAT(kept.out, HasSubstr("? admin/ops is no longer in the file"));
  EXPECT_THAT(kept.out, HasSubstr("nothing to change"));
  auto released = run({"config", "apply", file, "--release", "--yes"});
  EXPECT_EQ(released.code, exit_code::ok) << released.err;
  auto client = api();
  EXPECT_TRUE(client.get("/admins/ops").body.at("managed_by").is_null());
  EXPECT_EQ(client.patch("/admins/ops", R"({"display_name":"Ops"})").status, 200);
  EXPECT_EQ(client.patch("/event-types/invoice.paid", R"({"severity":"success"})").status, 200);
  EXPECT_EQ(client.get("/customers/acme/preferences").text("/event_types/exclude/0"),
            "deploy.success");
  // Managed again, as a file may take over what is there already.
  ASSERT_EQ(run({"config", "apply", write(whole_file), "--yes"}).code, exit_code::ok);
  file = write("name: panel\ncustomers:\n  acme: {display_name: Acme Corp, portal_enabled: true, "
               "services: [my-app, shop]}\n");
  auto pruned = run({"config", "apply", file, "--prune", "--yes"});
  ASSERT_EQ(pruned.code, exit_code::ok) << pruned.out << pruned.err;
  EXPECT_EQ(client.get("/admins/ops").status, 404);
  EXPECT_TRUE(client.get("/channels").body.at("data").as_array().empty());
  EXPECT_TRUE(client.get("/customers/acme/preferences").body.at("managed_by").is_null());
  EXPECT_EQ(client.get("/admins/admin").status, 200);
  EXPECT_EQ(client.get("/event-types/invoice.overdue").status, 404);
  EXPECT_EQ(run({"config", "apply", file, "--prune", "--yes"}).out, "nothing to change\n");
}

TEST_F(config_as_code, nothing_is_changed_where_anything_is_wrong) {
  auto before = versions();
  auto wrong = run({"config", "apply", write(R"(name: panel
customers:
  acme:
    preferences:
      event_types: {exclude: [deploy.sucess]}
    channels:
      one:
        type: slack
        settings: {webhook_url: "https://example.com/x"}
      two:
        type: webhook
        triggers: {nothing.known: true}
        settings: {url: "${OPS_HOOK}", colour: red}
)"),
                    "--yes"});
  EXPECT_EQ(wrong.code, exit_code::usage);
  EXPECT_THAT(wrong.err,
              HasSubstr("tocsin.yaml:5: /customers/acme/preferences/event_types/exclude/0: "));
  EXPECT_THAT(wrong.err,
              HasSubstr("tocsin.yaml:9: /customers/acme/channels/one/settings/webhook_url: "));
  EXPECT_THAT(wrong.err,
              HasSubstr("tocsin.yaml:12: /customers/acme/channels/two/triggers/nothing.known: "));
  EXPECT_THAT(wrong.err, HasSubstr("nothing was changed"));
  EXPECT_EQ(api().get("/customers/acme").status, 404);
  EXPECT_EQ(versions(), before);
}

TEST_F(config_as_code, many_customers_wait_for_the_rate_limit) {
  service_ = start({"server.rate_limit=10"});
  std::string customers = "customers:\n";
  for (int i = 0; i < 20; ++i)
    customers += fmt::format("  c{}: {{display_name: Customer {}}}\n", i, i);
  auto file = write(customers);
  auto applied = run({"config", "apply", "--yes", file});
  EXPECT_EQ(applied.code, exit_code::ok) << applied.err;
  auto same = run({"config", "diff", file});
  EXPECT_EQ(same.code, exit_code::ok) << same.out << same.err;
  EXPECT_GT(responses_of(429), 0);
}

TEST_F(config_as_code, two_files_do_not_take_objects_from_each_other) {
  ASSERT_EQ(run({"config", "apply", write("name: one\ncustomers: {acme: {}}\n"), "--yes"}).code,
            exit_code::ok);
  auto other
    = run({"config", "apply", write("name: two\ncustomers:\n  acme:\n  beta:\n"), "--yes"});
  EXPECT_EQ(other.code, exit_code::usage);
  EXPECT_THAT(other.err,
              HasSubstr("tocsin.yaml:3: /customers/acme: it is managed by the file 'one'"));
  EXPECT_EQ(api().get("/customers/beta").status, 404);
  auto pruned = run({"config", "apply", write("name: two\n"), "--prune", "--yes"});
  EXPECT_EQ(pruned.out, "nothing to change\n");
}

} // namespace tocsin
