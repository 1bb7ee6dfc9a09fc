#include "tests/integration/channels/mailer.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

namespace tocsin::channels {

namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

boost::json::object settings_for(const mail_server& server, std::string_view encryption) {
  auto result = settings_for(server);
  result["encryption"] = encryption;
  result["username"] = "user";
  result["password"] = "pass";
  return result;
}

/// A certificate that must not be trusted, over one of the ways to TLS.
struct bad_certificate {
  const char* name;
  const char* encryption;
  const char* certificate;
  /// Whether the client is told to trust it, so that only its own fault is left.
  bool is_known;
  /// All that comes about at the server.
  std::vector<std::string> told;
};

void PrintTo(const bad_certificate& x, std::ostream* out) {
  *out << x.name;
}

class wrong_certificate : public ::testing::TestWithParam<bad_certificate> {};

TEST_P(wrong_certificate, ends_it_before_anything_is_said) {
  auto& x = GetParam();
  mail_server server{
    {"--tls", x.encryption, "--certificate", x.certificate, "--script", R"({"x":""})"}};
  mailer mails{x.is_known ? server.ca_file() : std::string{}};
  auto result = mails.send(settings_for(server, x.encryption));
  EXPECT_EQ(to_string(result.kind), "retry") << result.text;
  EXPECT_EQ(result.code, "tls_failed");
  EXPECT_EQ(to_string(result.stage), "tls");
  EXPECT_FALSE(mails.last_reply.sent);
  EXPECT_THAT(server.commands_until("closed"), ElementsAreArray(x.told));
}

// The handshake itself fails for most; the name is looked at once it is done. A server with TLS
// from the start greets then, and that is all that is ever said.
INSTANTIATE_TEST_SUITE_P(
  certificates, wrong_certificate,
  ::testing::Values(
    bad_certificate{"starttls_self_signed",
                    "starttls",
                    "good",
                    false,
                    {"greeting", "EHLO", "STARTTLS", "closed"}},
    bad_certificate{"starttls_other_host",
                    "starttls",
                    "other_host",
                    true,
                    {"greeting", "EHLO", "STARTTLS", "secured", "closed"}},
    bad_certificate{
      "starttls_expired", "starttls", "expired", true, {"greeting", "EHLO", "STARTTLS", "closed"}},
    bad_certificate{"tls_self_signed", "tls", "good", false, {"closed"}},
    bad_certificate{"tls_other_host", "tls", "other_host", true, {"secured", "greeting", "closed"}},
    bad_certificate{"tls_expired", "tls", "expired", true, {"closed"}}),
  [](auto& x) { return std::string{x.param.name}; });

TEST(mail_over_starttls, says_hello_again_and_only_then_its_password) {
  mail_server server{{"--tls", "starttls", "--script", R"({"x":""})"}};
  mailer mails{server.ca_file()};
  EXPECT_EQ(mails.send(settings_for(server, "starttls")).code, "250 2.0.0");
  EXPECT_THAT(server.commands_until("content"),
              ElementsAre("greeting", "EHLO", "STARTTLS", "secured", "EHLO", "AUTH", "MAIL", "RCPT",
                          "DATA", "content"));
}

TEST(mail_over_tls, is_secured_before_the_first_word) {
  mail_server server{{"--tls", "tls", "--script", R"({"x":""})"}};
  mailer mails{server.ca_file()};
  EXPECT_EQ(mails.send(settings_for(server, "tls")).code, "250 2.0.0");
  EXPECT_THAT(server.commands_until("content"), ElementsAre("secured", "greeting", "EHLO", "AUTH",
                                                            "MAIL", "RCPT", "DATA", "content"));
}

/// What a server does once TLS is there, over both ways to it.
struct secured_case {
  const char* name;
  const char* script;
  const char* kind;
  const char* stage;
  const char* code;
};

class secured_reply : public ::testing::TestWithParam<std::tuple<const char*, secured_case>> {};

TEST_P(secured_reply, is_judged_as_the_table_says) {
  auto& [encryption, x] = GetParam();
  // The first answer is the one before STARTTLS: its offer of AUTH counts for nothing afterwards.
  auto before
    = std::string{encryption} == "tls" ? "" : R"("250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN",)";
  auto script = fmt::format(fmt::runtime(x.script), before);
  mail_server server{{"--tls", encryption, "--script", script}};
  mailer mails{server.ca_file()};
  auto result = mails.send(settings_for(server, encryption));
  EXPECT_EQ(to_string(result.kind), std::string{x.kind}) << result.text;
  EXPECT_EQ(to_string(result.stage), std::string{x.stage});
  EXPECT_EQ(result.code, x.code);
}

INSTANTIATE_TEST_SUITE_P(
  servers, secured_reply,
  ::testing::Combine(
    ::testing::Values("starttls", "tls"),
    ::testing::Values(
      secured_case{"no_auth", R"({{"EHLO":[{}"250-here\r\n250 SIZE 1000"]}})", "dead_endpoint",
                   "auth", "auth_missing"},
      secured_case{"wrong_password", R"({{"AUTH":"535 5.7.8 no"}})", "dead_endpoint", "auth",
                   "535 5.7.8"},
      secured_case{"auth_drop", R"({{"AUTH":"drop"}})", "retry", "auth", "connection_lost"},
      secured_case{"greylisted", R"({{"RCPT":"451 4.7.1 later"}})", "retry", "send", "451 4.7.1"},
      secured_case{"refused_after_the_content", R"({{"content":"554 5.7.1 spam"}})", "rejected",
                   "send", "554 5.7.1"},
      secured_case{"later_after_the_content", R"({{"content":"451 4.3.0 later"}})", "retry", "send",
                   "451 4.3.0"},
      secured_case{"drop_after_the_dot", R"({{"content":"drop"}})", "ambiguous", "send",
                   "connection_lost"},
      secured_case{"hang_after_the_dot", R"({{"content":"hang"}})", "ambiguous", "send",
                   "timed_out"})),
  [](auto& x) { return fmt::format("{}_{}", std::get<0>(x.param), std::get<1>(x.param).name); });

} // namespace

} // namespace tocsin::channels
