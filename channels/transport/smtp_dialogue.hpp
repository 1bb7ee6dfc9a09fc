#pragma once

#include "channels/transport/wire.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::channels {

/// Follows an SMTP session by the server's replies, which is all that libcurl shows of it. It
/// knows how far a mail came and whether the server would take credentials.
class smtp_dialogue {
public:
  /// Begins a mail to so many recipients. Without a call of `connected` it goes over a connection
  /// from before, on which the next reply is the one to MAIL.
  void begin(mail_encryption encryption, bool has_credentials, size_t recipients);

  /// A connection was opened: the greeting comes next.
  void connected();

  /// Takes one line of a reply. Returns false where the session must end here: credentials are
  /// set, the server takes none, and the mail would go out without.
  bool on_line(std::string_view line);

  smtp_step where() const { return step_; }

  /// Whether the server did not offer AUTH although credentials are set.
  bool auth_missing() const { return auth_missing_; }

  /// Whether the last reply refused the mail: libcurl only says goodbye after it.
  bool refused() const { return refused_; }

  /// The code of the last complete reply since `begin`; 0 before the first.
  int code() const { return code_; }

  /// The last complete reply without its code, its lines joined with spaces; up to 1 KiB.
  const std::string& text() const { return text_; }

private:
  bool on_reply();
  bool on_capabilities();

  smtp_step step_ = smtp_step::mail;
  bool wants_tls_ = false;
  bool has_tls_ = false;
  bool has_credentials_ = false;
  bool offers_auth_ = false;
  bool auth_missing_ = false;
  /// The recipients that the server has not taken yet.
  size_t recipients_left_ = 0;
  bool refused_ = false;
  int code_ = 0;
  std::string text_;
  /// The reply that is being read.
  std::string partial_;
};

} // namespace tocsin::channels
