#include "http/json/configuration_text.hpp"
#include "http/routes/route.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace tocsin::http {

namespace {

/// Reads recipient after recipient and answers with the file that describes them all. It asks for
/// little at a time, so that events pass between; a change meanwhile is in the file or is not.
class configuration_export : public std::enable_shared_from_this<configuration_export> {
public:
  configuration_export(route_context& context, call c) : context_(context), call_(std::move(c)) {}

  void read_recipients(recipient_kind kind, const std::string& cursor) {
    kind_ = kind;
    ask<page<recipient>>(list_recipients{kind, {max_page_entries, cursor}},
                         &configuration_export::take_recipients);
  }

private:
  template <class Reply, class Message>
  void ask(Message message, void (configuration_export::*then)(expected<Reply>)) {
    auto tell = [self = shared_from_this(), then](expected<Reply> reply) {
      (self.get()->*then)(std::move(reply));
    };
    if constexpr (std::is_same_v<Message, list_channels>)
      context_.questions.ask<Reply>(context_.actors.channels, std::move(message), std::move(tell));
    else
      context_.questions.ask<Reply>(context_.actors.recipients, std::move(message),
                                    std::move(tell));
  }

  void take_recipients(expected<page<recipient>> x) {
    if (!x)
      return call_.fail(x.error());
    recipients_ = std::move(*x);
    at_ = 0;
    read_preference();
  }

  void read_preference() {
    if (at_ < recipients_.entries.size())
      return ask<preference>(find_preference{recipients_.entries[at_].id},
                             &configuration_export::take_preference);
    if (!recipients_.next_cursor.empty())
      return read_recipients(kind_, recipients_.next_cursor);
    if (kind_ == recipient_kind::admin)
      return read_recipients(recipient_kind::customer, {});
    call_.send({200, "application/yaml", {}, text_.take()});
  }

  void take_preference(expected<preference> x) {
    // Its recipient was removed since the list was read.
    if (!x && x.error().code == errc::not_found) {
      ++at_;
      return read_preference();
    }
    if (!x)
      return call_.fail(x.error());
    preference_ = std::move(*x);
    channels_.clear();
    read_channels({});
  }

  void read_channels(const std::string& cursor) {
    ask<page<channel_view>>(list_channels{recipients_.entries[at_].id, {max_page_entries, cursor}},
                            &configuration_export::take_channels);
  }

  void take_channels(expected<page<channel_view>> x) {
    if (!x)
      return call_.fail(x.error());
    std::move(x->entries.begin(), x->entries.end(), std::back_inserter(channels_));
    if (!x->next_cursor.empty())
      return read_channels(x->next_cursor);
    text_.add(recipients_.entries[at_], preference_, channels_);
    ++at_;
    read_preference();
  }

  route_context& context_;
  call call_;
  configuration_text text_;
  recipient_kind kind_ = recipient_kind::admin;
  page<recipient> recipients_;
  /// The place of the one that is being read.
  size_t at_ = 0;
  preference preference_;
  std::vector<channel_view> channels_;
};

void get_configuration(route_context& context, call c) {
  std::make_shared<configuration_export>(context, std::move(c))
    ->read_recipients(recipient_kind::admin, {});
}

} // namespace

std::vector<route> configuration_routes() {
  return {
    {method::get, "/config/export", token_scope::read, subject::panel, "", get_configuration}};
}

} // namespace tocsin::http
