#include "http/delivery_json.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/route.hpp"
#include "messages/event_catalogue.hpp"

#include <fmt/format.h>

namespace tocsin::http {

namespace {

expected<list_deliveries> read_filters(const call& c) {
  list_deliveries result;
  if (auto text = c.parameter("state")) {
    result.state = parse_delivery_state(*text);
    if (!result.state)
      return fail(errc::invalid_argument, fmt::format("there is no state '{}'", *text));
  }
  if (auto text = c.parameter("channel")) {
    result.channel = channel_id::parse(*text);
    if (!result.channel)
      return fail(errc::invalid_argument, "the query parameter 'channel' takes a channel's id");
  }
  if (auto text = c.parameter("event_type")) {
    if (find_event_type(*text) == nullptr)
      return fail(errc::unknown_event_type, fmt::format("there is no event type '{}'", *text));
    result.event_type = *text;
  }
  auto page = read_page(c.where);
  if (!page)
    return page.error();
  result.page = std::move(*page);
  return result;
}

void get_deliveries(route_context& context, call c) {
  auto filters = read_filters(c);
  if (!filters)
    return c.fail(filters.error());
  context.questions.ask<page<delivery_view>>(
    context.actors.deliveries, std::move(*filters),
    answer(std::move(c), [](auto& x) { return list_response(x, write_delivery); }));
}

void get_delivery(route_context& context, call c) {
  auto id = delivery_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("delivery"));
  context.questions.ask<delivery_view>(
    context.actors.deliveries, find_delivery{*id},
    answer(std::move(c), [](auto& x) { return ok(to_json(x)); }));
}

} // namespace

std::vector<route> delivery_routes() {
  return {
    {method::get, "/deliveries", token_scope::read, "state channel event_type limit cursor",
     get_deliveries},
    {method::get, "/deliveries/{id}", token_scope::read, "", get_delivery},
  };
}

} // namespace tocsin::http
