#include "actors/delivery/reply_inbox.hpp"

#include <iterator>
#include <utility>

namespace tocsin {

void reply_inbox::completed(std::vector<channels::transport::completion> batch) {
  bool first = false;
  {
    std::lock_guard guard{mutex_};
    first = gathered_.empty();
    if (first)
      gathered_ = std::move(batch);
    else
      gathered_.insert(gathered_.end(), std::make_move_iterator(batch.begin()),
                       std::make_move_iterator(batch.end()));
  }
  if (first)
    notify_();
}

std::vector<channels::transport::completion> reply_inbox::take() {
  std::lock_guard guard{mutex_};
  return std::exchange(gathered_, {});
}

} // namespace tocsin
