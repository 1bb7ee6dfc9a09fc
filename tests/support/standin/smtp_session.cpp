#include "tests/support/standin/smtp_session.hpp"

#include "tests/support/standin/signatures.hpp"
#include "tests/support/standin/text_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tocsin::standin {

namespace {

/// Octets of a command line with its CRLF (RFC 5321, 4.5.3.1.4), and of one that carries SASL data
/// (RFC 4954, 4).
constexpr std::size_t max_command_line = 512;
constexpr std::size_t max_auth_line = 12288;
constexpr std::size_t max_recipients = 100;
constexpr std::string_view host_name = "standin.localhost";

std::pair<std::string, std::string_view> split_command(std::string_view line) {
  auto space = std::min(line.find(' '), line.size());
  return {in_upper_case(line.substr(0, space)), line.substr(std::min(space + 1, line.size()))};
}

} // namespace

smtp_session::smtp_session(const smtp_policy& policy, smtp_host& host, bool tls)
  : policy_(policy), host_(host), tls_(tls) {}

smtp_step smtp_session::greet() {
  step_ = {};
  run(smtp_stage::greeting, {}, [] { return smtp_reply{220, fmt::format("{} ESMTP", host_name)}; });
  // A server that greets with an error serves nobody.
  if (!step_.output.empty() && !step_.output.starts_with("220"))
    step_.next = smtp_next::close;
  return std::move(step_);
}

smtp_step smtp_session::consume(std::string_view bytes) {
  step_ = {};
  buffer_ += bytes;
  while (step_.next == smtp_next::read
         && (phase_ == phase::message ? consume_message() : consume_line())) {
  }
  if (!buffer_.empty())
    step_.when_idle.reset();
  return std::move(step_);
}

void smtp_session::tls_started() {
  tls_ = true;
  greeted_ = false;
  hide_auth_ = false;
  hide_starttls_ = false;
  envelope_ = {};
  buffer_.clear();
  phase_ = phase::command;
  reset_mail();
}

void smtp_session::run(smtp_stage stage, std::string_view line, const handler& ordinary) {
  auto script = host_.scripted(stage, line);
  if (script)
    step_.delay += script->delay;
  auto does = [&](script_action action) { return script && script->action == action; };
  if (stage == smtp_stage::ehlo) {
    hide_auth_ = does(script_action::hide_auth);
    hide_starttls_ = does(script_action::hide_starttls);
  }
  if (!script || does(script_action::proceed) || does(script_action::hide_auth)
      || does(script_action::hide_starttls))
    return say(ordinary(), line);
  bool positive = script->action == script_action::answer && script->status < 400;
  if (positive || script->accept_first) {
    if (auto answer = ordinary(); answer.code >= 400)
      return say(answer, line);
  } else {
    auto answered = script->action == script_action::answer;
    host_.refuse(current_mail(), {answered ? script->status : 0, answered ? script->body : ""},
                 fmt::format("scripted {}: {}", to_string(stage), line), true);
  }
  perform(*script);
}

void smtp_session::perform(const scripted_reply& script) {
  switch (script.action) {
  case script_action::answer:
    emit({script.status, script.body.empty() ? "scripted" : script.body});
    break;
  case script_action::stall: step_.next = smtp_next::stall; break;
  case script_action::reset: step_.next = smtp_next::reset; break;
  default: step_.next = smtp_next::close; break;
  }
}

void smtp_session::say(const smtp_reply& answer, std::string_view line) {
  if (answer.code >= 400)
    host_.refuse(current_mail(), answer, std::string{line}, false);
  emit(answer);
}

void smtp_session::emit(const smtp_reply& answer) {
  std::string_view rest = answer.text;
  for (;;) {
    auto end = rest.find('\n');
    bool last = end == std::string_view::npos;
    step_.output += fmt::format("{}{}{}\r\n", answer.code, last ? ' ' : '-', rest.substr(0, end));
    if (last)
      break;
    rest.remove_prefix(end + 1);
  }
  if (answer.code == 421)
    step_.next = smtp_next::close;
}

smtp_mail smtp_session::current_mail() const {
  return {envelope_, message_, tls_};
}

bool smtp_session::consume_line() {
  auto end = buffer_.find('\n');
  if (end == std::string::npos) {
    if (buffer_.size() > max_auth_line)
      say({421, "4.5.2 a line without end"}, buffer_.substr(0, 80));
    return false;
  }
  auto line = buffer_.substr(0, end + 1);
  buffer_.erase(0, end + 1);
  step_.when_idle.reset();
  bool carries_auth = phase_ != phase::command || in_upper_case(line.substr(0, 5)) == "AUTH ";
  if (!line.ends_with("\r\n"))
    say({421, "4.5.2 a line must end with CRLF, not with a bare LF"}, line);
  else if (line.size() > (carries_auth ? max_auth_line : max_command_line))
    say({500, "5.5.6 the line is too long"}, line.substr(0, 80));
  else
    on_line(std::string_view{line}.substr(0, line.size() - 2));
  return true;
}

void smtp_session::on_line(std::string_view line) {
  bool control = std::ranges::any_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (control)
    say({500, "5.5.2 control characters in a command"}, line);
  else if (phase_ == phase::command)
    on_command(line);
  else
    on_auth_line(line);
}

void smtp_session::on_command(std::string_view line) {
  auto [verb, argument] = split_command(line);
  if (verb == "EHLO" || verb == "HELO")
    return run(smtp_stage::ehlo, line,
               [&, a = argument, extended = verb == "EHLO"] { return on_ehlo(a, extended); });
  if (verb == "STARTTLS" && argument.empty())
    return run(smtp_stage::starttls, line, [&] { return on_starttls(); });
  if (verb == "AUTH")
    return on_auth(line, argument);
  if (verb == "MAIL")
    return run(smtp_stage::mail, line, [&, a = argument] { return on_mail(a); });
  if (verb == "RCPT")
    return run(smtp_stage::rcpt, line, [&, a = argument] { return on_rcpt(a); });
  if (verb == "DATA" && argument.empty())
    return run(smtp_stage::data, line, [&] { return on_data(); });
  on_plain_command(verb, line);
}

