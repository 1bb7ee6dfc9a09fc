#include "app/cli/http_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tocsin::cli {

struct http_client::header_list {
  curl_slist* first = nullptr;

  ~header_list() { curl_slist_free_all(first); }
  void add(const std::string& line) { first = curl_slist_append(first, line.c_str()); }
};

namespace {

constexpr long connect_timeout_ms = 5'000;
/// No answer of the API comes near this; it keeps a wrong server from filling the memory.
constexpr size_t max_answer_bytes = 64u << 20;

size_t append_body(char* bytes, size_t one, size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  if (body.size() + one * count > max_answer_bytes)
    return 0;
  body.append(bytes, one * count);
  return one * count;
}

/// A time as a `Date` header or a certificate has it.
std::optional<timestamp> parse_date(const std::string& text) {
  auto seconds = curl_getdate(text.c_str(), nullptr);
  if (seconds < 0)
    return std::nullopt;
  return timestamp{std::chrono::seconds{seconds}};
}

/// The value of the header `line` where its name, with the colon, is `name`.
std::optional<std::string> value_of(const std::string& line, std::string_view name) {
  if (line.size() <= name.size() || curl_strnequal(line.c_str(), name.data(), name.size()) == 0)
    return std::nullopt;
  return line.substr(std::min(line.find_first_not_of(' ', name.size()), line.size()));
}

/// A pause as `Retry-After` has it, in seconds; what is no number of them counts as one.
std::chrono::seconds parse_pause(const std::string& text) {
  uint32_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds{std::max(seconds, 1u)};
}

size_t read_header(char* bytes, size_t one, size_t count, void* target) {
  auto& reply = *static_cast<http_reply*>(target);
  std::string line{bytes, one * count};
  if (auto date = value_of(line, "date:"))
    reply.date = parse_date(*date);
  if (auto pause = value_of(line, "retry-after:"))
    reply.retry_after = parse_pause(*pause);
  return one * count;
}

/// The end of the certificate that the server itself showed, the first of its chain.
std::optional<timestamp> certificate_end(CURL* handle) {
  constexpr std::string_view field = "Expire date:";
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr
      || chain->num_of_certs < 1)
    return std::nullopt;
  for (auto* x = chain->certinfo[0]; x != nullptr; x = x->next)
    if (std::string_view{x->data}.starts_with(field))
      return parse_date(x->data + field.size());
  return std::nullopt;
}

/// Three times as long as the service is silent.
constexpr long longest_silence_seconds = 45;

/// How soon the end of a command is noticed while nothing comes.
constexpr int poll_ms = 200;

int status_of(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

struct followed_body {
  CURL* handle;
  const std::function<void(std::string_view)>& on_text;
  /// What came with another status than 200.
  std::string refusal;
};

size_t pass_on_body(char* bytes, size_t one, size_t count, void* target) {
  auto& body = *static_cast<followed_body*>(target);
  if (status_of(body.handle) != 200)
    return append_body(bytes, one, count, &body.refusal);
  body.on_text({bytes, one * count});
  return one * count;
}

/// As `curl_easy_perform`, but ends well as soon as `goes_on` says no.
CURLcode perform_while(CURL* handle, const std::function<bool()>& goes_on) {
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl_multi_init(),
                                                              curl_multi_cleanup};
  curl_multi_add_handle(multi.get(), handle);
  auto result = CURLE_OK;
  int running = 1;
  while (running != 0 && goes_on()) {
    if (curl_multi_perform(multi.get(), &running) != CURLM_OK
        || curl_multi_poll(multi.get(), nullptr, 0, running != 0 ? poll_ms : 0, nullptr)
             != CURLM_OK) {
      result = CURLE_FAILED_INIT;
      break;
    }
  }
  int left = 0;
  if (auto* done = curl_multi_info_read(multi.get(), &left); done && done->msg == CURLMSG_DONE)
    result = done->data.result;
  curl_multi_remove_handle(multi.get(), handle);
  return result;
}

void initialise_curl() {
  // Never cleaned up: the process ends with it.
  static const auto done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK)
    return {};
  std::string result{text};
  curl_free(text);
  return result;
}

} // namespace

