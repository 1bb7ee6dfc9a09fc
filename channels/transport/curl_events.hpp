#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <sys/epoll.h>

namespace tocsin::channels {

/// Translates epoll's events to those of `curl_multi_socket_action` (CURL_CSELECT_…).
inline int to_curl_events(uint32_t events) {
  int result = 0;
  if (events & (EPOLLIN | EPOLLHUP))
    result |= CURL_CSELECT_IN;
  if (events & EPOLLOUT)
    result |= CURL_CSELECT_OUT;
  if (events & EPOLLERR)
    result |= CURL_CSELECT_ERR;
  return result;
}

/// Translates what libcurl watches a socket for (CURL_POLL_…) to epoll's events; 0 for nothing.
inline uint32_t to_epoll_events(int what) {
  uint32_t result = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
    result |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
    result |= EPOLLOUT;
  return result;
}

} // namespace tocsin::channels
