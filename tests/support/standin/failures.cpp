#include "tests/support/standin/failures.hpp"

#include "tests/support/standin/discord_rules.hpp"
#include "tests/support/standin/rate_limits.hpp"
#include "tests/support/standin/telegram_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace {

struct failure_row {
  std::string_view name;
  int code;
  std::string_view text;
};

/// Slack: the body is the error word.
constexpr failure_row slack_rows[] = {
  {"invalid_payload", 400, "invalid_payload"},
  {"user_not_found", 400, "user_not_found"},
  {"user_not_found_404", 404, "user_not_found"},
  {"invalid_blocks", 400, "invalid_blocks"},
  {"no_text", 400, "no_text"},
  {"too_many_attachments", 400, "too_many_attachments"},
  {"invalid_attachments", 400, "invalid_attachments"},
  {"msg_blocks_too_long", 400, "msg_blocks_too_long"},
  {"action_prohibited", 403, "action_prohibited"},
  {"invalid_token", 403, "invalid_token"},
  {"posting_to_general_channel_denied", 403, "posting_to_general_channel_denied"},
  {"posting_to_general_channel_denied_400", 400, "posting_to_general_channel_denied"},
  {"channel_not_found", 404, "channel_not_found"},
  {"no_service", 404, "no_service"},
  {"no_service_id", 404, "no_service_id"},
  {"no_active_hooks", 404, "no_active_hooks"},
  {"no_team", 404, "no_team"},
  {"channel_is_archived", 410, "channel_is_archived"},
  {"team_disabled", 403, "team_disabled"},
  {"rollup_error", 500, "rollup_error"},
  {"not_ok", 200, "no_service"},
};

struct discord_row {
  int status;
  int code;
  std::string_view message;
};

