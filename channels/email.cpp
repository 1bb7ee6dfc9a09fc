#include "channels/email.hpp"

#include "channels/email_message.hpp"
#include "channels/mail_address.hpp"
#include "channels/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>

namespace tocsin::channels {

namespace {

constexpr size_t max_recipients = 50;

/// The enhanced status code (RFC 3463) at the beginning of a reply, `5.7.8`; empty without one.
std::string_view enhanced_code(std::string_view text) {
  auto end = std::min(text.find(' '), text.size());
  auto code = text.substr(0, end);
  auto dots = std::count(code.begin(), code.end(), '.');
  auto is_code = code.size() >= 5 && code.size() <= 9 && dots == 2 && code[1] == '.'
                 && (code[0] == '2' || code[0] == '4' || code[0] == '5') && code.back() != '.'
                 && std::all_of(code.begin(), code.end(),
                                [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return is_code ? code : std::string_view{};
}

/// The class of a refusal after the session was set up.
outcome_class refusal_of_mail(const wire_reply& x, std::string_view enhanced) {
  if (x.code < 500)
    return outcome_class::retry;
  if (x.code == 530 || x.code == 534 || x.code == 535 || x.code == 538)
    return outcome_class::dead_endpoint;
  // A full mailbox may be emptied. At RCPT the code means just that (RFC 5321 §4.5.3.1.10).
  if (x.code == 552 && (x.step == smtp_step::rcpt || enhanced == "5.2.2"))
    return outcome_class::retry;
  return outcome_class::rejected;
}

outcome_class refusal_of(const wire_reply& x, std::string_view enhanced) {
  switch (x.step) {
  case smtp_step::greeting:
  case smtp_step::ehlo:
  case smtp_step::starttls:
  case smtp_step::auth: return x.code < 500 ? outcome_class::retry : outcome_class::dead_endpoint;
  default: return refusal_of_mail(x, enhanced);
  }
}

class email_adapter : public adapter {
public:
  email_adapter(std::shared_ptr<const smtp_server> server, mailbox from,
                std::vector<std::string> to, channel_templates templates)
    : server_{std::move(server)},
      from_{std::move(from)},
      to_{std::move(to)},
      templates_{std::move(templates)} {}

  expected<wire_request> make_request(const render_context& x) const override {
    smtp_request result;
    result.server = server_;
    std::vector<mailbox> to;
    for (auto& each : receivers_of(x)) {
      auto read = parse_mailbox(each);
      if (!read)
        return fail(errc::invalid_argument, "the destination is not a mail address");
      result.to.push_back(read->address);
      to.push_back(std::move(*read));
    }
    auto content = lay_out_mail(x, templates_);
    if (!content)
      return content.error();
    result.message = compose_mail(from_, to, x, *content);
    return wire_request{std::move(result)};
  }

  std::vector<std::string> destinations() const override { return to_; }

  std::string hint(const outcome& x) const override {
    if (x.code == to_string(wire_fault::encryption_missing))
      return "The server offers no STARTTLS: try encryption 'tls' with port 465.";
    if (x.code == to_string(wire_fault::auth_missing))
      return "The server accepts no password at this port: check port and encryption, or leave out "
             "the user name.";
    auto was_refused = x.code == to_string(wire_fault::auth_refused) || x.code.starts_with('5');
    if (x.stage == attempt_stage::auth && was_refused)
      return "The server refuses the user name or the password; some providers require an "
             "application password.";
    if (x.code.starts_with("530"))
      return "The server requires a user name and a password, or encryption.";
    if (x.kind == outcome_class::rejected)
      return "The server refuses this mail: check the sender's and the recipient's address.";
    return adapter::hint(x);
  }

protected:
  expected<request_view> describe(const render_context& x) const override {
    auto content = lay_out_mail(x, templates_);
    if (!content)
      return content.error();
    request_view result;
    result.method = "MAIL";
    result.url = fmt::format("smtp://{}:{}", server_->host, server_->port);
    result.encryption = to_string(server_->encryption);
    result.headers = {{"From", server_->from},
                      {"To", fmt::format("{}", fmt::join(receivers_of(x), ", "))},
                      {"Subject", std::move(content->subject)}};
    result.body = std::move(content->text);
    result.html = std::move(content->html);
    return result;
  }

  verdict classify_reply(const wire_reply& x, uint16_t refusal) const override {
    verdict result;
    auto enhanced = enhanced_code(x.body);
    result.code = fmt::format("{}{}{}", x.code, enhanced.empty() ? "" : " ", enhanced);
    result.text
      = x.body.substr(std::min(x.body.size(), enhanced.empty() ? 0 : enhanced.size() + 1));
    result.is_doubted
      = x.step == smtp_step::greeting && x.code >= 500 && refusal < refusal_believed;
    if (x.step == smtp_step::done)
      result.kind = outcome_class::delivered;
    else
      result.kind = result.is_doubted ? outcome_class::retry : refusal_of(x, enhanced);
    return result;
  }

  verdict classify_fault(const wire_reply& x) const override {
    // The server's own words say more than that the credentials were refused, where it had any.
    if (x.fault == wire_fault::auth_refused && x.code >= 400)
      return classify_reply(x, 1);
    return adapter::classify_fault(x);
  }

  std::vector<std::string> secrets() const override {
    auto& x = *server_;
    if (x.password.empty())
      return {};
    // As AUTH PLAIN and AUTH LOGIN write it: some servers say back the line that they refuse.
    auto plain = std::string{'\0'} + x.username + '\0' + x.password;
    return {x.password, to_base64(plain), to_base64(x.password)};
  }

private:
  /// What was planned while the settings could not be read names no destination: one mail goes to
  /// all of the channel's.
  std::vector<std::string> receivers_of(const render_context& x) const {
    return x.destination.empty() ? to_ : std::vector{std::string{x.destination}};
  }

  std::shared_ptr<const smtp_server> server_;
  mailbox from_;
  std::vector<std::string> to_;
  channel_templates templates_;
};

/// A host name or an address; checked as it becomes a part of a URL.
bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.'
           || c == '-' || c == ':' || c == '_';
  });
}

/// Whether `text` is an address: where that leads is known before a connection is made.
bool is_address(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1
         || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

void read_server(settings_reader& settings, smtp_server& server) {
  server.host = settings.required_text("host", 255);
  if (!server.host.empty() && !is_host(server.host))
    settings.complain("host", "invalid", "this is not the name of a host");
  else if (is_address(server.host) && !server.rules.allow(std::string_view{server.host}))
    settings.complain("host", "invalid",
                      "the address lies in a network that this channel may not reach");
  auto encryption = settings.text("encryption");
  if (encryption == "tls")
    server.encryption = mail_encryption::tls;
  else if (encryption == "none")
    server.encryption = mail_encryption::none;
  else if (!encryption.empty() && encryption != "starttls")
    settings.complain("encryption", "invalid", "'encryption' must be starttls, tls or none");
  auto usual_port = server.encryption == mail_encryption::tls ? 465 : 587;
  auto port = settings.integer("port", 1, 65535).value_or(usual_port);
  if (server.rules.is_public_only() && port < 1024 && port != 25 && port != 465 && port != 587)
    settings.complain("port", "invalid", "'port' must be 25, 465, 587, or 1024 or higher");
  server.port = static_cast<uint16_t>(port);
  server.username = settings.text("username", 255);
  server.password = settings.text("password", 1024);
  if (!server.username.empty() && server.password.empty() && !settings.has_complaint("password"))
    settings.complain("password", "required", "'password' is required with 'username'");
  if (server.username.empty() && !server.password.empty() && !settings.has_complaint("username"))
    settings.complain("username", "required", "'username' is required with 'password'");
}

} // namespace

std::unique_ptr<adapter> make_email(settings_reader& settings, const address_rules& rules) {
  auto server = std::make_shared<smtp_server>();
  server->rules = rules;
  read_server(settings, *server);
  auto from_text = settings.required_text("from", 320);
  auto from = parse_mailbox(from_text);
  if (!from && !from_text.empty())
    settings.complain("from", "invalid", "this is not a mail address");
  auto to = settings.required_list("to", max_recipients);
  for (size_t i = 0; i < to.size(); ++i)
    if (auto place = fmt::format("to/{}", i);
        !parse_mailbox(to[i]) && !settings.has_complaint(place))
      settings.complain(place, "invalid", "this is not a mail address");
  drop_repeated_addresses(to);
  if (from)
    server->from = from->address;
  channel_templates templates{settings, mail_parts()};
  return std::make_unique<email_adapter>(std::move(server), from.value_or(mailbox{}), std::move(to),
                                         std::move(templates));
}

} // namespace tocsin::channels
