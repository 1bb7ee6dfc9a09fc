#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace tocsin::bench {

/// Runs `tocsin-bench` with these words and a `tocsind` of its own, expects that all went well, and
/// gives the report.
boost::json::value bench_report(std::vector<std::string> words);

} // namespace tocsin::bench
