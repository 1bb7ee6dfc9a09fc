#include "link/certificate.hpp"

#include <gtest/gtest.h>

namespace tocsin::link {

namespace {

const std::string own_fingerprint = "sha256:" + std::string(64, 'a');
const std::string foreign_fingerprint = "sha256:" + std::string(64, 'b');

certificate certificate_named(const std::string& name) {
  certificate result;
  result.names = {name};
  result.fingerprint = own_fingerprint;
  return result;
}

TEST(certificate, is_known_by_its_whole_name_in_letters_of_either_case) {
  auto x = certificate_named("tocsin://panel/shop");
  EXPECT_TRUE(is_named(x, "tocsin://panel/shop"));
  EXPECT_TRUE(is_named(x, "Tocsin://PANEL/shop"));
  EXPECT_FALSE(is_named(x, "tocsin://panel/sho"));
  EXPECT_FALSE(is_named(x, ""));
}

TEST(certificate, is_known_by_its_fingerprint_in_digits_of_either_case) {
  auto x = certificate_named("tocsin://panel/shop");
  EXPECT_TRUE(is_named(x, own_fingerprint));
  EXPECT_TRUE(is_named(x, "SHA256:" + std::string(64, 'A')));
  EXPECT_FALSE(is_named(x, foreign_fingerprint));
}

TEST(certificate, that_calls_itself_by_a_fingerprint_is_not_known_by_it) {
  auto x = certificate_named(foreign_fingerprint);
  EXPECT_FALSE(is_named(x, foreign_fingerprint));
  EXPECT_FALSE(is_named(x, "SHA256:" + std::string(64, 'B')));
  EXPECT_TRUE(is_named(x, own_fingerprint));
}

} // namespace

} // namespace tocsin::link
