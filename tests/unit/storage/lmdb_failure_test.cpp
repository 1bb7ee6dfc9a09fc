#include "storage/engine/lmdb_failure.hpp"

#include <gtest/gtest.h>
#include <lmdb.h>

#include <cerrno>

namespace tocsin::storage {

namespace {

errc code(int x) {
  return lmdb_failure(x, "cannot commit", "/").code;
}

TEST(lmdb_failure, maps_each_code_to_what_it_means_for_us) {
  EXPECT_EQ(code(MDB_MAP_FULL), errc::storage_full);
  EXPECT_EQ(code(ENOSPC), errc::storage_full);
  EXPECT_EQ(code(EDQUOT), errc::storage_full);
  EXPECT_EQ(code(MDB_CORRUPTED), errc::storage_corrupt);
  EXPECT_EQ(code(MDB_PAGE_NOTFOUND), errc::storage_corrupt);
  EXPECT_EQ(code(MDB_INVALID), errc::storage_corrupt);
  EXPECT_EQ(code(MDB_VERSION_MISMATCH), errc::storage_too_new);
  EXPECT_EQ(code(MDB_READERS_FULL), errc::overloaded);
  EXPECT_EQ(code(MDB_BAD_TXN), errc::storage_io);
  EXPECT_EQ(code(EACCES), errc::storage_io);
}

TEST(lmdb_failure, takes_eio_for_a_full_disk_only_where_the_disk_is_full) {
  EXPECT_EQ(lmdb_failure(EIO, "cannot commit", "/nowhere").code, errc::storage_io);
  // A file system without blocks has none left.
  EXPECT_EQ(lmdb_failure(EIO, "cannot commit", "/proc").code, errc::storage_full);
}

TEST(lmdb_failure, says_what_failed_and_where) {
  EXPECT_EQ(lmdb_failure(ENOSPC, "cannot commit", "/x").detail,
            "cannot commit in /x: No space left on device");
}

} // namespace

} // namespace tocsin::storage
