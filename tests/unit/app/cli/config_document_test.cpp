#include "app/cli/config/configuration.hpp"
#include "app/cli/config/document.hpp"
#include "app/cli/config/expansion.hpp"
#include "app/cli/config/overwriting_patch.hpp"
#include "app/cli/config/scalar.hpp"
#include "http/json/yaml_text.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <fstream>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

using testing::ElementsAre;
using testing::HasSubstr;

class config_document_test : public testing::Test {
protected:
  config_document read(const std::string& text) {
    auto variable = [this](const std::string& name) -> std::optional<std::string> {
      auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional{found->second};
    };
    return read_document(text, {variable, directory_.path()}, faults_);
  }

  configuration configure(const std::string& text) {
    return read_configuration(read(text), faults_);
  }

  std::string written(const std::string& text) { return json::serialize(read(text).root); }

  void write_file(const std::string& name, const std::string& text) {
    std::ofstream{directory_.path() / name, std::ios::binary} << text;
  }

  /// The lines of the faults without their texts.
  std::vector<std::string> places() {
    std::vector<std::string> result;
    for (auto& x : faults_)
      result.push_back(std::to_string(x.line) + " " + x.pointer);
    return result;
  }

  temporary_directory directory_;
  std::map<std::string, std::string> variables_;
  config_faults faults_;
};

} // namespace

TEST_F(config_document_test, reads_the_scalars_of_the_core_schema) {
  EXPECT_EQ(written("[true, 'true', 7, '7', 007, -5, 1.5, 1e3, null, ~, yes, on, 22:00, x, 1_000]"),
            R"([true,"true",7,"7","007",-5,1.5E0,1E3,null,null,"yes","on","22:00","x","1_000"])");
  EXPECT_EQ(written("chat: 123456789012345678901"), R"({"chat":"123456789012345678901"})");
  EXPECT_TRUE(faults_.empty());
}

TEST_F(config_document_test, gives_back_every_text_that_an_export_writes) {
  for (std::string text :
       {"true", "null", "7",    "007", "1.5",  "on",   "No", "22:00", "",   "~",           " a ",
        "a: b", "# a",  "a #b", "- a", "{a}",  "a\nb", "\"", "'",     "\\", "é\U0001F642", "*",
        "&a",   "!a",   "@a",   "%",   "0x1F", "1e3",  ".5", "+7",    "<<", "=",           "?"}) {
    json::object wanted{{"key", text}, {text.empty() ? "x" : text, json::array{json::value(text)}}};
    std::string yaml;
    http::append_yaml(yaml, wanted, 0);
    EXPECT_EQ(read(yaml).root, json::value(wanted)) << yaml;
  }
  EXPECT_TRUE(faults_.empty()) << to_text(faults_, "f");
}

TEST_F(config_document_test, puts_the_environment_and_files_in_place) {
  variables_ = {{"HOOK", "https://x/y"}, {"PASS_FILE", "pass"}, {"EMPTY", ""}};
  write_file("pass", "secret\n");
  write_file("hook", "https://z/\r\n");
  auto x = read("a:\n  settings:\n    one: ${HOOK}\n    two: '<${PASS}>'\n    three_file: hook\n"
                "    four: $${HOOK}\nfile: a_file\nb_file: hook\n");
  EXPECT_TRUE(faults_.empty()) << to_text(faults_, "f");
  EXPECT_EQ(x.root, json::parse(R"({"a":{"settings":{"one":"https://x/y","two":"<secret>",
    "three":"https://z/","four":"${HOOK}"}},"file":"a_file","b_file":"hook"})"));
  EXPECT_THAT(x.from_outside,
              ElementsAre("/a/settings/one", "/a/settings/three", "/a/settings/two"));
}

TEST_F(config_document_test, names_the_line_of_every_value_that_is_not_there) {
  variables_ = {{"EMPTY", ""}, {"GONE_FILE", "gone"}};
  write_file("empty", "\n");
  read("a: ${MISSING}\nb: ${EMPTY}\nc: ${GONE}\nd: ${not a name}\ne: ${HALF\nsettings:\n"
       "  f_file: empty\n  g_file: gone\n  h_file: [1]\n");
  EXPECT_THAT(places(), ElementsAre("1 /a", "2 /b", "3 /c", "4 /d", "5 /e", "7 /settings/f_file",
                                    "8 /settings/g_file", "9 /settings/h_file"));
  EXPECT_THAT(to_text(faults_, "t.yaml"),
              HasSubstr("t.yaml:1: /a: neither the variable MISSING nor MISSING_FILE is set\n"));
}

TEST_F(config_document_test, refuses_what_is_ambiguous) {
  read("a: 1\nb:\n  c: 1\n  c: 2\na: 2\n");
  EXPECT_THAT(places(), ElementsAre("4 /b/c", "5 /a"));
  faults_.clear();
  read("settings:\n  url: x\n  url_file: y\n");
  EXPECT_THAT(to_text(faults_, "f"), HasSubstr("'url' appears twice"));
  faults_.clear();
  read("a: 1\n---\nb: 2\n");
  EXPECT_THAT(to_text(faults_, "f"), HasSubstr("more than one document"));
}