/// Discord: the status of most codes is undocumented; these are the usual ones.
constexpr discord_row discord_rows[] = {
  {404, 10003, "Unknown Channel"},
  {404, 10004, "Unknown Guild"},
  {404, 10015, "Unknown Webhook"},
  {404, 10016, "Unknown webhook service"},
  {401, 50027, "Invalid Webhook Token"},
  {403, 50001, "Missing Access"},
  {403, 50013, "You lack permissions to perform that action"},
  {403, 160005, "Thread is locked"},
  {400, 50083, "Tried to perform an operation on an archived thread"},
  {400, 50006, "Cannot send an empty message"},
  {400, 50035, "Invalid Form Body"},
  {400, 50109, "The request body contains invalid JSON."},
  {413, 40005, "Request entity too large"},
  {400, 200000, "Message was blocked by automatic moderation"},
  {400, 240000, "Message blocked by harmful links filter"},
  {400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id"},
  {400, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id"},
  {400, 220003, "Webhooks can only create threads in forum channels"},
  {400, 220004, "Webhook services cannot be used in forum channels"},
  {400, 40058,
   "Cannot message this thread until after the post author has sent an initial message"},
  {400, 40067, "A tag is required to create a forum post in this channel"},
  {403, 40333, "internal network error"},
  {401, 40004, "Send messages has been temporarily disabled"},
  {403, 40006, "This feature has been temporarily disabled server-side"},
  {429, 40062, "Service resource is being rate limited"},
  {400, 110001, "Application not available yet, try again later"},
  {503, 130000, "API resource is currently overloaded. Try again a little later"},
  {429, 20016, "This action cannot be performed due to slowmode rate limit"},
  {429, 20028, "The channel you are writing has hit the write rate limit"},
  {429, 20029, "The write action you are performing on the server has hit the write rate limit"},
  {400, 0, "400: Bad Request"},
  {500, 0, "500: Internal Server Error"},
};

/// Telegram: the status is the code.
constexpr failure_row telegram_rows[] = {
  {"chat_not_found", 400, "Bad Request: chat not found"},
  {"private_chat_not_found", 400, "Bad Request: private chat not found"},
  {"chat_id_is_empty", 400, "Bad Request: chat_id is empty"},
  {"thread_not_found", 400, "Bad Request: message thread not found"},
  {"text_too_long", 400, "Bad Request: text is too long"},
  {"not_utf8", 400, "Bad Request: strings must be encoded in UTF-8"},
  {"message_too_long", 400, "Bad Request: message is too long"},
  {"message_empty", 400, "Bad Request: message text is empty"},
  {"text_non_empty", 400, "Bad Request: text must be non-empty"},
  {"upgraded_without_number", 400, "Bad Request: group chat was upgraded to a supergroup chat"},
  {"cannot_parse", 400,
   "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0"},
  {"no_rights", 400, "Bad Request: not enough rights to send text messages to the chat"},
  {"unauthorized", 401, "Unauthorized"},
  {"invalid_token", 401, "Unauthorized: invalid token specified"},
  {"not_found", 404, "Not Found"},
  {"misdirected", 421, "Misdirected Request"},
  {"blocked", 403, "Forbidden: bot was blocked by the user"},
  {"deactivated", 403, "Forbidden: user is deactivated"},
  {"kicked", 403, "Forbidden: bot was kicked from the supergroup chat"},
  {"kicked_from_group", 403, "Forbidden: bot was kicked from the group chat"},
  {"kicked_from_channel", 403, "Forbidden: bot was kicked from the channel chat"},
  {"not_a_member", 403, "Forbidden: bot is not a member of the channel chat"},
  {"group_deleted", 403, "Forbidden: the group chat was deleted"},
  {"cannot_initiate", 403, "Forbidden: bot can't initiate conversation with a user"},
  {"too_large", 413, "Request Entity Too Large"},
  {"media_type", 415, "Unsupported Media Type"},
  {"header_too_large", 431, "Request Header Fields Too Large"},
  {"restart", 500, "Internal Server Error: restart"},
  {"bad_gateway", 502, "Bad Gateway"},
  {"unavailable", 503, "Service Unavailable"},
  {"gateway_timeout", 504, "Gateway Timeout"},
};

struct smtp_row {
  std::string_view name;
  smtp_stage stage;
  int code;
  std::string_view text;
};

constexpr smtp_row smtp_rows[] = {
  {"greeting_421", smtp_stage::greeting, 421, "4.3.2 shutting down"},
  {"greeting_554", smtp_stage::greeting, 554, "5.7.1 no service for you"},
  {"ehlo_502", smtp_stage::ehlo, 502, "5.5.1 not implemented"},
  {"starttls_454", smtp_stage::starttls, 454, "4.7.0 TLS not available"},
  {"auth_432", smtp_stage::auth, 432, "4.7.12 a password transition is needed"},
  {"auth_421", smtp_stage::auth, 421, "4.3.2 shutting down"},
  {"auth_454", smtp_stage::auth, 454, "4.7.0 temporary authentication failure"},
  {"auth_534", smtp_stage::auth, 534, "5.7.9 mechanism is too weak"},
  {"auth_535", smtp_stage::auth, 535, "5.7.8 authentication credentials invalid"},
  {"auth_538", smtp_stage::auth, 538, "5.7.11 encryption is needed for that mechanism"},
  {"mail_421", smtp_stage::mail, 421, "4.3.2 shutting down"},
  {"mail_450", smtp_stage::mail, 450, "4.7.1 try again later"},
  {"mail_451", smtp_stage::mail, 451, "4.3.0 local error"},
  {"mail_452", smtp_stage::mail, 452, "4.3.1 insufficient system storage"},
  {"mail_455", smtp_stage::mail, 455, "4.5.4 parameters cannot be taken now"},
  {"mail_500", smtp_stage::mail, 500, "5.5.2 command not recognised"},
  {"mail_501", smtp_stage::mail, 501, "5.5.4 wrong argument"},
  {"mail_503", smtp_stage::mail, 503, "5.5.1 bad sequence"},
  {"mail_504", smtp_stage::mail, 504, "5.5.4 parameter is not implemented"},
  {"mail_530", smtp_stage::mail, 530, "5.7.0 authentication required"},
  {"mail_550", smtp_stage::mail, 550, "5.7.1 sender is not allowed"},
  {"mail_552", smtp_stage::mail, 552, "5.3.4 message is too big"},
  {"mail_554", smtp_stage::mail, 554, "5.7.1 refused by policy"},
  {"rcpt_421", smtp_stage::rcpt, 421, "4.3.2 shutting down"},
  {"rcpt_450", smtp_stage::rcpt, 450, "4.2.0 greylisted, try again later"},
  {"rcpt_451", smtp_stage::rcpt, 451, "4.3.0 local error"},
  {"rcpt_452", smtp_stage::rcpt, 452, "4.5.3 too many recipients"},
  {"rcpt_455", smtp_stage::rcpt, 455, "4.5.4 parameters cannot be taken now"},
  {"rcpt_501", smtp_stage::rcpt, 501, "5.1.3 wrong argument"},
  {"rcpt_550", smtp_stage::rcpt, 550, "5.1.1 no such user here"},
  {"rcpt_551", smtp_stage::rcpt, 551, "5.1.6 user has moved"},
  {"rcpt_552", smtp_stage::rcpt, 552, "5.2.2 mailbox is full"},
  {"rcpt_553", smtp_stage::rcpt, 553, "5.1.3 bad address"},
  {"data_421", smtp_stage::data, 421, "4.3.2 shutting down"},
  {"data_450", smtp_stage::data, 450, "4.7.1 try again later"},
  {"data_451", smtp_stage::data, 451, "4.3.0 local error"},
  {"data_452", smtp_stage::data, 452, "4.3.1 insufficient system storage"},
  {"data_503", smtp_stage::data, 503, "5.5.1 bad sequence"},
  {"data_552", smtp_stage::data, 552, "5.3.4 message is too big"},
  {"data_554", smtp_stage::data, 554, "5.5.1 no valid recipients"},
  {"end_421", smtp_stage::end_of_data, 421, "4.3.2 shutting down"},
  {"end_450", smtp_stage::end_of_data, 450, "4.7.1 try again later"},
  {"end_451", smtp_stage::end_of_data, 451, "4.3.0 local error"},
  {"end_452", smtp_stage::end_of_data, 452, "4.3.1 insufficient system storage"},
  {"end_500", smtp_stage::end_of_data, 500, "5.5.2 line is too long"},
  {"end_550", smtp_stage::end_of_data, 550, "5.7.1 rejected by policy"},
  {"end_552", smtp_stage::end_of_data, 552, "5.3.4 message is too big"},
  {"end_554", smtp_stage::end_of_data, 554, "5.7.1 looks like spam"},
};

void add_slack(std::vector<known_failure>& list) {
  for (const auto& row : slack_rows)
    list.push_back({"slack." + std::string{row.name},
                    http_answer(make_reply(row.code, "text/html", std::string{row.text}))});
  list.push_back({"slack.429", http_answer(slack_throttled(30))});
}

void add_discord(std::vector<known_failure>& list) {
  for (const auto& row : discord_rows)
    list.push_back({fmt::format("discord.{}", row.code == 0 ? row.status : row.code),
                    http_answer(discord_error(row.status, row.code, row.message))});
  list.push_back({"discord.429", http_answer(discord_throttled(1.337, false))});
  list.push_back({"discord.429_global", http_answer(discord_throttled(4.5, true))});
  list.push_back({"discord.429_html", http_answer(429, "<html><body>error code: 1015</body></html>",
                                                  {{"Content-Type", "text/html"}})});
  list.push_back({"discord.403_html", http_answer(403, "<html><body>error code: 1020</body></html>",
                                                  {{"Content-Type", "text/html"}})});
}

void add_telegram(std::vector<known_failure>& list) {
  for (const auto& row : telegram_rows)
    list.push_back(
      {"telegram." + std::string{row.name}, http_answer(telegram_error(row.code, row.text))});
  list.push_back({"telegram.429", http_answer(telegram_throttled(17))});
  list.push_back({"telegram.429_overload", http_answer(telegram_throttled(60))});
  list.push_back(
    {"telegram.migrated",
     http_answer(telegram_error(400, "Bad Request: group chat was upgraded to a supergroup chat",
                                {{"migrate_to_chat_id", -1001234567890}}))});
}

void add_webhook(std::vector<known_failure>& list) {
  for (int status : {301, 400, 401, 403, 404, 408, 410, 413, 422, 425, 429, 500, 502, 503, 504})
    list.push_back({"webhook." + std::to_string(status), http_answer(status)});
  for (int status : {429, 503})
    list.push_back({"webhook." + std::to_string(status) + "_retry_after",
                    http_answer(status, {}, {{"Retry-After", "7"}})});
  list.push_back({"webhook.retry_after_date",
                  http_answer(503, {}, {{"Retry-After", "Fri, 31 Dec 2077 23:59:59 GMT"}})});
}

void add_email(std::vector<known_failure>& list) {
  for (const auto& row : smtp_rows)
    list.push_back(
      {"email." + std::string{row.name}, smtp_answer(row.stage, row.code, std::string{row.text})});
  list.push_back({"email.no_starttls", no_starttls()});
  list.push_back({"email.no_auth", no_auth()});
  list.push_back({"email.idle_421", idle_421()});
  list.push_back({"email.drop_after_data", smtp_closed(smtp_stage::message)});
  list.push_back({"email.hang_after_data", smtp_stalled(smtp_stage::message)});
  list.push_back({"email.drop_at_dot", smtp_closed(smtp_stage::end_of_data)});
  list.push_back({"email.hang_at_dot", smtp_stalled(smtp_stage::end_of_data)});
}

std::vector<known_failure> make_list() {
  std::vector<known_failure> list;
  add_slack(list);
  add_discord(list);
  add_telegram(list);
  add_webhook(list);
  add_email(list);
  list.push_back({"http.502_html", html_bad_gateway()});
  list.push_back({"http.stall", stalled()});
  list.push_back({"http.reset", reset_connection()});
  list.push_back({"http.close", closed_connection()});
  list.push_back({"http.redirect", redirect_to("http://127.0.0.1:1/")});
  list.push_back({"http.huge", huge_body(std::uint64_t{1} << 30)});
  list.push_back({"http.not_ok", http_answer(200, "not ok", {{"Content-Type", "text/html"}})});
  return list;
}

} // namespace

const std::vector<known_failure>& known_failures() {
  static const auto list = make_list();
  return list;
}

std::optional<scripted_reply> find_failure(std::string_view name) {
  auto i = std::ranges::find(known_failures(), name, &known_failure::name);
  if (i == known_failures().end())
    return std::nullopt;
  return i->what;
}

} // namespace tocsin::standin
