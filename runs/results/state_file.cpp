// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/results/state_file.hpp"

#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

using nlohmann::json;

constexpr const char* signature = "memcosim-state ";
constexpr int version = 3;
constexpr std::size_t checksum_bytes = 4;
constexpr std::uint64_t largest_array = std::uint64_t{1} << 28;

std::uint32_t checksum(const char* data, std::size_t size) {
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(data), size));
}

json to_json(const ArrayState& array) {
  const ProgrammingRecord& p = array.programming;
  const ArrayHistory& h = array.cells.history;
  json object = {{"rows", array.rows},
                 {"columns", array.columns},
                 {"counts_pulses", !array.cells.pulses.empty()},
                 {"history", {{"event", h.event}, {"age_s", h.age_s}, {"cycles", h.cycles}, {"reads", h.reads}}},
                 {"duration_s", p.duration_s},
                 {"pulse_histogram", p.pulse_histogram},
                 {"residual_square_sum", p.residual_square_sum}};
  programming_count_fields.for_each([&](const auto& field) { object[field.name] = p.*field.member; });
  return object;
}

ArrayState array_from_json(const json& object) {
  ArrayState array;
  array.rows = object.at("rows").get<std::uint32_t>();
  array.columns = object.at("columns").get<std::uint32_t>();
  const json& past = object.at("history");
  ArrayHistory& h = array.cells.history;
  h.event = past.at("event").get<std::uint64_t>();
  h.age_s = past.at("age_s").get<double>();
  h.cycles = past.at("cycles").get<double>();
  h.reads = past.at("reads").get<double>();
  ProgrammingRecord& p = array.programming;
  programming_count_fields.for_each([&](const auto& field) { object.at(field.name).get_to(p.*field.member); });
  p.duration_s = object.at("duration_s").get<double>();
  p.pulse_histogram = object.at("pulse_histogram").get<std::vector<std::uint64_t>>();
  p.residual_square_sum = object.at("residual_square_sum").get<double>();
  return array;
}

template <typename Value>
void append(std::string& text, const std::vector<Value>& values) {
  const std::size_t begin = text.size();
  text.resize(begin + values.size() * sizeof(Value));
  if (!values.empty()) std::memcpy(text.data() + begin, values.data(), values.size() * sizeof(Value));
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw InputError(fmt::format("{}: {}. Make it anew with `memcosim run CONFIG --save-state FILE`", file.string(), why));
}

}  // namespace

std::uint64_t fingerprint64(std::string_view text, std::uint64_t before) {
  std::uint64_t hash = before;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

std::string to_state_file(const ProgrammedState& state) {
  json arrays = json::array();
  for (const ArrayState& array : state.arrays)
    arrays.push_back(to_json(array));
  const std::string header =
      json{{"fingerprint", state.fingerprint}, {"programming_time_s", state.programming_time_s}, {"arrays", arrays}}.dump();
  std::string text = fmt::format("{}{}\n{}\n{}", signature, version, header.size(), header);
  for (const ArrayState& array : state.arrays) {
    append(text, array.cells.cells);
    append(text, array.cells.pulses);
  }
  const std::uint32_t sum = checksum(text.data(), text.size());
  char bytes[checksum_bytes];
  std::memcpy(bytes, &sum, checksum_bytes);
  text.append(bytes, checksum_bytes);
  return text;
}

ProgrammedState read_state_file(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  const std::string start = fmt::format("{}{}\n", signature, version);
  if (text.compare(0, std::strlen(signature), signature) != 0) refuse(file, "not a memcosim state file");
  if (text.compare(0, start.size(), start) != 0)
    refuse(file, fmt::format("a state file of another version (this program reads version {})", version));
  if (text.size() < start.size() + checksum_bytes) refuse(file, "truncated");
  const std::size_t body = text.size() - checksum_bytes;
  std::uint32_t sum = 0;
  std::memcpy(&sum, text.data() + body, checksum_bytes);
  if (sum != checksum(text.data(), body)) refuse(file, "damaged or truncated (checksum differs)");

  ProgrammedState state;
  try {
    const std::size_t line_end = text.find('\n', start.size());
    const std::size_t header_size = std::stoul(text.substr(start.size(), line_end - start.size()));
    std::size_t position = line_end + 1;
    const json header = json::parse(text.substr(position, header_size));
    position += header_size;
    state.fingerprint = header.at("fingerprint").get<std::string>();
    state.programming_time_s = header.at("programming_time_s").get<double>();
    for (const json& object : header.at("arrays")) {
      ArrayState array = array_from_json(object);
      const std::uint64_t cells = std::uint64_t{array.rows} * array.columns;
      const bool counted = object.at("counts_pulses").get<bool>();
      const std::uint64_t bytes = sizeof(double) + (counted ? sizeof(std::uint32_t) : 0);
      if (cells > largest_array || position + cells * bytes > body) refuse(file, "shorter than its header says");
      array.cells.cells.resize(cells);
      array.cells.pulses.resize(counted ? cells : 0);
      std::memcpy(array.cells.cells.data(), text.data() + position, cells * sizeof(double));
      position += cells * sizeof(double);
      if (counted) std::memcpy(array.cells.pulses.data(), text.data() + position, cells * sizeof(std::uint32_t));
      position += array.cells.pulses.size() * sizeof(std::uint32_t);
      state.arrays.push_back(std::move(array));
    }
  } catch (const json::exception& error) {
    refuse(file, fmt::format("damaged header ({})", error.what()));
  } catch (const std::logic_error&) {
    refuse(file, "damaged header length");
  }
  return state;
}

}  // namespace memcosim
