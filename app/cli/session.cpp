#include "app/cli/session.hpp"

#include "app/cli/json_text.hpp"
#include "messages/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <stdexcept>

namespace tocsin::cli {

namespace {

/// The lines of a problem document for people.
std::string describe_problem(const http_reply& reply) {
  boost::json::error_code error;
  auto problem = boost::json::parse(reply.body, error);
  if (error || !problem.is_object())
    return fmt::format("refused with status {}, without an explanation\n", reply.status);
  auto detail = cell(problem, member(problem, "detail").is_string() ? "detail" : "title");
  auto result = fmt::format("{} ({} {})\n", clean_line(detail), reply.status,
                            clean_line(cell(problem, "code")));
  if (const auto* errors = member(problem, "errors").if_array())
    for (const auto& x : *errors)
      result += clean_line(fmt::format("  {}: {} ({})", cell(x, "pointer"), cell(x, "detail"),
                                       cell(x, "code")))
                + '\n';
  return result;
}

exit_code code_of(int status) {
  return status == 401 || status == 403 ? exit_code::unauthorized : exit_code::refused;
}

/// How long one request waits in all for its turn.
constexpr auto longest_wait = std::chrono::seconds{60};

/// Whether the request was left undone since the token has asked too often (`server.rate_limit`).
bool comes_too_fast(const http_reply& reply) {
  if (reply.status != 429)
    return false;
  boost::json::error_code error;
  auto problem = boost::json::parse(reply.body, error);
  return !error && cell(problem, "code") == "rate_limited";
}

} // namespace

void throw_exception_from_error(exit_code x, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: unchecked exit code {}", where.file_name(),
                                     where.line(), static_cast<int>(x)));
}

session::session(http_client client, output_format format, surroundings& around,
                 bool shows_sensitive)
  : client_(std::move(client)),
    format_(format),
    around_(around),
    shows_sensitive_(shows_sensitive) {}

expected<http_reply> session::exchange(http_request request,
                                       std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;

  if (!shows_sensitive_)
    request.headers.emplace_back("X-Mask-Sensitive: true");
  auto waited = std::chrono::seconds{0};
  for (;;) {
    auto left = std::chrono::floor<milliseconds>(deadline - around_.now());
    auto reply
      = client_.send(request, std::clamp(left, milliseconds{1}, http_client::longest_answer));
    if (!reply || !comes_too_fast(*reply) || waited + reply->retry_after > longest_wait
        || around_.now() + reply->retry_after >= deadline)
      return reply;
    around_.pause(reply->retry_after);
    waited += reply->retry_after;
  }
}

exit_code session::refuse(const http_reply& reply) {
  around_.err << "tocsin: " << describe_problem(reply);
  return code_of(reply.status);
}

outcome<answer> session::call(http_request request) {
  return read(exchange(std::move(request)));
}

outcome<answer> session::read(expected<http_reply> reply) {
  if (!reply)
    return report_failure(reply.error(), around_);
  if (!reply->is_success())
    return refuse(*reply);
  answer result{std::move(reply->body), nullptr};
  if (reply->status == 204 || result.text.empty())
    return result;
  boost::json::error_code error;
  result.value = boost::json::parse(result.text, error);
  if (error)
    return fail_with(exit_code::unreachable,
                     fmt::format("{} answers, but is not Tocsin", client_.base_url()));
  return result;
}

expected<http_reply> session::follow(http_request request,
                                     const std::function<void(std::string_view)>& on_text,
                                     const std::function<bool()>& goes_on) {
  if (!shows_sensitive_)
    request.headers.emplace_back("X-Mask-Sensitive: true");
  return client_.follow(request, on_text, goes_on);
}

void session::print(const answer& x,
                    const std::function<std::string(const boost::json::value&)>& as_table) {
  if (format_ == output_format::table)
    around_.out << as_table(x.value);
  else if (!x.text.empty())
    around_.out << indented(x.text) << '\n';
}

void session::remark(std::string_view text) {
  if (format_ == output_format::table)
    around_.out << text << '\n';
}

exit_code session::fail_with(exit_code code, std::string_view text) {
  around_.err << "tocsin: " << clean_line(std::string{text}) << '\n';
  return code;
}

exit_code report_failure(const failure& x, surroundings& around) {
  around.err << "tocsin: " << clean_line(x.detail) << '\n';
  return x.code == errc::unavailable ? exit_code::unreachable : exit_code::usage;
}

} // namespace tocsin::cli
