#include "http/json/channel_json.hpp"
#include "http/json/mask.hpp"
#include "http/json/member_text.hpp"
#include "http/json/object_reader.hpp"
#include "http/json/trigger_json.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/optional_body.hpp"
#include "http/routes/revise.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

response created_channel(const channel_view& x) {
  auto result = tagged({201, json_type, {}, to_json(x)}, x.value.revision);
  result.headers.push_back({"Location", "/api/v1/channels/" + to_string(x.value.id)});
  return result;
}

/// Makes the channel in a customer's body its own. Errors: not_found where it names another owner.
expected<void> confine_owner(const call& c, boost::json::object& object) {
  if (!c.by->confined_to)
    return {};
  boost::json::value own(to_string(*c.by->confined_to));
  auto named = object.if_contains("owner");
  if (named != nullptr && *named != own)
    return no_such("recipient");
  object["owner"] = std::move(own);
  return {};
}

void post_channel(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  if (auto own = confine_owner(c, *object); !own)
    return c.fail(own.error());
  auto draft = decode_channel(*object, c.message.body);
  if (!draft)
    return c.fail(draft.error());
  create_channel message{std::move(*draft), c.as_author()};
  context.questions.ask<channel_view>(context.actors.channels, std::move(message),
                                      answer(std::move(c), created_channel));
}

void get_channels(route_context& context, call c) {
  auto page = read_page(c.where);
  if (!page)
    return c.fail(page.error());
  list_channels message{std::nullopt, std::move(*page)};
  if (auto text = c.parameter("owner")) {
    auto owner = read_owner(*text);
    if (!owner)
      return c.fail(owner.error());
    message.owner = std::move(*owner);
  }
  auto shows = c.shows_sensitive();
  context.questions.ask<tocsin::page<channel_view>>(context.actors.channels, std::move(message),
                                                    answer(std::move(c), [shows](auto& x) {
                                                      if (!shows)
                                                        for (auto& each : x.entries)
                                                          mask(each);
                                                      return list_response(x, write_channel);
                                                    }));
}

void get_channel(route_context& context, call c) {
  auto id = channel_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("channel"));
  auto shows = c.shows_sensitive();
  context.questions.ask<channel_view>(context.actors.channels, find_channel{*id},
                                      answer(std::move(c), [shows](auto& x) {
                                        if (!shows)
                                          mask(x);
                                        return tagged(ok(to_json(x)), x.value.revision);
                                      }));
}

/// What a request wants of a stored channel.
struct wanted_change {
  channel_id id;
  channel_patch patch;
};

expected<wanted_change> read_change(const call& c) {
  auto id = channel_id::parse(c.captures.front());
  if (!id)
    return no_such("channel");
  auto object = parse_object(c.message.body);
  if (!object)
    return object.error();
  auto patch = decode_channel_patch(std::move(*object), c.message.body);
  if (!patch)
    return patch.error();
  return wanted_change{*id, std::move(*patch)};
}

void patch_channel(route_context& context, call c) {
  auto wanted = read_change(c);
  if (!wanted)
    return c.fail(wanted.error());
  auto revision = demanded_revision(c.message, wanted->patch.revision);
  if (!revision)
    return c.fail(revision.error());
  auto change = [patch = std::move(wanted->patch),
                 by = c.as_author()](const channel_view& x) -> expected<replace_channel> {
    auto draft = apply_patch(patch, x);
    if (!draft)
      return draft.error();
    return replace_channel{x.value.id, x.value.revision, std::move(*draft), by};
  };
  revise<channel_view>(context, std::move(c), context.actors.channels, find_channel{wanted->id},
                       std::move(change), *revision);
}

void post_comparison(route_context& context, call c) {
  auto wanted = read_change(c);
  if (!wanted)
    return c.fail(wanted.error());
  context.questions.ask<channel_view>(
    context.actors.channels, find_channel{wanted->id},
    [&context, c = std::move(c),
     patch = std::move(wanted->patch)](expected<channel_view> found) mutable {
      if (!found)
        return c.fail(found.error());
      auto draft = apply_patch(patch, *found);
      if (!draft)
        return c.fail(draft.error());
      context.questions.ask<channel_comparison>(
        context.actors.channels, compare_channel{found->value.id, std::move(*draft)},
        answer(std::move(c), [](auto& x) { return ok(to_json(x)); }));
    });
}

void delete_channel(route_context& context, call c) {
  auto id = channel_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("channel"));
  auto revision = read_if_match(c.message);
  if (!revision)
    return c.fail(revision.error());
  discard_channel message{*id, *revision, c.as_author()};
  context.questions.ask<removed>(context.actors.channels, std::move(message),
                                 answer(std::move(c), [](auto&) { return no_content(); }));
}

