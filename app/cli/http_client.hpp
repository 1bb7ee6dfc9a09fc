#pragma once

#include "messages/failure.hpp"
#include "messages/timestamp.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::cli {

struct http_request {
  std::string method;
  /// Below `/api/v1`, with its query.
  std::string path;
  /// JSON; no body is sent where it is empty.
  std::string body;
  /// More header lines, for example `Idempotency-Key: x`.
  std::vector<std::string> headers;
  /// What `path` is below, after the URL of the service.
  std::string root = "/api/v1";
};

struct http_reply {
  int status = 0;
  std::string body;
  /// The service's clock, to the second, where it says it.
  std::optional<timestamp> date = std::nullopt;
  /// When the certificate ends that it showed; nothing without TLS.
  std::optional<timestamp> certificate_expires_at = std::nullopt;
  /// After how long a refused request may come again; 1 s where the answer does not say.
  std::chrono::seconds retry_after{1};

  bool is_success() const { return status >= 200 && status <= 299; }
};

/// Talks to one Tocsin over a connection that is kept. Redirects are not followed and proxies not
/// asked, so that the token reaches nobody but the host of the URL. Not thread-safe.
class http_client {
public:
  /// `base_url` as `check_base_url` accepts it; an empty `token` sends none. `ca_file` has the
  /// authorities to trust for https, in PEM; empty: those of the system.
  http_client(std::string base_url, std::string token, std::string ca_file = {});
  ~http_client();

  http_client(http_client&&) noexcept;
  http_client& operator=(http_client&&) noexcept;

  const std::string& base_url() const { return base_url_; }

  /// How long an answer may take, since a test of a channel waits for its provider.
  static constexpr std::chrono::milliseconds longest_answer{120'000};

  /// Sends `request` and waits for the answer: 5 s for the connection, `limit` in all, which is
  /// more than nothing. Errors: unavailable, where no answer came.
  expected<http_reply> send(const http_request& request,
                            std::chrono::milliseconds limit = longest_answer);

  /// Sends `request` and passes on a body that goes on, piece by piece as it comes, until it ends
  /// or `goes_on`, which is asked several times a second, says no. A body that comes with another
  /// status than 200 is in the reply instead. Errors: unavailable, where no answer came, or the
  /// connection was lost or silent for 45 s (the service says something every 15 s).
  expected<http_reply> follow(const http_request& request,
                              const std::function<void(std::string_view)>& on_text,
                              const std::function<bool()>& goes_on);

private:
  struct header_list;

  /// Sets the handle up for `request`; `headers` has those that come first, and must outlive the
  /// transfer.
  void prepare(const http_request& request, header_list& headers);

  /// Calls `transfer` with the handle. The reply has the status.
  template <class Transfer>
  expected<http_reply> perform(Transfer transfer);

  struct handle_deleter {
    void operator()(void* handle) const;
  };

  std::string base_url_;
  std::string token_;
  std::string ca_file_;
  std::unique_ptr<void, handle_deleter> handle_;
};

/// Accepts `http://host[:port]` and `https://…`, with a path before `/api/v1` if there must be one;
/// gives it without a slash at the end.
/// Errors: invalid_argument for all else, user names and passwords in the URL included.
expected<std::string> check_base_url(std::string_view url);

/// Percent-encodes all but the unreserved characters of RFC 3986, for one segment or value.
std::string url_escape(std::string_view text);

/// Names and values of a query.
using query_parameters = std::vector<std::pair<std::string, std::string>>;

/// `?a=b&c=d` of those parameters that have a value; empty where none has.
std::string url_query(const query_parameters& parameters);

} // namespace tocsin::cli
