#include "http/panel_pages.hpp"

#include "http/entity_tag.hpp"
#include "http/panel_file.hpp"
#include "http/problem.hpp"
#include "http/trimmed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tocsin::http {

namespace {

/// A file under its hashed name never changes: a year is the longest that caches respect.
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";

/// The page names the files, so it is asked for again, which costs little.
constexpr std::string_view ask_again = "no-cache";

/// Everything comes from here. Pico's pictures are `data:` addresses within its style sheet.
std::string panel_content_policy(std::string_view ancestors) {
  return fmt::format(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {}",
    ancestors.empty() ? "'none'" : ancestors);
}

/// Whether the weight behind a coding (`;q=0.5`) is more than nothing.
bool has_weight(std::string_view parameters) {
  auto at = parameters.find("q=");
  if (at == parameters.npos)
    return true;
  auto digits = parameters.substr(at + 2);
  double weight = 0;
  auto read = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  return read.ec == std::errc{} && weight > 0;
}

response answer_file(const request& x, const panel_file& file, std::string_view keep) {
  response result;
  result.content_type = file.content_type;
  result.headers = {{"ETag", std::string{file.tag}},
                    {"Cache-Control", std::string{keep}},
                    {"Vary", "Accept-Encoding"}};
  if (x.if_none_match && names_tag(*x.if_none_match, file.tag)) {
    result.status = 304;
    return result;
  }
  auto gzip = x.accept_encoding && takes_gzip(*x.accept_encoding);
  if (gzip)
    result.headers.push_back({"Content-Encoding", "gzip"});
  result.body = gzip ? file.compressed : file.plain;
  return result;
}

response answer_page(const request& x, std::string_view ancestors) {
  auto file = find_panel_file("index.html");
  if (!file)
    return problem(refusal::unknown_path, "this build has no panel");
  auto result = answer_file(x, *file, ask_again);
  result.headers.push_back({"Content-Security-Policy", panel_content_policy(ancestors)});
  return result;
}

response redirect(std::string to) {
  response result;
  result.status = 302;
  result.headers = {{"Location", std::move(to)}};
  return result;
}

response choose(const request& x, const target& where, std::string_view portal_ancestors) {
  if (where.path.empty() || where.path.front().empty())
    return redirect("/ui/");
  if (where.path.front() == "portal")
    return answer_page(x, portal_ancestors);
  if (where.path.size() < 2 || where.path[1] != "assets")
    return answer_page(x, {});
  auto file = where.path.size() == 3 ? find_panel_file("assets/" + where.path[2]) : nullptr;
  if (!file)
    return problem(refusal::unknown_path, "the panel has no such file");
  return answer_file(x, *file, for_ever);
}

bool is_panel(const target& where) {
  if (where.path.empty())
    return true;
  auto& first = where.path.front();
  return first == "ui" || first == "portal" || (first.empty() && where.path.size() == 1);
}

} // namespace

const panel_file* find_panel_file(std::string_view path) {
  auto files = panel_files();
  auto found = std::ranges::lower_bound(files, path, {}, &panel_file::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

bool takes_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    auto end = std::min(accept_encoding.find(','), accept_encoding.size());
    auto entry = accept_encoding.substr(0, end);
    auto name = trimmed(entry.substr(0, entry.find(';')));
    if (name == "gzip")
      return has_weight(entry.substr(std::min(entry.find(';'), entry.size())));
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
  }
  return false;
}

std::optional<response> answer_panel(const request& x, const target& where,
                                     std::string_view portal_ancestors) {
  if (!is_panel(where))
    return std::nullopt;
  if (x.verb == method::get)
    return choose(x, where, portal_ancestors);
  auto result = problem(refusal::method_not_allowed, "this path supports GET, HEAD");
  result.headers.push_back({"Allow", "GET, HEAD"});
  return result;
}

} // namespace tocsin::http