TEST_F(config_document_test, survives_what_is_no_configuration) {
  read("a: [1\nb: }");
  EXPECT_THAT(to_text(faults_, "f"), HasSubstr("not YAML"));
  faults_.clear();
  std::string deep(100, '[');
  read("a: " + deep + std::string(100, ']'));
  EXPECT_THAT(to_text(faults_, "f"), HasSubstr("nested too deeply"));
  faults_.clear();
  // Each line is ten times as large as the one before.
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k)
      bomb += ", " + before;
    bomb += "]\n";
  }
  read(bomb);
  EXPECT_THAT(to_text(faults_, "f"), HasSubstr("too large"));
  faults_.clear();
  EXPECT_TRUE(configure("").objects.empty());
  EXPECT_TRUE(faults_.empty());
  configure("just text");
  EXPECT_THAT(to_text(faults_, "f"), HasSubstr("expected a map of keys and values"));
}

TEST_F(config_document_test, writes_every_default_out) {
  auto x = configure(R"(
name: panel
event_types:
  invoice.overdue: {title: Invoice overdue}
admins:
  ops:
    preferences:
      quiet_hours: {from: "22:00", until: "07:00"}
customers:
  acme:
    services: [my-app]
    channels:
      team:
        type: slack
        triggers: {deploy.success: false, deploy.failure: {"on": true, to: [a@b]}}
        settings: {webhook_url: https://x, channel: ~}
)");
  EXPECT_TRUE(faults_.empty()) << to_text(faults_, "f");
  EXPECT_EQ(x.manager, "panel");
  std::vector<std::string> keys;
  for (auto& [key, object] : x.objects)
    keys.push_back(to_string(key));
  EXPECT_THAT(keys, ElementsAre("event-type/invoice.overdue", "admin/ops", "customer/acme",
                                "admin/ops/preferences", "customer/acme/channels/team"));
  EXPECT_EQ(json::value(x.objects.at({object_kind::event_type, {}, "invoice.overdue"}).members),
            json::parse(R"({"title":"Invoice overdue","severity":"info","default":true})"));
  recipient_id acme{recipient_kind::customer, "acme"};
  EXPECT_EQ(json::value(x.objects.at({object_kind::recipient, acme}).members),
            json::parse(R"({"display_name":"acme","services":["my-app"],"portal_enabled":false})"));
  EXPECT_EQ(json::value(x.objects.at({object_kind::channel, acme, "team"}).members),
            json::parse(R"({
    "type":"slack","enabled":true,
    "triggers":{"deploy.success":{"on":false},"deploy.failure":{"on":true,"to":["a@b"]}},
    "filters":{"customers":{"include":[],"exclude":[]},"services":{"include":[],"exclude":[]}},
    "delivery":{"first_retry_seconds":null,"max_retry_seconds":null,"give_up_seconds":null,
                "on_ambiguous":"retry"},"settings":{"webhook_url":"https://x"}})"));
  EXPECT_EQ(x.objects.at({object_kind::preference, {recipient_kind::admin, "ops"}})
              .members.at("quiet_hours"),
            json::parse(R"({"from":"22:00","until":"07:00","utc_offset_minutes":0,
                            "critical_bypass":true})"));
}

TEST_F(config_document_test, names_what_is_wrong_with_event_types) {
  configure(R"(event_types:
  deploy.success: {title: Mine}
  channel.mine: {title: Mine}
  test: {title: Mine}
  Invoice: {title: Mine}
  a: {severity: loud}
  b: {title: B, default: "yes", colour: red}
)");
  EXPECT_THAT(places(), testing::UnorderedElementsAre(
                          "2 /event_types/deploy.success", "3 /event_types/channel.mine",
                          "4 /event_types/test", "5 /event_types/Invoice", "6 /event_types/a/title",
                          "6 /event_types/a/severity", "7 /event_types/b/default",
                          "7 /event_types/b/colour"));
}

TEST_F(config_document_test, names_every_fault_with_its_line_and_its_path) {
  configure(R"(name: No Name
colour: red
admins:
  Ops: {}
  ops:
    portal_enabled: true
    preferences:
      quiet_hours: {from: "25:00", until: 7}
      event_types: {exclude: deploy.success}
customers:
  acme:
    services: [1]
    portal_enabled: "yes"
    channels:
      team:
        triggers: {deploy.success: maybe}
        filters: {colours: {}}
        delivery: {give_up: 1}
      " ": {type: slack}
)");
  EXPECT_THAT(
    places(),
    testing::UnorderedElementsAre(
      "1 /name", "2 /colour", "4 /admins/Ops", "6 /admins/ops/portal_enabled",
      "8 /admins/ops/preferences/quiet_hours/from", "8 /admins/ops/preferences/quiet_hours/until",
      "8 /admins/ops/preferences/quiet_hours/until",
      "9 /admins/ops/preferences/event_types/exclude", "12 /customers/acme/services/0",
      "13 /customers/acme/portal_enabled", "15 /customers/acme/channels/team/type",
      "16 /customers/acme/channels/team/triggers/deploy.success",
      "17 /customers/acme/channels/team/filters/colours",
      "18 /customers/acme/channels/team/delivery/give_up", "19 /customers/acme/channels/ "))
    << to_text(faults_, "f");
}

TEST(overwriting_patch, takes_away_what_only_is_stored) {
  auto patch = [](const char* stored, const char* wanted) {
    return json::serialize(
      overwriting_patch(json::parse(stored).as_object(), json::parse(wanted).as_object()));
  };
  EXPECT_EQ(patch(R"({"a":1,"b":{"c":1,"d":2},"e":[1]})", R"({"b":{"c":3},"e":[]})"),
            R"({"b":{"c":3,"d":null},"e":[],"a":null})");
  EXPECT_EQ(patch(R"({"a":"x"})", R"({"a":{"b":1}})"), R"({"a":{"b":1}})");
}

} // namespace tocsin::cli
