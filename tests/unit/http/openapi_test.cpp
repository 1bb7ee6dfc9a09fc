#include "http/entity_tag.hpp"
#include "http/openapi.hpp"
#include "http/request_parser.hpp"
#include "http/routes/conditions.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/own_event.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>

namespace tocsin::http {

namespace json = boost::json;

namespace {

using text_set = std::set<std::string>;

/// What one operation is about, as the routes and the document say it.
struct operation_facts {
  std::string scope;
  text_set query;

  friend bool operator==(const operation_facts&, const operation_facts&) = default;
};

void PrintTo(const operation_facts& x, std::ostream* out) {
  *out << x.scope << " (";
  for (auto& name : x.query)
    *out << name << ' ';
  *out << ')';
}

using operations = std::map<std::string, operation_facts>;

text_set words(std::string_view list) {
  text_set result;
  while (!list.empty()) {
    auto end = std::min(list.find(' '), list.size());
    result.emplace(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return result;
}

operations served() {
  operations result{{"GET /healthz", {}}, {"GET /readyz", {}}, {"GET /openapi.json", {}}};
  for (auto& x : api_routes())
    result[fmt::format("{} {}", to_string(x.verb), x.path())]
      = {x.about == subject::sign_in ? "" : std::string{to_string(x.scope)}, words(x.parameters)};
  return result;
}

std::string upper(std::string text) {
  for (auto& c : text)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

class openapi_test : public router_fixture {
protected:
  const json::value& at(std::string_view pointer) { return document.at_pointer(pointer); }

  /// The value itself, or what its `$ref` points to.
  const json::value& resolve(const json::value& x) {
    auto reference = x.is_object() ? x.as_object().if_contains("$ref") : nullptr;
    if (reference == nullptr)
      return x;
    std::string pointer{reference->as_string()};
    EXPECT_TRUE(pointer.starts_with('#')) << pointer;
    return resolve(at(std::string_view{pointer}.substr(1)));
  }

  text_set query_parameters(const json::value& list) {
    text_set result;
    for (auto& entry : list.as_array()) {
      auto& x = resolve(entry);
      if (x.at("in").as_string() == "query")
        result.insert(json::value_to<std::string>(x.at("name")));
    }
    return result;
  }

  operations described() {
    operations result;
    for (auto& [path, item] : at("/paths").as_object())
      for (auto& [method, x] : item.as_object()) {
        if (method == "parameters")
          continue;
        auto& facts = result[upper(std::string{method}) + " " + std::string{path}];
        if (auto security = x.at("security").as_array(); !security.empty())
          facts.scope = json::value_to<std::string>(security.at(0).at("token").at(0));
        if (auto parameters = x.as_object().if_contains("parameters"))
          facts.query = query_parameters(*parameters);
      }
    return result;
  }

  /// The names of the operation's parameters in `place`, with those of its path.
  text_set parameters_in(std::string_view place, const json::value& item, const json::value& x) {
    text_set result;
    for (auto* holder : {&item, &x})
      if (auto list = holder->as_object().if_contains("parameters"))
        for (auto& entry : list->as_array())
          if (auto& parameter = resolve(entry); parameter.at("in").as_string() == place)
            result.insert(json::value_to<std::string>(parameter.at("name")));
    return result;
  }

  /// The schemes of the operation's security.
  static text_set schemes_of(const json::value& x) {
    text_set result;
    for (auto& each : x.at("security").as_array())
      for (auto& [scheme, scopes] : each.as_object())
        result.emplace(scheme);
    return result;
  }

  /// The operation that describes a route.
  const json::value& operation_of(const route& x) {
    std::string method{to_string(x.verb)};
    for (auto& c : method)
      c = static_cast<char>(c | 0x20);
    return at("/paths").at(x.path()).at(method);
  }

  /// The codes that a problem of `status` may have, over all answers.
  text_set problem_codes(unsigned status) {
    text_set result;
    for (auto& [name, x] : at("/components/responses").as_object()) {
      auto content = x.at("content").as_object().if_contains(problem_type);
      if (content == nullptr)
        continue;
      auto& members = content->at("schema").at("properties");
      if (members.at("status").at("const").to_number<unsigned>() != status)
        continue;
      auto& code = members.at("code").as_object();
      if (auto one = code.if_contains("const"))
        result.insert(json::value_to<std::string>(*one));
      else
        for (auto& each : code.at("enum").as_array())
          result.insert(json::value_to<std::string>(each));
    }
    return result;
  }

  json::value document = json::parse(openapi_document());
};

TEST_F(openapi_test, describes_what_is_served_with_scopes_and_parameters_and_nothing_else) {
  EXPECT_EQ(described(), served());
}

TEST_F(openapi_test, gives_each_operation_a_name_of_its_own) {
  text_set names;
  size_t count = 0;
  for (auto& [path, item] : at("/paths").as_object())
    for (auto& [method, x] : item.as_object())
      if (method != "parameters") {
        names.insert(json::value_to<std::string>(x.at("operationId")));
        ++count;
      }
  EXPECT_EQ(names.size(), count);
}

TEST_F(openapi_test, describes_every_header_field_that_is_heeded_and_no_other) {
  text_set described;
  for (auto& [path, item] : at("/paths").as_object())
    for (auto& [method, x] : item.as_object())
      if (method != "parameters")
        described.merge(parameters_in("header", item, x));
  text_set taken;
  for (auto name : taken_field_names())
    taken.emplace(name);
  // Those are in the security schemes, and those are HTTP's own.
  for (auto* name :
       {"Authorization", "Cookie", "Content-Type", "Content-Encoding", "Accept-Encoding"})
    EXPECT_EQ(taken.erase(name), 1u) << name;
  EXPECT_EQ(described, taken);
}

TEST_F(openapi_test, lets_sessions_change_things_with_their_token) {
  for (auto& [path, item] : at("/paths").as_object())
    for (auto& [method, x] : item.as_object()) {
      if (method == "parameters")
        continue;
      auto needs_token = method != "get" && schemes_of(x).contains("session");
      EXPECT_EQ(parameters_in("header", item, x).contains("X-CSRF-Token"), needs_token)
        << method << ' ' << path;
    }
}

TEST_F(openapi_test, tells_what_is_not_there_for_a_customer) {
  using enum subject;
  for (auto& x : api_routes()) {
    auto& described = operation_of(x);
    auto name = fmt::format("{} {}", to_string(x.verb), x.path());
    auto is_for_customers = x.about != panel && x.about != sign_in;
    EXPECT_EQ(schemes_of(described).contains("portal"), is_for_customers) << name;
    auto hides = x.about != sign_in && x.about != anybody && x.about != own_history;
    EXPECT_TRUE(!hides || described.at("responses").as_object().contains("404")) << name;
  }
}

TEST_F(openapi_test, names_every_code_of_a_problem_under_its_status) {
  for (uint8_t i = 1; to_string(errc{i}) != "unknown"; ++i) {
    auto reply = problem(fail(errc{i}, "x"));
    EXPECT_THAT(problem_codes(reply.status), testing::Contains(std::string{to_string(errc{i})}));
  }
  for (auto kind :
       {refusal::malformed_json, refusal::malformed_request, refusal::unknown_path,
        refusal::method_not_allowed, refusal::body_too_large, refusal::unsupported_media_type,
        refusal::request_timeout, refusal::target_too_long, refusal::header_too_large,
        refusal::too_many_connections, refusal::rate_limited}) {
    auto reply = problem(kind, "x");
    auto code = json::value_to<std::string>(json_of(reply).at("code"));
    EXPECT_THAT(problem_codes(reply.status), testing::Contains(code));
  }
}

TEST_F(openapi_test, knows_the_catalogue_of_event_types) {
  text_set sent;
  text_set own;
  for (auto& x : event_catalogue())
    (is_own_event(x.name) ? own : sent).emplace(x.name);
  EXPECT_EQ(json::value_to<text_set>(at("/components/schemas/StandardEventType/enum")), sent);
  EXPECT_EQ(json::value_to<text_set>(at("/components/schemas/EventType/anyOf/1/enum")), own);
}

TEST_F(openapi_test, is_served_to_anybody_and_can_be_kept) {
  auto plain = make_request(method::get, "/openapi.json");
  plain.authorization.reset();
  auto reply = send(plain);
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.content_type, json_type);
  EXPECT_EQ(reply.body, openapi_document());
  EXPECT_EQ(header_of(reply, "Cache-Control"), "no-cache");
  auto tag = header_of(reply, "ETag");
  EXPECT_EQ(tag.size(), 18u);
  plain.if_none_match = tag;
  auto again = send(plain);
  EXPECT_EQ(again.status, 304u);
  EXPECT_TRUE(again.body.empty());
  EXPECT_EQ(header_of(again, "ETag"), tag);
  plain.if_none_match = "\"another\"";
  EXPECT_EQ(send(plain).status, 200u);
  EXPECT_EQ(send(method::post, "/openapi.json", "{}").status, 405u);
}

TEST(entity_tag, is_found_in_lists_of_tags) {
  auto tag = entity_tag("text");
  EXPECT_NE(tag, entity_tag("other"));
  EXPECT_TRUE(names_tag(tag, tag));
  EXPECT_TRUE(names_tag("\"a\" , W/" + tag + ", \"b\"", tag));
  EXPECT_TRUE(names_tag("*", tag));
  EXPECT_FALSE(names_tag("", tag));
  EXPECT_FALSE(names_tag(" , ,", tag));
  EXPECT_FALSE(names_tag("\"a\"", tag));
}

} // namespace

} // namespace tocsin::http
