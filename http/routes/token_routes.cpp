#include "http/json/object_reader.hpp"
#include "http/json/token_json.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

response created_token(const token_created& x) {
  response result{201, json_type, {}, to_json(x)};
  result.headers.push_back({"Location", "/api/v1/tokens/" + to_string(x.value.id)});
  return result;
}

void post_token(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto message = decode_token(*object);
  if (!message)
    return c.fail(message.error());
  // Else whoever may write could make a token that may do everything.
  if (!c.by->allows_all(message->scopes))
    return c.fail(fail(errc::forbidden, "a token can only be given scopes that its creator has"));
  message->by = c.as_author();
  context.questions.ask<token_created>(context.actors.tokens, std::move(*message),
                                       answer(std::move(c), created_token));
}

void get_tokens(route_context& context, call c) {
  auto page = read_page(c.where);
  if (!page)
    return c.fail(page.error());
  context.questions.ask<tocsin::page<token>>(
    context.actors.tokens, list_tokens{std::move(*page)},
    answer(std::move(c), [](auto& x) { return list_response(x, write_token); }));
}

void get_token(route_context& context, call c) {
  auto id = token_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("token"));
  context.questions.ask<token>(context.actors.tokens, show_token{*id},
                               answer(std::move(c), [](auto& x) { return ok(to_json(x)); }));
}

void delete_token(route_context& context, call c) {
  auto id = token_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("token"));
  revoke_token message{*id, c.as_author()};
  context.questions.ask<removed>(context.actors.tokens, std::move(message),
                                 answer(std::move(c), [](auto&) { return no_content(); }));
}

} // namespace

std::vector<route> token_routes() {
  using enum token_scope;
  return {
    {method::get, "/tokens", read, subject::panel, "limit cursor", get_tokens},
    {method::post, "/tokens", write, subject::panel, "", post_token},
    {method::get, "/tokens/{id}", read, subject::panel, "", get_token},
    {method::remove, "/tokens/{id}", write, subject::panel, "", delete_token},
  };
}

} // namespace tocsin::http
