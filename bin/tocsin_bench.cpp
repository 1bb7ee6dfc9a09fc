#include "app/bench/program.hpp"
#include "bin/standard_streams.hpp"

int main(int argc, char** argv) {
  tocsin::take_missing_streams();
  return static_cast<int>(
    tocsin::bench::run({argv + 1, argv + argc}, tocsin::cli::process_surroundings()));
}
