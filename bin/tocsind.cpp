#include "app/config/command_line.hpp"
#include "app/run.hpp"
#include "bin/standard_streams.hpp"

int main(int argc, char** argv) {
  tocsin::take_missing_streams();
  using namespace tocsin::app;
  auto what = read_command_line({argv + 1, argv + argc}, process_environment());
  return static_cast<int>(what ? run(*what) : say(what.error()));
}
