#pragma once

#include "messages/commands.hpp"
#include "storage/commands/apply.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "storage/upkeep/verify.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace tocsin::storage {

/// The value of `x`; a failure ends the test with its detail.
template <class T>
T must(expected<T> x) {
  if (!x)
    throw std::runtime_error(std::string{to_string(x.error().code)} + ": " + x.error().detail);
  if constexpr (!std::is_void_v<T>)
    return std::move(*x);
}

/// The code of a failure; success ends the test.
template <class T>
errc code_of(const expected<T>& x) {
  if (x)
    throw std::runtime_error("succeeded where a failure was expected");
  return x.error().code;
}

/// An id that tests can recognise: `n` in its last bytes, `high` in its first.
ulid make_ulid(uint32_t n, uint8_t high = 1);

/// A customer.
inline const recipient_id acme{recipient_kind::customer, "acme"};

inline timestamp at_ms(int64_t ms) {
  return from_unix_ms(ms);
}

/// Where files live in memory, for tests that commit often and lose no power: an fsync costs
/// nothing there. The ordinary place for temporary files where the system has none.
std::filesystem::path directory_in_memory();

/// A storage in a directory of its own, empty at first.
class storage_test : public testing::Test {
protected:
  explicit storage_test(const std::filesystem::path& parent
                        = std::filesystem::temp_directory_path());

  /// Closes the storage and opens it again.
  void reopen();

  /// Applies one command in a transaction of its own; commits it if it succeeds.
  expected<command_result> apply_one(const command& x);

  /// As `apply_one` where the command must succeed.
  command_result apply_ok(const command& x) { return must(apply_one(x)); }

  /// Stores an admin, and a channel of it with the id `make_ulid(n, 200)`.
  recipient_id put_admin(const std::string& name);
  channel_id put_channel_of(const recipient_id& owner, uint32_t n);

  /// An event with one delivery through each of `channels`.
  accept_event make_event(uint32_t n, const std::vector<channel_id>& channels);

  /// An attempt at the delivery `event + place`.
  record_attempt make_attempt(const event_id& event, uint32_t place, uint16_t number,
                              const channel_id& channel, delivery_state next);

  /// Fails the test for every fault that `verify` finds.
  void expect_sound();

  read_transaction read() { return must(env_->read()); }

  temporary_directory directory_;
  environment::options options_;
  std::shared_ptr<environment> env_;
};

} // namespace tocsin::storage
