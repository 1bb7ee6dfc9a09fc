# Every library the project uses, found once. All of them come from Debian 12's packages.
find_package(Threads REQUIRED)
find_package(CAF 0.17.6 REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers json url)
find_package(CURL 7.88 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n)
find_package(fmt 9 CONFIG REQUIRED)
find_package(spdlog 1.10 CONFIG REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(toml11 3.7 CONFIG REQUIRED)
find_package(yaml-cpp 0.7 CONFIG REQUIRED)
find_package(mimalloc 2.0 CONFIG REQUIRED)

find_package(PkgConfig REQUIRED)
pkg_check_modules(lmdb REQUIRED IMPORTED_TARGET GLOBAL lmdb)
# Its functions are compiled into whoever includes it.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

if(TOCSIN_BUILD_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()
