#pragma once

#include "channels/transport/address_probe.hpp"
#include "channels/transport/curl_support.hpp"
#include "channels/transport/transport.hpp"
#include "channels/transport/transport_options.hpp"
#include "channels/transport/wire.hpp"
#include "messages/steady_time.hpp"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::channels {

/// Who is told, with `data`, of each socket that libcurl opens for a connection or is done with.
struct socket_hooks {
  curl_sockopt_callback opened;
  curl_closesocket_callback close;
  void* data;
};

/// One HTTP request on its way, in a libcurl handle that is used again and again: `start` sets
/// only what differs from the request before. Not thread-safe; lives on the HTTP thread.
class http_exchange {
public:
  http_exchange(const transport_options& options, const socket_hooks& sockets);

  http_exchange(const http_exchange&) = delete;
  http_exchange& operator=(const http_exchange&) = delete;

  /// Prepares the handle for `request`.
  void start(std::shared_ptr<transport::sink> to, uint64_t cookie, http_request request,
             steady_time now);

  /// Prepares the handle for what comes after a transfer that ended with `code`: behind a proxy,
  /// the request itself once its addresses were looked up, or the same through the next address
  /// where the proxy could not reach the one before. All of it shares the time of one request.
  /// False where nothing comes after it.
  bool go_on(CURLcode code, steady_time now);

  /// What came of it, given libcurl's result for it. The exchange may be started again.
  wire_reply finish(CURLcode code, steady_time now);

  /// As `finish`, for a transfer that is cut short by `stop`.
  wire_reply abandon(steady_time now);

  CURL* easy() const { return easy_.get(); }
  /// Who hears of it; nullptr between two requests.
  const std::shared_ptr<transport::sink>& to() const { return to_; }
  uint64_t cookie() const { return cookie_; }

  /// The exchange that a handle belongs to.
  static http_exchange& of(CURL* easy);

private:
  static size_t on_body(char* bytes, size_t size, size_t count, void* self);

  void begin_probe();
  bool failed_behind_proxy(CURLcode code) const;
  void use_proxy(const std::string& pinned);
  void configure(const http_target& target);
  void set_url(const std::string& url);
  void link_headers();
  attempt_stage stage_of(wire_fault fault) const;
  bool was_sent() const;
  void release();

  address_guard guard_;
  address_probe probe_;
  /// The addresses are looked up first for this request.
  bool looked_up_ = false;
  /// How many of the addresses that were found had their turn.
  size_t tried_ = 0;
  /// What CURLOPT_CONNECT_TO points to: the address behind the proxy.
  std::string pinned_text_;
  curl_slist pinned_{};
  std::array<char, CURL_ERROR_SIZE> error_{};
  /// The nodes of the header list point into the target and the request.
  std::vector<curl_slist> header_nodes_;
  std::shared_ptr<transport::sink> to_;
  uint64_t cookie_ = 0;
  http_request request_;
  /// What the handle is set up for.
  std::shared_ptr<const http_target> configured_for_;
  /// The target's URL taken apart, so that libcurl need not do it for each request.
  std::unique_ptr<CURLU, url_cleanup> url_;
  bool is_https_ = false;
  std::string body_;
  bool body_is_cut_ = false;
  /// Empty without a proxy.
  std::string proxy_;
  /// For all transfers of one request together.
  std::chrono::milliseconds total_timeout_;
  steady_time started_at_{};
  /// Declared last, as it refers to all of the above.
  easy_handle easy_;
};

} // namespace tocsin::channels
