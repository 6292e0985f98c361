// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text)
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

CommandOutcome run_memcosim(const std::vector<std::string>& arguments, const std::string& folder, const std::string& output,
                            const std::string& before) {
  const TemporaryFolder streams;
  std::string command = folder.empty() ? "" : "cd " + quoted(folder) + " && ";
  command += before + " SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1 " + quoted(MEMCOSIM_COMMAND);
  for (const std::string& argument : arguments)
    command += " " + quoted(argument);
  command += " >" + (output.empty() ? quoted(streams.file("out")) : output) + " 2> " + quoted(streams.file("err"));
  const int status = std::system(command.c_str());
  CommandOutcome outcome;
  // The shell reports a process that a signal ended as 128 + signal.
  if (WIFEXITED(status) && WEXITSTATUS(status) < 128) outcome.exit_code = WEXITSTATUS(status);
  outcome.output = content(streams.file("out"));
  outcome.errors = content(streams.file("err"));
  return outcome;
}

RunningCommand::RunningCommand(const std::vector<std::string>& arguments, const std::string& folder) {
  std::vector<std::string> words = {MEMCOSIM_COMMAND};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string out = streams_.file("out");
  const std::string err = streams_.file("err");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process");
  if (process_ != 0) return;
  const bool ready = (folder.empty() || ::chdir(folder.c_str()) == 0) && ::freopen(out.c_str(), "w", stdout) != nullptr &&
                     ::freopen(err.c_str(), "w", stderr) != nullptr;
  if (ready) ::execv(pointers.front(), pointers.data());
  ::_exit(127);
}

RunningCommand::~RunningCommand() {
  if (ended()) return;
  ::kill(process_, SIGKILL);
  wait();
}

bool RunningCommand::ended() {
  if (!ended_) ended_ = ::waitpid(process_, &status_, WNOHANG) == process_;
  return ended_;
}

bool RunningCommand::wait_until(const std::function<bool()>& condition) {
  while (!condition()) {
    if (ended()) return condition();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

bool RunningCommand::wait_for_error_text(const std::string& text) {
  return wait_until([&] { return content(streams_.file("err")).find(text) != std::string::npos; });
}

void RunningCommand::send(int signal_number) const {
  ::kill(process_, signal_number);
}

CommandOutcome RunningCommand::wait() {
  if (!ended_) ended_ = ::waitpid(process_, &status_, 0) == process_;
  CommandOutcome outcome;
  if (WIFEXITED(status_)) outcome.exit_code = WEXITSTATUS(status_);
  outcome.output = content(streams_.file("out"));
  outcome.errors = content(streams_.file("err"));
  return outcome;
}

}  // namespace memcosim::test
