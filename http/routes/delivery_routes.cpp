#include "http/json/channel_json.hpp"
#include "http/json/delivery_json.hpp"
#include "http/json/object_reader.hpp"
#include "http/routes/answer_masked.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/delivery_filters.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/optional_body.hpp"
#include "http/routes/route.hpp"
#include "messages/text.hpp"

namespace tocsin::http {

namespace {

expected<list_deliveries> read_list(const call& c) {
  auto filter = read_list_filters(c);
  if (!filter)
    return filter.error();
  auto page = read_page(c.where);
  if (!page)
    return page.error();
  return list_deliveries{std::move(*filter), std::move(*page), c.by->confined_to};
}

void get_deliveries(route_context& context, call c) {
  auto message = read_list(c);
  if (!message)
    return c.fail(message.error());
  context.questions.ask<page<delivery_view>>(
    context.actors.deliveries, std::move(*message),
    answer_masked(std::move(c), [](auto& x) { return list_response(x, write_delivery); }));
}

/// Errors: invalid_argument.
expected<std::chrono::hours> read_span(const call& c) {
  auto text = c.parameter("bucket").value_or("hour");
  if (text == "hour")
    return counted_hour;
  if (text == "day")
    return std::chrono::hours{24};
  return fail(errc::invalid_argument, "the query parameter 'bucket' must be hour or day");
}

void get_summary(route_context& context, call c) {
  auto since = read_instant(c, "since");
  if (!since)
    return c.fail(since.error());
  auto span = read_span(c);
  if (!span)
    return c.fail(span.error());
  summarise_deliveries message{*since, *span};
  context.questions.ask<delivery_summary>(
    context.actors.deliveries, std::move(message),
    answer(std::move(c), [](auto& x) { return ok(to_json(x)); }));
}

/// Answers with one object, masked unless the caller may see all of it.
auto answer_object(call c) {
  return answer_masked(std::move(c), [](auto& x) { return ok(to_json(x)); });
}

void get_delivery(route_context& context, call c) {
  auto id = delivery_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("delivery"));
  find_delivery message{*id, c.by->confined_to};
  context.questions.ask<delivery_view>(context.actors.deliveries, std::move(message),
                                       answer_object(std::move(c)));
}

void get_message(route_context& context, call c) {
  auto id = delivery_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("delivery"));
  preview_delivery message{*id, c.by->confined_to};
  context.questions.ask<channel_preview>(context.actors.control, std::move(message),
                                         answer_object(std::move(c)));
}

void post_resend(route_context& context, call c) {
  auto id = delivery_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("delivery"));
  request_resend message{*id};
  message.only_for = c.by->confined_to;
  auto read = read_optional_body(c.message.body, "the resend", [&message](object_reader& in) {
    message.allow_duplicate = in.boolean("allow_duplicate").value_or(false);
  });
  if (!read)
    return c.fail(read.error());
  message.by = c.as_author();
  context.questions.ask<delivery_changed>(context.actors.control, std::move(message),
                                          answer_object(std::move(c)));
}

void post_cancel(route_context& context, call c) {
  auto id = delivery_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("delivery"));
  request_cancel message{*id, {}};
  auto read = read_optional_body(c.message.body, "the cancellation", [&message](object_reader& in) {
    message.reason = clean_line(in.text("reason").value_or(""));
  });
  if (!read)
    return c.fail(read.error());
  message.by = c.as_author();
  context.questions.ask<delivery_changed>(context.actors.control, std::move(message),
                                          answer_object(std::move(c)));
}

} // namespace

std::vector<route> delivery_routes() {
  using enum token_scope;
  using enum subject;
  return {
    {method::get, "/deliveries", read, own_history,
     "state outcome code channel event_type customer service since until text limit cursor",
     get_deliveries},
    {method::get, "/deliveries/summary", read, panel, "since bucket", get_summary},
    {method::get, "/deliveries/{id}", read, own_history, "", get_delivery},
    {method::get, "/deliveries/{id}/message", read, own_history, "", get_message},
    {method::post, "/deliveries/{id}/resend", write, own_history, "", post_resend},
    {method::post, "/deliveries/{id}/cancel", write, panel, "", post_cancel},
  };
}

} // namespace tocsin::http
