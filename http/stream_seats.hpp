#pragma once

#include "http/caller.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tocsin::http {

/// Counts who reads a stream. A customer in the portal gets only a few of all seats, so that there
/// are some left for others. Thread-safe; held by a `std::shared_ptr`, as its seats point to it.
class stream_seats : public std::enable_shared_from_this<stream_seats> {
public:
  /// This many streams one customer may read: one for each of some open pages.
  static constexpr size_t per_customer = 4;

  explicit stream_seats(size_t total) : total_(total) {}

  /// Takes a seat for `who`, which is free again when the result is gone; nullptr if there is none.
  std::shared_ptr<const void> take(const caller& who);

private:
  void leave(const std::string& customer);

  size_t total_;
  std::mutex mutex_;
  size_t taken_ = 0;
  /// By the customer's name.
  std::map<std::string, size_t> of_customers_;
};

} // namespace tocsin::http
