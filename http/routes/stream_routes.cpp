#include "http/delivery_stream.hpp"
#include "http/event_stream.hpp"
#include "http/routes/delivery_filters.hpp"
#include "http/routes/route.hpp"

#include <atomic>

namespace tocsin::http {

namespace {

/// Tells the readers of all I/O threads apart.
std::atomic<uint64_t> last_reader{0};

expected<stream_request> read_stream(const call& c) {
  auto filter = read_list_filters(c);
  if (!filter)
    return filter.error();
  stream_request result;
  result.by = c.by;
  result.question.reader = ++last_reader;
  result.question.filter = std::move(*filter);
  result.question.only_for = c.by->confined_to;
  // A browser sends its id again until it gets another one, so that one which cannot be read is no
  // fault of the request: it is a place that is not known here.
  if (auto id = c.message.last_event_id; id && !id->empty())
    result.question.after = parse_feed_position(*id).value_or(feed_position{});
  result.shows_sensitive = c.shows_sensitive();
  return result;
}

/// The feed is asked where it is before anything is answered, so that whoever has the answer misses
/// nothing from then on.
void get_stream(route_context& context, call c) {
  if (context.door.is_closed())
    return c.fail(fail(errc::shutting_down, "the service is stopping"));
  auto request = read_stream(c);
  if (!request)
    return c.fail(request.error());
  auto seat = context.streams.seats().take(*c.by);
  if (!seat)
    return c.fail(fail(errc::overloaded, "the limit of open streams is reached"));
  auto where = request->question;
  where.after.reset();
  context.questions.ask<deliveries_moved>(
    context.actors.feed, std::move(where),
    [&context, c = std::move(c), request = std::move(*request),
     seat](expected<deliveries_moved> begun) mutable {
      if (!begun)
        return c.fail(begun.error());
      auto stream = std::make_shared<delivery_stream>(context.actors, context.questions,
                                                      std::move(request), std::move(seat));
      stream->begin(begun->position);
      context.streams.watch(stream);
      if (context.door.is_closed())
        stream->end();
      // Proxies are asked not to gather what comes piece by piece.
      c.send({200, event_stream_type, {{"X-Accel-Buffering", "no"}}, {}, std::move(stream)});
    });
}

} // namespace

std::vector<route> stream_routes() {
  return {{method::get, "/deliveries/stream", token_scope::read, subject::own_history,
           "state outcome code channel event_type customer service text", get_stream}};
}

} // namespace tocsin::http
