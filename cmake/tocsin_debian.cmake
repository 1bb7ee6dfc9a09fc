# A package for Debian 12: `cpack -G DEB` in the directory of a build. It holds the component
# `debian`: tocsind and tocsin, the unit, the settings, completions and the manual.
set(tocsin_staging ${PROJECT_BINARY_DIR}/debian)
file(MAKE_DIRECTORY ${tocsin_staging})

# Both are those of the guide but for their paths.
file(READ ${PROJECT_SOURCE_DIR}/docs/examples/tocsind.service tocsin_unit)
string(REPLACE /usr/local/bin/ /usr/bin/ tocsin_unit "${tocsin_unit}")
file(CONFIGURE OUTPUT ${tocsin_staging}/tocsind.service CONTENT "${tocsin_unit}" @ONLY)
file(READ ${PROJECT_SOURCE_DIR}/app/tocsin.toml tocsin_settings)
string(REPLACE [[data_dir = "./var/tocsin"]] [[data_dir = "/var/lib/tocsin"]]
  tocsin_settings "${tocsin_settings}")
file(CONFIGURE OUTPUT ${tocsin_staging}/tocsin.toml CONTENT "${tocsin_settings}" @ONLY)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/docs/examples/tocsind.service ${PROJECT_SOURCE_DIR}/app/tocsin.toml)
file(WRITE ${tocsin_staging}/conffiles /etc/tocsin/tocsin.toml\n)

function(tocsin_install_completion shell folder file)
  set(script ${tocsin_staging}/${shell}/${file})
  file(MAKE_DIRECTORY ${tocsin_staging}/${shell})
  install(CODE "execute_process(COMMAND \"$<TARGET_FILE:tocsin>\" completion ${shell}
    OUTPUT_FILE \"${script}\" COMMAND_ERROR_IS_FATAL ANY)" COMPONENT debian EXCLUDE_FROM_ALL)
  install(FILES ${script} DESTINATION /usr/share/${folder} COMPONENT debian EXCLUDE_FROM_ALL)
endfunction()
tocsin_install_completion(bash bash-completion/completions tocsin)
tocsin_install_completion(zsh zsh/vendor-completions _tocsin)
tocsin_install_completion(fish fish/vendor_completions.d tocsin.fish)

install(TARGETS tocsind tocsin RUNTIME DESTINATION /usr/bin COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${tocsin_staging}/tocsind.service DESTINATION /lib/systemd/system
  COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${tocsin_staging}/tocsin.toml DESTINATION /etc/tocsin
  COMPONENT debian EXCLUDE_FROM_ALL)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION /usr/share/doc/tocsin
  COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/cmake/debian/copyright
  DESTINATION /usr/share/doc/tocsin COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR Tocsin)
set(CPACK_PACKAGE_CONTACT "The authors of Tocsin <tocsin@localhost>")
# All places are absolute ones; CPack makes the prefix nevertheless.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian/directory_permissions.cmake)
set(CPACK_COMPONENTS_ALL debian)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${tocsin_staging}/conffiles
  ${PROJECT_SOURCE_DIR}/cmake/debian/postinst ${PROJECT_SOURCE_DIR}/cmake/debian/prerm
  ${PROJECT_SOURCE_DIR}/cmake/debian/postrm)
include(CPack)
