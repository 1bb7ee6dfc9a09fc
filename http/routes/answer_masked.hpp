#pragma once

#include "http/json/mask.hpp"
#include "http/routes/route.hpp"

#include <utility>

namespace tocsin::http {

/// As `answer`; the reply is masked before it is encoded, unless the caller may see all of it.
template <class Encode>
auto answer_masked(call c, Encode encode) {
  auto shows = c.shows_sensitive();
  return answer(std::move(c), [shows, encode = std::move(encode)](auto& x) {
    if (!shows)
      mask(x);
    return encode(x);
  });
}

} // namespace tocsin::http
