#include "messages/json_pointer.hpp"

namespace tocsin {

std::string extend_pointer(std::string_view base, std::string_view token) {
  std::string result{base};
  result += '/';
  for (char c : token) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

} // namespace tocsin
