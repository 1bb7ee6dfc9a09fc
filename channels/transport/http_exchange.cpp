#include "channels/transport/http_exchange.hpp"

#include <curl/header.h>

#include <utility>

namespace tocsin::channels {

namespace {

/// Keeps libcurl from waiting for `100 Continue`, which it does with bodies of more than a
/// megabyte.
char no_expect[] = "Expect:";
constexpr size_t expecting_bytes = 1024 * 1024;

/// Above this a kept buffer goes back to the system.
constexpr size_t kept_body_bytes = 4096;

template <class T>
T info(CURL* easy, CURLINFO what) {
  T result{};
  curl_easy_getinfo(easy, what, &result);
  return result;
}

} // namespace

http_exchange::http_exchange(const transport_options& options, const socket_hooks& sockets)
  : proxy_{options.proxy}, total_timeout_{options.total_timeout}, easy_{curl_easy_init()} {
  auto* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  // Empty they keep libcurl from asking the environment.
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy_.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &http_exchange::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, sockets.opened);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, sockets.data);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, sockets.close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, sockets.data);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, static_cast<long>(options.http_idle_limit.count()));
  leave_lookups_behind(easy);
  if (!options.ca_file.empty())
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  guard_.attach(easy);
}

void http_exchange::start(std::shared_ptr<transport::sink> to, uint64_t cookie,
                          http_request request, steady_time now) {
  to_ = std::move(to);
  cookie_ = cookie;
  request_ = std::move(request);
  started_at_ = now;
  error_[0] = '\0';
  body_is_cut_ = false;
  if (configured_for_ != request_.target) {
    configure(*request_.target);
    configured_for_ = request_.target;
  }
  link_headers();
  auto* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(total_timeout_.count()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request_.body.size()));
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request_.on_new_connection ? 1L : 0L);
  // Kept, those that nobody uses again would push others out.
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, request_.on_new_connection ? 1L : 0L);
  // Only TLS can agree on HTTP/2, which would let other requests join the new connection.
  auto may_share = is_https_ && !request_.on_new_connection;
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   may_share ? long{CURL_HTTP_VERSION_2TLS} : long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER,
                   header_nodes_.empty() ? nullptr : header_nodes_.data());
  probe_.reset();
  tried_ = 0;
  looked_up_ = !proxy_.empty() && !request_.target->rules.allow_all();
  if (looked_up_)
    begin_probe();
  else if (!proxy_.empty())
    use_proxy({});
  else
    guard_.begin(request_.target->rules);
}

/// Looks the addresses up without the proxy, and without a connection from before.
void http_exchange::begin_probe() {
  auto* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, nullptr);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  guard_.begin(request_.target->rules);
  probe_.begin(easy, request_.target->rules);
}

bool http_exchange::go_on(CURLcode code, steady_time now) {
  // What may have been sent is not sent to another address.
  if (code == CURLE_OK || guard_.ready() || tried_ == probe_.found().size())
    return false;
  if (tried_ > 0 && !failed_behind_proxy(code))
    return false;
  auto left = std::chrono::floor<std::chrono::milliseconds>(started_at_ + total_timeout_ - now);
  if (left.count() <= 0)
    return false;
  curl_easy_setopt(easy_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  error_[0] = '\0';
  curl_easy_setopt(easy_.get(), CURLOPT_FRESH_CONNECT, request_.on_new_connection ? 1L : 0L);
  use_proxy(probe_.found()[tried_++]);
  return true;
}

/// Whether the proxy answered, or took the connection, and got no further: to another address it
/// may. What it has against us, or the target's TLS, is the same at each address.
bool http_exchange::failed_behind_proxy(CURLcode code) const {
  auto* easy = easy_.get();
  auto answer = info<long>(easy, CURLINFO_HTTP_CONNECTCODE);
  auto is_silent = answer == 0 && code == CURLE_OPERATION_TIMEDOUT && was_connected(easy);
  return answer >= 500 || is_silent;
}

/// Has the request go through the proxy, and from there to the address `pinned` where it is set:
/// what the proxy made of the name would be looked at by nobody.
void http_exchange::use_proxy(const std::string& pinned) {
  auto* easy = easy_.get();
  // For any host and port of the URL.
  pinned_text_ = "::" + pinned;
  pinned_ = {pinned_text_.data(), nullptr};
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy_.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, pinned.empty() ? nullptr : &pinned_);
  // Without a tunnel plain HTTP would go by the name all the same.
  curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, pinned.empty() ? 0L : 1L);
  guard_.attach(easy);
  // The address of the proxy is the operator's choice.
  guard_.begin(address_rules::any());
}

