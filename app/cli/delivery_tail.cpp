#include "app/cli/delivery_tail.hpp"

#include "app/cli/json_text.hpp"
#include "messages/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <ostream>

namespace tocsin::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto pause_between_looks = 1000ms;

/// A look reads pages of the longest kind; those that let few through may be short.
constexpr size_t entries_followed = 500;
constexpr size_t most_pages = 8;

std::string standing_of(const boost::json::value& x) {
  return fmt::format("{} {} {}", cell(x, "state"), cell(x, "attempts"), cell(x, "resent_at"));
}

std::string line_of(const boost::json::value& x) {
  auto words = cell(x, "state") == "suppressed" ? cell(x, "reason") : cell(x, "last_code");
  return clean_line(fmt::format("{}  {}  {}  {}  {}  attempts {}  {}  {}", cell(x, "created_at"),
                                cell(x, "id"), cell(x, "state"), cell(x, "event_type"),
                                cell(x, "service"), cell(x, "attempts"), words,
                                cell(x, "message")));
}

/// Follows the newest deliveries; ids rise with time.
class tail {
public:
  tail(session& on, const query_parameters& parameters) : on_(on), parameters_(parameters) {}

  /// Looks once, and prints what has changed since the last look.
  outcome<void> look() {
    std::vector<boost::json::value> found;
    std::string cursor;
    size_t pages = 0;
    do {
      auto page = read_page(cursor);
      if (!page)
        return page.error();
      if (const auto* entries = member(*page, "data").if_array())
        found.insert(found.end(), entries->begin(), entries->end());
      const auto& next = member(*page, "next_cursor");
      cursor = next.is_string() ? cell(next) : std::string{};
    } while (!cursor.empty() && ++pages < most_pages && !has_all(found));
    if (!is_first_ && !cursor.empty() && !has_all(found))
      on_.around().err << "tocsin: more deliveries came than are shown\n";
    std::reverse(found.begin(), found.end());
    for (const auto& x : found)
      take(x);
    is_first_ = false;
    while (known_.size() > entries_followed)
      known_.erase(known_.begin());
    return {};
  }

private:
  outcome<boost::json::value> read_page(const std::string& cursor) {
    auto all = parameters_;
    all.emplace_back("limit", "250");
    all.emplace_back("cursor", cursor);
    auto reply = on_.call({"GET", "/deliveries" + url_query(all), {}, {}});
    if (!reply)
      return reply.error();
    return std::move(reply->value);
  }

  /// Whether the pages reach back to the oldest that is followed; at first one page will do.
  bool has_all(const std::vector<boost::json::value>& found) const {
    if (known_.empty() || found.size() >= entries_followed)
      return true;
    return !found.empty() && cell(found.back(), "id") <= known_.begin()->first;
  }

  void take(const boost::json::value& x) {
    auto& known = known_[cell(x, "id")];
    auto standing = standing_of(x);
    if (std::exchange(known, standing) == standing || is_first_)
      return;
    auto is_table = on_.format() == output_format::table;
    on_.around().out << (is_table ? line_of(x) : boost::json::serialize(x)) << std::endl;
  }

  session& on_;
  query_parameters parameters_;
  std::map<std::string, std::string> known_;
  bool is_first_ = true;
};

} // namespace

exit_code tail_deliveries(session& on, const query_parameters& parameters,
                          const tail_options& options) {
  tail following{on, parameters};
  auto began = on.around().now();
  for (;;) {
    if (auto looked = following.look(); !looked)
      return looked.error();
    if (options.seconds && on.around().now() - began >= std::chrono::seconds{*options.seconds})
      return exit_code::ok;
    on.around().pause(pause_between_looks);
  }
}

} // namespace tocsin::cli
