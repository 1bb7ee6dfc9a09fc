#include "tests/integration/app/service_fixture.hpp"
#include "tests/support/standin/signatures.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace tocsin {

namespace {

using standin::provider;
using standin::record;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* first_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What a receiver is handed.
struct received_webhook {
  std::string secret;
  std::string id;
  std::string timestamp;
  std::string signature;
  std::string body;
};

received_webhook seen_with(const std::string& secret, const record& x) {
  return {secret, std::string{x.header("webhook-id")}, std::string{x.header("webhook-timestamp")},
          std::string{x.header("webhook-signature")}, x.body};
}

std::string flipped(std::string text, size_t at) {
  text[at] = static_cast<char>(text[at] ^ 1);
  return text;
}

class webhook_rotation : public service_fixture {
protected:
  webhook_rotation() {
    id = add_channel(fmt::format(R"({{"name":"hook","type":"webhook","settings":{{"url":"{}",)"
                                 R"("secret":"{}"}}}})",
                                 providers.webhook_url("hook"), first_secret));
  }

  /// What a receiver that knows nothing of ours says to each.
  std::vector<std::string> judge(const std::vector<received_webhook>& all) {
    {
      std::ofstream out{directory.path() / "in"};
      for (auto& x : all)
        out << boost::json::serialize(boost::json::object{{"secret", x.secret},
                                                          {"id", x.id},
                                                          {"timestamp", x.timestamp},
                                                          {"signature", x.signature},
                                                          {"body", standin::encode_base64(x.body)},
                                                          {"now", std::time(nullptr)}})
            << '\n';
    }
    auto command
      = fmt::format("python3 '{}' < '{}' > '{}'", TOCSIN_VERIFY_WEBHOOK,
                    (directory.path() / "in").string(), (directory.path() / "out").string());
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream in{directory.path() / "out"};
    std::vector<std::string> result;
    for (std::string line; std::getline(in, line);)
      result.push_back(line);
    return result;
  }

  record deliver() {
    wait_until_ended(send("deploy.failure"));
    auto all = providers.received(provider::webhook);
    EXPECT_FALSE(all.empty());
    return all.back();
  }

  temporary_directory directory;
  std::string id;
};

TEST_F(webhook_rotation, is_seen_through_by_a_receiver_with_public_code_only) {
  auto good = seen_with(first_secret, deliver());
  std::vector<received_webhook> all{good};
  for (size_t i = 0; i < good.body.size(); i += 7) {
    all.push_back(good);
    all.back().body = flipped(good.body, i);
  }
  all.push_back(good);
  all.back().id = flipped(good.id, 5);
  all.push_back(good);
  all.back().timestamp = flipped(good.timestamp, good.timestamp.size() - 1);
  all.push_back(good);
  all.back().secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  auto said = judge(all);
  ASSERT_EQ(said.size(), all.size());
  EXPECT_EQ(said.front(), "accepted");
  said.erase(said.begin());
  EXPECT_THAT(said, Each("refused"));
}

TEST_F(webhook_rotation, lets_both_secrets_sign_until_the_grace_ends) {
  auto reply = api().post("/channels/" + id + "/rotate-secret", R"({"grace_seconds":600})");
  ASSERT_EQ(reply.status, 200) << boost::json::serialize(reply.body);
  auto second = reply.text("/secret");
  EXPECT_TRUE(second.starts_with("whsec_"));
  EXPECT_EQ(second.size(), 6u + 44);
  EXPECT_FALSE(reply.text("/previous_secret_expires_at").empty());
  auto during = deliver();
  EXPECT_THAT(judge({seen_with(first_secret, during), seen_with(second, during)}),
              ElementsAre("accepted", "accepted"));
  auto shown = boost::json::serialize(api().get("/channels/" + id).body);
  EXPECT_THAT(shown, Not(HasSubstr(second)));
  EXPECT_THAT(shown, Not(HasSubstr(first_secret)));
  EXPECT_THAT(shown, HasSubstr(reply.text("/previous_secret_expires_at")));

  auto third = api().post("/channels/" + id + "/rotate-secret", R"({"grace_seconds":1})");
  auto newest = third.text("/secret");
  EXPECT_NE(newest, second);
  EXPECT_THAT(judge({seen_with(first_secret, deliver())}), ElementsAre("refused"));
  // The grace passes by the clock; every delivery until then is good under the newest.
  auto last = deliver();
  for (auto end = deadline(); std::chrono::steady_clock::now() < end; last = deliver())
    if (last.header("webhook-signature").find(' ') == std::string_view::npos)
      break;
  EXPECT_THAT(judge({seen_with(second, last), seen_with(newest, last)}),
              ElementsAre("refused", "accepted"));
}

TEST_F(webhook_rotation, takes_a_secret_of_ones_own_and_ends_the_old_one_at_once) {
  auto path = "/channels/" + id + "/rotate-secret";
  auto reply
    = api().post(path, R"({"grace_seconds":0,"secret":"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"})");
  EXPECT_EQ(reply.text("/secret"), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
  EXPECT_TRUE(reply.body.at("previous_secret_expires_at").is_null());
  auto after = deliver();
  EXPECT_THAT(judge({seen_with(first_secret, after), seen_with(reply.text("/secret"), after)}),
              ElementsAre("refused", "accepted"));
  EXPECT_EQ(api()
              .post(path, R"({"secret":"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"})")
              .text("/errors/0/pointer"),
            "/secret");
  auto bad = api().post(path, R"({"secret":"whsec_no base 64"})");
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(bad.text("/errors/0/pointer"), "/secret");
}

TEST_F(webhook_rotation, makes_the_first_secret_of_a_webhook_that_has_none) {
  auto bare = add_webhook("bare");
  auto reply = api().post("/channels/" + bare + "/rotate-secret", "{}");
  EXPECT_TRUE(reply.body.at("previous_secret_expires_at").is_null());
  EXPECT_EQ(reply.text("/secret").size(), 6u + 44);
}

TEST_F(webhook_rotation, is_for_webhooks_only) {
  auto mail = add_channel(R"({"name":"m","type":"email","settings":{"host":"127.0.0.1",)"
                          R"("from":"a@example.com","to":["b@example.com"]}})");
  EXPECT_EQ(api().post("/channels/" + mail + "/rotate-secret", "{}").status, 422);
}

} // namespace

} // namespace tocsin
