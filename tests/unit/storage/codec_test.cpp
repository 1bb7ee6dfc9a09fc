#include "storage/engine/codec.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tocsin::storage {

namespace {

TEST(codec, gives_back_every_kind_of_field) {
  std::string buffer;
  record_writer out{buffer, 3};
  out.u8(200).u16(0x1234).u32(0x12345678).u64(0x123456789abcdef0).flag(true);
  out.instant(at_ms(-5)).id(make_ulid(7)).text("text").texts({"a", "", "c"});
  record_reader in{database::events, "k", out.bytes(), 3};
  EXPECT_EQ(in.version(), 3);
  EXPECT_EQ(in.u8(), 200);
  EXPECT_EQ(in.u16(), 0x1234);
  EXPECT_EQ(in.u32(), 0x12345678u);
  EXPECT_EQ(in.u64(), 0x123456789abcdef0u);
  EXPECT_TRUE(in.flag());
  EXPECT_EQ(in.instant(), at_ms(-5));
  EXPECT_EQ(in.id<ulid>(), make_ulid(7));
  EXPECT_EQ(in.text(), "text");
  EXPECT_EQ(in.texts(), (std::vector<std::string>{"a", "", "c"}));
  EXPECT_TRUE(in.end());
}

TEST(codec, writes_numbers_big_endian_and_varints_in_groups_of_seven_bits) {
  std::string buffer;
  record_writer{buffer, 1}.u16(0x0102).u64(3).varint(300);
  EXPECT_EQ(buffer, std::string("\x01\x01\x02\0\0\0\0\0\0\0\x03\xac\x02", 13));
}

TEST(codec, gives_back_varints_of_every_length) {
  for (unsigned bits = 0; bits < 64; ++bits)
    for (auto x : {uint64_t{1} << bits, (uint64_t{1} << bits) - 1, ~uint64_t{0} >> bits}) {
      std::string buffer;
      record_writer out{buffer, 1};
      out.varint(x);
      record_reader in{database::events, "k", out.bytes(), 1};
      EXPECT_EQ(in.varint(), x);
      EXPECT_TRUE(in.end());
    }
}

TEST(codec, refuses_a_varint_of_more_than_64_bits) {
  for (auto tail : {"\x02", "\x81\x01"}) {
    auto value = "\x01" + std::string(9, '\xff') + tail;
    record_reader in{database::events, "k", value, 1};
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_EQ(code_of(in.end()), errc::storage_corrupt);
  }
}

TEST(codec, refuses_a_varint_that_does_not_fit) {
  std::string buffer;
  record_writer out{buffer, 1};
  out.varint(uint64_t{std::numeric_limits<uint32_t>::max()} + 1);
  record_reader in{database::events, "k", out.bytes(), 1};
  in.narrow_varint<uint32_t>();
  EXPECT_EQ(code_of(in.end()), errc::storage_corrupt);
}

TEST(codec, refuses_lengths_beyond_the_end) {
  for (auto* value : {"\x01\x05trim", "\x01\xff\xff\xff\xff\x0f"
                                      "x"}) {
    record_reader text{database::events, "k", value, 1};
    text.text();
    EXPECT_EQ(code_of(text.end()), errc::storage_corrupt);
    record_reader list{database::events, "k", value, 1};
    EXPECT_TRUE(list.texts().empty());
    EXPECT_EQ(code_of(list.end()), errc::storage_corrupt);
  }
}

TEST(codec, refuses_bytes_after_the_end) {
  record_reader in{database::events, "k", "\x01xy", 1};
  in.u8();
  EXPECT_EQ(code_of(in.end()), errc::storage_corrupt);
}

TEST(codec, refuses_unknown_enumerators_and_flags) {
  record_reader state{database::deliveries, "k", "\x01\x09", 1};
  state.enumerator(delivery_state::pending, delivery_state::cancelled);
  EXPECT_EQ(code_of(state.end()), errc::storage_corrupt);
  record_reader flag{database::deliveries, "k", "\x01\x02", 1};
  flag.flag();
  EXPECT_EQ(code_of(flag.end()), errc::storage_corrupt);
}

TEST(codec, tells_a_newer_record_from_a_broken_one) {
  record_reader newer{database::events, "k", "\x02", 1};
  EXPECT_EQ(code_of(newer.end()), errc::storage_too_new);
  record_reader none{database::events, "k", byte_view{"\0", 1}, 1};
  EXPECT_EQ(code_of(none.end()), errc::storage_corrupt);
}

TEST(codec, names_database_and_key_of_a_broken_record) {
  record_reader in{database::attempts, "\x0a\xff", "", 1};
  auto end = in.end();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().detail, "the record under key 0aff in attempts ends too early");
}

} // namespace

} // namespace tocsin::storage
