#include "link/certificate.hpp"
#include "link/peer_entries.hpp"

#include <gtest/gtest.h>

namespace tocsin::link {

namespace {

using entries = std::vector<std::string>;

const std::string digits(64, 'a');

TEST(peer_entries, are_parted_by_commas_and_stripped_of_the_space_around_them) {
  EXPECT_EQ(parse_peer_entries(""), entries{});
  EXPECT_EQ(parse_peer_entries(" ,, "), entries{});
  EXPECT_EQ(parse_peer_entries("tocsin://panel/shop, a.example.net\t"),
            (entries{"tocsin://panel/shop", "a.example.net"}));
}

TEST(peer_entries, may_be_fingerprints_with_colons_as_openssl_writes_them) {
  std::string in_pairs = "SHA256:";
  for (int i = 0; i < 32; ++i)
    in_pairs += i == 0 ? "AA" : ":AA";
  auto read = parse_peer_entries("sha256:" + digits + "," + in_pairs);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at(0), "sha256:" + digits);
  certificate x;
  x.fingerprint = "sha256:" + digits;
  EXPECT_TRUE(is_named(x, read->at(1)));
}

TEST(peer_entries, are_none_where_a_fingerprint_has_other_digits) {
  for (const auto& text :
       {std::string{"sha256:"}, "sha256:" + digits.substr(1), "sha256:" + digits + "a",
        "Sha256:" + digits.substr(1) + "g", std::string{"tocsin://panel/shop, sha256:ab"}})
    EXPECT_FALSE(parse_peer_entries(text)) << text;
}

} // namespace

} // namespace tocsin::link
