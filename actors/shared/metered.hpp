#pragma once

#include "actors/shared/meter.hpp"
#include "messages/protocol/failure.hpp"

#include <exception>
#include <type_traits>

namespace tocsin {

/// A state that is as valid after an exception in a handler as before: apart from handles, it is
/// changed completely or not at all. An exception ends other actors, which are then replaced
/// from storage.
template <class State>
concept survives_exceptions = State::survives_exceptions;

/// Makes a message handler of a member function of the state, metered by the state's `gauge`. Where
/// the state survives exceptions, an exception is answered as an internal_error and the actor goes
/// on, so that one bad request does not affect the others.
template <class Self, class State, class Result, class Message>
auto metered(Self* self, Result (State::*handler)(Message)) {
  return [self, handler](Message message) -> Result {
    // Taken first: with -fsanitize=vptr, g++ 12 checks what it has not read yet in the call itself.
    State& state = self->state;
    actor_gauge::handling scope{state.gauge, self->mailbox().size()};
    if constexpr (survives_exceptions<State> && !std::is_void_v<Result>) {
      try {
        return (state.*handler)(message);
      } catch (const std::exception& fault) {
        return to_error(fail(errc::internal_error, fault.what()));
      }
    } else {
      return (state.*handler)(message);
    }
  };
}

} // namespace tocsin
