#include "policy/event_rules.hpp"

#include "messages/event_catalogue.hpp"
#include "messages/own_event.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace tocsin::policy {

namespace {

constexpr size_t max_idempotency_key_bytes = 200;

/// Of the known types a fault names this many: more than are always there, and few enough to read.
constexpr size_t max_types_named = 20;

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string known_types() {
  std::string result;
  size_t count = 0;
  for (auto& type : event_catalogue()) {
    if (is_own_event(type.name) || ++count > max_types_named)
      continue;
    result += result.empty() ? "" : ", ";
    result += type.name;
  }
  if (count > max_types_named)
    result += fmt::format(" and {} more", count - max_types_named);
  return result;
}

/// Gathers the faults of one event.
class examination {
public:
  explicit examination(std::string_view pointer_prefix) : prefix_(pointer_prefix) {}

  /// `detail` makes the words, only where they are needed.
  template <class Detail>
  void require(bool good, std::string_view field, std::string_view code, Detail detail) {
    if (!good)
      errors_.push_back({fmt::format("{}/{}", prefix_, field), std::string{code}, detail()});
  }

  void require_at_most(size_t limit, std::string_view text, std::string_view field) {
    require(text.size() <= limit, field, "too_long", [&] {
      return fmt::format("'{}' must be at most {} bytes, not {}", field, limit, text.size());
    });
  }

  std::vector<field_error> result() && { return std::move(errors_); }

private:
  std::string_view prefix_;
  std::vector<field_error> errors_;
};

} // namespace

std::vector<field_error> admit_event(event& x, timestamp now, std::string_view pointer_prefix) {
  x.id = clean_text(std::move(x.id));
  x.type = clean_line(std::move(x.type));
  x.service = clean_line(std::move(x.service));
  x.customer = clean_line(std::move(x.customer));
  x.timestamp = clean_text(std::move(x.timestamp));
  x.message = repair_text(std::move(x.message));
  if (x.timestamp.empty())
    x.timestamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
  examination exam{pointer_prefix};
  auto type = find_event_type(x.type);
  auto is_sent_by_panels = type && type->name != test_event_type;
  exam.require(is_sent_by_panels || is_own_event(x.type), "event", "unknown_event_type", [&] {
    return fmt::format("'{}' is not a known event type; the known ones are {}",
                       x.type.substr(0, 64), known_types());
  });
  exam.require(!is_own_event(x.type), "event", "reserved", [] {
    return fmt::format("events that begin with '{}' are sent by the service itself",
                       own_event_prefix);
  });
  exam.require(!is_blank(x.message), "message", "required",
               [] { return "'message' must not be empty"; });
  exam.require(parse_rfc3339(x.timestamp).has_value(), "timestamp", "wrong_format", [&] {
    return fmt::format("'timestamp' must be an RFC 3339 date-time such as 2026-03-29T14:30:00Z, "
                       "not '{}'",
                       x.timestamp.substr(0, 64));
  });
  exam.require(is_printable_ascii(x.id), "id", "wrong_format",
               [] { return "'id' must be printable ASCII characters without spaces"; });
  exam.require_at_most(max_id_bytes, x.id, "id");
  exam.require_at_most(max_name_bytes, x.service, "service");
  exam.require_at_most(max_name_bytes, x.customer, "customer");
  exam.require_at_most(max_message_bytes, x.message, "message");
  exam.require_at_most(max_details_bytes, x.details, "details");
  return std::move(exam).result();
}

failure invalid_event(std::vector<field_error> faults) {
  auto unknown_type = std::any_of(faults.begin(), faults.end(), [](auto& x) {
    return x.code == to_string(errc::unknown_event_type);
  });
  auto code = unknown_type ? errc::unknown_event_type : errc::invalid_argument;
  return fail(code, "the event is not valid", std::move(faults));
}

bool is_idempotency_key(std::string_view key) {
  return !key.empty() && key.size() <= max_idempotency_key_bytes
         && std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

} // namespace tocsin::policy
