libzmq_version: str
libsodium_version: str
libzmq_patches: tuple[str, ...]
libsodium_patches: tuple[str, ...]
compiler: str
cython_version: str
system: str
processor: str
build_type: str
draft_api: bool
unity_build: bool
cython_trace: bool
static_libstdcxx: bool
hardening: bool
sanitizers: str
stable_abi: str
link_libraries: tuple[str, ...]
prefix: str
include_dir: str
library_dir: str
cmake_dir: str
pkgconfig_dir: str
