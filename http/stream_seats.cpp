#include "http/stream_seats.hpp"

namespace tocsin::http {

std::shared_ptr<const void> stream_seats::take(const caller& who) {
  auto customer = who.confined_to ? who.confined_to->name : std::string{};
  std::lock_guard lock{mutex_};
  if (taken_ >= total_)
    return nullptr;
  if (!customer.empty()) {
    auto& count = of_customers_[customer];
    if (count >= per_customer)
      return nullptr;
    ++count;
  }
  ++taken_;
  return {this, [seats = shared_from_this(), customer](const void*) { seats->leave(customer); }};
}

void stream_seats::leave(const std::string& customer) {
  std::lock_guard lock{mutex_};
  --taken_;
  if (customer.empty())
    return;
  auto found = of_customers_.find(customer);
  if (--found->second == 0)
    of_customers_.erase(found);
}

} // namespace tocsin::http
