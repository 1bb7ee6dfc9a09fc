#pragma once

#include "channels/transport/curl_support.hpp"
#include "channels/transport/smtp_dialogue.hpp"
#include "channels/transport/transport.hpp"
#include "channels/transport/transport_options.hpp"
#include "channels/transport/wire.hpp"
#include "messages/steady_time.hpp"

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string_view>

namespace tocsin::channels {

/// Sends mails one after the other, on the thread that calls, over connections that stay open for
/// a while per server and user.
class smtp_session {
public:
  /// Once `cut` is true, what is in progress ends within about a second.
  smtp_session(const transport_options& options, const std::atomic<bool>& cut);
  ~smtp_session();

  smtp_session(const smtp_session&) = delete;
  smtp_session& operator=(const smtp_session&) = delete;

  /// Sends one mail and waits for the server's last word. A connection from before that turns out
  /// to be gone before the mail was under way is replaced, once and silently.
  wire_reply send(const smtp_request& request);

  /// Says goodbye to the servers.
  void close_connections();

private:
  static size_t on_header(char* line, size_t size, size_t count, void* self);
  static size_t on_upload(char* out, size_t size, size_t count, void* self);
  static int on_open(void* of_line, curl_socket_t socket, curlsocktype purpose);
  static int on_close(void* of_line, curl_socket_t socket);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  /// Connections with one kind of encryption.
  struct line {
    line() = default;
    ~line();

    line(const line&) = delete;
    line& operator=(const line&) = delete;

    /// Reads no more from any connection: libcurl does not use them again, and waits for no answer
    /// to the QUIT that it sends when it closes them.
    void stop_listening();

    std::set<curl_socket_t> sockets;
    std::shared_ptr<const smtp_server> configured_for;
    steady_time used_at{};
    /// Declared last, as its end closes the sockets.
    easy_handle easy;
  };

  void open(line& x);
  /// Closes what nobody used for as long as connections may be idle.
  void close_idle_lines();
  /// Sets `line_` up for `request`.
  void choose_line(const smtp_request& request);
  void configure(const smtp_server& server);
  /// From here on the time for connecting no longer counts.
  void note_connection();
  /// Whether the server took longer than it may once there is a connection.
  bool is_overdue() const;
  wire_reply attempt_once(const smtp_request& request);
  wire_reply reply_of(CURLcode code) const;
  attempt_stage stage() const;

  transport_options options_;
  const std::atomic<bool>& cut_;
  address_guard guard_;
  smtp_dialogue dialogue_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  /// Where the mail in progress goes, or the last one went.
  std::shared_ptr<const smtp_server> server_;
  std::string_view unsent_;
  bool connected_ = false;
  bool uploaded_ = false;
  bool timed_out_ = false;
  steady_time started_at_{};
  /// When anything last moved.
  steady_time last_activity_{};
  /// The one in use; null between mails.
  line* line_ = nullptr;
  /// Apart, as libcurl takes a connection in clear for one that STARTTLS secures.
  std::map<mail_encryption, line> lines_;
};

} // namespace tocsin::channels
