#include "app/config/command_line.hpp"
#include "app/run.hpp"
#include "bin/standard_streams.hpp"

#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  tocsin::take_missing_streams();
  using namespace tocsin::app;
  auto what = read_command_line({argv + 1, argv + argc}, process_environment());
  if (!what) {
    auto [code, text] = what.error();
    std::fputs(text.c_str(), code == exit_code::ok ? stdout : stderr);
    return static_cast<int>(code);
  }
  return static_cast<int>(run(*what));
}
