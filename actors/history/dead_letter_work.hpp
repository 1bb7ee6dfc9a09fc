#pragma once

#include "actors/history/history_options.hpp"
#include "messages/protocol/dead_letters.hpp"
#include "policy/replay.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// One request to replay or to discard, on its way through the dead letters that it is about: a
/// batch is read, its commands go to the ledger together and share a commit, and so on until all
/// are done or the request has had its share. Lives as long as the ledger owes it an answer.
class dead_letter_work : public std::enable_shared_from_this<dead_letter_work> {
public:
  using promise_type = caf::typed_response_promise<dead_letters_done>;
  /// Makes the command for a dead letter; `due_at` is of use to replays.
  using command_maker = std::function<command(const delivery_id& id, timestamp due_at)>;

  dead_letter_work(dead_letters_actor::pointer self, const history_options& options,
                   dead_letter_choice choice, author by, command_maker make_command,
                   promise_type promise);

  /// Spreads what is done over time. Before `begin`.
  void set_pace(uint32_t per_minute) { per_minute_ = per_minute; }

  void begin();

private:
  /// A part of what was chosen, with the place where the next one begins.
  struct batch {
    std::vector<dead_letter_view> letters;
    std::string next;
    bool is_last = false;
    /// How many were passed over as nobody can read them.
    size_t unreadable = 0;
  };

  void go_on();
  expected<batch> read_batch();
  expected<batch> read_named(const storage::transaction& tx);
  expected<void> read_cursor();
  std::string to_cursor() const;
  void count(const dead_letter_view& x);
  timestamp next_due();
  void send(batch x);
  void on_answer(const dead_letter_view& x, const expected<void>& answer);
  void pass(batch& x);
  void refuse(const delivery_id& id, const failure& why);
  bool has_had_its_share() const;
  void finish();

  dead_letters_actor::pointer self_;
  const history_options& options_;
  dead_letter_choice choice_;
  author by_;
  command_maker make_command_;
  promise_type promise_;
  std::optional<uint32_t> per_minute_;
  std::optional<policy::replay_pace> pace_;
  timestamp began_at_{};
  dead_letters_done done_;
  /// Where the next batch of a selection begins: a cursor of the index.
  std::string position_;
  /// Where the next batch of named ids begins.
  size_t next_id_ = 0;
  size_t batches_ = 0;
  bool is_complete_ = false;
  /// Of the batch that is at the ledger.
  batch current_;
  size_t unanswered_ = 0;
};

} // namespace tocsin
