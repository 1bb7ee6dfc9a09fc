#include "tests/unit/storage/storage_dump.hpp"

#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "storage/repositories/token_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <sstream>
#include <string_view>

namespace tocsin::storage {

namespace {

int64_t ms(timestamp x) {
  return to_unix_ms(x);
}

std::string text_of(const selection& x) {
  return fmt::format("+{} -{}", x.include, x.exclude);
}

int64_t ms(std::optional<std::chrono::milliseconds> x) {
  return x ? x->count() : 0;
}

/// What version 3 did not know is written only where it is set.
void dump_manager(std::string& out, const std::string& managed_by) {
  if (!managed_by.empty())
    out += fmt::format("managed by '{}'\n", managed_by);
}

void dump_delivery(std::string& out, const delivery& x) {
  out += fmt::format("delivery {} event={} channel={} recipient={} to='{}' {} {} attempts={} "
                     "created={} due={} finished={} last='{}' '{}'\n",
                     to_string(x.id), to_string(x.event), to_string(x.channel),
                     to_string(x.recipient), x.destination, to_string(x.state), to_string(x.reason),
                     x.attempts, ms(x.created_at), ms(x.due_at), ms(x.finished_at), x.last_code,
                     x.last_text);
  // What version 1 did not know is written only where it is set.
  if (x.resent_at != timestamp{} || !x.note.empty())
    out += fmt::format("resent {} note '{}'\n", ms(x.resent_at), x.note);
}

void dump_attempt(std::string& out, const attempt& x) {
  out += fmt::format("attempt {}/{} at={} took={} {} {} wait={} '{}' '{}'\n", to_string(x.delivery),
                     x.number, ms(x.started_at), x.duration.count(), to_string(x.result.kind),
                     to_string(x.result.stage), x.result.wait ? x.result.wait->count() : -1,
                     x.result.code, x.result.text);
}

void dump_events(std::string& out, const transaction& tx) {
  delivery_repository deliveries{tx};
  page_request request{250, ""};
  do {
    auto page = must(event_repository{tx}.list(request));
    for (auto& x : page.entries) {
      auto& e = x.value;
      out += fmt::format("event {} '{}' {} '{}' '{}' {} '{}' {} at={} deliveries={}\n",
                         to_string(x.id), e.id, e.type, e.service, e.customer, e.timestamp,
                         e.message, e.details, ms(x.accepted_at), x.deliveries);
      for (auto& y : x.unreached)
        out += fmt::format("unreached {} {}\n", to_string(y.recipient), to_string(y.reason));
      for (auto& y : must(deliveries.of_event(x))) {
        dump_delivery(out, y);
        for (auto& z : must(deliveries.attempts(y.id)))
          dump_attempt(out, z);
      }
    }
    request.cursor = page.next_cursor;
  } while (!request.cursor.empty());
}

void dump_channels(std::string& out, const transaction& tx) {
  for (auto& [x, sealed] : must(channel_repository{tx}.all())) {
    out += fmt::format("channel {} {} '{}' {} enabled={} '{}' revision={} created={} updated={} "
                       "customers={} services={} sealed='{}' owes={}\n",
                       to_string(x.id), to_string(x.owner), x.name, to_string(x.type), x.enabled,
                       x.disabled_reason, x.revision, ms(x.created_at), ms(x.updated_at),
                       text_of(x.filters.customers), text_of(x.filters.services), sealed,
                       must(due_repository{tx}.count_pending(x.id)));
    if (x.delivery != delivery_policy{})
      out
        += fmt::format("policy {} {} {} {}\n", ms(x.delivery.first_retry), ms(x.delivery.max_retry),
                       ms(x.delivery.give_up), to_string(x.delivery.on_ambiguous));
    for (auto& [type, trigger] : x.triggers)
      out += fmt::format("trigger {} {} {}\n", type, trigger.on, trigger.to);
    dump_manager(out, x.managed_by);
  }
}

void dump_recipients(std::string& out, const transaction& tx) {
  recipient_repository recipients{tx};
  for (auto kind : {recipient_kind::admin, recipient_kind::customer})
    for (auto& x : must(recipients.list(kind, {250, ""})).entries) {
      out += fmt::format("recipient {} '{}' {} portal={} revision={} created={} updated={}\n",
                         to_string(x.id), x.display_name, x.services, x.portal_enabled, x.revision,
                         ms(x.created_at), ms(x.updated_at));
      dump_manager(out, x.managed_by);
      auto wishes = must(recipients.find_preference(x.id));
      if (!wishes)
        continue;
      out += fmt::format("preference {} {} {} revision={}\n", text_of(wishes->customers),
                         text_of(wishes->services), text_of(wishes->event_types), wishes->revision);
      dump_manager(out, wishes->managed_by);
      if (wishes->quiet)
        out += fmt::format("quiet {} {} {} {}\n", wishes->quiet->from_minute,
                           wishes->quiet->until_minute, wishes->quiet->utc_offset_minutes,
                           wishes->quiet->critical_bypass);
    }
}

} // namespace

std::string dump(const transaction& tx) {
  std::string result;
  dump_events(result, tx);
  dump_channels(result, tx);
  dump_recipients(result, tx);
  for (auto& x : must(token_repository{tx}.all()))
    result += fmt::format("token {} '{}' scopes={} created={} digest={}\n", to_string(x.id), x.name,
                          x.scopes, ms(x.created_at), fmt::join(x.digest, ","));
  return result;
}

std::string dump_after_migration(const std::filesystem::path& fixture, uint32_t version) {
  std::ifstream file{fixture / "expected.txt"};
  std::stringstream text;
  text << file.rdbuf();
  auto result = text.str();
  if (version >= 3)
    return result;
  // What a token's scope `read` showed before takes `read:sensitive` (16) since version 3.
  constexpr std::string_view scopes_then = "'panel' scopes=15 ";
  if (auto at = result.find(scopes_then); at != std::string::npos)
    result.replace(at, scopes_then.size(), "'panel' scopes=31 ");
  return result;
}

} // namespace tocsin::storage
