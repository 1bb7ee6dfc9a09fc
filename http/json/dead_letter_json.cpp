#include "http/json/dead_letter_json.hpp"

#include "http/json/delivery_json.hpp"
#include "http/json/instant_json.hpp"
#include "http/json/object_reader.hpp"
#include "messages/custom_event_type.hpp"
#include "messages/delivery_pause.hpp"
#include "messages/field_errors.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

namespace tocsin::http {

namespace {

constexpr int64_t most_per_minute = 60'000;

/// Reads the ids of deliveries.
void read_ids(object_reader& in, dead_letter_choice& choice, std::vector<field_error>& errors) {
  auto texts = in.texts("ids");
  if (!texts)
    return;
  if (texts->empty() || texts->size() > dead_letter_choice::most_ids)
    return in.complain("ids", texts->empty() ? "required" : "too_many",
                       fmt::format("'ids' takes 1 to {} ids", dead_letter_choice::most_ids));
  for (size_t i = 0; i < texts->size() && !is_full(errors); ++i) {
    if (auto id = delivery_id::parse((*texts)[i]))
      choice.ids.push_back(*id);
    else
      errors.push_back({fmt::format("/ids/{}", i), "invalid", "this is not the id of a delivery"});
  }
}

std::optional<timestamp> read_instant(object_reader& in, std::string_view key) {
  auto text = in.text(key);
  if (!text)
    return std::nullopt;
  auto result = parse_rfc3339(*text);
  if (!result)
    in.complain(key, "invalid",
                fmt::format("'{}' must be an RFC 3339 time such as 2026-03-29T14:30:00Z", key));
  return result;
}

void read_selection(object_reader& in, dead_letter_selection& out) {
  if (auto text = in.text("channel")) {
    out.channel = channel_id::parse(*text);
    if (!out.channel)
      in.complain("channel", "invalid", "'channel' must be a channel's id");
  }
  out.code = in.text("code");
  // Taken as "any", an empty text would widen the selection without a word.
  out.event_type = in.word("event_type").value_or("");
  // Dead letters outlive their event type.
  if (!out.event_type.empty() && !is_event_type_name(out.event_type))
    in.complain("event_type", std::string{to_string(errc::unknown_event_type)},
                fmt::format("'{}' is not the name of an event type", out.event_type));
  out.customer = in.word("customer").value_or("");
  out.since = read_instant(in, "since");
  out.until = read_instant(in, "until");
}

/// Reads which dead letters are meant. Naming none of them does not mean all.
void read_choice(object_reader& in, dead_letter_choice& out, std::vector<field_error>& errors) {
  auto had_errors = errors.size();
  auto has_ids = in.has("ids");
  read_ids(in, out, errors);
  read_selection(in, out.selection);
  out.cursor = in.text("cursor").value_or("");
  out.dry_run = in.boolean("dry_run").value_or(false);
  if (errors.size() > had_errors)
    return;
  auto selects = !out.selection.lets_all_through();
  if (has_ids && (selects || !out.cursor.empty()))
    in.complain("ids", "not_supported", "'ids' cannot be combined with a selection or a cursor");
  else if (!has_ids && !selects)
    in.complain(
      "ids", "required",
      "say which ones: 'ids', or one of 'channel', 'code', 'event_type', 'customer', 'since' "
      "and 'until'");
}

} // namespace

void write_dead_letter(json_writer& out, const dead_letter_view& x) {
  out.begin_object();
  write_members(out, x.value.value, x.value.carried);
  out.member("may_duplicate", x.may_duplicate).end_object();
}

void write_dead_letter_group(json_writer& out, const dead_letter_summary& x) {
  out.begin_object()
    .member("channel", to_string(x.channel))
    .member("code", x.code)
    .member("count", x.count)
    .member("oldest", to_rfc3339(x.oldest))
    .member("newest", to_rfc3339(x.newest))
    .member("sample", to_string(x.sample))
    .text_or_null("sample_text", x.sample_text)
    .end_object();
}

std::string to_json(const dead_letters_done& x, std::string_view moved, bool is_dry_run) {
  json_writer out;
  out.begin_object()
    .member("dry_run", is_dry_run)
    .member("matched", x.matched)
    .member(moved, x.moved)
    .member("skipped", x.skipped)
    .member("may_duplicate", x.may_duplicate);
  write_instant(out, "first_due_at", x.first_due_at);
  write_instant(out, "last_due_at", x.last_due_at);
  out.key("refused").begin_array();
  for (auto& each : x.refused)
    out.begin_object()
      .member("id", to_string(each.id))
      .member("code", to_string(each.why.code))
      .member("detail", clean_text(each.why.detail))
      .end_object();
  out.end_array().text_or_null("next_cursor", x.next_cursor);
  out.member("has_more", !x.next_cursor.empty()).key("stopped_by");
  if (!x.stopped_by)
    return out.null().end_object().take();
  return out.begin_object()
    .member("code", to_string(x.stopped_by->code))
    .member("detail", clean_text(x.stopped_by->detail))
    .end_object()
    .end_object()
    .take();
}

expected<replay_chosen> decode_replay(const boost::json::object& object) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  replay_chosen result;
  read_choice(in, result.choice, errors);
  result.per_minute = static_cast<uint32_t>(
    in.integer("per_minute", 1, most_per_minute).value_or(replay_chosen::default_per_minute));
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the replay", std::move(errors));
  return result;
}

expected<discard_chosen> decode_discard(const boost::json::object& object) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  discard_chosen result;
  read_choice(in, result.choice, errors);
  result.reason = clean_line(in.required_text("reason"));
  auto is_missing = is_blank(result.reason);
  if (in.has("reason") && (is_missing || result.reason.size() > max_reason_bytes))
    in.complain("reason", is_missing ? "required" : "too_long",
                fmt::format("'reason' takes 1 to {} bytes", max_reason_bytes));
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the discard", std::move(errors));
  return result;
}

} // namespace tocsin::http
