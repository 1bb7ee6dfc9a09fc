#include "app/cli/deadletter_work.hpp"

#include "app/cli/confirmation.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <ostream>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

/// The numbers that add up over requests.
constexpr std::array<std::string_view, 5> counts{"matched", "replayed", "discarded", "skipped",
                                                 "may_duplicate"};

void add_part(json::object& total, const json::object& part) {
  if (total.empty()) {
    total = part;
    return;
  }
  for (auto name : counts)
    if (const auto* more = part.if_contains(name))
      total[name] = total[name].to_number<uint64_t>() + more->to_number<uint64_t>();
  if (total["first_due_at"].is_null())
    total["first_due_at"] = part.at("first_due_at");
  if (!part.at("last_due_at").is_null())
    total["last_due_at"] = part.at("last_due_at");
  for (auto name : {"next_cursor", "has_more", "stopped_by"})
    total[name] = part.at(name);
}

/// Goes from request to request until nothing is left or the service stops.
outcome<json::object> run(session& on, const deadletter_work& work, bool dry_run) {
  json::object total;
  auto body = work.body;
  body["dry_run"] = dry_run;
  for (;;) {
    auto reply = on.call({"POST", "/dead-letters/" + work.name, json::serialize(body), {}});
    if (!reply)
      return reply.error();
    const auto* part = reply->value.if_object();
    if (part == nullptr || !part->contains("next_cursor") || !part->contains("stopped_by"))
      return on.fail_with(exit_code::unreachable, "the answer cannot be understood");
    add_part(total, *part);
    if (part->at("next_cursor").is_null() || !part->at("stopped_by").is_null())
      return total;
    body["cursor"] = part->at("next_cursor");
  }
}

std::string total_text(const json::value& x) {
  auto result = fields_text(x, {"refused", "next_cursor", "has_more", "stopped_by"});
  const auto& refused = member(x, "refused");
  if (refused.is_array() && !refused.get_array().empty())
    result += '\n' + list_text(refused, {{"SKIPPED", "id"}, {"CODE", "code"}, {"WHY", "detail"}});
  return result;
}

exit_code print_total(session& on, json::object total) {
  // Braces would make an array of it.
  json::value value = std::move(total);
  on.print({json::serialize(value), value}, total_text);
  if (member(value, "may_duplicate").to_number<uint64_t>() > 0)
    on.around().err << fmt::format("tocsin: {} of them may already have arrived\n",
                                   cell(value, "may_duplicate"));
  const auto& stopped = member(value, "stopped_by");
  if (stopped.is_null())
    return exit_code::ok;
  return on.fail_with(exit_code::refused,
                      fmt::format("stopped early: {} ({}); the same command continues",
                                  cell(stopped, "detail"), cell(stopped, "code")));
}

/// Shows what would be done and asks whether it should be. The answer is the next line of the
/// input.
outcome<bool> is_wanted(session& on, const deadletter_work& work) {
  auto found = run(on, work, true);
  if (!found)
    return found.error();
  json::value would_be = std::move(*found);
  on.around().err << total_text(would_be);
  return is_confirmed(
    on.around(), fmt::format("Really {} {} dead letters?", work.name, cell(would_be, "matched")));
}

} // namespace

exit_code work_off(session& on, const deadletter_work& work) {
  if (!work.dry_run && !work.confirmed) {
    auto wanted = is_wanted(on, work);
    if (!wanted)
      return wanted.error();
    if (!*wanted)
      return on.fail_with(exit_code::usage, "nothing was done; --yes skips this question");
  }
  auto total = run(on, work, work.dry_run);
  return total ? print_total(on, std::move(*total)) : total.error();
}

} // namespace tocsin::cli
