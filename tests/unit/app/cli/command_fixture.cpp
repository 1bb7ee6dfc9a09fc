#include "tests/unit/app/cli/command_fixture.hpp"

#include "app/cli/program.hpp"

#include <fstream>
#include <sstream>

namespace tocsin::cli {

namespace {

constexpr const char* base_path = "/api/v1";

std::string name_of(const tests::fake_request& request) {
  auto target = request.target;
  if (target.starts_with(base_path))
    target.erase(0, std::string{base_path}.size());
  return request.method + ' ' + target;
}

} // namespace

command_test::command_test() : api_([this](const auto& request) { return reply_to(request); }) {
  environment_
    = {{"HOME", directory_.path().string()}, {"TOCSIN_URL", api_.url()}, {"TOCSIN_TOKEN", "tk"}};
}

void command_test::answer(const std::string& request, int status, const std::string& body,
                          const std::string& retry_after) {
  std::lock_guard guard{mutex_};
  answers_[request].push_back({status, body, "application/json", retry_after});
}

tests::fake_reply command_test::reply_to(const tests::fake_request& request) {
  std::lock_guard guard{mutex_};
  auto found = answers_.find(name_of(request));
  if (found == answers_.end())
    return {404,
            R"({"title":"There is no such object.","status":404,"code":"not_found",)"
            R"("detail":"no such path"})",
            "application/problem+json"};
  auto result = found->second.front();
  if (found->second.size() > 1)
    found->second.pop_front();
  return result;
}

command_result command_test::run(const std::vector<std::string>& arguments,
                                 const std::string& input) {
  std::ostringstream out;
  auto result = run_with_output(arguments, out, input);
  result.out = out.str();
  return result;
}

command_result command_test::run_with_output(const std::vector<std::string>& arguments,
                                             std::ostream& out, const std::string& input) {
  std::istringstream in{input};
  std::ostringstream err;
  auto variable = [this](const std::string& name) -> std::optional<std::string> {
    auto found = environment_.find(name);
    return found == environment_.end() ? std::nullopt : std::optional{found->second};
  };
  surroundings around{in,
                      out,
                      err,
                      variable,
                      [this] {
                        auto moved = std::chrono::steady_clock::now().time_since_epoch();
                        return answers_take_time_ ? now_ + moved : now_;
                      },
                      [this](std::chrono::milliseconds x) { now_ += x; },
                      [this](std::chrono::milliseconds x) {
                        now_ += x;
                        return x.count() == 0 || rests_-- > 0;
                      },
                      is_terminal_};
  auto code = cli::run(arguments, around);
  return {code, {}, err.str()};
}

std::vector<std::string> command_test::asked() const {
  std::vector<std::string> result;
  for (const auto& request : api_.requests())
    result.push_back(name_of(request));
  return result;
}

std::string command_test::write_file(const std::string& name, const std::string& text) const {
  auto path = directory_.path() / name;
  std::ofstream{path, std::ios::binary} << text;
  return path.string();
}

} // namespace tocsin::cli
