#include "tests/support/standin/script.hpp"

#include <algorithm>
#include <array>

namespace tocsin::standin {

namespace {

constexpr std::array<std::string_view, 10> stage_names{
  "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "message", "end_of_data", "idle"};

constexpr std::array<std::string_view, 7> action_names{
  "answer", "proceed", "stall", "reset", "close", "hide_starttls", "hide_auth"};

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& names, std::string_view name) {
  auto i = std::ranges::find(names, name);
  if (i == names.end())
    return std::nullopt;
  return static_cast<Enum>(i - names.begin());
}

scripted_reply only(script_action action) {
  scripted_reply result;
  result.action = action;
  return result;
}

scripted_reply at_stage(smtp_stage stage, script_action action) {
  auto result = only(action);
  result.stage = stage;
  return result;
}

} // namespace

scripted_reply scripted_reply::repeated(std::size_t count) const {
  auto result = *this;
  result.times = count;
  return result;
}

scripted_reply scripted_reply::matching(std::string text) const {
  auto result = *this;
  result.match = std::move(text);
  return result;
}

scripted_reply scripted_reply::after_accepting() const {
  auto result = *this;
  result.accept_first = true;
  return result;
}

scripted_reply scripted_reply::delayed(std::chrono::milliseconds wait) const {
  auto result = *this;
  result.delay = wait;
  return result;
}

scripted_reply http_answer(int status, std::string body, std::vector<field> headers) {
  auto result = only(script_action::answer);
  result.status = status;
  result.body = std::move(body);
  result.headers = std::move(headers);
  return result;
}

scripted_reply http_answer(const reply& answer) {
  return http_answer(answer.status, answer.body, answer.headers);
}

scripted_reply html_bad_gateway() {
  return http_answer(502,
                     "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                     "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
                     "</body>\r\n</html>\r\n",
                     {{"Content-Type", "text/html"}});
}

scripted_reply redirect_to(std::string location) {
  return http_answer(302, {}, {{"Location", std::move(location)}});
}

scripted_reply huge_body(std::uint64_t bytes, int status) {
  auto result = http_answer(status);
  result.body_bytes = bytes;
  return result;
}

scripted_reply stalled() {
  return only(script_action::stall);
}

scripted_reply reset_connection() {
  return only(script_action::reset);
}

scripted_reply closed_connection() {
  return only(script_action::close);
}

scripted_reply slow(std::chrono::milliseconds wait) {
  return only(script_action::proceed).delayed(wait);
}

scripted_reply smtp_answer(smtp_stage stage, int code, std::string text) {
  auto result = at_stage(stage, script_action::answer);
  result.status = code;
  result.body = std::move(text);
  return result;
}

scripted_reply smtp_stalled(smtp_stage stage) {
  return at_stage(stage, script_action::stall);
}

scripted_reply smtp_closed(smtp_stage stage) {
  return at_stage(stage, script_action::close);
}

scripted_reply no_starttls() {
  return at_stage(smtp_stage::ehlo, script_action::hide_starttls).repeated(0);
}

scripted_reply no_auth() {
  return at_stage(smtp_stage::ehlo, script_action::hide_auth).repeated(0);
}

scripted_reply idle_421(std::chrono::milliseconds wait) {
  return smtp_answer(smtp_stage::idle, 421, "4.4.2 idle for too long").delayed(wait);
}

std::string_view to_string(smtp_stage stage) {
  return stage_names[static_cast<std::size_t>(stage)];
}

std::optional<smtp_stage> parse_smtp_stage(std::string_view name) {
  return parse<smtp_stage>(stage_names, name);
}

std::string_view to_string(script_action action) {
  return action_names[static_cast<std::size_t>(action)];
}

std::optional<script_action> parse_script_action(std::string_view name) {
  return parse<script_action>(action_names, name);
}

} // namespace tocsin::standin
