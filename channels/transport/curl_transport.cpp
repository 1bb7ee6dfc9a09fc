#include "channels/transport/curl_transport.hpp"

#include "channels/transport/http_loop.hpp"
#include "channels/transport/smtp_pool.hpp"

#include <utility>

namespace tocsin::channels {

class curl_transport::impl {
public:
  explicit impl(const transport_options& options) : http{options}, smtp{options} {}

  http_loop http;
  smtp_pool smtp;
};

curl_transport::curl_transport(const transport_options& options)
  : impl_{std::make_unique<impl>(options)} {}

curl_transport::~curl_transport() = default;

void curl_transport::submit(const std::shared_ptr<sink>& to, std::vector<job> jobs) {
  std::vector<http_loop::request> posts;
  std::vector<mail_job> mails;
  posts.reserve(jobs.size());
  for (auto& x : jobs)
    if (auto* post = std::get_if<http_request>(&x.request))
      posts.push_back({to, x.cookie, std::move(*post)});
    else
      mails.push_back({to, x.cookie, std::move(std::get<smtp_request>(x.request))});
  completion_batches late;
  if (!posts.empty())
    for (auto& x : impl_->http.submit(std::move(posts)))
      late.add(x.to, x.cookie, reply_not_tried());
  if (!mails.empty())
    for (auto& x : impl_->smtp.submit(std::move(mails)))
      late.add(x.to, x.cookie, reply_not_tried());
  late.flush();
}

std::vector<uint64_t> curl_transport::withdraw(const sink& from) {
  auto result = impl_->http.withdraw(from);
  auto mails = impl_->smtp.withdraw(from);
  result.insert(result.end(), mails.begin(), mails.end());
  return result;
}

void curl_transport::stop(std::chrono::milliseconds grace) {
  impl_->http.stop(grace);
  impl_->smtp.stop(grace);
  impl_->http.join();
  impl_->smtp.join();
}

void curl_transport::cut_short() {
  impl_->http.stop(std::chrono::milliseconds{0});
  impl_->smtp.stop(std::chrono::milliseconds{0});
}

} // namespace tocsin::channels
