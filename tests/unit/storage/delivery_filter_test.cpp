#include "storage/repositories/delivery_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

/// The instant of the ids that `id_at` makes, and this many milliseconds later.
constexpr int64_t first_ms = 1'000'000;

ulid id_at(int64_t ms) {
  ulid result;
  for (size_t i = 0; i < 6; ++i)
    result.bytes[i] = static_cast<uint8_t>(ms >> (8 * (5 - i)));
  return result;
}

class delivery_filter_test : public storage_test {
protected:
  delivery_filter_test() { channel_ = put_channel_of(put_admin("ops"), 1); }

  /// An event that was accepted this many milliseconds after `first_ms`, with one delivery.
  delivery_id accept(int64_t after, event value) {
    auto x = make_event(1, {channel_});
    x.id = event_id{id_at(first_ms + after)};
    x.value = std::move(value);
    x.value.type = "deploy.failure";
    apply_ok(x);
    return delivery_id{x.id.plus(1)};
  }

  static event about(const std::string& service, const std::string& customer,
                     const std::string& message) {
    event result;
    result.service = service;
    result.customer = customer;
    result.message = message;
    return result;
  }

  void end(const delivery_id& id, outcome_class kind, const std::string& code) {
    record_attempt x;
    x.value = {id, 1, at_ms(5000), {}, {kind, attempt_stage::accepted, {}, code, "text"}};
    x.channel = channel_;
    x.next = delivery_state::dead_letter;
    apply_ok(x);
  }

  std::vector<delivery_id> ids(const delivery_filter& filter) {
    std::vector<delivery_id> result;
    auto tx = read();
    for (auto& x : must(delivery_repository{tx}.list(filter, {50, ""})).entries)
      result.push_back(x.id);
    return result;
  }

  using list = std::vector<delivery_id>;

  channel_id channel_;
};

TEST_F(delivery_filter_test, goes_by_what_the_event_says) {
  auto a = accept(0, about("shop", "acme", "It is broken"));
  auto b = accept(1, about("blog", "Acme Corp", "The SHOP is gone"));
  auto c = accept(2, about("blog", "other", "fine"));
  EXPECT_EQ(ids({.service = "blog"}), (list{c, b}));
  EXPECT_EQ(ids({.customers = {"acme", "Acme Corp"}}), (list{b, a}));
  EXPECT_EQ(ids({.text = "shop"}), (list{b, a}));
  EXPECT_EQ(ids({.text = "is BROKEN"}), list{a});
  EXPECT_EQ(ids({.service = "shop", .text = "gone"}), list{});
}

TEST_F(delivery_filter_test, goes_by_what_became_of_the_last_attempt) {
  auto a = accept(0, {});
  auto b = accept(1, {});
  auto c = accept(2, {});
  accept(3, {});
  end(a, outcome_class::rejected, "404 no_service");
  end(b, outcome_class::ambiguous, "interrupted");
  end(c, outcome_class::rejected, "4040");
  EXPECT_EQ(ids({.outcome = outcome_class::rejected}), (list{c, a}));
  EXPECT_EQ(ids({.code = "404"}), list{a});
  EXPECT_EQ(ids({.code = "404 no_service"}), list{a});
  EXPECT_EQ(ids({.outcome = outcome_class::ambiguous, .code = "404"}), list{});
}

TEST_F(delivery_filter_test, goes_by_whom_it_is_for) {
  auto a = accept(0, about("shop", "acme", "It is broken"));
  recipient_id ops{recipient_kind::admin, "ops"};
  recipient_id acme{recipient_kind::customer, "acme"};
  EXPECT_EQ(ids({.recipient = ops}), list{a});
  EXPECT_EQ(ids({.recipient = acme}), list{});
  EXPECT_EQ(ids({.customers = {"acme"}, .recipient = acme}), list{});
}

TEST_F(delivery_filter_test, goes_by_the_time_of_acceptance) {
  auto a = accept(0, {});
  auto b = accept(1000, {});
  auto c = accept(2000, {});
  auto after = [](int64_t ms) { return at_ms(first_ms + ms); };
  EXPECT_EQ(ids({.since = after(1000)}), (list{c, b}));
  EXPECT_EQ(ids({.until = after(1000)}), list{a});
  EXPECT_EQ(ids({.since = after(1), .until = after(2000)}), list{b});
  EXPECT_EQ(ids({.until = at_ms(-5)}), list{});
  EXPECT_EQ(ids({.since = timestamp::max()}), list{});
  EXPECT_EQ(ids({.since = at_ms(-5), .until = timestamp::max()}), (list{c, b, a}));
}

TEST_F(delivery_filter_test, pages_within_the_time_that_is_asked_for) {
  for (int64_t i = 0; i < 10; ++i)
    accept(i * 1000, {});
  delivery_filter filter{.since = at_ms(first_ms + 2000), .until = at_ms(first_ms + 8000)};
  page_request request{1, ""};
  auto tx = read();
  size_t seen = 0;
  do {
    auto part = must(delivery_repository{tx}.list(filter, request, 2));
    seen += part.entries.size();
    request.cursor = part.next_cursor;
  } while (!request.cursor.empty());
  EXPECT_EQ(seen, 6u);
}

} // namespace

} // namespace tocsin::storage
