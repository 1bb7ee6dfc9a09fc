#include "app/cli/delivery_tail.hpp"

#include "app/cli/event_parser.hpp"
#include "app/cli/json_text.hpp"
#include "messages/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>

namespace tocsin::cli {

namespace {

using namespace std::chrono_literals;

/// A service that restarts is back within a second as a rule.
constexpr auto first_retry_pause = 1000ms;
constexpr auto longest_retry_pause = 30'000ms;

std::string line_of(const boost::json::value& x) {
  auto words = cell(x, "state") == "suppressed" ? cell(x, "reason") : cell(x, "last_code");
  return clean_line(fmt::format("{}  {}  {}  {}  {}  attempts {}  {}  {}", cell(x, "created_at"),
                                cell(x, "id"), cell(x, "state"), cell(x, "event_type"),
                                cell(x, "service"), cell(x, "attempts"), words,
                                cell(x, "message")));
}

/// Whether the service may take later what it refuses now.
bool is_passing(int status) {
  return status == 429 || status >= 500;
}

/// Follows one stream over as many connections as it takes.
class tail {
public:
  tail(session& on, const query_parameters& parameters, const tail_options& options)
    : on_(on),
      path_("/deliveries/stream" + url_query(parameters)),
      parser_([this](const sent_event& x) { print(x); }) {
    if (options.seconds)
      end_ = on.around().now() + std::chrono::seconds{*options.seconds};
  }

  exit_code run() {
    auto pause = std::chrono::milliseconds{first_retry_pause};
    for (bool is_first = true;; is_first = false) {
      auto reply = connect();
      if (!goes_on())
        return exit_code::ok;
      auto was_served = reply && reply->status == 200;
      if (!was_served && (is_first || (reply && !is_passing(reply->status))))
        return reply ? on_.refuse(*reply) : report_failure(reply.error(), on_.around());
      if (was_served)
        pause = first_retry_pause;
      on_.around().err << "tocsin: the stream has ended: reconnecting in " << pause.count() / 1000
                       << " s\n";
      if (!on_.around().rest(pause))
        return exit_code::ok;
      pause = std::min<std::chrono::milliseconds>(2 * pause, longest_retry_pause);
    }
  }

private:
  /// One connection, until its end or that of the command.
  expected<http_reply> connect() {
    parser_.begin_anew();
    http_request request{"GET", path_, {}, {}};
    if (!parser_.last_id().empty())
      request.headers.push_back("Last-Event-ID: " + parser_.last_id());
    return on_.follow(
      std::move(request), [this](std::string_view text) { parser_.read(text); },
      [this] { return goes_on(); });
  }

  bool goes_on() {
    if (!on_.around().out || (end_ && on_.around().now() >= *end_))
      return false;
    return on_.around().rest(0ms);
  }

  void print(const sent_event& x) {
    if (x.name == "reset") {
      on_.around().err << "tocsin: more has changed meanwhile than the service keeps; "
                          "'tocsin delivery list' shows where deliveries stand\n";
      return;
    }
    boost::json::error_code error;
    auto delivery = boost::json::parse(x.data, error);
    if (x.name != "delivery" || error)
      return;
    auto is_table = on_.format() == output_format::table;
    on_.around().out << (is_table ? line_of(delivery) : x.data) << std::endl;
  }

  session& on_;
  std::string path_;
  event_parser parser_;
  std::optional<std::chrono::steady_clock::time_point> end_;
};

} // namespace

exit_code tail_deliveries(session& on, const query_parameters& parameters,
                          const tail_options& options) {
  return tail{on, parameters, options}.run();
}

} // namespace tocsin::cli
