#include "storage/commands/apply_steps.hpp"
#include "storage/records/pause_record.hpp"

#include <fmt/format.h>

namespace tocsin::storage {

namespace {

expected<void> check_end(const delivery_pause& x) {
  auto refuse = [](std::string why) {
    return fail(errc::invalid_argument, "the pause has no valid end",
                {{"/until", "out_of_range", std::move(why)}});
  };
  if (x.until <= x.since)
    return refuse("'until' must lie in the future");
  if (x.until - x.since > longest_pause)
    return refuse(fmt::format("'until' may lie at most {} days ahead", longest_pause.count() / 24));
  return {};
}

} // namespace

expected<command_result> apply_step(write_transaction& tx, const put_pause& x) {
  if (auto ok = check_end(x.value); !ok)
    return ok.error();
  if (auto ok = check_reason(x.value.reason); !ok)
    return ok.error();
  if (auto put = tx.put(database::meta, pause_key, encode_pause(tx.scratch(), x.value)); !put)
    return put.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const remove_pause&) {
  auto erased = tx.erase(database::meta, pause_key);
  if (!erased)
    return erased.error();
  return result_of(*erased ? 1 : 0);
}

} // namespace tocsin::storage
