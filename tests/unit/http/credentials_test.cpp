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

TEST(cookie_value, finds_a_cookie_among_others) {
  EXPECT_EQ(cookie_value("tocsin_session=abc", panel_cookie.name), "abc");
  EXPECT_EQ(cookie_value("a=1; tocsin_session=abc; b=2", panel_cookie.name), "abc");
  EXPECT_EQ(cookie_value("a=1;tocsin_session=a=c", panel_cookie.name), "a=c");
}

TEST(cookie_value, is_nothing_where_the_cookie_is_not_there_empty_or_repeated) {
  EXPECT_EQ(cookie_value("", panel_cookie.name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session", panel_cookie.name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session=", panel_cookie.name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session2=abc", panel_cookie.name), std::nullopt);
  EXPECT_EQ(cookie_value("xtocsin_session=abc", panel_cookie.name), std::nullopt);
  EXPECT_EQ(cookie_value("tocsin_session=a; tocsin_session=b", panel_cookie.name), std::nullopt);
}

TEST(session_cookie, is_kept_from_scripts_and_other_sites) {
  EXPECT_EQ(give_session_cookie(panel_cookie, "abc", false),
            "tocsin_session=abc; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(give_session_cookie(panel_cookie, "abc", true),
            "tocsin_session=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(take_session_cookie(panel_cookie, true),
            "tocsin_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure");
  EXPECT_EQ(give_session_cookie(portal_cookie, "abc", false),
            "tocsin_portal_session=abc; Path=/portal; HttpOnly; SameSite=Strict");
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
