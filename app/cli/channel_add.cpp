#include "app/cli/channel_commands.hpp"
#include "app/cli/channel_draft.hpp"
#include "app/cli/json_text.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

/// The flags of one channel type: the draft, and where CLI11 writes those that are settings.
struct channel_add_options {
  channel_draft draft;
  bool only_try = false;
};

exit_code add_channel(session& on, const channel_add_options& options) {
  value_input input{on.around().in};
  auto body = channel_body(options.draft, input);
  if (!body)
    return report_failure(body.error(), on.around());
  auto path = options.only_try ? "/channels/test" : "/channels";
  auto reply = on.call({"POST", path, boost::json::serialize(*body), {}});
  if (!reply)
    return reply.error();
  if (options.only_try)
    return print_test(on, *reply);
  on.print(*reply, [](const boost::json::value& x) {
    return fmt::format("channel {} added: {} {} to {}\n", cell(x, "id"), cell(x, "type"),
                       cell(x, "name"), cell(x, "target"));
  });
  return exit_code::ok;
}

/// The command of one type under construction.
class type_command {
public:
  type_command(CLI::App& group, command_line& line, const std::string& name, const char* help,
               const std::string& type)
    : options_(std::make_shared<channel_add_options>()),
      command_(group.add_subcommand(name, help)) {
    options_->draft.type = type;
    // References into these must stay good while options are added.
    options_->draft.plain.reserve(max_settings);
    options_->draft.secret.reserve(max_settings);
    add_common();
    command_->callback([&line, options = options_] {
      line.choose([options](session& on) { return add_channel(on, *options); });
    });
  }

  type_command(CLI::App& group, command_line& line, const std::string& type, const char* help)
    : type_command(group, line, type, help, type) {}

  channel_draft& draft() { return options_->draft; }
  CLI::App& command() { return *command_; }

  CLI::Option* plain(const char* flag, const char* setting, const char* help) {
    auto& target = draft().plain.emplace_back(setting, "");
    return command_->add_option(flag, target.second, help);
  }

  CLI::Option* secret(const char* flag, const char* setting, const char* help) {
    auto& target = draft().secret.emplace_back(setting, "");
    return command_->add_option(flag, target.second, fmt::format("{} (or @FILE, or -)", help));
  }

  void many(const char* flag, std::vector<std::string>& target, const char* help) {
    command_->add_option(flag, target, help)->allow_extra_args(false);
  }

  void templates() {
    many("--template", draft().templates, "'TYPE/PART=TEMPLATE' (or @FILE, or -), TYPE * for all");
  }

private:
  static constexpr size_t max_settings = 8;

  void add_common() {
    auto& x = draft();
    command_->add_option("--name", x.name, "Name of the channel, unique per owner")->required();
    command_->add_option("--owner", x.owner, "admin/NAME or customer/NAME (admin/admin)");
    command_->add_flag("--disabled", x.disabled, "Add it without enabling it");
    command_->add_flag("--try", options_->only_try, "Send a test message and store nothing");
    many("--trigger", x.triggers, "TYPE=on or TYPE=off, if that is not the default");
    many("--include-customer", x.include_customers,
         "Accept only events of this customer; repeated");
    many("--exclude-customer", x.exclude_customers, "Accept no events of this customer; repeated");
    many("--include-service", x.include_services, "Accept only events of this service; repeated");
    many("--exclude-service", x.exclude_services, "Accept no events of this service; repeated");
    add_retry_options(*command_, x.retries);
  }

  std::shared_ptr<channel_add_options> options_;
  CLI::App* command_;
};

void add_email(CLI::App& group, command_line& line) {
  type_command email{group, line, "email", "A mailbox, through an SMTP server"};
  email.plain("--host", "host", "SMTP server")->required();
  email.command()
    .add_option("--port", email.draft().port, "Its port (587, or 465 with tls)")
    ->check(CLI::Range(1, 65535));
  email.plain("--encryption", "encryption", "starttls, tls or none (starttls)")
    ->check(CLI::IsMember({"starttls", "tls", "none"}));
  email.plain("--username", "username", "To log in with");
  email.secret("--password", "password", "To log in with");
  email.plain("--from", "from", "Sender")->required();
  email.command()
    .add_option("--to", email.draft().to, "Addresses; repeated, or separated by commas")
    ->required()
    ->delimiter(',')
    ->allow_extra_args(false);
  email.templates();
  email.many("--trigger-to", email.draft().trigger_to,
             "TYPE=ADDRESS, a separate address for a type");
}

void add_slack(CLI::App& group, command_line& line) {
  type_command slack{group, line, "slack", "A Slack channel, through an incoming webhook"};
  slack.secret("--webhook-url", "webhook_url", "URL of the incoming webhook")->required();
  slack.templates();
  slack.plain("--channel", "channel", "Another channel (legacy webhooks only)");
}

void add_discord(CLI::App& group, command_line& line) {
  type_command discord{group, line, "discord", "A Discord channel, through a webhook"};
  discord.secret("--webhook-url", "webhook_url", "URL of the webhook")->required();
  discord.templates();
  discord.plain("--thread-id", "thread_id", "A thread of the channel");
}

void add_telegram(CLI::App& group, command_line& line) {
  type_command telegram{group, line, "telegram", "A Telegram chat, through a bot"};
  telegram.secret("--bot-token", "bot_token", "Token of the bot")->required();
  telegram.plain("--chat-id", "chat_id", "Number of the chat, or @name of a public one")
    ->required();
  telegram.templates();
  telegram.plain("--topic-id", "topic_id", "A topic of the chat");
}

void add_webhook(CLI::App& group, command_line& line) {
  type_command webhook{group, line, "webhook", "Your own HTTP endpoint"};
  webhook.secret("--url", "url", "Where events are posted to")->required();
  webhook.templates();
  webhook.many("--header", webhook.draft().headers, "'NAME: VALUE' (or 'NAME: @FILE', 'NAME: -')");
  webhook.secret("--secret", "secret", "Key that signs the body (X-Signature-256)");
  webhook.secret("--previous-secret", "previous_secret",
                 "The previous key, while it is being replaced");
}

void add_pagerduty(CLI::App& group, command_line& line) {
  type_command pagerduty{group, line, "pagerduty", "A PagerDuty service (a webhook in its format)",
                         "webhook"};
  pagerduty.draft().plain.emplace_back("format", "pagerduty");
  pagerduty.secret("--routing-key", "routing_key", "Integration key, Events API v2")->required();
  pagerduty.secret("--url", "url", "Where its API is, if not events.pagerduty.com");
}

void add_opsgenie(CLI::App& group, command_line& line) {
  type_command opsgenie{group, line, "opsgenie", "An Opsgenie team (a webhook in its format)",
                        "webhook"};
  opsgenie.draft().plain.emplace_back("format", "opsgenie");
  opsgenie.secret("--api-key", "api_key", "API key of the integration")->required();
  opsgenie.secret("--url", "url", "Where its API is, if not api.opsgenie.com");
}

} // namespace

void add_channel_add(CLI::App& group, command_line& line) {
  auto* add = group.add_subcommand("add", "Add a channel");
  add->require_subcommand(1);
  add_email(*add, line);
  add_slack(*add, line);
  add_discord(*add, line);
  add_telegram(*add, line);
  add_webhook(*add, line);
  add_pagerduty(*add, line);
  add_opsgenie(*add, line);
}

} // namespace tocsin::cli
