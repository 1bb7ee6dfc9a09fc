#include "app/bench/limits/record_log.hpp"

#include "storage/engine/lmdb_failure.hpp"

#include <array>

namespace tocsin::bench {

namespace {

/// As the service's environment: durable commits, and readers that are not bound to a thread.
constexpr unsigned environment_flags = MDB_NOTLS;

/// Address space only, and the service's own limit; the file is as large as its records.
constexpr size_t map_bytes = size_t{64} << 30;

/// As wide as the ids that the service keeps events by.
using record_key = std::array<unsigned char, 16>;

record_key key_of(uint64_t number) {
  record_key result{};
  for (auto i = result.size(); number > 0; number >>= 8)
    result[--i] = static_cast<unsigned char>(number);
  return result;
}

MDB_val value_of(std::string_view x) {
  // LMDB only reads what it is given to put, though its type does not say so.
  return {x.size(), const_cast<char*>(x.data())};
}

} // namespace

expected<record_log> record_log::open(const std::filesystem::path& directory) {
  auto failed = [&](int code) {
    return storage::lmdb_failure(code, "cannot open the log of records", directory);
  };
  MDB_env* env = nullptr;
  if (auto code = mdb_env_create(&env); code != 0)
    return failed(code);
  record_log result{directory, env};
  mdb_env_set_mapsize(env, map_bytes);
  if (auto code = mdb_env_open(env, directory.c_str(), environment_flags, 0600); code != 0)
    return failed(code);
  MDB_txn* txn = nullptr;
  if (auto code = mdb_txn_begin(env, nullptr, 0, &txn); code != 0)
    return failed(code);
  if (auto code = mdb_dbi_open(txn, nullptr, 0, &result.records_); code != 0) {
    mdb_txn_abort(txn);
    return failed(code);
  }
  if (auto code = mdb_txn_commit(txn); code != 0)
    return failed(code);
  return result;
}

expected<void> record_log::append(std::span<const std::string_view> records) {
  MDB_txn* txn = nullptr;
  auto next = next_;
  auto code = mdb_txn_begin(env_.get(), nullptr, 0, &txn);
  for (auto i = records.begin(); code == 0 && i != records.end(); ++i) {
    auto bytes = key_of(next++);
    MDB_val key{bytes.size(), bytes.data()};
    auto value = value_of(*i);
    code = mdb_put(txn, records_, &key, &value, MDB_APPEND);
  }
  if (code == 0)
    code = mdb_txn_commit(txn);
  else if (txn)
    mdb_txn_abort(txn);
  if (code != 0)
    return storage::lmdb_failure(code, "cannot commit records", directory_);
  next_ = next;
  return {};
}

uint64_t record_log::size() const {
  MDB_stat stat{};
  mdb_env_stat(env_.get(), &stat);
  return stat.ms_entries;
}

unsigned record_log::flags() const {
  unsigned result = 0;
  mdb_env_get_flags(env_.get(), &result);
  return result;
}

} // namespace tocsin::bench
