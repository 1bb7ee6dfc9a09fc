#include "tests/support/fake_api/fake_tocsind.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace tocsin::tests {

namespace beast = boost::beast;
namespace json = boost::json;
using boost::asio::ip::tcp;

class fake_tocsind::core {
public:
  explicit core(const fake_tocsind_faults& faults)
    : faults_(faults), delivering_([this] { deliver(); }) {}

  ~core() {
    {
      std::lock_guard guard{mutex_};
      stopping_ = true;
    }
    changed_.notify_all();
    delivering_.join();
  }

  fake_reply answer(const fake_request& request) {
    if (request.method == "POST" && request.target == "/api/v1/events")
      return take_events(json::parse(request.body));
    std::lock_guard guard{mutex_};
    others_.push_back(request);
    if (request.headers.find("authorization") == request.headers.end())
      return {401, R"({"code":"unauthorized","detail":"no token"})"};
    if (request.method == "POST" && request.target == "/api/v1/channels") {
      auto body = json::parse(request.body);
      target_ = body.at("settings").at("url").as_string().c_str();
      return {201, R"({"id":"C1"})"};
    }
    return {request.method == "DELETE" ? 204 : 404, ""};
  }

  std::vector<fake_request> others() const {
    std::lock_guard guard{mutex_};
    return others_;
  }

private:
  static bool hits(uint64_t every, uint64_t count) { return every > 0 && count % every == 0; }

  fake_reply take_events(const json::value& body) {
    std::lock_guard guard{mutex_};
    if (hits(faults_.turn_away_every, ++requests_))
      return {faults_.refusal, R"({"code":"overloaded"})"};
    json::array list = body.is_array() ? body.get_array() : json::array{};
    if (!body.is_array())
      list.push_back(body);
    json::array receipts;
    bool refused = false;
    for (const auto& x : list) {
      ++events_;
      refused = refused || hits(faults_.refuse_every, events_);
      auto carried = x.as_object();
      carried["id"] = std::to_string(events_);
      receipts.push_back(
        json::object{{"id", carried["id"]}, {"status", "accepted"}, {"deliveries", 1}});
      if (hits(faults_.lose_every, events_))
        continue;
      owed_.push_back(json::serialize(carried));
      if (hits(faults_.repeat_every, events_))
        owed_.push_back(owed_.back());
    }
    changed_.notify_all();
    if (refused)
      return {faults_.refusal, R"({"code":"overloaded"})"};
    if (body.is_array())
      return {202, json::serialize(json::object{{"data", receipts}})};
    return {202, json::serialize(receipts.front())};
  }

  void deliver() {
    boost::asio::io_context context;
    std::optional<tcp::socket> socket;
    std::string target;
    beast::flat_buffer buffer;
    for (;;) {
      std::unique_lock guard{mutex_};
      changed_.wait(guard, [this] { return stopping_ || !owed_.empty(); });
      if (stopping_)
        return;
      auto body = std::move(owed_.front());
      owed_.pop_front();
      auto is_other = target != target_;
      target = target_;
      guard.unlock();
      if (!socket || is_other)
        socket = connect(context, target);
      post(*socket, buffer, body);
    }
  }

  static tcp::socket connect(boost::asio::io_context& context, const std::string& target) {
    // http://127.0.0.1:PORT/path
    auto port = static_cast<uint16_t>(std::stoi(target.substr(target.rfind(':') + 1)));
    tcp::socket result{context};
    boost::system::error_code error;
    result.connect({boost::asio::ip::address_v4::loopback(), port}, error);
    result.set_option(tcp::no_delay{true}, error);
    return result;
  }

  static void post(tcp::socket& socket, beast::flat_buffer& buffer, const std::string& body) {
    beast::http::request<beast::http::string_body> request{beast::http::verb::post, "/", 11};
    request.set(beast::http::field::host, "127.0.0.1");
    request.body() = body;
    request.prepare_payload();
    boost::system::error_code error;
    beast::http::write(socket, request, error);
    beast::http::response<beast::http::string_body> answer;
    beast::http::read(socket, buffer, answer, error);
  }

  fake_tocsind_faults faults_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  uint64_t events_ = 0;
  uint64_t requests_ = 0;
  std::string target_;
  std::deque<std::string> owed_;
  std::vector<fake_request> others_;
  std::thread delivering_;
};

fake_tocsind::fake_tocsind(const fake_tocsind_faults& faults)
  : core_(std::make_unique<core>(faults)),
    api_([this](const fake_request& request) { return core_->answer(request); }) {}

fake_tocsind::~fake_tocsind() = default;

std::string fake_tocsind::url() const {
  return api_.url();
}

std::vector<fake_request> fake_tocsind::other_requests() const {
  return core_->others();
}

} // namespace tocsin::tests
