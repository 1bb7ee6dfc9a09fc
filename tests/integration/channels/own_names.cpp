#include "tests/integration/channels/own_names.hpp"

#include <chrono>
#include <dlfcn.h>
#include <netdb.h>
#include <string_view>
#include <thread>

using namespace tocsin::channels;

// This program's own, in place of the C library's: whoever looks a name up in here gets it.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  auto* next = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  std::string_view name{node == nullptr ? "" : node};
  if (name == name_of_one_address)
    return next("127.0.0.1", service, hints, result);
  if (name == name_that_hangs) {
    ++hanging_lookups;
    std::this_thread::sleep_for(std::chrono::seconds{10});
    return EAI_AGAIN;
  }
  if (name.ends_with(".invalid"))
    return EAI_NONAME;
  if (name != name_of_two_addresses)
    return next(node, service, hints, result);
  if (auto fault = next("127.0.0.2", service, hints, result); fault != 0)
    return fault;
  auto* last = *result;
  while (last->ai_next != nullptr)
    last = last->ai_next;
  return next("127.0.0.3", service, hints, &last->ai_next);
}
