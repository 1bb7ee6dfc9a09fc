#include "app/bench/program.hpp"

int main(int argc, char** argv) {
  return static_cast<int>(
    tocsin::bench::run({argv + 1, argv + argc}, tocsin::cli::process_surroundings()));
}
