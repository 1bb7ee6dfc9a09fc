#include "app/cli/command_line.hpp"
#include "app/pki/authority.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace tocsin::cli {

namespace {

constexpr unsigned default_days = 365;

struct pki_options {
  std::string directory = "pki";
  pki::issue_request request;
  unsigned days = default_days;
  std::string revoked;
};

using pki_command = exit_code (*)(const pki_options&, surroundings&);

exit_code report_usage(const failure& x, surroundings& around) {
  around.err << "tocsin: " << x.detail << '\n';
  // Nothing was asked of the service: what is wrong are words or files of the command line.
  return exit_code::usage;
}

exit_code init(const pki_options& options, surroundings& around) {
  auto made = pki::authority::init(options.directory);
  if (!made)
    return report_usage(made.error(), around);
  around.out << fmt::format("created an authority; its key never has to leave {}\n"
                            "gate.authority_file = \"{}\"\ngate.revoked_file = \"{}\"\n",
                            options.directory, made->certificate_path().string(),
                            made->revoked_path().string());
  return exit_code::ok;
}

exit_code issue(const pki_options& options, surroundings& around) {
  auto from = pki::authority::open(options.directory);
  if (!from)
    return report_usage(from.error(), around);
  auto request = options.request;
  request.term = std::chrono::hours{24} * options.days;
  auto made = from->issue(request);
  if (!made)
    return report_usage(made.error(), around);
  auto is_panel = request.kind == pki::holder::panel;
  around.out << fmt::format(
    "certificate {}\nkey         {}\nname        {}, for {}\nfingerprint {}\nexpires     {}\n",
    made->certificate.string(), made->key.string(), made->name,
    is_panel ? "gate.panels" : "gate.nodes of other nodes", made->fingerprint,
    to_rfc3339(made->expires_at));
  return exit_code::ok;
}

exit_code revoke(const pki_options& options, surroundings& around) {
  auto from = pki::authority::open(options.directory);
  if (!from)
    return report_usage(from.error(), around);
  if (auto done = from->revoke(options.revoked); !done)
    return report_usage(done.error(), around);
  around.out << fmt::format("revoked; nodes that read {} reject its holder within seconds\n",
                            from->revoked_path().string());
  return exit_code::ok;
}

} // namespace

void add_pki_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("pki", "Certificates for panels and nodes");
  group->require_subcommand(1);
  auto options = std::make_shared<pki_options>();
  auto choose = [&line, options](CLI::App& command, pki_command what) {
    command.add_option("--dir", options->directory, "Directory of the authority")
      ->capture_default_str();
    command.callback([&line, options, what] {
      line.chosen = [options, what](const global_options&, surroundings& around) {
        return what(*options, around);
      };
    });
  };
  choose(*group->add_subcommand("init", "Create an authority"), init);
  auto* issuing = group->add_subcommand("issue", "Create a certificate and its key");
  issuing->require_subcommand(1);
  for (auto kind : {pki::holder::panel, pki::holder::node}) {
    auto is_node = kind == pki::holder::node;
    auto* command = issuing->add_subcommand(
      is_node ? "node" : "panel", is_node ? "For a tocsind" : "For one that sends events");
    command->add_option("name", options->request.name, "Its name")->required();
    command->add_option("--days", options->days, "How many days it is valid")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
    if (is_node)
      command
        ->add_option("--host", options->request.hosts,
                     "DNS name or address that clients connect to; repeated")
        ->required();
    command->parse_complete_callback([options, kind] { options->request.kind = kind; });
    choose(*command, issue);
  }
  auto* revoking = group->add_subcommand("revoke", "Revoke a certificate");
  revoking->add_option("certificate", options->revoked, "The certificate's file")->required();
  choose(*revoking, revoke);
}

} // namespace tocsin::cli
