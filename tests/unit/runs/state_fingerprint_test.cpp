// SPDX-License-Identifier: Apache-2.0
// The fingerprint of a programmed state follows every field that decides it, and no other.
#include "memcosim/runs/results/state_fingerprint.hpp"

#include <set>
#include <type_traits>

#include <gtest/gtest.h>

#include "memcosim/devices/cells/step_tables.hpp"

namespace memcosim {
namespace {

/// An array with something in every list, so that every field can be changed.
ArrayConfig full_config() {
  ArrayConfig config;
  config.rows = 4;
  config.columns = 6;
  config.cell = default_cell_spec("step_table");
  config.cell.variations.push_back({0, Distribution::normal, 0.1, 0.0, 1.0, false});
  config.cell.cycle_variations.push_back({0, Distribution::uniform, 0.2, 0.0, 1.0, false});
  config.cell.nonidealities.faults.map.push_back({0, 1, 2, CellFault::unformed});
  return config;
}

template <typename T, typename = void>
struct HasList : std::false_type {};
template <typename T>
struct HasList<T, std::void_t<decltype(state_fields(static_cast<const T*>(nullptr)))>> : std::true_type {};

/// What a change at a place does, from the tags on the way to it.
enum class Role { written, verified, later };

template <typename Tag>
Role role_of() {
  if (std::is_same_v<Tag, Written>) return Role::written;
  return std::is_same_v<Tag, Verified> ? Role::verified : Role::later;
}

/// Calls change(role, name) with one number or text at a time changed, over everything below `value`.
template <typename T, typename Change>
void each_changed(T& value, Role role, const std::string& name, const Change& change) {
  if constexpr (std::is_same_v<T, bool>) {
    value = !value;
    change(role, name);
    value = !value;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    const T before = value;
    value = std::is_floating_point_v<T> && !(static_cast<double>(before) < 1e300) ? T{} : static_cast<T>(static_cast<int>(before) + 1);
    change(role, name);
    value = before;
  } else if constexpr (std::is_same_v<T, std::string>) {
    value += "x";
    change(role, name);
    value.pop_back();
  } else if constexpr (HasList<T>::value) {
    state_fields(&value).for_each([&](const auto& field) { each_field(value, field, role, name, change); });
  }
}
template <typename T, typename Change>
void each_changed(std::vector<T>& values, Role role, const std::string& name, const Change& change) {
  ASSERT_FALSE(values.empty()) << name;
  each_changed(values.front(), role, name + "[0]", change);
  values.push_back(values.back());
  change(role, name + " longer");
  values.pop_back();
}
template <typename T, std::size_t count, typename Change>
void each_changed(T (&values)[count], Role role, const std::string& name, const Change& change) {
  for (std::size_t i : {std::size_t{0}, count - 1})
    each_changed(values[i], role, name + "[" + std::to_string(i) + "]", change);
}
template <typename T, typename Change>
void each_changed(std::shared_ptr<T>& value, Role role, const std::string& name, const Change& change) {
  ASSERT_NE(value, nullptr) << name;
  auto own = std::make_shared<std::remove_const_t<T>>(*value);
  const std::shared_ptr<T> before = std::exchange(value, own);
  each_changed(*own, role, name, change);
  value = nullptr;
  change(role, name + " absent");
  value = before;
}
/// Verify reads move cells under the law `rate` alone.
template <typename Change>
void each_changed(ReadDisturbSpec::Law& law, Role role, const std::string& name, const Change& change) {
  const ReadDisturbSpec::Law before = std::exchange(law, ReadDisturbSpec::Law::rate);
  change(role, name + " rate");
  law = ReadDisturbSpec::Law::jiang_2021;
  change(Role::later, name + " jiang_2021");
  law = before;
}
template <typename Struct, typename Class, typename T, typename Tag, typename Change>
void each_field(Struct& object, const Field<Class, T, Tag>& field, Role role, const std::string& name, const Change& change) {
  each_changed(object.*field.member, std::max(role, role_of<Tag>()), name + "." + field.name, change);
}
template <typename Struct, typename Base, typename Change>
void each_field(Struct& object, const BaseField<Base, Written>&, Role role, const std::string& name, const Change& change) {
  each_changed(static_cast<Base&>(object), role, name, change);
}

template <typename Spec>
std::size_t expect_follows(Spec spec, const std::string& name) {
  const auto both = [&] { return std::pair(StateFingerprint(false).add(spec).value(), StateFingerprint(true).add(spec).value()); };
  const auto [plain, verified] = both();
  std::set<std::uint64_t> seen;
  std::size_t changes = 0;
  each_changed(spec, Role::written, name, [&](Role role, const std::string& place) {
    const auto [now, now_verified] = both();
    EXPECT_EQ(now != plain, role == Role::written) << place;
    EXPECT_EQ(now_verified != verified, role != Role::later) << place;
    if (role != Role::later) {
      EXPECT_TRUE(seen.insert(now_verified).second) << place << " looks like another change";
    }
    ++changes;
  });
  EXPECT_EQ(both(), std::pair(plain, verified));
  return changes;
}

TEST(StateFingerprint, FollowsEveryFieldOfAnArray) {
  EXPECT_GT(expect_follows(full_config(), "array"), 150u);
}

TEST(StateFingerprint, FollowsEveryFieldOfWriteVerify) {
  EXPECT_EQ(expect_follows(WriteVerifySpec(), "programming"), 19u);
}

TEST(StateFingerprint, OfTheFieldsThatWereOnceForgotten) {
  const ArrayConfig config = full_config();
  const auto fingerprint = [](const ArrayConfig& array) { return StateFingerprint(false).add(array).value(); };
  ArrayConfig noisy = config;
  noisy.cell.nonidealities.write_noise_s = 1e-6;
  EXPECT_NE(fingerprint(noisy), fingerprint(config));
  ArrayConfig other = config;
  StepTables tables = *config.cell.tables;
  tables.devices.front().back() += 1e-9;
  other.cell.tables = std::make_shared<const StepTables>(tables);
  EXPECT_NE(fingerprint(other), fingerprint(config));
  ArrayConfig aged = config;
  aged.cell.nonidealities.retention.time_s = 86400.0;
  aged.cell.preset = "another name";
  EXPECT_EQ(fingerprint(aged), fingerprint(config));
}

}  // namespace
}  // namespace memcosim
