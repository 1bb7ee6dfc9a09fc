#pragma once

#include "messages/commands.hpp"
#include "tests/unit/storage/storage_model.hpp"

#include <random>

namespace tocsin::storage {

/// Makes commands at random, the same for the same seed. Names, keys and ids come out of small
/// pools, so that they meet again, and out of the model, so that many commands make sense.
class command_source {
public:
  explicit command_source(uint64_t seed) : random_(seed) {}

  command next(const storage_model& model);

  /// A number from 0 to `end - 1`.
  uint32_t below(uint32_t end) { return static_cast<uint32_t>(random_() % end); }

  /// The instant of the last command; it mostly rises.
  timestamp now() const { return now_; }

private:
  accept_event make_event(const storage_model& model);
  record_attempt make_attempt(const storage_model& model);
  command make_move(const storage_model& model);
  put_channel make_channel(const storage_model& model);
  put_recipient make_recipient(const storage_model& model);
  put_preference make_preference(const storage_model& model);
  command make_rare(const storage_model& model);
  put_event_type make_event_type(const storage_model& model);
  std::string any_event_type();
  sha256_digest any_digest();
  session make_session();
  put_token make_token();

  recipient_id any_recipient();
  channel_id any_channel();
  std::optional<uint64_t> any_revision();
  std::string any_key();

  std::mt19937_64 random_;
  timestamp now_{std::chrono::milliseconds{1000}};
  uint32_t next_event_ = 1;
};

} // namespace tocsin::storage
