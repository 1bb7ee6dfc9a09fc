#include "http/panel_file.hpp"
#include "http/panel_pages.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace tocsin::http {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// A file that the page loads.
const panel_file& some_script() {
  auto files = panel_files();
  auto found = std::ranges::find_if(files, [](auto& x) { return x.path.ends_with(".js"); });
  return *found;
}

std::string address_of(const panel_file& x) {
  return "/ui/" + std::string{x.path};
}

/// Nobody signed in: the panel takes no credentials.
request page_request(std::string target) {
  request result;
  result.verb = method::get;
  result.target = std::move(target);
  return result;
}

class panel_pages_test : public router_fixture {
protected:
  response get(std::string target) { return send(page_request(std::move(target))); }
};

} // namespace

TEST_F(panel_pages_test, the_root_leads_to_the_panel) {
  auto answer = get("/");
  EXPECT_EQ(answer.status, 302u);
  EXPECT_EQ(header_of(answer, "Location"), "/ui/");
}

TEST_F(panel_pages_test, every_path_of_the_panel_is_its_one_page) {
  for (auto* target : {"/ui", "/ui/", "/ui/channels", "/ui/deliveries/01J?x=1", "/portal",
                       "/portal/", "/portal/triggers"}) {
    auto answer = get(target);
    EXPECT_EQ(answer.status, 200u) << target;
    EXPECT_EQ(answer.content_type, "text/html; charset=utf-8") << target;
    EXPECT_THAT(answer.body, StartsWith("<!doctype html>")) << target;
    EXPECT_EQ(header_of(answer, "Cache-Control"), "no-cache") << target;
  }
}

TEST_F(panel_pages_test, the_page_names_files_that_are_there) {
  auto body = get("/ui/").body;
  size_t named = 0;
  for (auto& x : panel_files())
    named += body.find(address_of(x)) != body.npos;
  EXPECT_GE(named, 3u);
}

TEST_F(panel_pages_test, files_are_kept_for_ever_and_come_in_both_codings) {
  auto& file = some_script();
  auto plain = get(address_of(file));
  EXPECT_EQ(plain.status, 200u);
  EXPECT_EQ(plain.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(plain.body, file.plain);
  EXPECT_THAT(header_of(plain, "Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(header_of(plain, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header_of(plain, "Content-Encoding"), "");
  auto wanted = page_request(address_of(file));
  wanted.accept_encoding = "br, gzip";
  auto compressed = send(wanted);
  EXPECT_EQ(header_of(compressed, "Content-Encoding"), "gzip");
  EXPECT_EQ(compressed.body, file.compressed);
}

TEST_F(panel_pages_test, who_has_a_file_hears_so) {
  auto& file = some_script();
  auto wanted = page_request(address_of(file));
  wanted.if_none_match = std::string{file.tag};
  auto answer = send(wanted);
  EXPECT_EQ(answer.status, 304u);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(header_of(answer, "ETag"), file.tag);
}

TEST_F(panel_pages_test, files_that_are_not_there_are_no_page) {
  for (auto* target : {"/ui/assets", "/ui/assets/", "/ui/assets/no.js", "/ui/assets/a/b.js",
                       "/ui/assets/..%2Findex.html"})
    EXPECT_EQ(get(target).status, 404u) << target;
}

TEST_F(panel_pages_test, nothing_runs_that_does_not_come_from_here) {
  auto policy = header_of(get("/ui/channels"), "Content-Security-Policy");
  EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'self'; "));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, testing::Not(HasSubstr("unsafe")));
}

TEST_F(panel_pages_test, only_the_portal_can_be_framed_and_only_by_whom_the_settings_name) {
  auto policy = [](std::string target, std::string_view ancestors) {
    auto x = page_request(std::move(target));
    return header_of(*answer_panel(x, *parse_target(x.target), ancestors),
                     "Content-Security-Policy");
  };
  EXPECT_THAT(policy("/portal", ""), HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy("/portal", "https://panel.example.com"),
              HasSubstr("frame-ancestors https://panel.example.com"));
  EXPECT_THAT(policy("/ui/", "https://panel.example.com"), HasSubstr("frame-ancestors 'none'"));
}

TEST_F(panel_pages_test, pages_take_no_changes) {
  auto answer = send(method::post, "/ui/channels", "{}");
  EXPECT_EQ(answer.status, 405u);
  EXPECT_EQ(header_of(answer, "Allow"), "GET, HEAD");
}

TEST(panel_files, are_found_by_their_path) {
  auto files = panel_files();
  EXPECT_TRUE(std::ranges::is_sorted(files, {}, &panel_file::path));
  for (auto& x : files)
    EXPECT_EQ(find_panel_file(x.path), &x);
  EXPECT_EQ(find_panel_file("assets/"), nullptr);
  EXPECT_EQ(find_panel_file(""), nullptr);
}

TEST(panel_files, of_the_first_page_are_small) {
  // What a browser loads before anything is shown: 60 kB are two seconds on a slow mobile line.
  constexpr size_t limit = 60'000;
  auto page = find_panel_file("index.html");
  ASSERT_NE(page, nullptr);
  auto total = page->compressed.size();
  for (auto& x : panel_files())
    if (page->plain.find(address_of(x)) != page->plain.npos)
      total += x.compressed.size();
  EXPECT_LT(total, limit);
}

TEST(panel_coding, is_gzip_where_the_client_takes_it) {
  EXPECT_TRUE(takes_gzip("gzip"));
  EXPECT_TRUE(takes_gzip("gzip, deflate, br"));
  EXPECT_TRUE(takes_gzip("br;q=1.0 , gzip;q=0.5"));
  EXPECT_FALSE(takes_gzip(""));
  EXPECT_FALSE(takes_gzip("identity"));
  EXPECT_FALSE(takes_gzip("gzip;q=0"));
  EXPECT_FALSE(takes_gzip("gzip; q=0.000, br"));
  EXPECT_FALSE(takes_gzip("xgzip"));
}

} // namespace tocsin::http
