# Finds the C++ Actor Framework, which Debian ships without a CMake package.
#
# Targets: CAF::core, CAF::io, CAF::openssl (the last two only where they are installed).
# Honours CAF_ROOT, for another libcaf (for example one built with a sanitizer).
find_path(CAF_INCLUDE_DIR caf/all.hpp HINTS ${CAF_ROOT}/include)
find_library(CAF_CORE_LIBRARY caf_core HINTS ${CAF_ROOT}/lib)
find_library(CAF_IO_LIBRARY caf_io HINTS ${CAF_ROOT}/lib)
find_library(CAF_OPENSSL_LIBRARY caf_openssl HINTS ${CAF_ROOT}/lib)
mark_as_advanced(CAF_INCLUDE_DIR CAF_CORE_LIBRARY CAF_IO_LIBRARY CAF_OPENSSL_LIBRARY)

if(CAF_INCLUDE_DIR)
  # CAF_VERSION is MAJOR * 10000 + MINOR * 100 + PATCH.
  file(STRINGS ${CAF_INCLUDE_DIR}/caf/config.hpp caf_version_line REGEX "^#define CAF_VERSION [0-9]+")
  string(REGEX MATCH "[0-9]+" caf_version_number "${caf_version_line}")
  math(EXPR caf_major "${caf_version_number} / 10000")
  math(EXPR caf_minor "${caf_version_number} / 100 % 100")
  math(EXPR caf_patch "${caf_version_number} % 100")
  set(CAF_VERSION ${caf_major}.${caf_minor}.${caf_patch})
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF REQUIRED_VARS CAF_CORE_LIBRARY CAF_INCLUDE_DIR
                                  VERSION_VAR CAF_VERSION)

function(caf_imported_target name library)
  if(TARGET CAF::${name} OR NOT library)
    return()
  endif()
  add_library(CAF::${name} UNKNOWN IMPORTED)
  set_target_properties(CAF::${name} PROPERTIES
    IMPORTED_LOCATION ${library}
    INTERFACE_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()

if(CAF_FOUND)
  caf_imported_target(core ${CAF_CORE_LIBRARY} Threads::Threads)
  caf_imported_target(io "${CAF_IO_LIBRARY}" CAF::core)
  caf_imported_target(openssl "${CAF_OPENSSL_LIBRARY}" CAF::io)
endif()
