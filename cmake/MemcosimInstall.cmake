# SPDX-License-Identifier: Apache-2.0
# Installs every library with its headers, and the package that find_package(memcosim) reads.

get_property(memcosim_libraries GLOBAL PROPERTY MEMCOSIM_LIBRARIES)
get_property(memcosim_folders GLOBAL PROPERTY MEMCOSIM_FOLDERS)
set(memcosim_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/memcosim")

install(TARGETS ${memcosim_libraries} EXPORT memcosimTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
foreach(folder IN LISTS memcosim_folders)
  # Folders below are parts of the implementation, unless they are libraries themselves.
  file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.hpp" "${PROJECT_SOURCE_DIR}/${folder}/code_*.inc")
  install(FILES ${headers} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/memcosim/${folder}" COMPONENT development)
endforeach()

# The RTL, with a file list for each block.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/rtl/" DESTINATION "${CMAKE_INSTALL_DATADIR}/memcosim/rtl" COMPONENT development
  FILES_MATCHING PATTERN "*.sv" PATTERN "*.f" PATTERN bridge EXCLUDE)

install(EXPORT memcosimTargets NAMESPACE memcosim:: DESTINATION "${memcosim_package_dir}" COMPONENT development)
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/memcosimConfig.cmake.in" "${PROJECT_BINARY_DIR}/memcosimConfig.cmake"
  INSTALL_DESTINATION "${memcosim_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/memcosimConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/memcosimConfig.cmake" "${PROJECT_BINARY_DIR}/memcosimConfigVersion.cmake"
  DESTINATION "${memcosim_package_dir}" COMPONENT development)
