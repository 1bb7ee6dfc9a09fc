#include "app/cli/command_line.hpp"
#include "app/cli/listing.hpp"

#include <CLI/CLI.hpp>

namespace tocsin::cli {

namespace {

struct audit_list_options {
  std::string author;
  std::string object;
  std::string since;
  paging_options paging;
};

exit_code list_entries(session& on, const audit_list_options& options) {
  return print_list(
    on, "/audit",
    {{"author", options.author}, {"object", options.object}, {"since", options.since}},
    options.paging,
    {{"AT", "at"},
     {"AUTHOR", "author.kind"},
     {"ID", "author.id"},
     {"NAME", "author.name"},
     {"ACTION", "action"},
     {"OBJECT", "object"}});
}

} // namespace

void add_audit_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("audit", "Who changed what");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "List changes, newest first");
  auto options = std::make_shared<audit_list_options>();
  list->add_option("--author", options->author,
                   "Only by token/ID, admin/NAME, customer/NAME, or of a kind alone");
  list->add_option("--object", options->object,
                   "Only of this object and what belongs to it, for example customer/acme");
  list->add_option("--since", options->since, "Only from this RFC 3339 instant on");
  add_paging(*list, options->paging);
  list->callback([&line, options] {
    line.choose([options](session& on) { return list_entries(on, *options); });
  });
}

} // namespace tocsin::cli
