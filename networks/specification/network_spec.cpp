// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/specification/network_spec.hpp"

#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/networks/onnx/onnx_import.hpp"

namespace memcosim {
namespace {

constexpr const char* dataset_folder = "/usr/share/datasets/fashion-mnist";
constexpr std::int64_t most_images = 0xffffffff;  // an IDX file counts in 32 bits

/// Path of a file of the default data set; a fault if it is not installed.
std::string default_file(const ConfigNode& dataset, const char* key, const char* default_name) {
  const auto file = std::filesystem::path(dataset_folder) / default_name;
  std::error_code error;
  if (std::filesystem::exists(file, error)) return file.string();
  dataset.fault(
      key, fmt::format("the default {} does not exist; install the Debian package dataset-fashion-mnist, or name a file", file.string()));
  return {};
}

std::vector<std::string> names_of(const ImageFiles& files) {
  std::vector<std::string> names;
  for (const auto& file : files)
    names.push_back(file.string());
  return names;
}

std::filesystem::path read_labels_key(const ConfigNode& dataset, const ImageFiles& images, bool own_images) {
  const bool inside = own_images && !images.empty() && holds_labels(images.front());
  if (inside) {
    if (dataset.has("labels"))
      dataset.fault("labels", fmt::format("{} holds the labels of its images: expected no file of labels", images.front().string()));
    return {};
  }
  if (dataset.has("labels")) return dataset.existing_file("labels");
  if (!own_images) return dataset.existing_file("labels", default_file(dataset, "labels", "t10k-labels-idx1-ubyte.gz"));
  dataset.fault("labels", "the images of dataset.images have no labels: name a file of them (IDX, or .npy of integers)");
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
  const bool own_images = dataset.has("images");
  const auto files = [&](const char* key, const char* default_name) {
    if (dataset.has(key)) return dataset.existing_files(key, {});
    const std::string file = default_file(dataset, key, default_name);
    return file.empty() ? ImageFiles() : dataset.existing_files(key, {file});
  };
  spec.images = files("images", "t10k-images-idx3-ubyte.gz");
  spec.labels = read_labels_key(dataset, spec.images, own_images);
  spec.calibration_images = own_images ? dataset.existing_files("calibration_images_file", names_of(spec.images))
                                       : files("calibration_images_file", "train-images-idx3-ubyte.gz");
  spec.first = static_cast<std::size_t>(dataset.integer("first", 0, most_images, 0));
  spec.count = static_cast<std::size_t>(dataset.integer("count", 0, most_images, 0));
  if (dataset.has("mean") || dataset.has("std")) {
    spec.mean = dataset.numbers("mean", Range::any(), {0.0});
    spec.deviation = dataset.numbers("std", Range::positive(), {1.0});
  }
  return spec;
}

ImageSet load_images(const DatasetSpec& spec, std::size_t classes) {
  return read_labelled_images(spec.images, spec.labels, classes, spec.first, spec.count);
}

ImageSet load_calibration_images(const DatasetSpec& spec, std::size_t count) {
  return read_images(spec.calibration_images, spec.calibration_images == spec.images ? spec.first : 0, count, true);
}

NetworkData load_network_data(const NetworkSpec& network, const DatasetSpec& dataset, std::size_t calibration_images) {
  NetworkData data;
  data.network = import_onnx(network.model);
  data.images = load_images(dataset, data.network.classes());
  check_images(data.network, data.images);
  data.calibration = load_calibration_images(dataset, calibration_images);
  try {
    check_images(data.network, data.calibration);
    if (data.calibration.has_pixels() != data.images.has_pixels()) {
      throw InputError(fmt::format("{}: its images are {}, those of {} are {}", data.calibration.source,
                                   data.calibration.has_pixels() ? "8-bit pixels" : "floating-point values", data.images.source,
                                   data.images.has_pixels() ? "8-bit pixels" : "floating-point values"));
    }
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}; name images like those of the run as dataset.calibration_images_file", error.what()));
  }
  InputNormalisation normalisation = normalisation_of(dataset.mean, dataset.deviation, data.network, data.images.shape);
  if (!normalisation.empty()) {
    if (!data.network.normalisation.empty()) normalisation.then(data.network.normalisation.gain, data.network.normalisation.offset);
    data.network.normalisation = normalisation;
  }
  return data;
}

}  // namespace memcosim
