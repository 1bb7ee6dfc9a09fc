#include "http/json/object_reader.hpp"
#include "http/json/recipient_json.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/recipient_in_path.hpp"
#include "http/routes/revise.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

template <recipient_kind Kind>
constexpr std::string_view kind_word = Kind == recipient_kind::admin ? "admin" : "customer";

response created_recipient(const recipient& x) {
  auto result = tagged({201, json_type, {}, to_json(x)}, x.revision);
  auto folder = x.id.kind == recipient_kind::admin ? "/api/v1/admins/" : "/api/v1/customers/";
  result.headers.push_back({"Location", folder + x.id.name});
  return result;
}

template <recipient_kind Kind>
void get_recipients(route_context& context, call c) {
  auto page = read_page(c.where);
  if (!page)
    return c.fail(page.error());
  context.questions.ask<tocsin::page<recipient>>(
    context.actors.recipients, list_recipients{Kind, std::move(*page)},
    answer(std::move(c), [](auto& x) { return list_response(x, write_recipient); }));
}

template <recipient_kind Kind>
void post_recipient(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto x = decode_recipient(*object, Kind);
  if (!x)
    return c.fail(x.error());
  save_recipient message{std::move(*x), c.as_author()};
  context.questions.ask<recipient>(context.actors.recipients, std::move(message),
                                   answer(std::move(c), created_recipient));
}

template <recipient_kind Kind>
void get_recipient(route_context& context, call c) {
  auto id = recipient_in_path(c, Kind);
  if (!id)
    return c.fail(no_such(kind_word<Kind>));
  context.questions.ask<recipient>(
    context.actors.recipients, find_recipient{std::move(*id)},
    answer(std::move(c), [](auto& x) { return tagged(ok(to_json(x)), x.revision); }));
}

template <recipient_kind Kind>
void patch_recipient(route_context& context, call c) {
  auto id = recipient_in_path(c, Kind);
  if (!id)
    return c.fail(no_such(kind_word<Kind>));
  patch_object<recipient, save_recipient>(context, std::move(c), "the recipient",
                                          context.actors.recipients,
                                          find_recipient{std::move(*id)});
}

template <recipient_kind Kind>
void delete_recipient(route_context& context, call c) {
  auto id = recipient_in_path(c, Kind);
  if (!id)
    return c.fail(no_such(kind_word<Kind>));
  auto revision = read_if_match(c.message);
  if (!revision)
    return c.fail(revision.error());
  discard_recipient message{std::move(*id), *revision, c.as_author()};
  context.questions.ask<removed>(context.actors.recipients, std::move(message),
                                 answer(std::move(c), [](auto&) { return no_content(); }));
}

} // namespace

std::vector<route> recipient_routes() {
  using enum token_scope;
  constexpr auto admin = recipient_kind::admin;
  constexpr auto customer = recipient_kind::customer;
  return {
    {method::get, "/admins", read, subject::panel, "limit cursor", get_recipients<admin>},
    {method::post, "/admins", write, subject::panel, "", post_recipient<admin>},
    {method::get, "/admins/{name}", read, subject::panel, "", get_recipient<admin>},
    {method::patch, "/admins/{name}", write, subject::panel, "", patch_recipient<admin>},
    {method::remove, "/admins/{name}", write, subject::panel, "", delete_recipient<admin>},
    {method::get, "/customers", read, subject::panel, "limit cursor", get_recipients<customer>},
    {method::post, "/customers", write, subject::panel, "", post_recipient<customer>},
    {method::get, "/customers/{name}", read, subject::panel, "", get_recipient<customer>},
    {method::patch, "/customers/{name}", write, subject::panel, "", patch_recipient<customer>},
    {method::remove, "/customers/{name}", write, subject::panel, "", delete_recipient<customer>},
  };
}

} // namespace tocsin::http
