# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` and CPack put where, in two components: `program` (the package meterrig) and
# `development` (libmeterrig-dev: what a device server needs).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(data ${CMAKE_INSTALL_DATADIR}/meterrig)
set(package_config ${CMAKE_INSTALL_LIBDIR}/cmake/meterrig)

# meterrig_install_library(NAME EXPORT_NAME [WITHOUT_HEADERS])
# A room's library as meterrig::EXPORT_NAME, and its include/ unless no header for users includes it.
function(meterrig_install_library name export_name)
  cmake_parse_arguments(ARG "WITHOUT_HEADERS" "" "" ${ARGN})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${export_name})
  set_property(GLOBAL APPEND PROPERTY METERRIG_INSTALLED ${name})
  install(TARGETS ${name} EXPORT meterrigTargets
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
          INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  get_target_property(source ${name} SOURCE_DIR)
  if(NOT ARG_WITHOUT_HEADERS)
    install(DIRECTORY ${source}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
            COMPONENT development)
  endif()
endfunction()

# One line a library that users of the package link, and one for each that those need. The dependencies
# of a new one go into meterrigConfig.cmake.in and CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS.
meterrig_install_library(meterrig_vocabulary vocabulary)
meterrig_install_library(meterrig_dut_messages messages)
meterrig_install_library(meterrig_rpc rpc)
meterrig_install_library(meterrig_kit kit)
meterrig_install_library(meterrig_receiver receiver WITHOUT_HEADERS)
meterrig_install_library(meterrig_schema schema WITHOUT_HEADERS)
meterrig_install_library(meterrig_schema_grpc schema_grpc WITHOUT_HEADERS)
meterrig_install_library(meterrig_loader loader WITHOUT_HEADERS)
meterrig_install_library(meterrig_ports ports WITHOUT_HEADERS)
meterrig_install_library(meterrig_pulse pulse WITHOUT_HEADERS)
# Of the schema, what the headers of messages include.
get_target_property(schema meterrig_schema BINARY_DIR)
foreach(name options signal dut)
  install(FILES ${schema}/meterrig/v1/${name}.pb.h
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/meterrig/v1 COMPONENT development)
  # For any language, so with the program: import "meterrig/v1/signal.proto" from share/meterrig/proto.
  install(FILES scenarios/schema/meterrig/v1/${name}.proto
          DESTINATION ${data}/proto/meterrig/v1 COMPONENT program)
endforeach()
install(EXPORT meterrigTargets NAMESPACE meterrig:: DESTINATION ${package_config}
        COMPONENT development)
configure_package_config_file(cmake/meterrigConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/meterrigConfig.cmake INSTALL_DESTINATION ${package_config})
# Before 1.0 a minor version may break what uses it.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/meterrigConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/meterrigConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/meterrigConfigVersion.cmake
        DESTINATION ${package_config} COMPONENT development)

# As sources, for a microcontroller's own build; the library is for tests on a PC.
install(DIRECTORY dut/inject/firmware/ DESTINATION ${data}/firmware COMPONENT development)
install(DIRECTORY dut/kit/example/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/integer-meter
        COMPONENT development)

set_property(GLOBAL APPEND PROPERTY METERRIG_INSTALLED meterrig)
install(TARGETS meterrig RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
# Where rig/cli/src/data_files.cpp looks: the folders of the source tree below share/meterrig.
install(DIRECTORY scenarios/standards scenarios/disturbances scenarios/mutants scenarios/suites scenarios/signals scenarios/orders
                  scenarios/recordings
        DESTINATION ${data}/scenarios COMPONENT program)
install(DIRECTORY dut/profiles DESTINATION ${data}/dut COMPONENT program)
install(DIRECTORY rig/benches rig/calibrations rig/limits DESTINATION ${data}/rig COMPONENT program)
install(DIRECTORY generators/scpi/instruments DESTINATION ${data}/generators/scpi COMPONENT program)
install(FILES rig/cli/man/meterrig.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES rig/cli/completion/meterrig.bash RENAME meterrig
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES rig/cli/completion/_meterrig
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
install(FILES rig/cli/completion/meterrig.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
install(FILES README.md LICENSE LICENSE.Apache-2.0 cmake/copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/meterrig COMPONENT program)
install(FILES cmake/copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libmeterrig-dev COMPONENT development)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The meterrig developers")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own, the first line below
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME meterrig)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "test and certification rig for electricity meters
Puts voltages and currents on a reference meter and on a meter under test,
compares the two, states the uncertainty of every result, decides against the
limits of the standard and writes the report.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libmeterrig-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libexpected-dev, libfmt-dev, libgrpc++-dev, libprotobuf-dev (>= ${Protobuf_VERSION}), libserialport-dev, libssl-dev, libyaml-cpp-dev, pkg-config, protobuf-compiler, protobuf-compiler-grpc")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS meterrig)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "libraries for devices that meterrig tests
Static libraries and headers to serve a simulated meter, or firmware on a
host, to the rig over dut.proto.")
include(CPack)
