#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/dead_letter_repository.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "storage/repositories/event_type_repository.hpp"
#include "storage/repositories/hourly_counts.hpp"
#include "storage/repositories/pause_repository.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "storage/repositories/session_repository.hpp"
#include "storage/repositories/token_repository.hpp"
#include "storage/upkeep/prune_events.hpp"
#include "tests/support/soak.hpp"
#include "tests/unit/storage/command_source.hpp"
#include "tests/unit/storage/storage_fixture.hpp"
#include "tests/unit/storage/storage_model.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>

namespace tocsin::storage {

namespace {

/// Random commands go to the storage and to a model in memory: both must answer alike and end up
/// with the same content.
class model_test : public storage_test {
protected:
  model_test() : storage_test{directory_in_memory()} {}

  void expect_same_answer(const storage_model::answer& wanted,
                          const expected<command_result>& given, size_t step) {
    if (auto* code = std::get_if<errc>(&wanted)) {
      ASSERT_FALSE(given) << "step " << step;
      ASSERT_EQ(to_string(given.error().code), to_string(*code)) << "step " << step;
      return;
    }
    ASSERT_TRUE(given) << "step " << step << ": " << given.error().detail;
    auto key = [](const command_result& x) {
      return std::make_tuple(x.revision, x.affected, x.event, x.deliveries, x.duplicate,
                             x.disabled_owner);
    };
    ASSERT_EQ(key(*given), key(std::get<command_result>(wanted))) << "step " << step;
  }

  void expect_same_content() {
    auto tx = read();
    expect_same_events(tx);
    expect_same_deliveries(tx);
    expect_same_due(tx);
    expect_same_dead_letters(tx);
    expect_same_configuration(tx);
    expect_sound();
  }

  void expect_same_events(const transaction& tx) {
    ASSERT_EQ(must(tx.count(database::events)), model_.events.size());
    for (auto& [id, x] : model_.events) {
      auto y = must(event_repository{tx}.find(id)).value();
      ASSERT_EQ(y.value, x.value);
      ASSERT_EQ(y.accepted_at, x.accepted_at);
      ASSERT_EQ(y.deliveries, x.deliveries.size());
      ASSERT_EQ(y.unreached.size(), x.unreached.size());
      ASSERT_EQ(must(delivery_repository{tx}.of_event(y)).size(), x.deliveries.size());
      for (auto* key : {&x.idempotency_key, &x.value.id})
        if (!key->empty()) {
          ASSERT_EQ(must(event_repository{tx}.find_by_key(*key)).value().id, id);
        }
    }
  }

  void expect_same_deliveries(const transaction& tx) {
    ASSERT_EQ(must(tx.count(database::deliveries)), model_.deliveries.size());
    size_t attempts = 0;
    for (auto& [id, x] : model_.deliveries) {
      auto key = [](const delivery& d) {
        return std::tie(d.event, d.channel, d.recipient, d.destination, d.state, d.reason,
                        d.attempts, d.created_at, d.due_at, d.finished_at, d.last_code, d.last_text,
                        d.resent_at, d.note);
      };
      auto y = must(delivery_repository{tx}.find(id)).value();
      ASSERT_EQ(key(y), key(x.value)) << to_string(id);
      auto made = must(delivery_repository{tx}.attempts(id));
      ASSERT_EQ(made.size(), x.attempts.size());
      size_t place = 0;
      for (auto& [number, wanted] : x.attempts) {
        ASSERT_EQ(made[place].number, number);
        ASSERT_EQ(made[place].started_at, wanted.started_at);
        ASSERT_EQ(made[place++].result.text, wanted.result.text);
      }
      attempts += made.size();
    }
    ASSERT_EQ(must(tx.count(database::attempts)), attempts);
  }

  void expect_same_due(const transaction& tx) {
    due_repository due{tx};
    std::vector<channel_id> owing;
    for (uint32_t n = 0; n < 10; ++n) {
      channel_id id{make_ulid(n, 200)};
      auto wanted = model_.owed(id);
      if (!wanted.empty())
        owing.push_back(id);
      ASSERT_EQ(must(due.count_pending(id)), wanted.size());
      std::vector<due_entry> given;
      for (auto klass : {due_class::first_attempt, due_class::retry, due_class::attempting})
        for (auto& x : must(due.next(id, klass, timestamp::max(), 1 << 30)))
          given.push_back(x);
      ASSERT_EQ(given.size(), wanted.size());
      for (size_t i = 0; i < given.size(); ++i) {
        ASSERT_EQ(given[i].delivery, wanted[i]->id);
        ASSERT_EQ(given[i].due_at, wanted[i]->due_at);
      }
    }
    ASSERT_EQ(must(due.channels_with_due()), owing);
  }

  void expect_same_dead_letters(const transaction& tx) {
    dead_letter_repository dead{tx};
    auto wanted = model_.dead_letters();
    page_request request{250, ""};
    size_t place = 0;
    do {
      auto part = must(dead.list({}, dead_letter_order::oldest_first, request));
      for (auto& given : part.entries) {
        ASSERT_LT(place, wanted.size());
        auto& x = *wanted[place++];
        ASSERT_EQ(std::tie(given.delivery, given.channel, given.finished_at, given.code),
                  std::tie(x.id, x.channel, x.finished_at, x.last_code));
      }
      request.cursor = part.next_cursor;
    } while (!request.cursor.empty());
    ASSERT_EQ(place, wanted.size());
  }

