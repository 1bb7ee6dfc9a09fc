#include "channels/transport/smtp_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace tocsin::channels {

namespace {

std::string url_of(const smtp_server& server, std::string_view ehlo_name) {
  auto scheme = server.encryption == mail_encryption::tls ? "smtps" : "smtp";
  auto is_v6 = server.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}/{}", scheme, is_v6 ? "[" : "", server.host, is_v6 ? "]" : "",
                     server.port, ehlo_name);
}

struct list_cleanup {
  void operator()(curl_slist* x) const { curl_slist_free_all(x); }
};

/// Addresses as RCPT names them.
std::unique_ptr<curl_slist, list_cleanup> paths_of(const std::vector<std::string>& addresses) {
  curl_slist* result = nullptr;
  for (auto& x : addresses)
    result = curl_slist_append(result, fmt::format("<{}>", x).c_str());
  return std::unique_ptr<curl_slist, list_cleanup>{result};
}

/// A limit of libcurl's own as the second line behind `limit`, which `on_progress` watches.
long seconds_behind(std::chrono::milliseconds limit) {
  return static_cast<long>(std::chrono::ceil<std::chrono::seconds>(limit).count() + 5);
}

/// libcurl keeps one more per handle. To make room it would say goodbye to the oldest, and wait for
/// its answer while the next mail waits.
constexpr size_t most_connections = 4;

} // namespace

smtp_session::smtp_session(const transport_options& options, const std::atomic<bool>& cut)
  : options_{options}, cut_{cut} {
  initialise_curl();
}

smtp_session::line::~line() {
  stop_listening();
}

void smtp_session::line::stop_listening() {
  for (auto socket : sockets)
    ::shutdown(socket, SHUT_RD);
}

smtp_session::~smtp_session() = default;

void smtp_session::close_connections() {
  lines_.clear();
}

void smtp_session::close_idle_lines() {
  auto limit = std::chrono::steady_clock::now() - options_.smtp_idle_limit;
  std::erase_if(lines_, [limit](auto& x) { return x.second.used_at < limit; });
}

void smtp_session::open(line& x) {
  x.easy.reset(curl_easy_init());
  auto* easy = x.easy.get();
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  leave_lookups_behind(easy);
  // The thread closes what is idle, and libcurl what is idle while other servers get mails over
  // the same line.
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, static_cast<long>(options_.smtp_idle_limit.count()));
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  // Spares a round trip, which some servers insist on.
  curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &smtp_session::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &smtp_session::on_upload);
  curl_easy_setopt(easy, CURLOPT_READDATA, this);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, &smtp_session::on_open);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, &x);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &smtp_session::on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &x);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &smtp_session::on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  if (!options_.ca_file.empty())
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  guard_.attach(easy);
}

void smtp_session::configure(const smtp_server& server) {
  auto* easy = line_->easy.get();
  auto or_null = [](const std::string& x) { return x.empty() ? nullptr : x.c_str(); };
  curl_easy_setopt(easy, CURLOPT_URL, url_of(server, options_.ehlo_name).c_str());
  // With anything less a server without STARTTLS is sent the password in clear.
  curl_easy_setopt(easy, CURLOPT_USE_SSL,
                   server.encryption == mail_encryption::none ? long{CURLUSESSL_NONE}
                                                              : long{CURLUSESSL_ALL});
  curl_easy_setopt(easy, CURLOPT_USERNAME, or_null(server.username));
  curl_easy_setopt(easy, CURLOPT_PASSWORD, or_null(server.password));
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds_behind(server.reply_timeout));
}

wire_reply smtp_session::send(const smtp_request& request) {
  auto started_at = std::chrono::steady_clock::now();
  auto result = attempt_once(request);
  auto is_stale = !guard_.opened() && dialogue_.where() == smtp_step::mail
                  && (result.code == 421 || result.fault == wire_fault::connection_lost);
  if (is_stale && !cut_)
    result = attempt_once(request);
  auto now = std::chrono::steady_clock::now();
  result.duration = std::chrono::duration_cast<std::chrono::microseconds>(now - started_at);
  result.received_at
    = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return result;
}

wire_reply smtp_session::attempt_once(const smtp_request& request) {
  choose_line(request);
  auto* easy = line_->easy.get();
  guard_.begin(server_->rules);
  dialogue_.begin(server_->encryption, !server_->username.empty(), request.to.size());
  error_[0] = '\0';
  unsent_ = request.message;
  connected_ = uploaded_ = timed_out_ = false;
  started_at_ = last_activity_ = std::chrono::steady_clock::now();
  auto from = fmt::format("<{}>", server_->from);
  auto recipients = paths_of(request.to);
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(unsent_.size()));
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request.on_new_connection ? 1L : 0L);
  // libcurl shares it out among the addresses of a name.
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(server_->connect_timeout.count()));
  auto code = curl_easy_perform(easy);
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, nullptr);
  line_->used_at = std::chrono::steady_clock::now();
  auto result = reply_of(code);
  line_ = nullptr;
  return result;
}

