# One way to declare a room's library, and one to declare a test.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(METERRIG_CCACHE ccache)
if(METERRIG_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What it needs to be told to keep objects that use precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${METERRIG_CCACHE})
endif()

# The same samples on every machine: a multiply and an add are never fused behind our back.
add_compile_options(-ffp-contract=off)
# Everywhere, for it defines a macro that precompiled headers must agree on.
add_compile_options(-pthread)

if(METERRIG_SANITIZE)
  add_compile_options(-fsanitize=${METERRIG_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${METERRIG_SANITIZE})
  if(METERRIG_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

if(METERRIG_FUZZERS)
  # The libraries too, so that a fuzzer sees which branches an input takes.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(meterrig_warnings INTERFACE)
target_compile_options(meterrig_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow;-Werror>
  # Clang tells that libstdc++'s own std::stable_sort uses what libstdc++ deprecates.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

# Headers parsed once instead of by every source: two thirds of a build went there. All are standard or a
# library's, and those of the schema where the caller sees them anyway. .ci/tidy parses every source without
# them, so a missing #include is found.
set(METERRIG_STANDARD_HEADERS
  <algorithm> <array> <charconv> <chrono> <cmath> <complex> <cstdint> <filesystem> <fstream> <functional> <limits> <map>
  <memory> <numbers> <optional> <random> <span> <sstream> <string> <string_view> <thread> <utility> <vector>
  <fmt/format.h> <tl/expected.hpp>)
set(METERRIG_SCHEMA_HEADERS <meterrig/v1/run.pb.h>)
# A test takes longer to compile than to run.
set(METERRIG_TEST_OPTIONS $<$<CONFIG:Release>:-O1>)

# meterrig_sees(RESULT LIBRARY lib ...): whether one of the libraries hands the headers of LIBRARY on.
function(meterrig_sees result library)
  foreach(each IN LISTS ARGN)
    if(each STREQUAL library)
      set(${result} TRUE PARENT_SCOPE)
      return()
    elseif(each MATCHES "^meterrig_" AND TARGET ${each})
      get_target_property(next ${each} INTERFACE_LINK_LIBRARIES)
      if(next)
        meterrig_sees(found ${library} ${next})
        if(found)
          set(${result} TRUE PARENT_SCOPE)
          return()
        endif()
      endif()
    endif()
  endforeach()
  set(${result} FALSE PARENT_SCOPE)
endfunction()

# meterrig_precompile(TARGET FAMILY LIBRARIES lib ...): TARGET uses the precompiled headers of its FAMILY (room or
# test), which meterrig_precompiled() made.
function(meterrig_precompile target family)
  meterrig_sees(schema meterrig_schema ${ARGN})
  set(kind ${family}_standard)
  if(schema)
    set(kind ${family}_schema)
  endif()
  if(TARGET meterrig_precompiled_${kind})
    target_precompile_headers(${target} REUSE_FROM meterrig_precompiled_${kind})
    target_compile_definitions(${target} PRIVATE FMT_SHARED)  # as when the headers were parsed
  endif()
endfunction()

# meterrig_precompiled(NAME [EXECUTABLES] HEADERS ... LIBRARIES ...): parses HEADERS for libraries, or for EXECUTABLES.
function(meterrig_precompiled name)
  cmake_parse_arguments(ARG "EXECUTABLES" "" "HEADERS;LIBRARIES" ${ARGN})
  set(source ${CMAKE_BINARY_DIR}/meterrig_precompiled_${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Nothing but its precompiled headers is used.\n")
  add_library(meterrig_precompiled_${name} STATIC EXCLUDE_FROM_ALL ${source})
  if(ARG_EXECUTABLES)
    # GCC takes no header that was parsed for a library.
    set_target_properties(meterrig_precompiled_${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(meterrig_precompiled_${name} PRIVATE -fPIE ${METERRIG_TEST_OPTIONS})
  endif()
  target_link_libraries(meterrig_precompiled_${name} PRIVATE meterrig_warnings fmt::fmt ${ARG_LIBRARIES})
  target_precompile_headers(meterrig_precompiled_${name} PRIVATE ${ARG_HEADERS})
endfunction()

# meterrig_room(NAME SOURCES a.cpp ... PUBLIC lib ... PRIVATE lib ...)
# A static library whose public headers are in include/ beside the caller.
function(meterrig_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                     PRIVATE src)
  target_compile_features(${name} PUBLIC cxx_std_20)  # told to whoever finds the installed library
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC}
                                PRIVATE $<BUILD_INTERFACE:meterrig_warnings> ${ARG_PRIVATE})
  meterrig_precompile(${name} room ${ARG_PUBLIC} ${ARG_PRIVATE})
endfunction()

# meterrig_test(NAME LABEL unit|integration|system [ALONE] SOURCES ... LIBRARIES ...)
# A Boost.Test executable; each of its test cases becomes one entry of CTest. ALONE: nothing runs beside
# them, for they hold the wall clock to account.
function(meterrig_test name)
  cmake_parse_arguments(ARG "ALONE" "LABEL;TIMEOUT" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE meterrig_warnings meterrig_test_main ${ARG_LIBRARIES})
  meterrig_precompile(${name} test ${ARG_LIBRARIES})
  target_compile_options(${name} PRIVATE ${METERRIG_TEST_OPTIONS})
  set(listing ${CMAKE_CURRENT_BINARY_DIR}/${name}_tests.cmake)
  add_custom_command(TARGET ${name} POST_BUILD BYPRODUCTS ${listing}
    COMMAND ${CMAKE_COMMAND} -DTEST_EXECUTABLE=$<TARGET_FILE:${name}> -DTEST_NAME=${name}
            -DTEST_LABEL=${ARG_LABEL} -DTEST_TIMEOUT=${ARG_TIMEOUT} -DTEST_ALONE=${ARG_ALONE} -DLISTING=${listing}
            -P ${PROJECT_SOURCE_DIR}/cmake/ListBoostTests.cmake VERBATIM)
  file(WRITE ${listing}.include.cmake
    "if(EXISTS \"${listing}\")\n  include(\"${listing}\")\nelse()\n  add_test(${name}_NOT_BUILT ${name}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${listing}.include.cmake)
endfunction()

# meterrig_fuzzer(NAME SOURCES ... LIBRARIES ... CORPUS dir)
# The same LLVMFuzzerTestOneInput twice: under libFuzzer (preset fuzz), and as a test that replays the
# kept corpus, so that a past finding stays fixed.
function(meterrig_fuzzer name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LIBRARIES" ${ARGN})
  if(METERRIG_FUZZERS)
    add_executable(${name} ${ARG_SOURCES})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name} PRIVATE meterrig_warnings ${ARG_LIBRARIES})
  else()
    add_executable(${name}_replay ${ARG_SOURCES})
    target_link_libraries(${name}_replay PRIVATE meterrig_warnings meterrig_replay ${ARG_LIBRARIES})
    add_test(NAME ${name}_corpus COMMAND ${name}_replay ${ARG_CORPUS})
    set_tests_properties(${name}_corpus PROPERTIES LABELS "unit;parser" TIMEOUT 120)
    set_property(GLOBAL APPEND PROPERTY METERRIG_PARSERS ${name}_replay)
  endif()
endfunction()
