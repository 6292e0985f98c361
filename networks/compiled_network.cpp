// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/compiled_network.hpp"

#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/onnx_import.hpp"

namespace memcosim {

CompiledNetwork compile_network(const NetworkSpec& spec, const ArrayGeometry& geometry, const ImageSet& calibration) {
  if (calibration.count < spec.calibration_images) {
    throw InputError(fmt::format("{}: it holds {} images, but calibration_images asks for {}", calibration.source, calibration.count,
                                 spec.calibration_images));
  }
  ImageSet images = calibration;
  images.count = spec.calibration_images;
  images.pixels.resize(images.count * images.pixels_per_image());
  images.labels.clear();
  return compile_network(import_onnx(spec.model), spec.quantisation, geometry, images);
}

CompiledNetwork compile_network(Network network, const QuantisationSpec& spec, const ArrayGeometry& geometry, const ImageSet& calibration) {
  CompiledNetwork compiled;
  compiled.network = std::move(network);
  compiled.quantised = quantise(compiled.network, spec, calibration);
  compiled.plan = map_network(compiled.network, compiled.quantised, geometry);
  return compiled;
}

}  // namespace memcosim
