#include "storage/upkeep/open_environment.hpp"

#include "storage/upkeep/migration.hpp"

namespace tocsin::storage {

expected<std::shared_ptr<environment>> open_environment(const environment::options& options,
                                                        const fault_sink& on_unreadable) {
  return environment::open(options, [&on_unreadable](write_transaction& tx, uint32_t from) {
    return migrate(tx, from, on_unreadable);
  });
}

} // namespace tocsin::storage
