#include "channels/signature.hpp"
#include "messages/hex.hpp"

#include <gtest/gtest.h>

namespace tocsin::channels {

namespace {

std::string hex_of(std::string_view key, std::string_view body) {
  return to_hex(hmac_sha256{key}.sign({body}));
}

TEST(signature, matches_the_vectors_of_the_body_signature) {
  constexpr std::string_view key = "It's a Secret to Everybody";
  EXPECT_EQ(hex_of(key, "Hello, World!"),
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  EXPECT_EQ(hex_of(key, ""), "66a0c074deaa0f489ead6537e0d32f9a344b90bbeda705b6ed45ecd3b413fb40");
  EXPECT_EQ(hex_of("clé", R"({"m":"é🚀"})"),
            "e1bd801bccf4666bffe1c85215f82ba1ac51a0fd42659d89c8bc3b9ccea81e5f");
}

TEST(signature, matches_the_vectors_of_standard_webhooks) {
  auto sign
    = [](std::string_view secret, std::string_view id, std::string_view at, std::string_view body) {
        return to_base64(hmac_sha256{*from_base64(secret)}.sign({id, ".", at, ".", body}));
      };
  EXPECT_EQ(sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                 R"({"test": 2432232314})"),
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_EQ(sign("C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
                 "1649367553", R"({"email":"test@example.com","username":"test_user"})"),
            "tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
}

TEST(signature, takes_keys_longer_than_a_block) {
  // RFC 4231, test case 6.
  EXPECT_EQ(
    hex_of(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(signature, may_be_made_again_and_again) {
  hmac_sha256 key{"k"};
  EXPECT_EQ(key.sign({"a", "b"}), key.sign({"ab"}));
  EXPECT_NE(key.sign({"ab"}), key.sign({"ac"}));
}

TEST(base_64, is_read_as_it_is_written) {
  EXPECT_EQ(from_base64("TWFu"), "Man");
  EXPECT_EQ(from_base64("TWE="), "Ma");
  EXPECT_EQ(from_base64("TQ=="), "M");
  EXPECT_EQ(from_base64(""), "");
  for (auto bad : {"TWF", "TW=u", "TWE\n", "T===", "TWFu====", "T-Fu"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

} // namespace

} // namespace tocsin::channels
