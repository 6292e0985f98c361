// SPDX-License-Identifier: Apache-2.0
// Malformed models, data sets and conductance maps through the real command: exit code 2, a message that names the file, nothing written.
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

std::string content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>((value >> shift) & 0xFFu);
  return bytes;
}

std::string idx_images(std::uint32_t magic, std::uint32_t count, std::uint32_t height, std::uint32_t width, std::size_t bytes) {
  return big_endian(magic) + big_endian(count) + big_endian(height) + big_endian(width) + std::string(bytes, '\x10');
}

std::string idx_labels(std::uint32_t magic, std::uint32_t count, const std::string& labels) {
  return big_endian(magic) + big_endian(count) + labels;
}

constexpr std::uint32_t image_magic = 0x00000803;
constexpr std::uint32_t label_magic = 0x00000801;
constexpr std::size_t pixels = 28 * 28;

/// A .npy file of version 1.0 with this header dictionary and body.
std::string npy(const std::string& dictionary, const std::string& body) {
  std::string header = dictionary + "\n";
  std::string text = std::string("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xFFu);
  text += static_cast<char>(header.size() >> 8u);
  return text + header + body;
}

/// A file that replaces one input of a run: which key names it, its name and its bytes.
struct BadData {
  const char* name;
  const char* key;
  const char* file;
  std::function<std::string()> bytes;
};

std::ostream& operator<<(std::ostream& out, const BadData& bad) {
  return out << bad.name;
}

std::string model() {
  return content(std::string(MEMCOSIM_SOURCE_DIR) + "/models/fashion_mnist_mlp.onnx");
}

const char* const images_key = "dataset.images";
const char* const labels_key = "dataset.labels";
const char* const model_key = "network.model";
const char* const map_key = "programming.conductance_map";

const std::vector<BadData> bad_data = {
    {"model_empty", model_key, "m.onnx", [] { return std::string(); }},
    {"model_text", model_key, "m.onnx", [] { return std::string("this is no model\n"); }},
    {"model_truncated_early", model_key, "m.onnx", [] { return model().substr(0, 100); }},
    {"model_truncated_in_weights", model_key, "m.onnx", [] { return model().substr(0, 400000); }},
    {"model_truncated_at_end", model_key, "m.onnx", [] { return model().substr(0, model().size() - 1); }},
    {"model_zeros", model_key, "m.onnx", [] { return std::string(5000, '\0'); }},
    {"model_all_ones", model_key, "m.onnx", [] { return std::string(5000, '\xff'); }},
    {"model_unknown_operator", model_key, "m.onnx",
     [] {
       std::string bytes = model();
       for (std::size_t at = bytes.find("Relu"); at != std::string::npos; at = bytes.find("Relu", at + 1))
         bytes.replace(at, 4, "Reku");
       return bytes;
     }},
    {"model_nan_weights", model_key, "m.onnx",
     [] {
       std::string bytes = model();
       const std::size_t middle = bytes.size() / 2;
       bytes.replace(middle, 4000, std::string(4000, '\xff'));  // all bits set is a NaN
       return bytes;
     }},
    {"images_empty", images_key, "i.idx", [] { return std::string(); }},
    {"images_wrong_magic", images_key, "i.idx", [] { return idx_images(0x00000802, 2, 28, 28, 2 * pixels); }},
    {"images_truncated", images_key, "i.idx", [] { return idx_images(image_magic, 10000, 28, 28, 3 * pixels); }},
    {"images_wrong_size", images_key, "i.idx", [] { return idx_images(image_magic, 10000, 27, 27, 10000 * std::size_t{27 * 27}); }},
    {"images_huge_header", images_key, "i.idx", [] { return idx_images(image_magic, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 64); }},
    {"images_swapped", images_key, "i.idx", [] { return idx_images(image_magic, 10000, 14, 56, 10000 * pixels); }},
    {"images_not_finite", images_key, "i.npy",
     [] { return npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 28, 28), }", std::string(4 * pixels, '\xff')); }},
    {"images_cifar_truncated", images_key, "i.bin", [] { return std::string(3072, '\1'); }},
    {"images_none", images_key, "i.idx", [] { return idx_images(image_magic, 0, 28, 28, 0); }},
    {"images_broken_gzip", images_key, "i.gz", [] { return std::string("\x1f\x8b\x08\0", 4) + "garbage that is no deflate stream"; }},
    {"labels_wrong_magic", labels_key, "l.idx", [] { return idx_labels(image_magic, 10000, std::string(10000, '\1')); }},
    {"labels_too_few", labels_key, "l.idx", [] { return idx_labels(label_magic, 9999, std::string(9999, '\1')); }},
    {"labels_truncated", labels_key, "l.idx", [] { return idx_labels(label_magic, 10000, std::string(100, '\1')); }},
    {"labels_beyond_classes", labels_key, "l.idx", [] { return idx_labels(label_magic, 10000, std::string(10000, '\x63')); }},
    {"map_text", map_key, "g.npy", [] { return std::string("0.1, 0.2"); }},
    {"map_of_another_shape", map_key, "g.npy",
     [] { return npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", std::string(32, '\0')); }},
    {"map_truncated", map_key, "g.npy",
     [] { return npy("{'descr': '<f8', 'fortran_order': False, 'shape': (33, 128, 128), }", std::string(800, '\0')); }},
    {"map_negative", map_key, "g.npy",
     [] {
       std::string minus_one("\0\0\0\0\0\0\xf0\xbf", 8);
       std::string body;
       for (int i = 0; i < 33 * 128 * 128; ++i)
         body += minus_one;
       return npy("{'descr': '<f8', 'fortran_order': False, 'shape': (33, 128, 128), }", body);
     }},
};

class BadDataTest : public ::testing::TestWithParam<BadData> {};

TEST_P(BadDataTest, EndsWithCode2AndNamesTheFile) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const BadData& bad = GetParam();
  const TemporaryFolder folder;
  const std::string file = folder.file(bad.file);
  std::ofstream(file, std::ios::binary) << bad.bytes();
  std::vector<std::string> arguments = {"run",
                                        std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml",
                                        "--out",
                                        folder.file("out"),
                                        "--quiet",
                                        "--set",
                                        std::string(bad.key) + "=" + file};
  if (std::string(bad.key) == images_key) {
    arguments.insert(arguments.end(), {"--set", "dataset.labels=/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz"});
  }
  if (std::string(bad.key) == map_key) arguments.insert(arguments.end(), {"--set", "programming.method=map"});
  const CommandOutcome outcome = run_memcosim(arguments);
  EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr(bad.file));
  EXPECT_FALSE(std::filesystem::exists(folder.file("out") + "/summary.json"));
}

INSTANTIATE_TEST_SUITE_P(Cli, BadDataTest, ::testing::ValuesIn(bad_data),
                         [](const ::testing::TestParamInfo<BadData>& test) { return std::string(test.param.name); });

TEST(ConductanceMap, IsWhatTheArraysHold) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const TemporaryFolder folder;
  // Every cell at g_min: all pairs cancel, so that every image gets the same class.
  std::string body;
  const double g_min = 2e-6;
  for (int i = 0; i < 33 * 128 * 128; ++i)
    body.append(reinterpret_cast<const char*>(&g_min), sizeof g_min);
  std::ofstream(folder.file("g.npy"), std::ios::binary) << npy("{'descr': '<f8', 'fortran_order': False, 'shape': (33, 128, 128), }", body);
  const CommandOutcome outcome =
      run_memcosim({"run", std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml", "--out", folder.file("out"), "--quiet",
                    "--images", "20", "--set", "programming={method: map, conductance_map: " + folder.file("g.npy") + "}", "--set",
                    "device={preset: vteam_multilevel}"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::istringstream table(content(folder.file("out") + "/predictions.csv"));
  std::string line;
  std::getline(table, line);
  std::vector<std::string> classes;
  while (std::getline(table, line)) {
    std::istringstream cells(line);
    std::string cell;
    for (int column = 0; column < 4; ++column)
      std::getline(cells, cell, ',');
    classes.push_back(cell);
  }
  ASSERT_EQ(classes.size(), 20u);
  EXPECT_THAT(classes, ::testing::Each(classes.front()));
}

}  // namespace
}  // namespace memcosim::test
