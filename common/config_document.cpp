// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/detail/config_impl.hpp"
#include "memcosim/common/detail/config_override.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

std::string lines_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& one : diagnostics) {
    if (!text.empty()) text += '\n';
    text += one.path.empty() ? fmt::format("{}: {}", one.place, one.message) : fmt::format("{}: {}: {}", one.place, one.path, one.message);
  }
  return text;
}

/// Shortens a message that quotes a huge value to its start and its end.
std::string shortened(std::string message) {
  constexpr std::size_t most = 1000;
  constexpr std::size_t end = 300;
  if (message.size() <= most) return message;
  const auto character_start = [&](std::size_t at) {
    while (at > 0 && (static_cast<unsigned char>(message[at]) & 0xc0u) == 0x80u)
      --at;
    return at;
  };
  return message.substr(0, character_start(most - end)) + " ... " + message.substr(character_start(message.size() - end));
}

}  // namespace

ConfigError::ConfigError(std::vector<Diagnostic> diagnostics) : InputError(lines_of(diagnostics)), diagnostics_(std::move(diagnostics)) {}

namespace detail {

void ConfigContext::add(YamlFault fault) {
  if (known.emplace(fault.path, fault.message).second) faults.push_back(std::move(fault));
}

ConfigError config_error(std::vector<YamlFault> faults, const std::string& name) {
  std::stable_sort(faults.begin(), faults.end(), [](const YamlFault& a, const YamlFault& b) {
    return std::make_tuple(!a.place.override_path.empty(), a.place.line, a.place.column) <
           std::make_tuple(!b.place.override_path.empty(), b.place.line, b.place.column);
  });
  std::vector<Diagnostic> diagnostics;
  for (YamlFault& fault : faults) {
    const Place& place = fault.place;
    std::string where =
        place.override_path.empty() ? fmt::format("{}:{}:{}", name, place.line, place.column) : "--set " + place.override_path;
    diagnostics.push_back({std::move(where), std::move(fault.path), shortened(std::move(fault.message))});
  }
  return ConfigError(std::move(diagnostics));
}

}  // namespace detail

struct ConfigDocument::Impl {
  detail::ConfigContext context;
  std::shared_ptr<ConfigNode::Impl> root = std::make_shared<ConfigNode::Impl>();
};

ConfigDocument::ConfigDocument(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConfigDocument::ConfigDocument(ConfigDocument&&) noexcept = default;
ConfigDocument& ConfigDocument::operator=(ConfigDocument&&) noexcept = default;
ConfigDocument::~ConfigDocument() = default;

ConfigDocument ConfigDocument::from_file(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  std::string text;
  try {
    text = read_file(file, detail::most_yaml_bytes);
  } catch (const InputError& error) {
    throw ConfigError({{file.string(), "", error.what()}});
  }
  return from_text(text, file.string(), overrides, file.parent_path());
}

ConfigDocument ConfigDocument::from_text(std::string_view text, std::string name, const std::vector<std::string>& overrides,
                                         std::filesystem::path folder) {
  detail::YamlDocument parsed = detail::parse_yaml(text);
  std::vector<detail::YamlFault> override_faults;
  detail::YamlPointer root = parsed.root;
  const bool mapping = root != nullptr && root->kind == detail::YamlNode::Kind::mapping;
  if (parsed.faults.empty() && !mapping) {
    const bool empty = root->kind == detail::YamlNode::Kind::null;
    parsed.faults.push_back({empty ? detail::Place{1, 1, {}} : root->place, "",
                             empty ? "the document is empty: expected a mapping such as \"key: value\" (an empty one is {})"
                                   : "expected a mapping such as \"key: value\""});
  }
  if (mapping) {
    for (const std::string& override_text : overrides)
      root = detail::apply_override(root, override_text, override_faults);
  }
  if (!parsed.faults.empty()) {
    parsed.faults.insert(parsed.faults.end(), override_faults.begin(), override_faults.end());
    throw detail::config_error(std::move(parsed.faults), name);
  }

  auto impl = std::make_unique<Impl>();
  impl->context = {std::move(name), std::move(folder), std::move(override_faults), {}, {}};
  impl->root->context = &impl->context;
  impl->root->place = {1, 1, {}};
  impl->root->yaml = std::move(root);
  return ConfigDocument(std::move(impl));
}

ConfigNode ConfigDocument::root() const {
  return ConfigNode(impl_->root);
}

void ConfigDocument::finish() const {
  std::vector<detail::YamlFault> faults = impl_->context.faults;
  impl_->root->add_unread(faults);
  if (!faults.empty()) throw detail::config_error(std::move(faults), impl_->context.name);
}

std::string ConfigDocument::effective_yaml() const {
  std::string text;
  impl_->root->write(text, 0);
  return text.empty() ? "{}\n" : text;
}

std::vector<SetKey> ConfigDocument::set_keys() const {
  std::vector<SetKey> keys;
  impl_->root->add_set(keys);
  return keys;
}

const std::vector<NamedFile>& ConfigDocument::files() const {
  return impl_->context.files;
}

std::string ConfigNode::effective_yaml() const {
  std::string text;
  impl_->write(text, 0);
  return text;
}

}  // namespace memcosim
