#include "messages/digest.hpp"
#include "messages/token.hpp"

#include <gtest/gtest.h>

namespace tocsin {

TEST(sha256, gives_the_digest_of_fips_180) {
  // "abc", the first example of FIPS 180-4.
  const sha256_digest wanted{0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                             0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                             0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
  EXPECT_EQ(sha256("abc"), wanted);
}

TEST(make_secret, gives_256_bits_that_differ) {
  auto one = make_token_text().value();
  auto other = make_token_text().value();
  EXPECT_EQ(one.size(), std::string_view{"tocsin_"}.size() + 64);
  EXPECT_TRUE(one.starts_with("tocsin_"));
  EXPECT_NE(one, other);
}

TEST(token_scope, is_spelt_as_the_api_spells_it) {
  EXPECT_EQ(scope_names(every_scope),
            (std::vector<std::string>{"events:write", "read", "write", "read:sensitive", "stats"}));
  for (auto x : all_token_scopes)
    EXPECT_EQ(parse_token_scope(to_string(x)), x);
  EXPECT_EQ(parse_token_scope("events_write"), std::nullopt);
  EXPECT_EQ(parse_token_scope(""), std::nullopt);
}

} // namespace tocsin