void http_client::handle_deleter::operator()(void* handle) const {
  curl_easy_cleanup(handle);
}

http_client::http_client(std::string base_url, std::string token, std::string ca_file)
  : base_url_(std::move(base_url)), token_(std::move(token)), ca_file_(std::move(ca_file)) {
  initialise_curl();
  handle_.reset(curl_easy_init());
}

http_client::~http_client() = default;
http_client::http_client(http_client&&) noexcept = default;
http_client& http_client::operator=(http_client&&) noexcept = default;

void http_client::prepare(const http_request& request, header_list& headers) {
  auto* handle = handle_.get();
  curl_easy_reset(handle);
  headers.add("Expect:");
  if (!token_.empty())
    headers.add("Authorization: Bearer " + token_);
  for (const auto& line : request.headers)
    headers.add(line);
  auto url = base_url_ + request.root + request.path;
  if (!request.body.empty()) {
    headers.add("Content-Type: application/json");
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  } else if (request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, 0L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
    headers.add("Content-Type:");
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.first);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  if (!ca_file_.empty())
    curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file_.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
}

template <class Transfer>
expected<http_reply> http_client::perform(Transfer transfer) {
  auto* handle = handle_.get();
  char message[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
  auto code = transfer(handle);
  // The buffer ends with this call.
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  if (code != CURLE_OK)
    return fail(errc::unavailable, fmt::format("no answer from {}: {}", base_url_,
                                               *message ? message : curl_easy_strerror(code)));
  return http_reply{status_of(handle), {}};
}

expected<http_reply> http_client::send(const http_request& request,
                                       std::chrono::milliseconds limit) {
  header_list headers;
  headers.add("Accept: application/json");
  prepare(request, headers);
  http_reply result;
  auto done = perform([&result, limit](CURL* handle) {
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &result.body);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, read_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &result);
    curl_easy_setopt(handle, CURLOPT_CERTINFO, 1L);
    return curl_easy_perform(handle);
  });
  if (!done)
    return done;
  result.status = done->status;
  result.certificate_expires_at = certificate_end(handle_.get());
  return result;
}

expected<http_reply> http_client::follow(const http_request& request,
                                         const std::function<void(std::string_view)>& on_text,
                                         const std::function<bool()>& goes_on) {
  header_list headers;
  headers.add("Accept: text/event-stream");
  prepare(request, headers);
  followed_body body{handle_.get(), on_text, {}};
  auto reply = perform([&body, &goes_on](CURL* handle) {
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, longest_silence_seconds);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, pass_on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
    return perform_while(handle, goes_on);
  });
  if (reply)
    reply->body = std::move(body.refusal);
  return reply;
}

expected<std::string> check_base_url(std::string_view text) {
  initialise_curl();
  auto wrong = [](std::string_view why) {
    return fail(errc::invalid_argument, fmt::format("the URL of the service {}", why));
  };
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url{curl_url(), curl_url_cleanup};
  if (curl_url_set(url.get(), CURLUPART_URL, std::string{text}.c_str(), 0) != CURLUE_OK)
    return wrong("cannot be read; http://127.0.0.1:8420 is one");
  auto scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https")
    return wrong("must begin with http:// or https://");
  if (!url_part(url.get(), CURLUPART_USER).empty()
      || !url_part(url.get(), CURLUPART_PASSWORD).empty())
    return wrong("must not contain a user name or password: a token says who you are");
  if (text.find_first_of("?#") != std::string_view::npos)
    return wrong("must end before '?' and '#'");
  std::string result{text};
  while (result.ends_with('/'))
    result.pop_back();
  return result;
}

std::string url_escape(std::string_view text) {
  std::string result;
  for (auto c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                 || std::string_view{"-._~"}.find(c) != std::string_view::npos;
    if (plain)
      result += c;
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

std::string url_query(const query_parameters& parameters) {
  std::string result;
  for (const auto& [name, value] : parameters)
    if (!value.empty())
      result += fmt::format("{}{}={}", result.empty() ? '?' : '&', name, url_escape(value));
  return result;
}

} // namespace tocsin::cli
