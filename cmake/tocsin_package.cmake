# What `find_package(Tocsin)` needs, installed beside the libraries of the client. The component
# `client` is all of it: cmake --install BUILD --component client --prefix PREFIX
include(CMakePackageConfigHelpers)

set(tocsin_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Tocsin)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/TocsinConfig.cmake.in
  ${PROJECT_BINARY_DIR}/TocsinConfig.cmake INSTALL_DESTINATION ${tocsin_package_dir})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TocsinConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/TocsinConfig.cmake ${PROJECT_BINARY_DIR}/TocsinConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake
  DESTINATION ${tocsin_package_dir} COMPONENT client)
install(EXPORT tocsin_targets NAMESPACE tocsin:: FILE TocsinTargets.cmake
  DESTINATION ${tocsin_package_dir} COMPONENT client)
