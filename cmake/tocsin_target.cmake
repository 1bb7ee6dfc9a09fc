# tocsin_options: the language standard, warnings and sanitizers every target is built with.
add_library(tocsin_options INTERFACE)
target_compile_features(tocsin_options INTERFACE cxx_std_20)
target_include_directories(tocsin_options INTERFACE ${PROJECT_SOURCE_DIR})
# -Wrestrict sees faults that are not there in optimised std::string code (GCC bug 105329).
target_compile_options(tocsin_options INTERFACE
  -Wall -Wextra -Wpedantic $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local -Wno-restrict>)
if(TOCSIN_WARNINGS_AS_ERRORS)
  target_compile_options(tocsin_options INTERFACE -Werror)
endif()
if(CMAKE_UNITY_BUILD)
  # A source within another is taken for a header, whose types others could see.
  target_compile_options(tocsin_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(TOCSIN_SANITIZE STREQUAL "address")
  # CAF binds null references for functor actors without arguments, hence -fno-sanitize=null.
  set(tocsin_sanitize_flags -fsanitize=address,undefined -fno-sanitize=null -fno-omit-frame-pointer)
elseif(TOCSIN_SANITIZE STREQUAL "thread")
  set(tocsin_sanitize_flags -fsanitize=thread -fno-omit-frame-pointer)
  # The sanitizer does not know fences. Asio's go without: its locks order what its handlers see.
  target_compile_definitions(tocsin_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
elseif(TOCSIN_SANITIZE STREQUAL "fuzz")
  set(tocsin_sanitize_flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=null
                            -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
endif()
if(TOCSIN_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # With the sanitizers' own code in between, g++ 12 loses track of what Beast initialises.
  list(APPEND tocsin_sanitize_flags -Wno-maybe-uninitialized)
endif()
target_compile_options(tocsin_options INTERFACE ${tocsin_sanitize_flags})
target_link_options(tocsin_options INTERFACE ${tocsin_sanitize_flags})

# tocsin_library(<folder> SOURCES ... [PUBLIC ...] [PRIVATE ...] [HEADERS ...]) makes the library of
# one folder, with the alias tocsin::<folder>. HEADERS, relative to the repository's root, makes it
# part of the package that `cmake --install` leaves for other projects, with these headers.
function(tocsin_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE;HEADERS" ${ARGN})
  add_library(tocsin_${name} STATIC ${arg_SOURCES})
  add_library(tocsin::${name} ALIAS tocsin_${name})
  # Warnings, sanitizers and the root as include path are ours; other projects have their own.
  target_link_libraries(tocsin_${name} PUBLIC $<BUILD_INTERFACE:tocsin_options> ${arg_PUBLIC}
                                       PRIVATE ${arg_PRIVATE})
  if(arg_HEADERS)
    list(TRANSFORM arg_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/)
    target_sources(tocsin_${name} PUBLIC
      FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
    target_compile_features(tocsin_${name} PUBLIC cxx_std_20)
    set_target_properties(tocsin_${name} PROPERTIES EXPORT_NAME ${name})
    install(TARGETS tocsin_${name} EXPORT tocsin_targets
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT client
      FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tocsin COMPONENT client)
  endif()
endfunction()

# tocsin_program(<name> SOURCES ... LINK ...) makes one installed program.
function(tocsin_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE tocsin_options ${arg_LINK})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
