#include "http/metric_writer.hpp"
#include "http/metrics_text.hpp"
#include "http/readiness.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

node_readiness readiness_of(const route_context& context) {
  return {!find_unreadiness(context.actors, context.door), *context.actors.has_room,
          *context.actors.can_write, context.door.taken(), context.door.limit()};
}

void get_metrics(route_context& context, call c) {
  auto wanted = c.parameter("channels").value_or("false");
  if (wanted != "true" && wanted != "false")
    return c.fail(
      fail(errc::invalid_argument, "the query parameter 'channels' must be true or false"));
  context.questions.ask<node_metrics>(
    context.actors.metrics, collect_metrics{wanted == "true"},
    answer(std::move(c), [&context, readiness = readiness_of(context)](auto& x) {
      return response{
        200, metric_writer::content_type, {}, to_metrics_text(x, readiness, context.responses)};
    }));
}

} // namespace

std::vector<route> metrics_routes() {
  return {
    {method::get, "/metrics", token_scope::stats, subject::panel, "channels", get_metrics, ""}};
}

} // namespace tocsin::http
