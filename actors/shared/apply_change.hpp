#pragma once

#include "messages/protocol/delivery_ledger.hpp"
#include "messages/protocol/failure.hpp"

#include <caf/result.hpp>
#include <caf/typed_response_promise.hpp>

#include <utility>

namespace tocsin {

/// Has `ledger` store `change`, and answers the request that `self` is handling with what
/// `conclude(const command_result&)` makes of the result, an `Answer` or an `expected<Answer>`, or
/// with the ledger's error. Whoever asked `self` keeps the time: what is stored late is concluded
/// all the same, so that what memory holds of it follows.
template <class Answer, class Self, class Conclude>
caf::result<Answer> apply_change(Self* self, const delivery_ledger_actor& ledger,
                                 apply_command change, Conclude conclude) {
  auto promise = self->template make_response_promise<Answer>();
  self->request(ledger, caf::infinite, std::move(change))
    .then(
      [promise, conclude = std::move(conclude)](const command_result& stored) mutable {
        expected<Answer> answer = conclude(stored);
        if (answer)
          promise.deliver(std::move(*answer));
        else
          promise.deliver(to_error(answer.error()));
      },
      [promise](caf::error& fault) mutable { promise.deliver(std::move(fault)); });
  return promise;
}

} // namespace tocsin
