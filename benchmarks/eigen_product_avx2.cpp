// SPDX-License-Identifier: Apache-2.0
#define MEMCOSIM_EIGEN_NAMESPACE eigen_avx2
#define MEMCOSIM_EIGEN_FUNCTION eigen_product_avx2
#include "eigen_product.inc"
