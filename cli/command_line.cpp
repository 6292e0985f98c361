// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/command_line.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"

namespace memcosim {
namespace {

std::string check_text(const std::string& text) {
  return text.empty() ? "an empty text was given" : "";
}

std::string check_count(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return fmt::format("{} is too large", text);
  if (error != std::errc() || end != text.data() + text.size()) return fmt::format("expected a whole number of at least 0, not '{}'", text);
  return "";
}

std::string check_number(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return fmt::format("expected a finite number, not '{}'", text);
  }
  return "";
}

bool starts_with(const std::string& text, std::string_view start) {
  return text.compare(0, start.size(), start) == 0;
}

/// The innermost subcommand on the command line, whose options the user means.
const CLI::App& innermost(const CLI::App& app) {
  const std::vector<CLI::App*> given = app.get_subcommands();
  return given.empty() ? app : innermost(*given.back());
}

/// "memcosim device list".
std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  }
  return names;
}

std::string hint(const std::string& wrong, const std::vector<std::string>& names) {
  const auto nearest = nearest_name(wrong, names);
  return nearest ? fmt::format(": did you mean '{}'?", *nearest) : "";
}

/// Message for a token that no command or option takes.
std::string unexpected(const CLI::App& command, const std::string& token) {
  const std::vector<std::string> commands = command_names(command);
  if (starts_with(token, "-")) {
    const std::string name = token.substr(0, token.find('='));
    return fmt::format("unknown option '{}'{}", name, hint(name, option_names(command)));
  }
  if (!commands.empty())
    return fmt::format("unknown command '{}'{} (there are: {})", token, hint(token, commands), fmt::join(commands, ", "));
  return fmt::format("unexpected argument '{}'", token);
}

}  // namespace

void check_option_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_expected_max() == 0) continue;  // flags
    const std::string type = option->get_type_name();
    const auto check = starts_with(type, "UINT") ? check_count : starts_with(type, "FLOAT") ? check_number : check_text;
    option->check(CLI::Validator(std::function<std::string(std::string&)>(check), ""));
  }
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    check_option_values(*command);
}

std::string command_line_fault(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = innermost(app);
  std::string text = error.what();
  // If a command is missing or tokens are left over, the first token left is the cause: later ones may be values of an unknown option.
  const std::vector<std::string> left = app.remaining(true);
  const bool about_left =
      dynamic_cast<const CLI::RequiredError*>(&error) != nullptr || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  if (about_left && !left.empty()) {
    text = unexpected(command, left.front());
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const bool several = text.find("At Most") != std::string::npos;
    text = fmt::format("{}: {}", text.substr(0, text.find(": ")), several ? "given more than once" : "needs a value");
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !command_names(command).empty()) {
    text = fmt::format("expected a command: {}", fmt::join(command_names(command), ", "));
  }
  return fmt::format("{} (`{} --help` shows what there is)", text, full_name(command));
}

}  // namespace memcosim
