#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tocsin {

/// A request to a provider as it may be shown: without the channel's secrets.
struct request_view {
  /// `POST`; for a mail `MAIL`.
  std::string method;
  /// Scheme, host and port; the path is left out where it is secret. `smtp://mail.example.com:587`
  /// for a mail.
  std::string url;
  /// For a mail `starttls`, `tls` or `none`; else empty.
  std::string encryption;
  /// Name and value; for a mail sender, recipient and subject.
  std::vector<std::pair<std::string, std::string>> headers;
  /// For a mail the text part.
  std::string body;
  /// For a mail the HTML part; else empty.
  std::string html;
};

} // namespace tocsin
