# SPDX-License-Identifier: Apache-2.0

# Elaborations of tdm_controller, as lists of PARAMETER=VALUE: `tdm_smallest` and `tdm_odd`.
set(table "${PROJECT_SOURCE_DIR}/rtl/tdm_controller_registers.csv")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${table}")
file(STRINGS "${table}" rows REGEX "^(register|step|size),")
list(FILTER rows EXCLUDE REGEX ",pipelined,") # a flag: no parameter
set(tdm_smallest)
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^[a-z]+,([a-z_]+),([0-9]+),.*" "MAX_\\1=\\2" parameter "${row}")
  string(TOUPPER "${parameter}" parameter)
  list(APPEND tdm_smallest ${parameter})
endforeach()
set(tdm_odd MAX_SLICES=5 MAX_GROUPS=9 MAX_SETTLE=11 MAX_SAMPLE=3 MAX_MUX=2 MAX_ADC_LATENCY=19 MAX_GROUP_STEP=23
  MAX_ACCUMULATE_LATENCY=6 MAX_HELD=300 MAX_DRIVE=13 MAX_ROW_GROUP=5 MAX_CONVERSIONS=3 MAX_SUMS=2 ADCS=3)