auto show_preview(call c) {
  return answer(std::move(c), [](channel_preview& x) { return ok(to_json(x)); });
}

auto report(call c) {
  return answer(std::move(c), [](test_report& x) { return ok(to_json(x)); });
}

expected<test_channel> read_stored_test(const call& c) {
  auto id = channel_id::parse(c.captures.front());
  if (!id)
    return no_such("channel");
  test_channel message;
  message.id = *id;
  auto read = read_optional_body(c.message.body, "the test", [&message](object_reader& in) {
    message.event_type = read_event_type(in).value_or(message.event_type);
  });
  if (!read)
    return read.error();
  return message;
}

expected<preview_channel> read_stored_preview(const call& c) {
  auto id = channel_id::parse(c.captures.front());
  if (!id)
    return no_such("channel");
  preview_channel message;
  message.id = *id;
  auto read = read_optional_body(c.message.body, "the preview", [&](object_reader& in) {
    message.event_type = read_event_type(in).value_or(message.event_type);
    if (in.object("settings") != nullptr)
      message.settings = member_text(c.message.body, "settings").value_or(message.settings);
  });
  if (!read)
    return read.error();
  return message;
}

/// The question about the channel that the body describes, with the event type in there.
template <class Message>
expected<Message> read_draft(const call& c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return object.error();
  if (auto own = confine_owner(c, *object); !own)
    return own.error();
  Message result;
  auto draft = decode_channel(*object, c.message.body, &result.event_type);
  if (!draft)
    return draft.error();
  result.draft = std::move(*draft);
  return result;
}

template <class Message>
void ask_for_test(route_context& context, call c, expected<Message> message) {
  if (!message)
    return c.fail(message.error());
  context.questions.ask<test_report>(context.actors.channels, std::move(*message),
                                     report(std::move(c)), context.send_test_timeout);
}

template <class Message>
void ask_for_preview(route_context& context, call c, expected<Message> message) {
  if (!message)
    return c.fail(message.error());
  context.questions.ask<channel_preview>(context.actors.channels, std::move(*message),
                                         show_preview(std::move(c)));
}

void post_channel_test(route_context& context, call c) {
  auto message = read_stored_test(c);
  ask_for_test(context, std::move(c), std::move(message));
}

void post_draft_test(route_context& context, call c) {
  auto message = read_draft<test_channel_draft>(c);
  ask_for_test(context, std::move(c), std::move(message));
}

void post_channel_preview(route_context& context, call c) {
  auto message = read_stored_preview(c);
  ask_for_preview(context, std::move(c), std::move(message));
}

void post_draft_preview(route_context& context, call c) {
  auto message = read_draft<preview_channel_draft>(c);
  ask_for_preview(context, std::move(c), std::move(message));
}

void post_secret_rotation(route_context& context, call c) {
  auto id = channel_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("channel"));
  auto revision = read_if_match(c.message);
  if (!revision)
    return c.fail(revision.error());
  rotate_secret message;
  message.id = *id;
  message.expected_revision = *revision;
  message.by = c.as_author();
  auto read = read_optional_body(c.message.body, "the rotation", [&message](object_reader& in) {
    message.grace = std::chrono::seconds{
      in.integer("grace_seconds", 0, max_secret_grace.count()).value_or(message.grace.count())};
    message.secret = in.word("secret").value_or("");
  });
  if (!read)
    return c.fail(read.error());
  context.questions.ask<secret_rotated>(
    context.actors.channels, std::move(message),
    answer(std::move(c), [](auto& x) { return tagged(ok(to_json(x)), x.revision); }));
}

} // namespace

std::vector<route> channel_routes() {
  using enum token_scope;
  using enum subject;
  return {
    {method::get, "/channels", read, owner_in_query, "owner limit cursor", get_channels},
    {method::post, "/channels", write, owner_in_body, "", post_channel},
    {method::post, "/channels/test", write, owner_in_body, "", post_draft_test},
    {method::post, "/channels/preview", write, owner_in_body, "", post_draft_preview},
    {method::get, "/channels/{id}", read, channel_in_path, "", get_channel},
    {method::patch, "/channels/{id}", write, channel_in_path, "", patch_channel},
    {method::remove, "/channels/{id}", write, channel_in_path, "", delete_channel},
    {method::post, "/channels/{id}/compare", write, channel_in_path, "", post_comparison},
    {method::post, "/channels/{id}/test", write, channel_in_path, "", post_channel_test},
    {method::post, "/channels/{id}/preview", write, channel_in_path, "", post_channel_preview},
    {method::post, "/channels/{id}/rotate-secret", write, channel_in_path, "",
     post_secret_rotation},
  };
}

} // namespace tocsin::http
