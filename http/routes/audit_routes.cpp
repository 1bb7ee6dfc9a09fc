#include "http/json/audit_json.hpp"
#include "http/json/mask.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/delivery_filters.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

/// Reads `author`: a kind (`token`, `admin`, `customer`, `service`), or a kind, a slash and the id.
expected<void> read_author(std::string_view text, list_audit_entries& message) {
  auto slash = text.find('/');
  message.kind = parse_author_kind(text.substr(0, slash));
  if (!message.kind)
    return fail(errc::invalid_argument, "the query parameter 'author' must be 'token/ID', "
                                        "'admin/NAME', 'customer/NAME', or a kind alone");
  if (slash != std::string_view::npos)
    message.author = text.substr(slash + 1);
  return {};
}

expected<list_audit_entries> read_filters(const call& c) {
  list_audit_entries result;
  if (auto text = c.parameter("author"))
    if (auto read = read_author(*text, result); !read)
      return read.error();
  result.object = c.parameter("object").value_or("");
  auto since = read_instant(c, "since");
  if (!since)
    return since.error();
  result.since = *since;
  auto page = read_page(c.where);
  if (!page)
    return page.error();
  result.page = std::move(*page);
  return result;
}

void get_audit(route_context& context, call c) {
  auto message = read_filters(c);
  if (!message)
    return c.fail(message.error());
  auto shows = c.shows_sensitive();
  context.questions.ask<page<audit_entry>>(context.actors.audit, std::move(*message),
                                           answer(std::move(c), [shows](auto& x) {
                                             if (!shows)
                                               for (auto& each : x.entries)
                                                 mask(each);
                                             return list_response(x, write_audit_entry);
                                           }));
}

} // namespace

std::vector<route> audit_routes() {
  return {{method::get, "/audit", token_scope::read, subject::panel,
           "author object since limit cursor", get_audit}};
}

} // namespace tocsin::http
