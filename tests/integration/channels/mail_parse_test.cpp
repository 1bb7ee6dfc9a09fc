#include "channels/adapter.hpp"
#include "channels/email_message.hpp"
#include "messages/event_catalogue.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

namespace tocsin::channels {

namespace {

constexpr auto now = timestamp{std::chrono::seconds{1774794600}};

/// Runs a command; gives what it printed and adds `exit code N` at the end.
std::string run(const std::string& command) {
  std::string result;
  auto* pipe = ::popen(command.c_str(), "r");
  char line[1024];
  while (std::fgets(line, sizeof line, pipe) != nullptr)
    result += line;
  return result + fmt::format("exit code {}", WEXITSTATUS(::pclose(pipe)));
}

/// Mails in a folder, each with what Python's parser should find in it.
class mail_folder {
public:
  void add(const accepted_event& event, std::string_view from, std::string_view to) {
    auto sender = parse_mailbox(from).value();
    auto receiver = parse_mailbox(to).value();
    render_context context{delivery_id{event.id.plus(1)}, event, to, now};
    settings_reader settings{"{}"};
    auto content = lay_out_mail(context, channel_templates{settings, mail_parts()}).value();
    auto name = fmt::format("{:04}", ++count_);
    std::ofstream{folder_.path() / (name + ".eml"), std::ios::binary}
      << compose_mail(sender, {&receiver, 1}, context, content);
    boost::json::object wanted{
      {"text", content.text},
      {"html", content.html},
      {"from", from},
      {"to", to},
      {"title", content_of(event).title},
      {"message_id", fmt::format("<{}@{}>", to_string(context.id), sender.domain())}};
    std::ofstream{folder_.path() / (name + ".json")} << boost::json::serialize(wanted);
  }

  size_t count() const { return count_; }

  std::string check() const {
    return run(
      fmt::format("/usr/bin/python3 {} {} 2>&1", TOCSIN_MAIL_CHECK, folder_.path().string()));
  }

private:
  temporary_directory folder_;
  size_t count_ = 0;
};

TEST(every_mail, is_read_by_python_without_a_defect_and_unchanged) {
  mail_folder mails;
  for (auto& type : event_catalogue())
    for (auto event : nasty_events()) {
      event.value.type = type.name;
      mails.add(event, "Tocsin <tocsin@example.com>", "ops@example.com");
    }
  EXPECT_GE(mails.count(), 11u * 29);
  EXPECT_EQ(mails.check(), fmt::format("{} mails\nexit code 0", mails.count()));
}

TEST(every_mail, keeps_the_names_of_sender_and_recipient) {
  mail_folder mails;
  for (auto name : {"Büro <a@example.com>", "\"Smith, John\" <a@example.com>",
                    "مرحبا <a@example.com>", "\"a \\\"b\\\" <c>\" <a@example.com>"})
    mails.add(sample_event(), name, name);
  EXPECT_EQ(mails.check(), fmt::format("{} mails\nexit code 0", mails.count()));
}

} // namespace

} // namespace tocsin::channels
