#include "app/pki/authority.hpp"
#include "messages/ids.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/soak.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using wall_time = std::chrono::system_clock::time_point;
using standin::provider;

/// Those of which there is one: when it dies, the node ends with this code and is restarted.
constexpr int restart_code = 70;
constexpr std::array singletons{"tocsin.ingress",
                                "tocsin.trigger-router",
                                "tocsin.delivery-ledger",
                                "tocsin.channel-supervisor",
                                "tocsin.channel-announcer",
                                "tocsin.certificate-announcer",
                                "tocsin.event-explainer",
                                "tocsin.channel-registry",
                                "tocsin.recipient-registry",
                                "tocsin.event-type-registry",
                                "tocsin.token-registry",
                                "tocsin.session-registry",
                                "tocsin.sign-in-desk",
                                "tocsin.delivery-log",
                                "tocsin.delivery-feed",
                                "tocsin.delivery-control",
                                "tocsin.dead-letters",
                                "tocsin.audit-log",
                                "tocsin.stats",
                                "tocsin.http-bridge",
                                "tocsin.gate-desk",
                                "tocsin.node-guard"};

/// Those of them that the stats do not name.
constexpr std::array unnamed{"tocsin.http-bridge", "tocsin.gate-desk", "tocsin.node-guard"};

/// Those that are started again one by one.
constexpr std::array many_of_a_kind{"tocsin.channel", "tocsin.preference"};

std::string text_at(const boost::json::value& x, std::string_view name) {
  return boost::json::value_to<std::string>(x.at(name));
}

/// The service with actors that can be killed, under load by panels that send every event until it
/// is acknowledged.
class mortality : public testing::Test {
protected:
  static constexpr int panels = 2;
  static constexpr auto pause = 5ms;

  mortality() {
    EXPECT_FALSE(providers.start());
    auto fifo = directory.path() / "orders";
    EXPECT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    // Open at both ends, so that neither side waits for the other.
    orders = ::open(fifo.c_str(), O_RDWR | O_CLOEXEC);
    ::setenv("MORTAL_ORDERS", fifo.c_str(), 1);
    start();
  }

  ~mortality() override { ::close(orders); }

  std::vector<std::string> settings() {
    auto setting = [](const char* name, const std::filesystem::path& value) {
      return fmt::format("gate.{}={}", name, value.string());
    };
    return {"delivery.first_retry=100ms",
            "gate.enabled=true",
            "gate.listen=127.0.0.1:0",
            "gate.panels=tocsin://panel/shop",
            setting("authority_file", authority.certificate_path()),
            setting("certificate_file", node.certificate),
            setting("key_file", node.key)};
  }

  void start() {
    service.start();
    std::lock_guard guard{mutex};
    url = service.url();
    token = service.token();
  }

  api_client api() {
    std::lock_guard guard{mutex};
    return {url, token};
  }

  channel_id add_hook(const std::string& name, const std::string& filters = "{}") {
    auto made = api().post(
      "/channels", fmt::format(R"({{"name":"{}","type":"webhook","settings":{{"url":"{}"}},)"
                               R"("filters":{}}})",
                               name, providers.webhook_url(name), filters));
    EXPECT_EQ(made.status, 201);
    return *channel_id::parse(made.text("/id"));
  }

