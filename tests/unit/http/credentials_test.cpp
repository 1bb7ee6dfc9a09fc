#include "http/credentials.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

TEST(bearer_token, takes_the_scheme_in_any_case) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  abc"), "abc");
}

TEST(bearer_token, is_nothing_for_other_schemes_and_empty_tokens) {
  EXPECT_EQ(bearer_token("Basic abc"), std::nullopt);
  EXPECT_EQ(bearer_token("Bearer"), std::nullopt);
  EXPECT_EQ(bearer_token("Bearer  "), std::nullopt);
  EXPECT_EQ(bearer_token(""), std::nullopt);
  EXPECT_EQ(bearer_token("Bearerabc"), std::nullopt);
}

constexpr std::string_view session_name = "tocsin_session";

TEST(cookie_value, finds_a_cookie_among_others) {
  EXPECT_EQ(cookie_value("tocsin_session=abc", session_name), "abc");
  EXPECT_EQ(cookie_value("a=1; tocsin_session=abc; b=2", session_name), "abc");
  EXPECT_EQ(cookie_value("a=1;tocsin_session=a=c", session_name), "a=c");
}

TEST(cookie_value, is_nothing_where_the_cookie_is_not_there_empty_or_repeated) {
  EXPECT_EQ(cookie_value("", session_name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session", session_name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session=", session_name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session2=abc", session_name), std::nullopt);
  EXPECT_EQ(cookie_value("xtocsin_session=abc", session_name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session=a; tocsin_session=b", session_name), std::nullopt);
  EXPECT_EQ(cookie_value("__Host-tocsin_session=abc", session_name), std::nullopt);
}

TEST(session_cookie, is_kept_from_scripts_and_other_sites) {
  EXPECT_EQ(give_session_cookie(session_cookie_of(false, false), "abc"),
            "tocsin_session=abc; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(give_session_cookie(session_cookie_of(true, false), "abc"),
            "tocsin_portal_session=abc; Path=/portal; HttpOnly; SameSite=Strict");
}

TEST(session_cookie, belongs_to_its_host_alone_over_tls) {
  EXPECT_EQ(give_session_cookie(session_cookie_of(false, true), "abc"),
            "__Host-tocsin_session=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(take_session_cookie(session_cookie_of(false, true)),
            "__Host-tocsin_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure");
  EXPECT_EQ(give_session_cookie(session_cookie_of(true, true), "abc"),
            "__Host-tocsin_portal_session=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
}

TEST(csrf_token, belongs_to_its_session_and_does_not_tell_it) {
  EXPECT_EQ(csrf_token_of("abc"), csrf_token_of("abc"));
  EXPECT_NE(csrf_token_of("abc"), csrf_token_of("abd"));
  EXPECT_EQ(csrf_token_of("abc").size(), 64u);
  EXPECT_TRUE(equals_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equals_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equals_in_constant_time("abc", "ab"));
}

} // namespace tocsin::http
