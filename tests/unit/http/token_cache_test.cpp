#include "http/token_cache.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

using namespace std::chrono_literals;

TEST(sha256, gives_the_digest_of_fips_180) {
  // "abc", the first example of FIPS 180-4.
  const sha256_digest wanted{0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                             0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                             0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
  EXPECT_EQ(sha256("abc"), wanted);
}

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

TEST(token_cache, forgets_a_token_after_its_lifetime) {
  token_cache cache;
  auto now = token_cache::clock::now();
  token x;
  x.digest = sha256("abc");
  x.name = "ci";
  EXPECT_EQ(cache.find(x.digest, now), nullptr);
  cache.put(x, now);
  ASSERT_NE(cache.find(x.digest, now + 999ms), nullptr);
  EXPECT_EQ(cache.find(x.digest, now + 999ms)->name, "ci");
  EXPECT_EQ(cache.find(x.digest, now + 1s), nullptr);
  EXPECT_EQ(cache.find(sha256("abd"), now), nullptr);
}

} // namespace tocsin::http
