#include "tests/fault/gate/hosts_entry.hpp"

#include "tests/fault/gate/network_pair.hpp"

#include <dlfcn.h>
#include <netdb.h>
#include <string_view>

// This program's own, in place of the C library's: whoever looks a name up in here gets it.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  auto* next = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || std::string_view{node} != tocsin::name_of_two)
    return next(node, service, hints, result);
  if (auto code = next(tocsin::network_pair::black_hole, service, hints, result); code != 0)
    return code;
  // `freeaddrinfo` frees the members of a list one by one.
  auto* last = *result;
  while (last->ai_next != nullptr)
    last = last->ai_next;
  return next(tocsin::network_pair::node_address, service, hints, &last->ai_next);
}