void http_exchange::configure(const http_target& target) {
  auto* easy = easy_.get();
  set_url(target.url);
  is_https_ = target.url.starts_with("https:");
  // Only with HTTP/2 it pays to wait for a connection to share.
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, is_https_ ? 1L : 0L);
}

/// Where libcurl cannot take the URL apart it is left to say so when the request begins.
void http_exchange::set_url(const std::string& url) {
  auto* easy = easy_.get();
  std::unique_ptr<CURLU, url_cleanup> parts{curl_url()};
  // As the transfer itself would.
  auto fault = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(),
                            CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_CURLU, fault == CURLUE_OK ? parts.get() : nullptr);
  url_ = std::move(parts);
}

void http_exchange::link_headers() {
  header_nodes_.clear();
  header_nodes_.reserve(request_.target->headers.size() + request_.headers.size() + 1);
  // libcurl only reads the list, though its type does not say so.
  auto add = [this](char* text) { header_nodes_.push_back({text, nullptr}); };
  for (auto& header : request_.target->headers)
    add(const_cast<char*>(header.c_str()));
  for (auto& header : request_.headers)
    add(header.data());
  if (request_.body.size() > expecting_bytes)
    add(no_expect);
  for (size_t i = 1; i < header_nodes_.size(); ++i)
    header_nodes_[i - 1].next = &header_nodes_[i];
}

size_t http_exchange::on_body(char* bytes, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<http_exchange*>(self);
  auto offered = size * count;
  auto room = exchange.request_.target->max_reply_bytes - exchange.body_.size();
  exchange.body_.append(bytes, std::min(offered, room));
  if (offered <= room)
    return offered;
  exchange.body_is_cut_ = true;
  // Ends the transfer: nobody has to read to the end what may never end.
  return 0;
}

wire_reply http_exchange::finish(CURLcode code, steady_time now) {
  auto* easy = easy_.get();
  wire_reply result;
  result.code = static_cast<int>(info<long>(easy, CURLINFO_RESPONSE_CODE));
  if (code == CURLE_OK || body_is_cut_) {
    result.sent = true;
    result.stage = attempt_stage::accepted;
  } else {
    auto refused = guard_.refused() || probe_.refused();
    result.fault = refused ? wire_fault::address_refused : fault_of(code);
    result.sent = was_sent();
    result.stage
      = result.sent && result.code >= 300 ? attempt_stage::accepted : stage_of(result.fault);
    result.error = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    if (looked_up_ && result.fault == wire_fault::unresolved)
      result.error
        += " (with transport.proxy set, names of channels that may not reach every address "
           "must resolve on the service's own host too)";
  }
  curl_header* header = nullptr;
  if (result.code >= 300
      && curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
    result.retry_after = header->value;
  if (!body_.empty())
    result.body = body_.size() > kept_body_bytes ? std::exchange(body_, {}) : body_;
  result.duration = std::chrono::duration_cast<std::chrono::microseconds>(now - started_at_);
  release();
  return result;
}

wire_reply http_exchange::abandon(steady_time now) {
  wire_reply result;
  result.fault = wire_fault::stopped;
  result.sent = was_sent();
  result.stage = stage_of(result.fault);
  result.error = "cut short because the service was stopping";
  result.duration = std::chrono::duration_cast<std::chrono::microseconds>(now - started_at_);
  release();
  return result;
}

attempt_stage http_exchange::stage_of(wire_fault fault) const {
  auto* easy = easy_.get();
  if (fault == wire_fault::unresolved)
    return attempt_stage::resolve;
  if (fault == wire_fault::unreachable || fault == wire_fault::address_refused)
    return attempt_stage::connect;
  if (fault == wire_fault::tls_failed)
    return attempt_stage::tls;
  if (info<curl_off_t>(easy, CURLINFO_NAMELOOKUP_TIME_T) == 0)
    return attempt_stage::resolve;
  if (!was_connected(easy))
    return attempt_stage::connect;
  if (is_https_ && info<curl_off_t>(easy, CURLINFO_APPCONNECT_TIME_T) == 0)
    return attempt_stage::tls;
  return attempt_stage::send;
}

bool http_exchange::was_sent() const {
  auto* easy = easy_.get();
  auto uploaded = info<curl_off_t>(easy, CURLINFO_SIZE_UPLOAD_T);
  return info<long>(easy, CURLINFO_REQUEST_SIZE) > 0
         && static_cast<size_t>(uploaded) == request_.body.size();
}

void http_exchange::release() {
  to_.reset();
  body_.clear();
  request_.body.clear();
  request_.headers.clear();
  request_.target.reset();
}

http_exchange& http_exchange::of(CURL* easy) {
  char* self = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return *reinterpret_cast<http_exchange*>(self);
}

} // namespace tocsin::channels
