#include "http/json/object_reader.hpp"
#include "http/json/recipient_json.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/recipient_in_path.hpp"
#include "http/routes/revise.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

template <recipient_kind Kind>
void get_preference(route_context& context, call c) {
  auto id = recipient_in_path(c, Kind);
  if (!id)
    return c.fail(no_such("recipient"));
  context.questions.ask<preference>(
    context.actors.recipients, find_preference{std::move(*id)},
    answer(std::move(c), [](auto& x) { return tagged(ok(to_json(x)), x.revision); }));
}

template <recipient_kind Kind>
void put_preference(route_context& context, call c) {
  auto id = recipient_in_path(c, Kind);
  if (!id)
    return c.fail(no_such("recipient"));
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto wanted = decode_preference(*object);
  if (!wanted)
    return c.fail(wanted.error());
  auto revision = demanded_revision(c.message, wanted->revision);
  if (!revision)
    return c.fail(revision.error());
  auto change = [id = *id, value = std::move(wanted->value),
                 by = c.as_author()](const preference& found) -> expected<save_preference> {
    auto result = value;
    result.recipient = id;
    result.revision = found.revision;
    if (value.managed_by != found.managed_by && !value.managed_by.empty())
      return invalid_fields("the preference",
                            {{"/managed_by", "read_only", "'managed_by' is set by the service"}});
    result.managed_by = found.managed_by;
    return save_preference{std::move(result), by};
  };
  revise<preference>(context, std::move(c), context.actors.recipients,
                     find_preference{std::move(*id)}, std::move(change), *revision);
}

} // namespace

std::vector<route> preference_routes() {
  using enum token_scope;
  constexpr auto admin = recipient_kind::admin;
  constexpr auto customer = recipient_kind::customer;
  return {
    {method::get, "/admins/{name}/preferences", read, subject::panel, "", get_preference<admin>},
    {method::put, "/admins/{name}/preferences", write, subject::panel, "", put_preference<admin>},
    {method::get, "/customers/{name}/preferences", read, subject::customer_in_path, "",
     get_preference<customer>},
    {method::put, "/customers/{name}/preferences", write, subject::customer_in_path, "",
     put_preference<customer>},
  };
}

} // namespace tocsin::http
