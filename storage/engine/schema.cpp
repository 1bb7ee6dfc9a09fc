#include "storage/engine/schema.hpp"

#include "messages/timestamp.hpp"
#include "storage/engine/codec.hpp"
#include "storage/engine/environment.hpp"
#include "storage/engine/environment_state.hpp"
#include "storage/engine/transaction.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <algorithm>
#include <string>

namespace tocsin::storage {

namespace {

constexpr std::string_view version_key = "schema_version";
constexpr std::string_view node_id_key = "node_id";

expected<void> open_database(environment_state& state, MDB_txn* txn, database db) {
  std::string name{to_string(db)};
  auto code = mdb_dbi_open(txn, name.c_str(), MDB_CREATE, &state.dbis[static_cast<size_t>(db)]);
  if (code != 0)
    return state.failed(code, fmt::format("cannot open the database {}", name));
  return {};
}

expected<void> write_version(write_transaction& tx) {
  char version[sizeof(schema_version)];
  store_big_endian(version, schema_version);
  return tx.put(database::meta, version_key, {version, sizeof(version)});
}

/// Writes what a new storage begins with.
expected<void> write_meta(write_transaction& tx) {
  if (auto put = write_version(tx); !put)
    return put;
  auto now = static_cast<uint64_t>(to_unix_ms(system_wall_clock()()));
  auto node_id = ulid_generator{}.next(now);
  return tx.put(database::meta, node_id_key, as_key(node_id));
}

/// The version of what is stored; that of a new storage is the newest.
expected<uint32_t> read_version(const environment_state& state, write_transaction& tx) {
  auto version = find_schema_version(tx);
  if (!version)
    return version.error();
  if (!*version) {
    if (auto put = write_meta(tx); !put)
      return put.error();
    return schema_version;
  }
  if (auto known = check_schema_version(**version, state.directory()); !known)
    return known.error();
  return **version;
}

} // namespace

expected<std::optional<uint32_t>> find_schema_version(const transaction& tx) {
  auto version = tx.find(database::meta, version_key);
  if (!version)
    return version.error();
  if (!*version)
    return std::optional<uint32_t>{};
  auto number = (*version)->size() == sizeof(schema_version)
                  ? load_big_endian<uint32_t>((*version)->data())
                  : 0;
  if (number == 0)
    return corrupt(database::meta, version_key, "is not a version");
  return std::optional{number};
}

expected<ulid> find_node_id(const transaction& tx) {
  auto node_id = tx.find(database::meta, node_id_key);
  if (!node_id)
    return node_id.error();
  ulid result;
  if (!*node_id || (*node_id)->size() != result.bytes.size())
    return corrupt(database::meta, node_id_key, "is not a node id");
  std::copy((*node_id)->begin(), (*node_id)->end(), result.bytes.begin());
  return result;
}

expected<void> check_schema_version(uint32_t version, const std::filesystem::path& directory) {
  if (version <= schema_version)
    return {};
  return fail(errc::storage_too_new,
              fmt::format("the storage in {} has version {}, this program knows versions up to {}",
                          directory.string(), version, schema_version));
}

expected<void> prepare_schema(const std::shared_ptr<environment_state>& state,
                              const migration& migrate) {
  MDB_txn* txn = nullptr;
  if (auto code = mdb_txn_begin(state->env(), nullptr, 0, &txn); code != 0)
    return state->failed(code, "cannot begin to write");
  state->begin_writing();
  write_transaction tx{state, txn};
  // Before anything else is made: a newer version may have given the databases another meaning.
  if (auto opened = open_database(*state, txn, database::meta); !opened)
    return opened;
  auto version = read_version(*state, tx);
  if (!version)
    return version.error();
  for (size_t i = 0; i < database_count; ++i)
    if (auto opened = open_database(*state, txn, static_cast<database>(i)); !opened)
      return opened;
  if (auto repeated = repeat_lost_changes(*state, txn, tx); !repeated)
    return repeated;
  if (*version < schema_version) {
    if (auto migrated = migrate(tx, *version); !migrated)
      return migrated;
    if (auto put = write_version(tx); !put)
      return put;
  }
  if (auto node_id = find_node_id(tx); !node_id)
    return node_id.error();
  return tx.commit();
}

expected<void> probe_disk(environment& env) {
  auto tx = env.write();
  if (!tx)
    return tx.error();
  if (auto put = write_version(*tx); !put)
    return put;
  return tx->commit();
}

} // namespace tocsin::storage