void smtp_session::on_plain_command(const std::string& verb, std::string_view line) {
  if (verb == "RSET") {
    reset_mail();
    say({250, "2.0.0 reset"}, line);
  } else if (verb == "NOOP") {
    say({250, "2.0.0 nothing done"}, line);
  } else if (verb == "VRFY") {
    say({252, "2.5.2 send a mail and see"}, line);
  } else if (verb == "HELP") {
    say({214, "2.0.0 see RFC 5321"}, line);
  } else if (verb == "QUIT") {
    say({221, "2.0.0 bye"}, line);
    step_.next = smtp_next::close;
  } else if (verb == "EXPN" || verb == "BDAT" || verb == "TURN") {
    say({502, "5.5.1 not implemented"}, line);
  } else {
    say({500, "5.5.2 not a command"}, line);
  }
}

smtp_reply smtp_session::on_ehlo(std::string_view argument, bool extended) {
  if (argument.empty() || argument.find(' ') != std::string_view::npos)
    return {501, "5.5.4 say who you are"};
  greeted_ = true;
  reset_mail();
  envelope_.helo = argument;
  auto text = fmt::format("{} greets {}", host_name, argument);
  if (!extended)
    return {250, std::move(text)};
  text += fmt::format("\nPIPELINING\nSIZE {}\n8BITMIME\nSMTPUTF8\nENHANCEDSTATUSCODES",
                      policy_.max_message_bytes);
  if (policy_.offers_starttls && !tls_ && !hide_starttls_)
    text += "\nSTARTTLS";
  if ((tls_ || !policy_.needs_tls) && !hide_auth_)
    text += "\nAUTH PLAIN LOGIN";
  return {250, std::move(text)};
}

smtp_reply smtp_session::on_starttls() {
  if (tls_)
    return {503, "5.5.1 TLS is already on"};
  if (!policy_.offers_starttls || hide_starttls_)
    return {502, "5.5.1 not offered"};
  if (!greeted_)
    return {503, "5.5.1 EHLO first"};
  if (!buffer_.empty())
    return {421, "4.7.0 nothing may follow STARTTLS in the clear"};
  step_.next = smtp_next::start_tls;
  return {220, "2.0.0 ready to start TLS"};
}

smtp_reply smtp_session::on_mail(std::string_view argument) {
  if (!greeted_)
    return {503, "5.5.1 EHLO first"};
  if (policy_.needs_tls && !tls_)
    return {530, "5.7.0 Must issue a STARTTLS command first"};
  if (policy_.needs_auth && envelope_.user.empty())
    return {530, "5.7.0 Authentication required"};
  if (has_sender_)
    return {503, "5.5.1 there is a sender already"};
  auto path = parse_smtp_path(argument, "FROM");
  if (!path)
    return {501, "5.5.4 the form is MAIL FROM:<address>"};
  if (auto refusal = check_mail_parameters(*path))
    return *refusal;
  if (!path->address.empty() && !is_mailbox(path->address, utf8_))
    return {501, "5.1.7 bad sender address"};
  has_sender_ = true;
  envelope_.from = path->address;
  return {250, "2.1.0 sender ok"};
}

std::optional<smtp_reply> smtp_session::check_mail_parameters(const smtp_path& path) {
  eight_bit_ = false;
  utf8_ = false;
  for (const auto& [key, value] : path.parameters) {
    if (key == "SIZE") {
      std::size_t size = 0;
      auto read = std::from_chars(value.data(), value.data() + value.size(), size);
      if (read.ec != std::errc{} || read.ptr != value.data() + value.size())
        return smtp_reply{501, "5.5.4 SIZE is not a number"};
      if (size > policy_.max_message_bytes)
        return smtp_reply{552, "5.3.4 the message is too big"};
    } else if (key == "BODY" && (value == "7BIT" || value == "8BITMIME")) {
      eight_bit_ = value == "8BITMIME";
    } else if (key == "SMTPUTF8" && value.empty()) {
      utf8_ = true;
    } else if (key != "AUTH") {
      return smtp_reply{555, "5.5.4 unknown parameter"};
    }
  }
  return std::nullopt;
}

smtp_reply smtp_session::on_rcpt(std::string_view argument) {
  if (!has_sender_)
    return {503, "5.5.1 MAIL first"};
  auto path = parse_smtp_path(argument, "TO");
  if (!path)
    return {501, "5.5.4 the form is RCPT TO:<address>"};
  if (!path->parameters.empty())
    return {555, "5.5.4 unknown parameter"};
  if (!is_mailbox(path->address, utf8_))
    return {501, "5.1.3 bad recipient address"};
  if (envelope_.recipients.size() >= max_recipients)
    return {452, "4.5.3 too many recipients"};
  envelope_.recipients.push_back(path->address);
  return {250, "2.1.5 recipient ok"};
}

smtp_reply smtp_session::on_data() {
  if (!has_sender_)
    return {503, "5.5.1 MAIL first"};
  if (envelope_.recipients.empty())
    return {554, "5.5.1 no valid recipients"};
  phase_ = phase::message;
  message_.clear();
  message_began_ = false;
  spoilt_.reset();
  return {354, "end with <CRLF>.<CRLF>"};
}

void smtp_session::reset_mail() {
  has_sender_ = false;
  envelope_.from.clear();
  envelope_.recipients.clear();
  message_.clear();
}

} // namespace tocsin::standin
