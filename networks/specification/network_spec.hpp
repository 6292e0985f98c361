// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "memcosim/networks/images/image_files.hpp"
#include "memcosim/networks/quantisation/quantised_network.hpp"

namespace memcosim {

class ConfigNode;

/// The network, and the bits of its weights and inputs.
struct NetworkSpec {
  std::filesystem::path model;  ///< ONNX file
  QuantisationSpec quantisation;
  std::size_t calibration_images = 512;  ///< for the activation scales
};

/// The images that a run classifies, and those for calibration.
struct DatasetSpec {
  ImageFiles images;
  std::filesystem::path labels;   ///< empty: in the images' files
  ImageFiles calibration_images;  ///< should differ from the images on which accuracy is measured
  std::size_t first = 0;          ///< index of the first image that is classified
  std::size_t count = 0;          ///< images from there on; 0: all
  std::vector<double> mean;       ///< the network's input is (value - mean) / deviation: one number, or one for each channel
  std::vector<double> deviation;  ///< one number, or one for each channel; both empty: no normalisation
};

/// Reads `network: {model: path, weight_bits: 8, input_bits: 8, activation_percentile: 99.99, calibration_images: 512}`.
NetworkSpec read_network_spec(const ConfigNode& network);
/// Reads `dataset: {images: path, labels: path, calibration_images_file: path, first: 0, count: 0, mean: 0, std: 1}`; images and
/// calibration images may be lists of files. The default is the test set of Fashion-MNIST as Debian installs it, calibrated on its training
/// set; a fault names the package when it is missing. Other images need labels, unless their files hold them, and are used for calibration
/// themselves if no calibration images are named.
DatasetSpec read_dataset_spec(const ConfigNode& dataset);

/// The images and labels of the run. Throws InputError.
ImageSet load_images(const DatasetSpec& spec, std::size_t classes);
/// The first `count` images for calibration, or all when there are less; without labels. Throws InputError.
ImageSet load_calibration_images(const DatasetSpec& spec, std::size_t count);

/// A network and its images: all data that a run reads besides its configuration.
struct NetworkData {
  Network network;  ///< with the normalisation of the data set
  ImageSet images;
  ImageSet calibration;
};
/// Imports the model, reads the images and at most `calibration_images` of those for calibration, and checks that they match.
/// Throws InputError.
NetworkData load_network_data(const NetworkSpec& network, const DatasetSpec& dataset, std::size_t calibration_images);

}  // namespace memcosim
