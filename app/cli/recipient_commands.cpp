#include "app/cli/change_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/password_prompt.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <optional>
#include <ostream>

namespace tocsin::cli {

namespace {

/// The two kinds differ only in a few fields.
struct kind {
  const char* name;
  const char* path;
  const char* help;
  bool is_customer;
};

constexpr kind admin_kind{"admin", "/admins", "Those who run the panel", false};
constexpr kind customer_kind{"customer", "/customers", "Those whose services the panel hosts",
                             true};

struct recipient_add_options {
  std::string name;
  std::string display_name;
  std::vector<std::string> services;
  bool portal = false;
};

exit_code add_recipient(session& on, const kind& which, const recipient_add_options& options) {
  boost::json::object body{{"name", options.name}};
  if (!options.display_name.empty())
    body["display_name"] = options.display_name;
  if (!options.services.empty())
    body["services"] = boost::json::array(options.services.begin(), options.services.end());
  if (options.portal)
    body["portal_enabled"] = true;
  auto reply = on.call({"POST", which.path, boost::json::serialize(body), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [&](const boost::json::value& x) {
    return fmt::format("{}/{} added\n", which.name, cell(x, "name"));
  });
  return exit_code::ok;
}

/// What may be changed of one; nothing of it leaves the rest as it is.
struct recipient_changes {
  std::string name;
  std::string display_name;
  std::vector<std::string> services;
  bool drops_services = false;
  std::optional<bool> portal;
};

exit_code print_recipient(session& on, const http_request& request) {
  auto reply = on.call(request);
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) { return fields_text(x); });
  return exit_code::ok;
}

std::string path_of_recipient(const kind& which, const std::string& name) {
  return fmt::format("{}/{}", which.path, url_escape(name));
}

exit_code change_recipient(session& on, const kind& which, const recipient_changes& options) {
  boost::json::object body;
  if (!options.display_name.empty())
    body["display_name"] = options.display_name;
  if (!options.services.empty() || options.drops_services)
    body["services"] = boost::json::array(options.services.begin(), options.services.end());
  if (options.portal)
    body["portal_enabled"] = *options.portal;
  return print_recipient(
    on, {"PATCH", path_of_recipient(which, options.name), boost::json::serialize(body), {}});
}

exit_code remove_recipient(session& on, const kind& which, const std::string& name) {
  auto reply = on.call({"DELETE", path_of_recipient(which, name), {}, {}});
  if (!reply)
    return reply.error();
  on.remark(fmt::format("{}/{} removed", which.name, name));
  return exit_code::ok;
}

void add_add(CLI::App& group, command_line& line, const kind& which) {
  auto* add = group.add_subcommand("add", "Add one");
  auto options = std::make_shared<recipient_add_options>();
  add->add_option("NAME", options->name, "1 to 64 of a-z 0-9 . _ -")->required();
  add->add_option("--display-name", options->display_name, "Name for people");
  if (which.is_customer) {
    add->add_option("--service", options->services, "A service of the customer; repeated")
      ->allow_extra_args(false);
    add->add_flag("--portal", options->portal,
                  "May use the portal, with its own channels and preferences");
  }
  add->callback([&line, &which, options] {
    line.choose([&which, options](session& on) { return add_recipient(on, which, *options); });
  });
}

void add_recipient_list(CLI::App& group, command_line& line, const kind& which) {
  auto* list = group.add_subcommand("list", "List them");
  auto paging
    = std::make_shared<paging_options>(paging_options{.limit = max_page_entries, .cursor = {}});
  add_paging(*list, *paging);
  list->callback([&line, &which, paging] {
    line.choose([&which, paging](session& on) {
      std::vector<listed_field> fields{{"NAME", "name"}, {"DISPLAY NAME", "display_name"}};
      if (which.is_customer)
        fields.insert(fields.end(), {{"PORTAL", "portal_enabled"}, {"SERVICES", "services"}});
      return print_list(on, which.path, {}, *paging, fields);
    });
  });
}

void add_recipient_show(CLI::App& group, command_line& line, const kind& which) {
  auto* show = group.add_subcommand("show", "Show one");
  auto name = std::make_shared<std::string>();
  show->add_option("NAME", *name)->required();
  show->callback([&line, &which, name] {
    line.choose([&which, name](session& on) {
      return print_recipient(on, {"GET", path_of_recipient(which, *name), {}, {}});
    });
  });
}

void add_recipient_set(CLI::App& group, command_line& line, const kind& which) {
  auto* set = group.add_subcommand("set", "Change what is given, and leave the rest");
  auto options = std::make_shared<recipient_changes>();
  set->add_option("NAME", options->name)->required();
  set->add_option("--display-name", options->display_name, "Name for people");
  if (which.is_customer) {
    auto* services = set->add_option("--service", options->services, "All its services; repeated")
                       ->allow_extra_args(false);
    set->add_flag("--no-services", options->drops_services, "It has none")->excludes(services);
    add_on_off(*set, "--portal", options->portal,
               "Whether it may use the portal, with its own channels and preferences: on or off");
  }
  set->callback([&line, &which, options] {
    line.choose([&which, options](session& on) { return change_recipient(on, which, *options); });
  });
}

exit_code set_password(session& on, const std::string& name, const std::string& text) {
  auto& around = on.around();
  auto is_typed = text == "-" && around.input_terminal >= 0;
  auto password = is_typed ? ask_new_password(around.input_terminal, around.err, "admin/" + name)
                           : value_input{around.in}.resolve("--password", text);
  if (!password)
    return report_failure(password.error(), around);
  auto body = boost::json::serialize(boost::json::object{{"password", *password}});
  auto reply = on.call({"PUT", fmt::format("/admins/{}/password", url_escape(name)), body, {}});
  if (!reply)
    return reply.error();
  on.remark(fmt::format("the password of admin/{} is set, and its sessions have ended", name));
  return exit_code::ok;
}

void add_passwd(CLI::App& group, command_line& line) {
  auto* passwd = group.add_subcommand("passwd", "Set the password an admin signs in with");
  auto name = std::make_shared<std::string>();
  auto text = std::make_shared<std::string>("-");
  passwd->add_option("NAME", *name)->required();
  passwd->add_option("--password", *text,
                     "The password, at least 12 bytes: @FILE or - for standard input, where a "
                     "terminal asks for it");
  passwd->callback([&line, name, text] {
    line.choose([name, text](session& on) { return set_password(on, *name, *text); });
  });
}

exit_code make_portal_link(session& on, const std::string& name) {
  auto path = fmt::format("/customers/{}/portal-links", url_escape(name));
  auto reply = on.call({"POST", path, {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) { return cell(x, "url") + '\n'; });
  if (cell(reply->value, "url").starts_with('/'))
    on.around().err
      << "tocsin: server.public_url is not set: put the service's address in front of "
         "the link\n";
  return exit_code::ok;
}

void add_portal_link(CLI::App& group, command_line& line) {
  auto* link = group.add_subcommand("portal-link", "Create a link into the customer's portal, "
                                                   "valid once, within five minutes");
  auto name = std::make_shared<std::string>();
  link->add_option("NAME", *name)->required();
  link->callback(
    [&line, name] { line.choose([name](session& on) { return make_portal_link(on, *name); }); });
}

void add_kind(CLI::App& root, command_line& line, const kind& which) {
  auto* group = root.add_subcommand(which.name, which.help);
  group->require_subcommand(1);
  add_add(*group, line, which);
  add_recipient_list(*group, line, which);
  add_recipient_show(*group, line, which);
  add_recipient_set(*group, line, which);
  if (which.is_customer)
    add_portal_link(*group, line);
  else
    add_passwd(*group, line);
  auto* remove = group->add_subcommand("remove", "Remove one that has no channels");
  auto name = std::make_shared<std::string>();
  remove->add_option("NAME", *name)->required();
  remove->callback([&line, &which, name] {
    line.choose([&which, name](session& on) { return remove_recipient(on, which, *name); });
  });
}

} // namespace

void add_recipient_commands(CLI::App& root, command_line& line) {
  add_kind(root, line, admin_kind);
  add_kind(root, line, customer_kind);
}

} // namespace tocsin::cli