  void order_death_of(std::string_view name, size_t number) {
    auto line = fmt::format("{} {}\n", name, number);
    EXPECT_EQ(::write(orders, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }

  /// Sends event after event, each again and again until it is acknowledged.
  void send_on(int panel) {
    auto to = api();
    for (int i = 0; !done; ++i) {
      auto id = fmt::format("{}-{}", panel, i);
      auto body = fmt::format(R"({{"event":"deploy.failure","message":"m","id":"{}"}})", id);
      for (auto reply = to.try_call("POST", "/events", body); !reply || reply->status != 202;
           reply = to.try_call("POST", "/events", body)) {
        if (reply) {
          EXPECT_THAT(reply->status, testing::AnyOf(429, 500, 503)) << reply->text("/detail");
        }
        std::this_thread::sleep_for(pause);
        to = api();
      }
      {
        std::lock_guard guard{mutex};
        acknowledged.insert(id);
      }
      std::this_thread::sleep_for(pause);
    }
  }

  size_t acknowledged_count() {
    std::lock_guard guard{mutex};
    return acknowledged.size();
  }

  /// How often actors of the name were restarted, as anybody can ask.
  uint64_t restarts_of(std::string_view name) {
    auto reply = api().try_call("GET", "/stats/actors", "");
    if (reply && reply->status == 200)
      for (auto& x : reply->body.at("actors").as_array())
        if (x.at("name").as_string() == name)
          return x.at("restarts").to_number<uint64_t>();
    return 0;
  }

  /// Kills one of the kind while events flow, and waits until the service is whole again.
  void kill(std::string_view kind, unsigned chance) {
    auto before = acknowledged_count();
    EXPECT_TRUE(eventually([&] { return acknowledged_count() >= before + 20 + chance % 50; }));
    interval lost{std::chrono::system_clock::now(), {}};
    if (std::count(many_of_a_kind.begin(), many_of_a_kind.end(), kind) > 0) {
      auto restarts = restarts_of(kind);
      order_death_of(kind, chance);
      EXPECT_TRUE(eventually([&] { return restarts_of(kind) > restarts; })) << kind;
    } else {
      order_death_of(kind, chance);
      EXPECT_EQ(service.wait(60s), restart_code) << kind;
      start();
    }
    lost.second = std::chrono::system_clock::now();
    troubles.push_back(lost);
  }

  using interval = std::pair<wall_time, wall_time>;

  /// When each delivery arrived, by the event's id, the hook and the delivery's id.
  using arrival_map
    = std::map<std::pair<std::string, std::string>, std::map<std::string, std::vector<wall_time>>>;

  arrival_map arrivals() {
    arrival_map result;
    for (auto& x : providers.received(provider::webhook))
      result[{text_at(boost::json::parse(x.body), "id"), x.name}]
            [std::string{x.header("webhook-id")}]
              .push_back(x.received_at);
    return result;
  }

  /// Whether a delivery that arrived at these times was in flight when something died. What was
  /// with the transport then arrives a little later.
  bool is_excused(wall_time first, wall_time second) const {
    constexpr auto under_way = 2s;
    return std::any_of(troubles.begin(), troubles.end(),
                       [&](auto& x) { return first <= x.second + under_way && second >= x.first; });
  }

  temporary_directory directory;
  pki::authority authority = pki::authority::init(directory.path() / "pki").value();
  pki::issued_files node = authority.issue({pki::holder::node, "one", {"127.0.0.1"}}).value();
  standin::provider_standin providers;
  service_process service{settings()};
  int orders = -1;
  std::mutex mutex;
  std::string url;
  std::string token;
  std::set<std::string> acknowledged;
  std::atomic<bool> done{false};
  /// From each order to kill until the service was whole again.
  std::vector<interval> troubles;
};

/// Else one that is new would be killed by nobody.
TEST_F(mortality, kills_every_kind_of_actor_that_there_is) {
  std::set<std::string> killed{singletons.begin(), singletons.end()};
  killed.insert(many_of_a_kind.begin(), many_of_a_kind.end());
  for (auto* name : unnamed)
    killed.erase(name);
  add_hook("one");
  auto sent = api().post("/events", R"({"event":"deploy.failure","message":"m"})");
  EXPECT_EQ(sent.status, 202);
  auto living = [this] {
    std::set<std::string> result;
    auto stats = api().get("/stats/actors");
    for (auto& x : stats.body.at("actors").as_array())
      result.insert(text_at(x, "name"));
    return result;
  };
  EXPECT_TRUE(eventually([&] { return living() == killed; }))
    << "there are: " << testing::PrintToString(living());
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(mortality, any_actor_killed_under_load_loses_nothing) {
  const std::vector<std::string> hooks{"one", "two"};
  for (auto& name : hooks)
    add_hook(name);
  std::vector<std::thread> threads;
  for (int i = 0; i < panels; ++i)
    threads.emplace_back([this, i] { send_on(i); });
  std::minstd_rand random{20260401};
  for (int round = 0; round < quick_or_full(1, 10); ++round) {
    std::vector<std::string_view> kinds{singletons.begin(), singletons.end()};
    kinds.insert(kinds.end(), many_of_a_kind.begin(), many_of_a_kind.end());
    std::shuffle(kinds.begin(), kinds.end(), random);
    for (auto kind : kinds)
      kill(kind, random());
  }
  done = true;
  for (auto& thread : threads)
    thread.join();

  EXPECT_TRUE(eventually([&] { return arrivals().size() >= acknowledged.size() * hooks.size(); }));
  auto from = api();
  std::map<std::string, std::string> log;
  EXPECT_TRUE(eventually([&] {
    log = states_of_deliveries(from);
    return std::all_of(log.begin(), log.end(), [](auto& x) { return x.second == "delivered"; });
  }))
    << "not everything that arrived is recorded";
  auto arrived = arrivals();
  for (auto& id : acknowledged)
    for (auto& hook : hooks)
      EXPECT_EQ(arrived[std::pair(id, hook)].size(), 1u) << id << " through " << hook;
  EXPECT_EQ(log.size(), acknowledged.size() * hooks.size());
  size_t repeated = 0;
  for (auto& [what, deliveries] : arrived)
    for (auto& [id, times] : deliveries) {
      EXPECT_TRUE(log.contains(id)) << "nobody knows the delivery " << id;
      for (size_t i = 1; i < times.size(); ++i, ++repeated)
        EXPECT_TRUE(is_excused(times[i - 1], times[i])) << id << " was repeated without need";
      // What was repeated is what nobody could record: the last attempt alone is in the log.
      if (times.size() > 1) {
        EXPECT_EQ(from.get("/deliveries/" + id).body.at("attempt_log").as_array().size(), 1u);
      }
    }
  std::cout << fmt::format("{} actors killed: {} events acknowledged, {} deliveries, {} repeated\n",
                           troubles.size(), acknowledged.size(), log.size(), repeated);
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(mortality, a_channel_that_dies_time_and_again_is_parked_and_the_admins_hear_of_it) {
  auto only = [](const char* what, const char* how) {
    return fmt::format(R"({{"services":{{"{}":["{}"]}}}})", how, what);
  };
  auto ill = add_hook("ill", only("ill", "include"));
  add_hook("well", only("ill", "exclude"));
  auto send = [this](const std::string& id) {
    auto reply = api().post(
      "/events",
      fmt::format(R"({{"event":"deploy.failure","service":"ill","message":"m","id":"{}"}})", id));
    EXPECT_EQ(reply.status, 202);
  };
  auto arrived = [this](const std::string& hook, const std::string& what) {
    auto all = providers.received(provider::webhook);
    return std::count_if(all.begin(), all.end(), [&](auto& x) {
      return x.name == hook && x.body.find(what) != std::string::npos;
    });
  };
  auto stats = [this] { return api().get("/stats/actors").body.at("channels").at(0); };
  // One more than a minute forgives; the actor that lives is always the only one of its kind.
  for (uint64_t death = 1; death <= 6; ++death) {
    auto id = fmt::format("e{}", death);
    send(id);
    ASSERT_TRUE(eventually([&] { return arrived("ill", id) > 0; }));
    order_death_of("tocsin.channel", 0);
    ASSERT_TRUE(eventually([&] { return stats().at("restarts").to_number<uint64_t>() == death; }));
  }
  EXPECT_TRUE(stats().at("parked").as_bool());
  EXPECT_TRUE(eventually([&] { return arrived("well", "channel.parked") == 1; }));
  auto told = boost::json::parse(providers.received(provider::webhook).back().body);
  EXPECT_EQ(text_at(told.at("details"), "channel"), to_string(ill));
  // What it owes waits, and goes out once somebody changes the channel.
  send("late");
  EXPECT_EQ(arrived("ill", "late"), 0);
  auto path = "/channels/" + to_string(ill);
  EXPECT_EQ(api().patch(path, R"({"name":"mended"})").status, 200);
  EXPECT_TRUE(eventually([&] { return arrived("ill", "late") == 1; }));
  EXPECT_FALSE(stats().at("parked").as_bool());
  EXPECT_EQ(service.stop(), 0);
}

} // namespace

} // namespace tocsin
