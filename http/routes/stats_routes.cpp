#include "http/json/stats_json.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

void get_stats(route_context& context, call c) {
  context.questions.ask<node_stats>(context.actors.stats, collect_stats{},
                                    answer(std::move(c), [](auto& x) { return ok(to_json(x)); }));
}

} // namespace

std::vector<route> stats_routes() {
  return {{method::get, "/stats/actors", token_scope::stats, subject::panel, "", get_stats}};
}

} // namespace tocsin::http
