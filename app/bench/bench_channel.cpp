#include "app/bench/bench_channel.hpp"

#include "app/cli/json_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <random>

namespace tocsin::bench {

namespace {

std::string random_secret() {
  std::random_device random;
  std::string result;
  for (int i = 0; i < 4; ++i)
    result += fmt::format("{:08x}", random());
  return result;
}

} // namespace

channel_target channel_target::webhook(const std::string& url) {
  return {"webhook", {{"url", url}, {"secret", random_secret()}}};
}

channel_target channel_target::email(uint16_t port) {
  return {"email",
          {{"host", "127.0.0.1"},
           {"port", port},
           {"encryption", "none"},
           {"from", "tocsin-bench@localhost.localdomain"},
           {"to", boost::json::array{"sink@localhost.localdomain"}}}};
}

cli::outcome<std::string> add_channel(cli::session& on, const run_mark& mark,
                                      const std::string& owner, const channel_target& target,
                                      unsigned number) {
  boost::json::object body{
    {"owner", owner},
    {"name", number == 0 ? mark.service() : fmt::format("{}-{}", mark.service(), number)},
    {"type", target.type},
    {"triggers", {{"service.started", {{"on", true}}}}},
    {"filters",
     {{"customers", {{"include", boost::json::array{}}, {"exclude", boost::json::array{}}}},
      {"services",
       {{"include", boost::json::array{boost::json::string{mark.service()}}},
        {"exclude", boost::json::array{}}}}}},
    {"settings", target.settings}};
  auto reply = on.call({"POST", "/channels", boost::json::serialize(body), {}});
  if (!reply)
    return reply.error();
  return cli::cell(reply->value, "id");
}

cli::exit_code remove_channel(cli::session& on, const std::string& id) {
  auto reply = on.call({"DELETE", "/channels/" + id, {}, {}});
  return reply ? cli::exit_code::ok : reply.error();
}

} // namespace tocsin::bench
