#pragma once

#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/record.hpp"
#include "tests/support/standin/script.hpp"
#include "tests/support/standin/smtp_syntax.hpp"

#include <functional>

namespace tocsin::standin {

/// How one SMTP listener behaves.
struct smtp_policy {
  /// `starttls`, `tls` or `plain`.
  std::string name;
  bool offers_starttls = false;
  /// AUTH is neither offered nor taken, and no mail either, before TLS.
  bool needs_tls = false;
  bool needs_auth = false;
  std::string user;
  std::string password;
  /// What SIZE announces.
  std::size_t max_message_bytes = 10 * 1024 * 1024;
};

/// A mail or what there is of it.
struct smtp_mail {
  mail_envelope envelope;
  std::string message;
  bool tls = false;
};

/// One reply of the server.
struct smtp_reply {
  int code;
  /// May have several lines, separated by `\n`.
  std::string text;
};

/// What the session needs from outside.
class smtp_host {
public:
  virtual ~smtp_host() = default;
  /// The script for this stage and command line, if there is one.
  virtual std::optional<scripted_reply> scripted(smtp_stage stage, std::string_view line) = 0;
  /// Takes a complete mail. Returns its number.
  virtual std::uint64_t accept(smtp_mail mail) = 0;
  /// Is told of every negative reply and every broken-off conversation (then the code is 0).
  virtual void refuse(smtp_mail mail, smtp_reply answer, std::string reason, bool scripted) = 0;
};

/// What the listener is to do next.
enum class smtp_next : std::uint8_t { read, start_tls, stall, reset, close };

struct smtp_step {
  /// To be written before anything else.
  std::string output;
  smtp_next next = smtp_next::read;
  /// Waited before the output is written.
  std::chrono::milliseconds delay{0};
  /// If set: unless the client sends something within its delay, write this reply and close.
  std::optional<scripted_reply> when_idle;
};

/// The server's side of one SMTP conversation (RFC 5321, 3207, 4954) as a state machine without
/// I/O. Strict: a bare LF or CR, a line above 998 octets, an unstuffed leading dot, NUL and
/// undeclared 8-bit content are refused, and the message must satisfy `check_mail_message`.
class smtp_session {
public:
  /// `tls`: the connection is encrypted from its first byte.
  smtp_session(const smtp_policy& policy, smtp_host& host, bool tls);

  /// The step that opens the conversation.
  smtp_step greet();

  /// Takes bytes as they arrive, in pieces of any size.
  smtp_step consume(std::string_view bytes);

  /// Is told that the handshake asked for by `start_tls` is done: forgets everything before.
  void tls_started();

private:
  enum class phase : std::uint8_t { command, auth_plain, auth_user, auth_password, message };
  using handler = std::function<smtp_reply()>;

  void run(smtp_stage stage, std::string_view line, const handler& ordinary);
  void perform(const scripted_reply& script);
  void say(const smtp_reply& answer, std::string_view line);
  void emit(const smtp_reply& answer);
  smtp_mail current_mail() const;

  bool consume_line();
  void on_line(std::string_view line);
  void on_command(std::string_view line);
  void on_plain_command(const std::string& verb, std::string_view line);
  smtp_reply on_ehlo(std::string_view argument, bool extended);
  smtp_reply on_starttls();
  void on_auth(std::string_view line, std::string_view argument);
  void on_auth_line(std::string_view line);
  smtp_reply check_credentials(std::string_view user, std::string_view password);
  smtp_reply on_mail(std::string_view argument);
  smtp_reply on_rcpt(std::string_view argument);
  smtp_reply on_data();
  std::optional<smtp_reply> check_mail_parameters(const smtp_path& path);
  void reset_mail();

  bool consume_message();
  void on_message_line(std::string_view line);
  void spoil(std::string_view why);
  smtp_reply finish_message();

  const smtp_policy& policy_;
  smtp_host& host_;
  bool tls_;
  phase phase_ = phase::command;
  std::string buffer_;
  smtp_step step_;

  bool greeted_ = false;
  bool hide_auth_ = false;
  bool hide_starttls_ = false;
  bool has_sender_ = false;
  bool eight_bit_ = false;
  bool utf8_ = false;
  std::string auth_user_;
  mail_envelope envelope_;
  std::string message_;
  bool message_began_ = false;
  /// The first offence found while reading the message.
  fault spoilt_;
};

} // namespace tocsin::standin
