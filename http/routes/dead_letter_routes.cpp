#include "http/json/dead_letter_json.hpp"
#include "http/json/object_reader.hpp"
#include "http/routes/answer_masked.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/delivery_filters.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

/// How long a replay or a discard may take: several commits, on a disk that may be slow.
constexpr auto work_timeout = std::chrono::seconds{30};

/// Reads a selection and the page out of the query into a question.
template <class Message>
expected<Message> read_question(const call& c) {
  auto filter = read_delivery_filters(c);
  if (!filter)
    return filter.error();
  auto page = read_page(c.where);
  if (!page)
    return page.error();
  Message result;
  auto& selection = result.selection;
  selection.channel = filter->channel;
  if (auto code = c.parameter("code"))
    selection.code = *code;
  selection.event_type = std::move(filter->event_type);
  selection.customer = c.parameter("customer").value_or("");
  selection.since = filter->since;
  selection.until = filter->until;
  result.page = std::move(*page);
  return result;
}

void get_dead_letters(route_context& context, call c) {
  auto message = read_question<list_dead_letters>(c);
  if (!message)
    return c.fail(message.error());
  context.questions.ask<page<dead_letter_view>>(
    context.actors.dead_letters, std::move(*message),
    answer_masked(std::move(c), [](auto& x) { return list_response(x, write_dead_letter); }));
}

void get_groups(route_context& context, call c) {
  auto message = read_question<group_dead_letters>(c);
  if (!message)
    return c.fail(message.error());
  context.questions.ask<page<dead_letter_summary>>(
    context.actors.dead_letters, std::move(*message),
    answer_masked(std::move(c), [](auto& x) { return list_response(x, write_dead_letter_group); }));
}

template <class Message>
void work_off(route_context& context, call c, expected<Message> message, std::string_view moved) {
  if (!message)
    return c.fail(message.error());
  message->by = c.as_author();
  auto report = [moved, is_dry_run = message->choice.dry_run](dead_letters_done& x) {
    return ok(to_json(x, moved, is_dry_run));
  };
  context.questions.ask<dead_letters_done>(context.actors.dead_letters, std::move(*message),
                                           answer(std::move(c), report), work_timeout);
}

void post_replay(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  work_off(context, std::move(c), decode_replay(*object), "replayed");
}

void post_discard(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  work_off(context, std::move(c), decode_discard(*object), "discarded");
}

} // namespace

std::vector<route> dead_letter_routes() {
  using enum token_scope;
  using enum subject;
  return {
    {method::get, "/dead-letters", read, panel,
     "channel code event_type customer since until limit cursor", get_dead_letters},
    {method::get, "/dead-letters/groups", read, panel, "channel code since until limit cursor",
     get_groups},
    {method::post, "/dead-letters/replay", write, panel, "", post_replay},
    {method::post, "/dead-letters/discard", write, panel, "", post_discard},
  };
}

} // namespace tocsin::http
