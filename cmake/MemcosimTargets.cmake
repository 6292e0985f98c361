# SPDX-License-Identifier: Apache-2.0
# Helpers that give every library and test the same shape.

set(MEMCOSIM_INCLUDE_DIR "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${MEMCOSIM_INCLUDE_DIR}/memcosim")

# memcosim_reach_headers(): headers of the present room are included as "memcosim/FOLDER/file.hpp".
# The build tree reaches them through a link to the outermost folder, so that they have the same name there as after installation.
function(memcosim_reach_headers)
  file(RELATIVE_PATH room "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  string(REGEX REPLACE "/.*" "" room "${room}")
  if(NOT EXISTS "${MEMCOSIM_INCLUDE_DIR}/memcosim/${room}")
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${room}" "${MEMCOSIM_INCLUDE_DIR}/memcosim/${room}" SYMBOLIC)
  endif()
endfunction()

# memcosim_add_library(NAME SOURCES... PUBLIC libs... PRIVATE libs...)
# One library per folder: target memcosim_NAME, alias memcosim::NAME, headers included as "memcosim/FOLDER/file.hpp".
function(memcosim_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  add_library(memcosim_${name} STATIC ${arg_SOURCES})
  add_library(memcosim::${name} ALIAS memcosim_${name})
  set_target_properties(memcosim_${name} PROPERTIES EXPORT_NAME ${name})
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  memcosim_reach_headers()
  target_include_directories(memcosim_${name} PUBLIC
    $<BUILD_INTERFACE:${MEMCOSIM_INCLUDE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(memcosim_${name} PUBLIC cxx_std_17)
  target_link_libraries(memcosim_${name} PUBLIC ${arg_PUBLIC} PRIVATE $<BUILD_INTERFACE:memcosim_build_settings> ${arg_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY MEMCOSIM_LIBRARIES memcosim_${name})
  set_property(GLOBAL APPEND PROPERTY MEMCOSIM_FOLDERS ${folder})
endfunction()

# memcosim_precompile(TARGET HEADERS...)
# Headers that most sources of the target include. Every source still includes what it uses: builds without the option show what is missing.
function(memcosim_precompile target)
  if(MEMCOSIM_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# memcosim_compile_together(TARGET)
# Sources of the target are compiled several at once, which parses their headers once. Names in their unnamed namespaces must differ, and
# builds without the option show which include is missing.
function(memcosim_compile_together target)
  if(MEMCOSIM_UNITY_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 5)
  endif()
endfunction()

# memcosim_text_library(TARGET)
# Of text, tables and options: templates of the libraries that they use take long to optimise, and nothing of it is slow.
function(memcosim_text_library target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  memcosim_compile_together(${target})
endfunction()

# The target RING_tests builds all tests of a ring.
function(memcosim_add_to_ring name ring)
  if(NOT TARGET ${ring}_tests)
    add_custom_target(${ring}_tests)
  endif()
  add_dependencies(${ring}_tests ${name})
endfunction()

# What all test binaries share. Their own code is compiled with -O1, with sanitizers not optimised at all: most of a build's time would go
# into optimising it, and it only compares what the libraries computed.
function(memcosim_test_settings name ring)
  target_compile_definitions(${name} PRIVATE MEMCOSIM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/support")
  if(MEMCOSIM_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  else()
    target_compile_options(${name} PRIVATE $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O1>)
  endif()
  memcosim_add_to_ring(${name} ${ring})
endfunction()

# memcosim_add_test(NAME RING ring SOURCES... LIBS libs...)
# A GoogleTest binary without a SystemC kernel; ctest runs each case as its own test, labelled with the ring.
function(memcosim_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "RING" "SOURCES;LIBS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE memcosim_build_settings ${arg_LIBS} GTest::gmock GTest::gtest_main)
  memcosim_test_settings(${name} ${arg_RING})
  set(alone "")
  if(arg_RING STREQUAL backend)
    set(alone RUN_SERIAL TRUE)  # some fill the GPU's memory or measure it, and runs of other rings take a GPU where there is one
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${arg_RING} TIMEOUT 300 ${alone})
endfunction()

# memcosim_add_systemc_test(NAME RING ring SOURCES... LIBS libs...)
# The same with SystemC: one elaboration per process, so the shared sc_main refuses to run more than one case at a time.
function(memcosim_add_systemc_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "RING" "SOURCES;LIBS")
  add_executable(${name} ${arg_SOURCES} "${PROJECT_SOURCE_DIR}/tests/sc/sc_main.cpp")
  target_link_libraries(${name} PRIVATE memcosim_build_settings ${arg_LIBS} PkgConfig::systemc GTest::gmock)
  memcosim_test_settings(${name} ${arg_RING})
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_RING} TIMEOUT 300 ENVIRONMENT SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1)
endfunction()
