#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <ostream>

namespace tocsin::cli {

namespace {

struct create_options {
  std::string name;
  std::vector<std::string> scopes;
  int days = 0;
};

exit_code create_token(session& on, const create_options& options) {
  boost::json::object body{{"name", options.name}};
  body["scopes"] = boost::json::array(options.scopes.begin(), options.scopes.end());
  if (options.days > 0)
    body["expires_at"] = to_rfc3339(system_wall_clock()() + std::chrono::hours{24} * options.days);
  auto reply = on.call({"POST", "/tokens", boost::json::serialize(body), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) { return cell(x, "token") + '\n'; });
  return exit_code::ok;
}

/// The ids of all tokens of the name.
outcome<std::vector<std::string>> ids_of_name(session& on, const std::string& name) {
  auto tokens = read_entries(on, "/tokens");
  if (!tokens)
    return tokens.error();
  std::vector<std::string> result;
  for (const auto& x : *tokens)
    if (cell(x, "name") == name)
      result.push_back(cell(x, "id"));
  return result;
}

exit_code revoke_token(session& on, const std::string& text) {
  auto id = text;
  if (!parse_ulid(text)) {
    auto ids = ids_of_name(on, text);
    if (!ids)
      return ids.error();
    if (ids->empty())
      return on.fail_with(exit_code::refused,
                          fmt::format("there is no token with the id or name '{}'", text));
    if (ids->size() > 1)
      return on.fail_with(exit_code::usage,
                          fmt::format("several tokens are named '{}': use the id, one of {}", text,
                                      fmt::join(*ids, ", ")));
    id = ids->front();
  }
  auto reply = on.call({"DELETE", "/tokens/" + url_escape(id), {}, {}});
  if (!reply)
    return reply.error();
  on.remark(fmt::format("token {} revoked", text));
  return exit_code::ok;
}

} // namespace

void add_token_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("token", "Keys to the API");
  group->require_subcommand(1);

  auto* create = group->add_subcommand("create", "Create a token and print it, only once");
  auto options = std::make_shared<create_options>();
  create->add_option("NAME", options->name, "Name for people")->required();
  create
    ->add_option("--scope", options->scopes,
                 "events:write, read, write, read:sensitive or stats; repeated or with commas")
    ->required()
    ->delimiter(',')
    ->allow_extra_args(false);
  create->add_option("--days", options->days, "Days until it expires; without this it never does")
    ->check(CLI::Range(1, 36500));
  create->callback([&line, options] {
    line.choose([options](session& on) { return create_token(on, *options); });
  });

  auto* list = group->add_subcommand("list", "List tokens, without their texts");
  auto paging = std::make_shared<paging_options>();
  add_paging(*list, *paging);
  list->callback([&line, paging] {
    line.choose([paging](session& on) {
      return print_list(on, "/tokens", {}, *paging,
                        {{"ID", "id"},
                         {"NAME", "name"},
                         {"SCOPES", "scopes"},
                         {"CREATED", "created_at"},
                         {"EXPIRES", "expires_at"},
                         {"LAST USED", "last_used_at"}});
    });
  });

  auto* revoke = group->add_subcommand("revoke", "Revoke a token; it stops working at once");
  auto text = std::make_shared<std::string>();
  revoke->add_option("TOKEN", *text, "The token's id or name")->required();
  revoke->callback(
    [&line, text] { line.choose([text](session& on) { return revoke_token(on, *text); }); });
}

} // namespace tocsin::cli
