// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/network_spec.hpp"

#include <system_error>

#include <fmt/format.h>

namespace memcosim {
namespace {

constexpr const char* dataset_folder = "/usr/share/datasets/fashion-mnist";
constexpr std::int64_t most_images = 0xffffffff;  // an IDX file counts in 32 bits

std::filesystem::path dataset_file(const ConfigNode& dataset, const char* key, const char* default_name) {
  if (dataset.has(key)) return dataset.existing_file(key);
  const auto file = std::filesystem::path(dataset_folder) / default_name;
  std::error_code error;
  if (std::filesystem::exists(file, error)) return dataset.existing_file(key, file.string());
  dataset.fault(key, fmt::format("the default {} does not exist; install the Debian package dataset-fashion-mnist, or name an IDX file",
                                 file.string()));
  return {};
}

}  // namespace

NetworkSpec read_network_spec(const ConfigNode& network) {
  NetworkSpec spec;
  const QuantisationSpec defaults;
  spec.model = network.existing_file("model");
  spec.quantisation.weight_bits = static_cast<unsigned>(network.integer("weight_bits", 2, 16, defaults.weight_bits));
  spec.quantisation.input_bits = static_cast<unsigned>(network.integer("input_bits", 1, 16, defaults.input_bits));
  spec.quantisation.activation_percentile =
      network.number("activation_percentile", Range{0.0, 100.0, true}, defaults.activation_percentile);
  spec.calibration_images = static_cast<std::size_t>(network.integer("calibration_images", 1, most_images, 512));
  return spec;
}

DatasetSpec read_dataset_spec(const ConfigNode& dataset) {
  DatasetSpec spec;
  spec.images = dataset_file(dataset, "images", "t10k-images-idx3-ubyte.gz");
  spec.labels = dataset_file(dataset, "labels", "t10k-labels-idx1-ubyte.gz");
  spec.calibration_images = dataset_file(dataset, "calibration_images_file", "train-images-idx3-ubyte.gz");
  spec.first = static_cast<std::size_t>(dataset.integer("first", 0, most_images, 0));
  spec.count = static_cast<std::size_t>(dataset.integer("count", 0, most_images, 0));
  return spec;
}

ImageSet load_images(const DatasetSpec& spec, std::size_t classes) {
  return read_idx_dataset(spec.images, spec.labels, classes, spec.first, spec.count);
}

ImageSet load_calibration_images(const DatasetSpec& spec, std::size_t count) {
  return read_idx_images(spec.calibration_images, 0, count);
}

}  // namespace memcosim