  void expect_same_configuration(const transaction& tx) {
    auto channels = must(channel_repository{tx}.all());
    ASSERT_EQ(channels.size(), model_.channels.size());
    for (auto& y : channels) {
      auto& x = model_.channels.at(y.value.id);
      auto key = [](const channel& c) {
        return std::tie(c.owner, c.name, c.revision, c.triggers, c.updated_at, c.settings,
                        c.enabled, c.disabled_reason, c.delivery);
      };
      ASSERT_EQ(key(y.value), key(x.value));
      ASSERT_EQ(y.sealed_settings, x.sealed_settings);
      ASSERT_EQ(must(channel_repository{tx}.find_by_name(x.value.owner, x.value.name)), x.value.id);
    }
    recipient_repository recipients{tx};
    ASSERT_EQ(must(tx.count(database::recipients)), model_.recipients.size());
    for (auto& [id, x] : model_.recipients) {
      auto y = must(recipients.find(id)).value();
      ASSERT_EQ(y.display_name, x.display_name);
      ASSERT_EQ(y.revision, x.revision);
      if (id.kind == recipient_kind::customer && !x.display_name.empty()) {
        ASSERT_EQ(must(recipients.find_customer(x.display_name)).value().id, id);
      }
    }
    ASSERT_EQ(must(tx.count(database::preferences)), model_.preferences.size());
    for (auto& [id, x] : model_.preferences)
      ASSERT_EQ(must(recipients.find_preference(id)).value().services, x.services);
    ASSERT_EQ(must(tx.count(database::tokens)), model_.tokens.size());
    for (auto& [id, x] : model_.tokens) {
      auto y = must(token_repository{tx}.find_by_digest(x.digest)).value();
      ASSERT_EQ(y.id, id);
      ASSERT_EQ(y.last_used_at, x.last_used_at);
    }
    expect_same_access(tx);
    expect_same_counts(tx);
    auto pause = must(find_pause(tx));
    ASSERT_EQ(pause.has_value(), model_.pause.has_value());
    if (pause) {
      ASSERT_EQ(pause->until, model_.pause->until);
      ASSERT_EQ(pause->reason, model_.pause->reason);
    }
    ASSERT_EQ(must(tx.count(database::event_types)), model_.event_types.size());
    for (auto& x : must(event_type_repository{tx}.all())) {
      ASSERT_EQ(x.title, model_.event_types.at(x.name).title);
      ASSERT_EQ(x.revision, model_.event_types.at(x.name).revision);
      ASSERT_EQ(x.managed_by, model_.event_types.at(x.name).managed_by);
    }
  }

  void expect_same_counts(const transaction& tx) {
    auto given = must(read_counts(tx, at_ms(0)));
    ASSERT_EQ(given.size(), model_.counts.size());
    for (auto& x : given)
      ASSERT_EQ(x.counts, model_.counts.at(x.at)) << to_rfc3339(x.at);
  }

  void expect_same_access(const transaction& tx) {
    session_repository stored{tx};
    ASSERT_EQ(must(tx.count(database::passwords)), model_.passwords.size());
    for (auto& [name, x] : model_.passwords)
      ASSERT_EQ(must(stored.find_password(name)), x);
    ASSERT_EQ(must(tx.count(database::sessions)), model_.sessions.size());
    for (auto& [digest, x] : model_.sessions)
      ASSERT_EQ(must(stored.find(digest)), x);
    ASSERT_EQ(must(tx.count(database::portal_links)), model_.links.size());
    for (auto& [digest, x] : model_.links)
      ASSERT_EQ(must(stored.find_link(digest)), x);
  }

  /// Applies up to 64 commands in one transaction; one in ten is undone. The journal takes half of
  /// them, whatever they are.
  void run_batch(command_source& source, size_t& step) {
    auto tx = must(env_->write(source.below(2) == 0 ? commit_way::lmdb : commit_way::journal));
    auto is_undone = source.below(10) == 0;
    auto before = is_undone ? model_ : storage_model{};
    for (auto left = 1 + source.below(64); left > 0; --left) {
      auto x = source.next(model_);
      auto wanted = model_.apply(x);
      expect_same_answer(wanted, storage::apply(tx, x), step++);
      if (HasFatalFailure())
        return;
    }
    if (is_undone)
      model_ = std::move(before);
    else
      must(tx.commit());
  }

  void prune_both(timestamp now) {
    constexpr std::chrono::seconds kept_for{15};
    auto tx = must(env_->write());
    size_t events = 0;
    event_id from;
    for (;;) {
      auto result = must(prune_events(tx, now, kept_for, 50, from));
      events += result.events;
      if (!result.resume)
        break;
      from = *result.resume;
    }
    ASSERT_EQ(events, model_.prune(now - kept_for));
    must(tx.commit());
  }

  void run(uint64_t seed, size_t steps) {
    command_source source{seed};
    for (size_t step = 0, batch = 0; step < steps; ++batch) {
      run_batch(source, step);
      if (batch % 20 == 19)
        prune_both(source.now());
      if (batch % 50 == 49) {
        reopen();
        expect_same_content();
      }
      if (HasFatalFailure())
        return;
    }
    expect_same_content();
  }

  storage_model model_;
};

/// Other numbers of steps and another seed come from the environment.
size_t from_environment(const char* name, size_t otherwise) {
  auto* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST_F(model_test, random_commands_do_what_they_do_in_the_model) {
  auto seed = from_environment("TOCSIN_MODEL_SEED", 20260329);
  auto steps = from_environment("TOCSIN_MODEL_STEPS", quick_or_full(100'000, 1'000'000));
  RecordProperty("seed", std::to_string(seed));
  run(seed, steps);
}

} // namespace

} // namespace tocsin::storage
