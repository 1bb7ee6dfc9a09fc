#include "storage/commands/earlier_acceptance.hpp"

#include "policy/idempotency_key.hpp"
#include "storage/records/event_key.hpp"
#include "storage/repositories/event_repository.hpp"

#include <fmt/format.h>

#include <string_view>

namespace tocsin::storage {

namespace {

/// The time stamp is left out: ingress fills it in again where the sender gave none.
bool is_same_event(const event& x, const event& y) {
  return x.type == y.type && x.service == y.service && x.customer == y.customer
         && x.message == y.message && x.details == y.details;
}

expected<void> check_key(std::string_view key, const char* pointer) {
  if (key.size() <= max_event_key_bytes)
    return {};
  return fail(errc::invalid_argument, "the event is not valid",
              {{pointer, "too_long", fmt::format("at most {} bytes", max_event_key_bytes)}});
}

/// Looks for the event that was accepted before under the names of another one.
class name_search {
public:
  name_search(const transaction& tx, const accept_event& x) : tx_(tx), x_(x) {}

  expected<std::optional<command_result>> run() const {
    if (auto ok = check_keys(); !ok)
      return ok.error();
    if (auto free = check_rivals(); !free)
      return free.error();
    auto known = find_known();
    if (!known)
      return known.error();
    if (!*known)
      return std::optional<command_result>{};
    auto again = answer_again(**known);
    if (!again)
      return again.error();
    return std::optional{std::move(*again)};
  }

private:
  expected<void> check_keys() const {
    if (auto ok = check_key(x_.idempotency_key, "/idempotency_key"); !ok)
      return ok;
    return check_key(x_.value.id, "/id");
  }

  /// Errors: idempotency_conflict, if the sender's key was used for a request of another length.
  expected<void> check_rivals() const {
    for (auto& key : policy::rival_keys(x_.idempotency_key)) {
      auto taken = find_event_id(tx_, key);
      if (!taken)
        return taken.error();
      if (*taken)
        return fail(errc::idempotency_conflict,
                    "the idempotency key was used for another number of events");
    }
    return {};
  }

  /// The event that the sender's id names: one it was given to, or one whose own id it is, as the
  /// receipt of an event without a sender's id shows it.
  expected<std::optional<accepted_event>> find_by_id(const event_repository& events) const {
    auto named = events.find_by_key(x_.value.id);
    if (!named || *named)
      return named;
    auto own = event_id::parse(x_.value.id);
    return own ? events.find(*own) : named;
  }

  /// The event that was accepted before under the key or the sender's id of this one.
  expected<std::optional<accepted_event>> find_known() const {
    event_repository events{tx_};
    auto by_key = events.find_by_key(x_.idempotency_key);
    if (!by_key || x_.value.id == x_.idempotency_key)
      return by_key;
    auto by_id = find_by_id(events);
    if (!by_id || !*by_key)
      return by_id;
    if (*by_id && (*by_id)->id != (*by_key)->id)
      return fail(
        errc::idempotency_conflict,
        fmt::format("the id '{}' and the idempotency key belong to two events", x_.value.id));
    return by_key;
  }

  /// Whether `known` can be found by the sender's id, where there is one.
  bool is_found_by_id(const accepted_event& known) const {
    auto& id = x_.value.id;
    if (id.empty() || id == known.value.id)
      return true;
    return known.value.id.empty() && event_id::parse(id) == known.id;
  }

  expected<command_result> answer_again(const accepted_event& known) const {
    if (!is_same_event(known.value, x_.value) || !is_found_by_id(known))
      return fail(errc::idempotency_conflict,
                  fmt::format("the event {} was accepted under this id or idempotency key and is "
                              "a different one",
                              public_id(known)));
    command_result result;
    result.event = known.id;
    result.deliveries = known.deliveries;
    result.duplicate = true;
    return result;
  }

  const transaction& tx_;
  const accept_event& x_;
};

} // namespace

expected<std::optional<command_result>> find_earlier_acceptance(const transaction& tx,
                                                                const accept_event& x) {
  return name_search{tx, x}.run();
}

} // namespace tocsin::storage
