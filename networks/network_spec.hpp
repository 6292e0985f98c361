// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "memcosim/common/config.hpp"
#include "memcosim/networks/idx_dataset.hpp"
#include "memcosim/networks/quantised_network.hpp"

namespace memcosim {

/// Which network, and with how many bits.
struct NetworkSpec {
  std::filesystem::path model;  ///< ONNX file
  QuantisationSpec quantisation;
  std::size_t calibration_images = 512;  ///< for the activation scales
};

/// Which images a run classifies, and which ones calibrate.
struct DatasetSpec {
  std::filesystem::path images;
  std::filesystem::path labels;
  std::filesystem::path calibration_images;  ///< image file other than the one that measures accuracy
  std::size_t first = 0;
  std::size_t count = 0;  ///< 0: all
};

/// Reads `network: {model: path, weight_bits: 8, input_bits: 8, activation_percentile: 99.99, calibration_images: 512}`.
NetworkSpec read_network_spec(const ConfigNode& network);
/// Reads `dataset: {images: path, labels: path, calibration_images_file: path, first: 0, count: 0}`. The default is the test set of
/// Fashion-MNIST as Debian installs it; a fault names the package when it is missing.
DatasetSpec read_dataset_spec(const ConfigNode& dataset);

/// The images and labels of the run. Throws InputError.
ImageSet load_images(const DatasetSpec& spec, std::size_t classes);
/// The first `count` images for calibration, without labels. Throws InputError.
ImageSet load_calibration_images(const DatasetSpec& spec, std::size_t count);

}  // namespace memcosim
