#include "storage/apply.hpp"

#include "storage/apply_steps.hpp"

#include <variant>

namespace tocsin::storage {

expected<command_result> apply(write_transaction& tx, const command& x) {
  return std::visit([&tx](const auto& step) { return apply_step(tx, step); }, x);
}

} // namespace tocsin::storage
