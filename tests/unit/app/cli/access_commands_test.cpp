#include "app/cli/file_text.hpp"
#include "storage/files/secret_box.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/unit/app/cli/command_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using testing::AllOf;
using testing::HasSubstr;

using access_commands_test = command_test;

TEST_F(access_commands_test, makes_a_token_and_prints_it_alone) {
  answer("POST /tokens", 201, R"({"id":"T1","name":"ci","token":"tocsin_abc"})");
  auto result = run({"token", "create", "ci", "--scope", "events:write,read", "--scope", "stats"});
  EXPECT_EQ(result.out, "tocsin_abc\n") << result.err;
  EXPECT_EQ(api_.requests().back().body,
            R"({"name":"ci","scopes":["events:write","read","stats"]})");
  run({"token", "create", "ci", "--scope", "read", "--days", "30"});
  EXPECT_THAT(api_.requests().back().body, HasSubstr(R"("expires_at":"2)"));
  EXPECT_EQ(run({"token", "create", "ci"}).code, exit_code::usage) << "without a scope";
}

TEST_F(access_commands_test, lists_tokens) {
  answer("GET /tokens?limit=50", 200,
         R"({"data":[{"id":"T1","name":"ci","scopes":["read","stats"],"created_at":"c",)"
         R"("expires_at":null,"last_used_at":"u"}],"next_cursor":null})");
  EXPECT_EQ(run({"token", "list"}).out, "ID  NAME  SCOPES       CREATED  EXPIRES  LAST USED\n"
                                        "T1  ci    read, stats  c        -        u\n");
}

TEST_F(access_commands_test, revokes_a_token_by_name_or_id) {
  answer("GET /tokens?limit=250", 200,
         R"({"data":[{"id":"T1","name":"ci"},{"id":"T2","name":"twin"},{"id":"T3","name":"twin"}],)"
         R"("next_cursor":null})");
  answer("DELETE /tokens/T1", 204, "");
  answer("DELETE /tokens/01ARZ3NDEKTSV4RRFFQ69G5FAV", 204, "");
  EXPECT_EQ(run({"token", "revoke", "ci"}).out, "token ci revoked\n");
  EXPECT_EQ(run({"token", "revoke", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}).code, exit_code::ok);
  EXPECT_EQ(run({"token", "revoke", "nothing"}).code, exit_code::refused);
  auto several = run({"token", "revoke", "twin"});
  EXPECT_EQ(several.code, exit_code::usage);
  EXPECT_THAT(several.err, HasSubstr("T2, T3"));
}

TEST_F(access_commands_test, lists_the_audit_log) {
  answer("GET /audit?author=admin%2Fops&object=customer%2Facme&limit=50", 200,
         R"({"data":[{"at":"2026-03-29T14:30:00Z","author":{"kind":"token","id":"T1","name":"ci"},)"
         R"("action":"customer.change","object":"customer/acme"}],"next_cursor":null})");
  auto result = run({"audit", "list", "--author", "admin/ops", "--object", "customer/acme"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out, "AT                    AUTHOR  ID  NAME  ACTION           OBJECT\n"
                        "2026-03-29T14:30:00Z  token   T1  ci    customer.change  customer/acme\n");
}

TEST_F(access_commands_test, sets_a_password_from_the_standard_input) {
  answer("PUT /admins/ops/password", 204, "");
  auto result = run({"admin", "passwd", "ops"}, "a password of some length\n");
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(api_.requests().back().body, R"({"password":"a password of some length"})");
  EXPECT_EQ(result.out.find("a password"), std::string::npos);
}

TEST_F(access_commands_test, prints_a_link_into_the_portal) {
  answer("POST /customers/acme/portal-links", 201, R"({"url":"https://x/portal#c","code":"c"})");
  auto result = run({"customer", "portal-link", "acme"});
  EXPECT_EQ(result.out, "https://x/portal#c\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(access_commands_test, says_what_a_link_lacks_that_begins_without_an_address) {
  answer("POST /customers/acme/portal-links", 201, R"({"url":"/portal#c","code":"c"})");
  auto result = run({"customer", "portal-link", "acme"});
  EXPECT_EQ(result.code, exit_code::ok);
  EXPECT_EQ(result.out, "/portal#c\n");
  EXPECT_EQ(
    result.err,
    "tocsin: server.public_url is not set: put the service's address in front of the link\n");
}

TEST_F(access_commands_test, asks_to_mask_unless_told_to_show) {
  answer("GET /deliveries/D1", 200, R"({"id":"D1"})");
  run({"delivery", "show", "D1"});
  EXPECT_EQ(api_.requests().back().headers.at("x-mask-sensitive"), "true");
  run({"delivery", "show", "D1", "--show-sensitive"});
  EXPECT_EQ(api_.requests().back().headers.count("x-mask-sensitive"), 0u);
}

TEST_F(access_commands_test, rotates_keys_only_where_there_is_a_storage) {
  auto result = run({"secret", "rotate-key", "--data-dir", "/nonexistent"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("there is no storage in /nonexistent"));
}

TEST_F(access_commands_test, says_why_a_storage_cannot_be_looked_at) {
  auto result = run({"secret", "rotate-key", "--data-dir", "/tmp/" + std::string(300, 'x')});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("File name too long"));
}

TEST_F(access_commands_test, finds_storage_and_key_as_the_service_does) {
  auto data = directory_.path() / "data";
  auto key = directory_.path() / "key";
  storage::environment::options options;
  options.directory = data;
  ASSERT_TRUE(storage::open_environment(options));
  ASSERT_TRUE(storage::secret_box::open_key_file(key));
  auto settings = write_file("tocsin.toml", fmt::format("[storage]\ndata_dir = \"{}\"\n"
                                                        "key_file = \"{}\"\n",
                                                        data.string(), key.string()));
  auto before = *read_file_text(key);
  auto named = run({"secret", "rotate-key", "--config", settings});
  EXPECT_EQ(named.code, exit_code::ok) << named.err;
  EXPECT_NE(*read_file_text(key), before);
  environment_["TOCSIN_CONFIG"] = settings;
  EXPECT_EQ(run({"secret", "rotate-key"}).code, exit_code::ok);
  EXPECT_FALSE(std::filesystem::exists(data / "sealing.key"));
}

TEST_F(access_commands_test, leaves_the_key_file_of_another_database_alone) {
  auto live = directory_.path() / "live";
  auto copy = directory_.path() / "copy";
  auto key = directory_.path() / "key";
  for (const auto& data : {live, copy}) {
    storage::environment::options options;
    options.directory = data;
    ASSERT_TRUE(storage::open_environment(options));
  }
  ASSERT_TRUE(storage::secret_box::open_key_file(key));
  auto settings
    = write_file("tocsin.toml", fmt::format("[storage]\ndata_dir = \"{}\"\nkey_file = \"{}\"\n",
                                            live.string(), key.string()));
  auto before = *read_file_text(key);
  auto refused = run({"secret", "rotate-key", "--config", settings, "--data-dir", copy.string()});
  EXPECT_EQ(refused.code, exit_code::usage);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(key.string()), HasSubstr(live.string()),
                                 HasSubstr(copy.string()), HasSubstr("--config")));
  EXPECT_EQ(*read_file_text(key), before);
  environment_["TOCSIN_STORAGE_KEY_FILE"] = key.string();
  EXPECT_EQ(run({"secret", "rotate-key", "--data-dir", copy.string()}).code, exit_code::usage);
  EXPECT_EQ(*read_file_text(key), before);
  // The same directory, in other words.
  auto same = run(
    {"secret", "rotate-key", "--config", settings, "--data-dir", (copy / "../live").string()});
  EXPECT_EQ(same.code, exit_code::ok) << same.err;
  EXPECT_NE(*read_file_text(key), before);
}

} // namespace

} // namespace tocsin::cli
