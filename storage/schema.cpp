#include "storage/schema.hpp"

#include "messages/timestamp.hpp"
#include "storage/codec.hpp"
#include "storage/environment_state.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace tocsin::storage {

namespace {

constexpr std::string_view version_key = "schema_version";
constexpr std::string_view node_id_key = "node_id";

/// The one transaction of `prepare_schema`. It works below `write_transaction`, whose databases it
/// opens.
class schema_transaction {
public:
  explicit schema_transaction(environment_state& state) : state_(state) {}

  ~schema_transaction() {
    if (txn_ != nullptr)
      mdb_txn_abort(txn_);
  }

  schema_transaction(const schema_transaction&) = delete;
  schema_transaction& operator=(const schema_transaction&) = delete;

  int begin() { return mdb_txn_begin(state_.env(), nullptr, 0, &txn_); }

  int commit() { return mdb_txn_commit(std::exchange(txn_, nullptr)); }

  int open(database db) {
    std::string name{to_string(db)};
    return mdb_dbi_open(txn_, name.c_str(), MDB_CREATE, &state_.dbis[static_cast<size_t>(db)]);
  }

  std::optional<byte_view> find_meta(std::string_view name) {
    MDB_val key{name.size(), const_cast<char*>(name.data())};
    MDB_val value{};
    if (mdb_get(txn_, state_.dbi(database::meta), &key, &value) != 0)
      return std::nullopt;
    return byte_view{static_cast<const char*>(value.mv_data), value.mv_size};
  }

  int put_meta(std::string_view name, byte_view content) {
    MDB_val key{name.size(), const_cast<char*>(name.data())};
    MDB_val value{content.size(), const_cast<char*>(content.data())};
    return mdb_put(txn_, state_.dbi(database::meta), &key, &value, 0);
  }

private:
  environment_state& state_;
  MDB_txn* txn_ = nullptr;
};

int write_version(schema_transaction& tx) {
  char version[sizeof(schema_version)];
  store_big_endian(version, schema_version);
  return tx.put_meta(version_key, {version, sizeof(version)});
}

/// Writes what a new storage begins with.
int write_meta(schema_transaction& tx) {
  if (auto code = write_version(tx); code != 0)
    return code;
  auto now = static_cast<uint64_t>(to_unix_ms(system_wall_clock()()));
  auto node_id = ulid_generator{}.next(now);
  return tx.put_meta(node_id_key, as_key(node_id));
}

expected<void> check_meta(environment_state& state, schema_transaction& tx) {
  auto version = tx.find_meta(version_key);
  if (!version) {
    if (auto code = write_meta(tx); code != 0)
      return state.failed(code, "cannot set up the storage");
    version = tx.find_meta(version_key);
  }
  if (!version || version->size() != sizeof(schema_version))
    return corrupt(database::meta, version_key, "is not a version");
  auto number = load_big_endian<uint32_t>(version->data());
  if (number > schema_version)
    return fail(
      errc::storage_too_new,
      fmt::format("the storage in {} has version {}, this program knows versions up to {}",
                  state.directory().string(), number, schema_version));
  if (number == 0)
    return corrupt(database::meta, version_key, "is not a version");
  // Version 2 gave channels and deliveries more fields at the end; records of version 1 are read as
  // they are and written anew when they change.
  if (number < schema_version)
    if (auto code = write_version(tx); code != 0)
      return state.failed(code, "cannot migrate the storage");
  auto node_id = tx.find_meta(node_id_key);
  if (!node_id || node_id->size() != state.node_id.bytes.size())
    return corrupt(database::meta, node_id_key, "is not a node id");
  std::copy(node_id->begin(), node_id->end(), state.node_id.bytes.begin());
  return {};
}

} // namespace

expected<void> prepare_schema(environment_state& state) {
  schema_transaction tx{state};
  if (auto code = tx.begin(); code != 0)
    return state.failed(code, "cannot begin to write");
  // Before anything else is made: a newer version may have given the databases another meaning.
  if (auto code = tx.open(database::meta); code != 0)
    return state.failed(code, "cannot open the database meta");
  if (auto checked = check_meta(state, tx); !checked)
    return checked;
  for (size_t i = 0; i < database_count; ++i) {
    auto db = static_cast<database>(i);
    if (auto code = tx.open(db); code != 0)
      return state.failed(code, fmt::format("cannot open the database {}", to_string(db)));
  }
  if (auto code = tx.commit(); code != 0)
    return state.failed(code, "cannot commit");
  return {};
}

} // namespace tocsin::storage
