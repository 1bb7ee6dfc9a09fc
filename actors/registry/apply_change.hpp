#pragma once

#include "messages/protocol/delivery_ledger.hpp"

#include <caf/result.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <utility>

namespace tocsin {

/// How long the ledger may take to store a change.
inline constexpr auto store_timeout = std::chrono::seconds{10};

/// Has `ledger` store `change`, and answers the request that `self` is handling with what
/// `conclude(const command_result&)` makes of the result, or with the ledger's error.
template <class Answer, class Self, class Conclude>
caf::result<Answer> apply_change(Self* self, const delivery_ledger_actor& ledger,
                                 apply_command change, Conclude conclude) {
  auto promise = self->template make_response_promise<Answer>();
  self->request(ledger, store_timeout, std::move(change))
    .then([promise, conclude = std::move(conclude)](
            const command_result& stored) mutable { promise.deliver(conclude(stored)); },
          [promise](caf::error& fault) mutable { promise.deliver(std::move(fault)); });
  return promise;
}

} // namespace tocsin