void smtp_session::choose_line(const smtp_request& request) {
  close_idle_lines();
  server_ = request.server;
  auto i = lines_.find(server_->encryption);
  if (i != lines_.end() && i->second.sockets.size() >= most_connections
      && (request.on_new_connection || i->second.configured_for != server_))
    lines_.erase(i);
  line_ = &lines_[server_->encryption];
  if (!line_->easy)
    open(*line_);
  if (line_->configured_for != server_) {
    configure(*server_);
    line_->configured_for = server_;
  }
}

wire_reply smtp_session::reply_of(CURLcode code) const {
  wire_reply result;
  result.code = dialogue_.code();
  result.body = dialogue_.text();
  if (code == CURLE_OK) {
    // So libcurl says only where the server took the mail.
    result.step = smtp_step::done;
    result.sent = true;
    result.stage = attempt_stage::accepted;
    return result;
  }
  result.step = dialogue_.where();
  result.sent = uploaded_ && dialogue_.where() >= smtp_step::content;
  result.stage = stage();
  result.error = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  auto was_refused = result.code >= 400;
  if (cut_ && code == CURLE_ABORTED_BY_CALLBACK)
    result.fault = wire_fault::stopped;
  else if (timed_out_)
    result.fault = wire_fault::timed_out;
  else if (dialogue_.auth_missing())
    result.fault = wire_fault::auth_missing;
  else if (guard_.refused())
    result.fault = wire_fault::address_refused;
  else if (code == CURLE_LOGIN_DENIED)
    result.fault = wire_fault::auth_refused;
  else if (!was_refused)
    // The code is that of the last good reply then and means nothing.
    result.fault = fault_of(code);
  if (timed_out_)
    result.error = "the server did not answer in time";
  else if (result.fault == wire_fault::auth_missing)
    // The session was broken off by us, of which libcurl knows only that it happened.
    result.error = "the server offers no way to sign in";
  return result;
}

attempt_stage smtp_session::stage() const {
  using enum smtp_step;
  auto encryption = server_->encryption;
  if (dialogue_.code() == 0 && dialogue_.where() == mail && !guard_.reused()) {
    if (!guard_.refused() && !guard_.opened())
      return attempt_stage::resolve;
    curl_off_t secured = 0;
    auto* easy = line_->easy.get();
    curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &secured);
    return encryption == mail_encryption::tls && was_connected(easy) && secured == 0
             ? attempt_stage::tls
             : attempt_stage::connect;
  }
  switch (dialogue_.where()) {
  case greeting: return attempt_stage::connect;
  case ehlo:
  case starttls:
    return encryption == mail_encryption::none ? attempt_stage::connect : attempt_stage::tls;
  case auth: return attempt_stage::auth;
  default: return attempt_stage::send;
  }
}

size_t smtp_session::on_header(char* line, size_t size, size_t count, void* self) {
  auto& session = *static_cast<smtp_session*>(self);
  session.last_activity_ = std::chrono::steady_clock::now();
  auto bytes = size * count;
  // The first line over a new connection is the greeting.
  if (session.guard_.opened() && session.dialogue_.code() == 0
      && session.dialogue_.where() == smtp_step::mail)
    session.dialogue_.connected();
  return session.dialogue_.on_line({line, bytes}) ? bytes : 0;
}

size_t smtp_session::on_upload(char* out, size_t size, size_t count, void* self) {
  auto& session = *static_cast<smtp_session*>(self);
  session.last_activity_ = std::chrono::steady_clock::now();
  auto bytes = std::min(size * count, session.unsent_.size());
  std::memcpy(out, session.unsent_.data(), bytes);
  session.unsent_.remove_prefix(bytes);
  session.uploaded_ = session.unsent_.empty();
  return bytes;
}

int smtp_session::on_open(void* of_line, curl_socket_t socket, curlsocktype) {
  static_cast<line*>(of_line)->sockets.insert(socket);
  return CURL_SOCKOPT_OK;
}

int smtp_session::on_close(void* of_line, curl_socket_t socket) {
  static_cast<line*>(of_line)->sockets.erase(socket);
  return ::close(socket);
}

void smtp_session::note_connection() {
  connected_ = true;
  last_activity_ = std::chrono::steady_clock::now();
  // What libcurl calls connecting goes on until AUTH is done.
  curl_easy_setopt(line_->easy.get(), CURLOPT_CONNECTTIMEOUT,
                   seconds_behind(server_->mail_timeout));
}

bool smtp_session::is_overdue() const {
  auto now = std::chrono::steady_clock::now();
  return now - last_activity_ > server_->reply_timeout
         || (!uploaded_ && now - started_at_ > server_->mail_timeout);
}

int smtp_session::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& session = *static_cast<smtp_session*>(self);
  // What is left is a goodbye, which is worth no wait.
  if (!session.line_ || session.dialogue_.refused())
    return 1;
  if (!session.connected_ && was_connected(session.line_->easy.get()))
    session.note_connection();
  session.timed_out_ = session.connected_ && session.is_overdue();
  if (!session.timed_out_ && !session.cut_)
    return 0;
  // libcurl may keep the connection even so, with an answer on its way that belongs to this mail.
  session.line_->stop_listening();
  return 1;
}

} // namespace tocsin::channels
