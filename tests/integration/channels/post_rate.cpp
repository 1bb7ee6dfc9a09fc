// Measures how many small POSTs per second the transport makes against a server on the loopback
// interface: post_rate [requests] [in flight]
#include "channels/transport/curl_transport.hpp"
#include "tests/integration/channels/loopback_server.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <sys/resource.h>

namespace {

using namespace tocsin::channels;

/// Keeps a number of requests in flight until all are made.
class load : public transport::sink, public std::enable_shared_from_this<load> {
public:
  load(transport& through, std::shared_ptr<const http_target> target, size_t total)
    : sink{"admin/ops"},
      through_{through},
      target_{std::move(target)},
      left_{total},
      missing_{total} {}

  void send(size_t count) {
    std::vector<transport::job> jobs;
    for (; count > 0 && left_ > 0; --count, --left_)
      jobs.push_back(
        {left_,
         http_request{target_,
                      {"webhook-id: 01J00000000000000000000000", "webhook-timestamp: 1700000000",
                       "webhook-signature: v1,0000000000000000000000000000000="},
                      std::string(230, 'x')}});
    if (!jobs.empty())
      through_.submit(shared_from_this(), std::move(jobs));
  }

  void completed(std::vector<transport::completion> batch) override {
    for (auto& x : batch)
      failed_ += x.reply.fault != wire_fault::none || x.reply.code != 200;
    missing_ -= batch.size();
    if (missing_ == 0)
      return done_.set_value();
    send(batch.size());
  }

  size_t wait() {
    done_.get_future().wait();
    return failed_;
  }

private:
  transport& through_;
  std::shared_ptr<const http_target> target_;
  size_t left_;
  size_t missing_;
  size_t failed_ = 0;
  std::promise<void> done_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

int main(int argc, char** argv) {
  auto total = argc > 1 ? std::stoul(argv[1]) : 200'000ul;
  auto in_flight = argc > 2 ? std::stoul(argv[2]) : 64ul;
  loopback_server server{http_reply("200 OK", "ok")};
  curl_transport through;
  auto target = std::make_shared<http_target>();
  target->url = server.url("/hook");
  target->headers = {"Content-Type: application/json", "User-Agent: Tocsin"};
  auto work = std::make_shared<load>(through, target, total);
  auto cpu = cpu_seconds();
  auto started_at = std::chrono::steady_clock::now();
  work->send(in_flight);
  auto failed = work->wait();
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_at;
  fmt::print("{:.0f} POST/s, {} failed, {} connections, {:.1f} us CPU per POST with the server\n",
             static_cast<double>(total) / took.count(), failed, server.connections(),
             (cpu_seconds() - cpu) / static_cast<double>(total) * 1e6);
  return failed == 0 ? 0 : 1;
}
