// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <sys/wait.h>

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

}  // namespace memcosim::test
