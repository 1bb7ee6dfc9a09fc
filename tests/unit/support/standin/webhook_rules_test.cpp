#include "tests/support/standin/signatures.hpp"
#include "tests/support/standin/webhook_rules.hpp"
#include "tests/unit/support/standin/requests.hpp"

#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

using std::chrono::seconds;
using time_point = std::chrono::system_clock::time_point;

TEST(signatures, agree_with_the_published_vectors) {
  constexpr std::string_view secret = "It's a Secret to Everybody";
  EXPECT_TRUE(
    verify_x_signature("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                       secret, "Hello, World!"));
  EXPECT_TRUE(verify_x_signature(
    "sha256=66a0c074deaa0f489ead6537e0d32f9a344b90bbeda705b6ed45ecd3b413fb40", secret, ""));
  EXPECT_TRUE(
    verify_x_signature("sha256=e1bd801bccf4666bffe1c85215f82ba1ac51a0fd42659d89c8bc3b9ccea81e5f",
                       "clé", R"({"m":"é🚀"})"));
  EXPECT_FALSE(
    verify_x_signature("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18",
                       secret, "Hello, World!"));
  EXPECT_FALSE(verify_x_signature(
    "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", secret, "Hello, World!"));
}

TEST(signatures, agree_with_the_vectors_of_standard_webhooks) {
  constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  constexpr std::string_view body = R"({"test": 2432232314})";
  standard_headers headers{"msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                           "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="};
  auto fits = [&](standard_headers each, std::int64_t now) {
    return verify_standard_webhook(each, secret, body, time_point{seconds{now}});
  };
  EXPECT_TRUE(fits(headers, 1614265330));
  EXPECT_TRUE(fits(headers, 1614265330 + 300));
  EXPECT_FALSE(fits(headers, 1614265330 + 301));
  EXPECT_TRUE(fits(headers, 1614265330 - 300));
  EXPECT_FALSE(fits(headers, 1614265330 - 301));
  EXPECT_FALSE(fits({"", headers.timestamp, headers.signature}, 1614265330));
  EXPECT_FALSE(fits({"msg.1", headers.timestamp, headers.signature}, 1614265330));
  EXPECT_FALSE(fits({headers.id, "1614265330.5", headers.signature}, 1614265330));
  EXPECT_FALSE(fits({headers.id, headers.timestamp, "v1,AAAA"}, 1614265330));
}

const sighting seen_when_signed{1, time_point{seconds{1649367553}}};

request signed_post() {
  auto req = json_post("/webhook/orders", R"({"email":"test@example.com","username":"test_user"})");
  req.headers.push_back({"webhook-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"});
  req.headers.push_back({"webhook-timestamp", "1649367553"});
  req.headers.push_back({"webhook-signature", "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="});
  return req;
}

std::string hex_signature(std::string_view secret, std::string_view body) {
  std::string result = "sha256=";
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned char c : hmac_sha256(secret, body)) {
    result += digits[c >> 4];
    result += digits[c & 15];
  }
  return result;
}

TEST(webhook_rules, take_a_json_object) {
  struct body_row {
    std::string body;
    int status;
  };
  for (const auto& row :
       std::vector<body_row>{{R"({"a":1})", 200},
                             {R"({"a":)" + times(500, "[") + times(500, "]") + "}", 200},
                             {R"({"a":1,"a":2,"":3,"__proto__":4})", 200},
                             {"[1]", 400},
                             {"", 400},
                             {"{\"a\":\"\xC3\x28\"}", 400},
                             {R"({"a":"\ud800"})", 400}}) {
    EXPECT_EQ(check_webhook(json_post("/webhook/a", row.body), {}, seen_when_signed).answer.status,
              row.status)
      << row.body;
  }
}

TEST(webhook_rules, take_any_body_if_told_so) {
  auto req = json_post("/webhook/a", "a=1");
  req.headers[0].value = "application/x-www-form-urlencoded";
  EXPECT_EQ(check_webhook(req, {}, seen_when_signed).answer.status, 415);
  EXPECT_EQ(check_webhook(req, {{}, false}, seen_when_signed).answer.status, 200);
}

TEST(webhook_rules, answer_the_path_and_method_that_are_wrong) {
  EXPECT_EQ(check_webhook(json_post("/webhook/", "{}"), {}, seen_when_signed).answer.status, 404);
  EXPECT_EQ(check_webhook(json_post("/webhook/a/b", "{}"), {}, seen_when_signed).answer.status,
            404);
  auto req = json_post("/webhook/a", "{}");
  req.method = "PUT";
  EXPECT_EQ(check_webhook(req, {}, seen_when_signed).answer.status, 405);
}

TEST(webhook_rules, verify_the_plain_signature_under_any_of_the_secrets) {
  auto req = json_post("/webhook/a", R"({"a":1})");
  webhook_terms terms{{"old", "new"}};
  EXPECT_EQ(check_webhook(req, terms, seen_when_signed).answer.status, 401);
  req.headers.push_back({"x-signature-256", hex_signature("new", req.body)});
  EXPECT_EQ(check_webhook(req, terms, seen_when_signed).answer.status, 200);
  req.body = R"({"a":2})";
  EXPECT_EQ(check_webhook(req, terms, seen_when_signed).answer.status, 401);
}

TEST(webhook_rules, verify_both_signatures_for_a_standard_secret) {
  webhook_terms terms{{"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}};
  auto req = signed_post();
  EXPECT_EQ(check_webhook(req, terms, seen_when_signed).answer.status, 401);
  req.headers.push_back({"X-Signature-256", hex_signature(terms.secrets[0], req.body)});
  EXPECT_EQ(check_webhook(req, terms, seen_when_signed).answer.status, 200);
  EXPECT_EQ(check_webhook(req, terms, {1, seen_when_signed.at + seconds{301}}).answer.status, 401);
  std::erase_if(req.headers, [](const field& f) { return f.name == "webhook-id"; });
  EXPECT_EQ(check_webhook(req, terms, seen_when_signed).answer.status, 401);
}

} // namespace
} // namespace tocsin::standin
