#include "http/problem.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <map>

namespace tocsin::http {

namespace {

std::string header_of(const response& x, std::string_view name) {
  for (auto& field : x.headers)
    if (field.name == name)
      return field.value;
  return {};
}

} // namespace

TEST(problem, has_the_status_that_the_api_page_promises) {
  const std::map<errc, unsigned> promised{
    {errc::invalid_argument, 422},  {errc::unknown_event_type, 422},
    {errc::not_found, 404},         {errc::already_exists, 409},
    {errc::revision_mismatch, 412}, {errc::idempotency_conflict, 409},
    {errc::unauthorized, 401},      {errc::forbidden, 403},
    {errc::overloaded, 429},        {errc::shutting_down, 503},
    {errc::storage_full, 507},      {errc::storage_io, 500},
    {errc::storage_corrupt, 500},   {errc::storage_too_new, 500},
    {errc::bad_key, 500},           {errc::unavailable, 503},
    {errc::internal_error, 500},    {errc::conflict, 409},
    {errc::in_flight, 409},         {errc::managed, 409},
  };
  for (auto& [code, status] : promised) {
    auto x = problem(fail(code, "why"));
    auto document = boost::json::parse(x.body);
    EXPECT_EQ(x.status, status) << to_string(code);
    EXPECT_EQ(document.at("status").as_int64(), status);
    EXPECT_EQ(document.at("code").as_string(), to_string(code));
    EXPECT_EQ(document.at("title").as_string(), describe(code));
    EXPECT_FALSE(reason_phrase(status).empty());
  }
}

TEST(problem, is_the_document_of_the_api_page) {
  auto x = problem(fail(errc::invalid_argument, "the event is not valid",
                        {{"/message", "required", "'message' is required"}}));
  EXPECT_EQ(x.content_type, "application/problem+json");
  EXPECT_EQ(x.body,
            R"({"type":"about:blank","title":"The request is not valid.","status":422,)"
            R"("code":"invalid_argument","detail":"the event is not valid","errors":[)"
            R"({"pointer":"/message","code":"required","detail":"'message' is required"}]})");
}

TEST(problem, leaves_the_errors_out_where_there_are_none) {
  EXPECT_EQ(
    boost::json::parse(problem(fail(errc::not_found, "x")).body).as_object().count("errors"), 0u);
}

TEST(problem, says_when_to_come_again_and_how_to_authenticate) {
  EXPECT_EQ(header_of(problem(fail(errc::overloaded, "")), "Retry-After"), "1");
  EXPECT_EQ(header_of(problem(fail(errc::unavailable, "")), "Retry-After"), "1");
  EXPECT_EQ(header_of(problem(fail(errc::shutting_down, "")), "Retry-After"), "5");
  EXPECT_EQ(header_of(problem(fail(errc::unauthorized, "")), "WWW-Authenticate"), "Bearer");
  EXPECT_TRUE(problem(fail(errc::not_found, "")).headers.empty());
}

TEST(problem, tells_a_body_that_is_no_json_from_one_with_wrong_fields) {
  auto x = problem(fail(errc::invalid_argument, "not JSON", {{"", "malformed_json", "not JSON"}}));
  EXPECT_EQ(x.status, 400u);
  EXPECT_EQ(boost::json::parse(x.body).at("code").as_string(), "malformed_json");
  EXPECT_EQ(boost::json::parse(x.body).as_object().count("errors"), 0u);
}

TEST(problem, has_a_row_for_every_refusal) {
  EXPECT_EQ(problem(refusal::malformed_json, "").status, 400u);
  EXPECT_EQ(problem(refusal::malformed_request, "").status, 400u);
  EXPECT_EQ(problem(refusal::unknown_path, "").status, 404u);
  EXPECT_EQ(problem(refusal::method_not_allowed, "").status, 405u);
  EXPECT_EQ(problem(refusal::body_too_large, "").status, 413u);
  EXPECT_EQ(problem(refusal::unsupported_media_type, "").status, 415u);
}

} // namespace tocsin::http
