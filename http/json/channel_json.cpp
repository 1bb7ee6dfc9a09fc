#include "http/json/channel_json.hpp"

#include "http/json/mask.hpp"
#include "http/json/member_text.hpp"
#include "http/json/object_reader.hpp"
#include "http/json/patched.hpp"
#include "http/json/recipient_json.hpp"
#include "http/json/trigger_json.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <array>

namespace tocsin::http {

namespace json = boost::json;

namespace {

constexpr std::string_view read_only_channel_keys
  = "id disabled_reason secrets target managed_by revision created_at updated_at";

constexpr std::array<std::string_view, 7> read_only_in_channel_patch{
  "id", "disabled_reason", "secrets", "target", "managed_by", "created_at", "updated_at"};

void write_secrets(json_writer& out, const std::vector<secret_hint>& secrets) {
  out.key("secrets").begin_object();
  for (auto& x : secrets)
    out.key(x.field)
      .begin_object()
      .member("configured", true)
      .text_or_null("hint", x.hint)
      .end_object();
  out.end_object();
}

channel_filters read_filters(object_reader& channel, std::vector<field_error>& errors) {
  auto found = channel.object("filters");
  if (found == nullptr)
    return {};
  object_reader in{*found, channel.pointer_to("filters"), errors};
  channel_filters result{in.read_selection("customers"), in.read_selection("services")};
  in.refuse_others();
  return result;
}

/// The bounds are those of the service's own settings `delivery.*`.
delivery_policy read_delivery_policy(object_reader& channel, std::vector<field_error>& errors) {
  auto found = channel.object("delivery");
  if (found == nullptr)
    return {};
  object_reader in{*found, channel.pointer_to("delivery"), errors};
  auto seconds = [&in](std::string_view key, int64_t days) {
    std::optional<std::chrono::milliseconds> result;
    if (auto x = in.integer(key, 1, days * 86'400))
      result = std::chrono::seconds{*x};
    return result;
  };
  delivery_policy result{seconds("first_retry_seconds", 1), seconds("max_retry_seconds", 7),
                         seconds("give_up_seconds", 90)};
  if (auto text = in.text("on_ambiguous")) {
    if (auto known = parse_ambiguous_policy(*text))
      result.on_ambiguous = *known;
    else
      in.complain("on_ambiguous", "invalid", "'on_ambiguous' must be retry or dead_letter");
  }
  in.refuse_others();
  return result;
}

void write_delivery_policy(json_writer& out, const delivery_policy& x) {
  auto seconds = [&out](std::string_view key, std::optional<std::chrono::milliseconds> value) {
    if (value)
      out.member(key, std::chrono::ceil<std::chrono::seconds>(*value).count());
    else
      out.key(key).null();
  };
  out.key("delivery").begin_object();
  seconds("first_retry_seconds", x.first_retry);
  seconds("max_retry_seconds", x.max_retry);
  seconds("give_up_seconds", x.give_up);
  out.member("on_ambiguous", to_string(x.on_ambiguous)).end_object();
}

/// Reads everything but the settings. `result` is whole where `errors` stays empty. `stored` are
/// the triggers of the channel as it is stored, where it is.
channel_draft read_draft(object_reader& in, const trigger_map& stored,
                         std::vector<field_error>& errors) {
  channel_draft result;
  auto owner = in.text("owner").value_or("admin/admin");
  if (auto id = parse_recipient_id(owner))
    result.owner = std::move(*id);
  else
    in.complain("owner", "invalid", "'owner' takes 'admin/NAME' or 'customer/NAME'");
  result.name = in.required_text("name");
  auto type = in.required_word("type");
  if (auto known = parse_channel_type(type))
    result.type = *known;
  else if (!type.empty())
    in.complain("type", "invalid", "'type' must be email, slack, discord, telegram or webhook");
  result.enabled = in.boolean("enabled").value_or(true);
  if (auto triggers = in.object("triggers"))
    result.triggers = decode_triggers(*triggers, in.pointer_to("triggers"), stored, errors);
  result.filters = read_filters(in, errors);
  result.delivery = read_delivery_policy(in, errors);
  return result;
}

void write_request(json_writer& out, const request_view& x) {
  out.begin_object().member("method", x.method).member("url", x.url);
  if (!x.encryption.empty())
    out.member("encryption", x.encryption);
  out.key("headers").begin_object();
  for (auto& [name, value] : x.headers)
    out.member(name, value);
  out.end_object().member("body", x.body);
  if (!x.html.empty())
    out.member("html", x.html);
  out.end_object();
}

json::object shown(const channel_view& x) {
  json::error_code ec;
  auto value = json::parse(to_json(x), ec);
  return ec ? json::object{} : std::move(value.get_object());
}

} // namespace

void write_channel(json_writer& out, const channel_view& x) {
  auto& value = x.value;
  out.begin_object()
    .member("id", to_string(value.id))
    .member("owner", to_string(value.owner))
    .member("name", value.name)
    .member("type", to_string(value.type))
    .member("enabled", value.enabled)
    .text_or_null("disabled_reason", value.disabled_reason);
  out.key("triggers");
  write_triggers(out, value.triggers);
  out.key("filters").begin_object();
  write_selection(out, "customers", value.filters.customers);
  write_selection(out, "services", value.filters.services);
  out.end_object();
  write_delivery_policy(out, value.delivery);
  out.key("settings").raw(value.settings.empty() ? "{}" : value.settings);
  write_secrets(out, x.secrets);
  out.member("target", x.target)
    .text_or_null("managed_by", value.managed_by)
    .member("revision", value.revision)
    .member("created_at", to_rfc3339(value.created_at))
    .member("updated_at", to_rfc3339(value.updated_at))
    .end_object();
}

std::string to_json(const channel_view& x) {
  json_writer out;
  write_channel(out, x);
  return out.take();
}

std::string to_json(const test_report& x) {
  json_writer out;
  out.begin_object()
    .member("delivered", x.result.kind == outcome_class::delivered)
    .member("outcome", to_string(x.result.kind))
    .member("stage", to_string(x.result.stage))
    .member("code", x.result.code)
    .member("text", x.result.text)
    .member("duration_ms", x.duration.count())
    .text_or_null("hint", x.hint);
  out.key("request");
  if (x.request)
    write_request(out, *x.request);
  else
    out.raw("null");
  out.end_object();
  return out.take();
}

std::string to_json(const channel_preview& x) {
  json_writer out;
  out.begin_object().member("event_type", x.event_type).key("request");
  write_request(out, x.request);
  out.end_object();
  return out.take();
}

std::string to_json(const secret_rotated& x) {
  json_writer out;
  auto until = x.previous_expires_at ? to_rfc3339(*x.previous_expires_at) : std::string{};
  out.begin_object()
    .member("secret", x.secret)
    .text_or_null("previous_secret_expires_at", until)
    .member("revision", x.revision)
    .end_object();
  return out.take();
}

std::string to_json(const channel_comparison& x) {
  json_writer out;
  out.begin_object().list("changed", x.changed).end_object();
  return out.take();
}

expected<channel_draft> decode_channel(const json::object& object, std::string_view body,
                                       std::string* event_type) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  auto result = read_draft(in, {}, errors);
  if (in.object("settings") != nullptr)
    result.settings = member_text(body, "settings").value_or("{}");
  if (event_type != nullptr)
    *event_type = read_event_type(in).value_or(std::move(*event_type));
  in.refuse_others(read_only_channel_keys);
  if (!errors.empty())
    return invalid_fields("the channel", std::move(errors));
  return result;
}

expected<channel_patch> decode_channel_patch(json::object object, std::string_view body) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  channel_patch result;
  result.revision = in.integer("revision", 1, INT64_MAX);
  // Here a null would say: forget all settings, which is never what is meant.
  if (auto settings = object.if_contains("settings")) {
    if (settings->is_object())
      result.settings = member_text(body, "settings").value_or("{}");
    else
      in.complain("settings", "wrong_type",
                  fmt::format("'settings' must be an object, not {}", kind_name(*settings)));
  }
  if (!errors.empty())
    return invalid_fields("the channel", std::move(errors));
  object.erase("revision");
  object.erase("settings");
  result.changes = std::move(object);
  return result;
}

expected<channel_draft> apply_patch(const channel_patch& patch, const channel_view& found) {
  std::vector<field_error> errors;
  auto stored = shown(found);
  auto veiled = found;
  mask(veiled);
  auto stored_as_masked = shown(veiled);
  json::value changes = patch.changes;
  object_reader asked{patch.changes, "", errors};
  for (auto key : read_only_in_channel_patch) {
    auto wanted = patch.changes.if_contains(key);
    if (wanted != nullptr && *wanted != stored[key] && *wanted != stored_as_masked[key])
      asked.complain(key, "read_only", fmt::format("'{}' is set by the service", key));
    changes.get_object().erase(key);
    stored.erase(key);
  }
  stored.erase("revision");
  stored.erase("settings");
  json::value merged = std::move(stored);
  patch_over(merged, changes);
  object_reader in{merged.get_object(), "", errors};
  auto result = read_draft(in, found.value.triggers, errors);
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the channel", std::move(errors));
  result.settings = patch.settings;
  return result;
}

} // namespace tocsin::http
