#include "storage/engine/reader_table.hpp"

#include <lmdb.h>

#include <cstdio>

namespace tocsin::storage {

namespace {

/// Takes one line of LMDB's list of readers: process, thread, commit or `-`. The first is a
/// heading.
int take_reader(const char* line, void* out) {
  unsigned long long process = 0;
  unsigned long long transaction = 0;
  auto fields = std::sscanf(line, "%llu %*s %llu", &process, &transaction);
  if (fields < 1)
    return 0;
  reader_stats reader{process, std::nullopt};
  if (fields == 2)
    reader.transaction = transaction;
  static_cast<std::vector<reader_stats>*>(out)->push_back(reader);
  return 0;
}

} // namespace

std::vector<reader_stats> list_readers(MDB_env* env) {
  std::vector<reader_stats> result;
  mdb_reader_list(env, take_reader, &result);
  return result;
}

} // namespace tocsin::storage
