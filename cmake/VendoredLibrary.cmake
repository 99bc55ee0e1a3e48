# Provide a pinned third-party library: find or download its archive, check it, unpack it, patch it.
#
#   zmq_vendored_library(<name> OUT_DIR <var> [OUT_PATCHES <var>])
#
# vendor/<name>/pin.cmake has the name and the version. The function tries these sources, in this
# order:
#
#   1. FETCHCONTENT_SOURCE_DIR_<NAME>: a source tree, which is used unchanged
#   2. the tree that this build has unpacked before, then vendor/<name>/source, which is the patched
#      tree in a source distribution. A tree is used only if it has the pinned version and the
#      current patches
#   3. ZMQ_ARCHIVE_DIR: a folder with the archive, default vendor/archives
#   4. the user's cache folder, where downloads are stored (ZMQ_ARCHIVE_CACHE, "OFF" for none)
#   5. the library's own address, then the same archive in the repositories of this machine's apt
#      configuration (no download with FETCHCONTENT_FULLY_DISCONNECTED)
#
# FetchContent and ExternalProject print pages of log for each address whose download fails. This
# function prints one message instead, which says what the user can do. The FETCHCONTENT_ variables
# are FetchContent's own.

include_guard(GLOBAL)

set(ZMQ_VENDORED_SCRIPT_DIR "${CMAKE_CURRENT_LIST_DIR}")
if(NOT DEFINED ZMQ_VENDOR_DIR)
  get_filename_component(ZMQ_VENDOR_DIR "${CMAKE_CURRENT_LIST_DIR}/../vendor" ABSOLUTE)
endif()
# Both limits are in seconds. A host counts as dead if it sends nothing within the first limit. A
# download from a slow host may take as long as the second limit.
if(NOT DEFINED ZMQ_FETCH_CONNECT_TIMEOUT)
  set(ZMQ_FETCH_CONNECT_TIMEOUT 8)
endif()
if(NOT DEFINED ZMQ_FETCH_SLOW_TIMEOUT)
  set(ZMQ_FETCH_SLOW_TIMEOUT 600)
endif()

# The folder that the user names for archives.
function(zmq_archive_dir out)
  if(DEFINED ZMQ_ARCHIVE_DIR AND NOT ZMQ_ARCHIVE_DIR STREQUAL "")
    set(dir "${ZMQ_ARCHIVE_DIR}")
  elseif(NOT "$ENV{ZMQ_ARCHIVE_DIR}" STREQUAL "")
    set(dir "$ENV{ZMQ_ARCHIVE_DIR}")
  else()
    set(dir "${ZMQ_VENDOR_DIR}/archives")
  endif()
  file(TO_CMAKE_PATH "${dir}" dir)
  get_filename_component(dir "${dir}" ABSOLUTE)
  set(${out} "${dir}" PARENT_SCOPE)
endfunction()

# The per-user cache, so that a second clone needs no network. An empty value means no cache.
function(zmq_archive_cache out)
  if(DEFINED ZMQ_ARCHIVE_CACHE AND NOT ZMQ_ARCHIVE_CACHE STREQUAL "")
    set(dir "${ZMQ_ARCHIVE_CACHE}")
  elseif(NOT "$ENV{ZMQ_ARCHIVE_CACHE}" STREQUAL "")
    set(dir "$ENV{ZMQ_ARCHIVE_CACHE}")
  elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(dir "$ENV{XDG_CACHE_HOME}/pyzmq/archives")
  elseif(CMAKE_HOST_WIN32 AND NOT "$ENV{LOCALAPPDATA}" STREQUAL "")
    set(dir "$ENV{LOCALAPPDATA}/pyzmq/archives")
  elseif(CMAKE_HOST_APPLE AND NOT "$ENV{HOME}" STREQUAL "")
    set(dir "$ENV{HOME}/Library/Caches/pyzmq/archives")
  elseif(NOT "$ENV{HOME}" STREQUAL "")
    set(dir "$ENV{HOME}/.cache/pyzmq/archives")
  else()
    set(dir "OFF")
  endif()
  if(dir STREQUAL "OFF")
    set(dir "")
  else()
    file(TO_CMAKE_PATH "${dir}" dir)
    get_filename_component(dir "${dir}" ABSOLUTE)
  endif()
  set(${out} "${dir}" PARENT_SCOPE)
endfunction()

# Check whether files can be created in this folder; create the folder if necessary. file() would
# stop the build if it failed.
function(zmq_folder_is_writable folder out)
  set(${out} FALSE PARENT_SCOPE)
  execute_process(COMMAND "${CMAKE_COMMAND}" -E make_directory "${folder}"
                  RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(NOT failed)
    string(RANDOM LENGTH 8 tag)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E touch "${folder}/writable.${tag}"
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    file(REMOVE "${folder}/writable.${tag}")
  endif()
  if(NOT failed)
    set(${out} TRUE PARENT_SCOPE)
  endif()
endfunction()

# Check whether the disk is full: try to write a copy of `file`, then a small file, into its folder.
# CMake's downloads do not report a full disk; the file is just incomplete.
function(zmq_disk_is_full file out)
  set(${out} FALSE PARENT_SCOPE)
  foreach(source IN ITEMS "${file}" "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
    execute_process(COMMAND "${CMAKE_COMMAND}" -E copy "${source}" "${file}.room"
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    file(REMOVE "${file}.room")
    if(failed)
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# List the names in a folder that match a pattern. The name of the folder may contain special
# characters of patterns and lists.
function(zmq_names_in folder pattern out)
  string(REPLACE "[" "[[]" escaped "${folder}")
  string(REPLACE "*" "[*]" escaped "${escaped}")
  string(REPLACE "?" "[?]" escaped "${escaped}")
  file(GLOB names LIST_DIRECTORIES true RELATIVE "${folder}" "${escaped}/${pattern}")
  set(${out} "${names}" PARENT_SCOPE)
endfunction()

# Addresses of the archive: upstream, then the Debian pool path in every repository of apt's
# configuration. This project itself contains no repository address.
function(zmq_archive_urls out upstream pool_path)
  set(urls "${upstream}")
  if(NOT pool_path STREQUAL "")
    find_program(ZMQ_APT_GET apt-get NO_CACHE)
    if(ZMQ_APT_GET)
      execute_process(
        COMMAND "${ZMQ_APT_GET}" indextargets --format "$(REPO_URI)" "Created-By: Packages"
        OUTPUT_VARIABLE repositories
        ERROR_QUIET
        TIMEOUT 20
        RESULT_VARIABLE failed)
      if(NOT failed)
        string(REGEX MATCHALL "[^\r\n]+" repositories "${repositories}")
        list(REMOVE_DUPLICATES repositories)
        foreach(repository IN LISTS repositories)
          if(repository MATCHES "^(https?|file):")
            string(REGEX REPLACE "/+$" "" repository "${repository}")
            list(APPEND urls "${repository}/${pool_path}")
          endif()
        endforeach()
      endif()
    endif()
  endif()
  set(${out} "${urls}" PARENT_SCOPE)
endfunction()

# Download once. `reason` is empty if `target` has the expected bytes, and "disk full" if there was
# no room for them.
function(zmq_download url sha256 target out_reason)
  string(REGEX MATCH "^[a-z]+://[^/]*" host "${url}")
  get_property(dead GLOBAL PROPERTY ZMQ_SILENT_HOSTS)
  if(host AND host IN_LIST dead)
    set(${out_reason} "not asked again, it was silent a moment ago" PARENT_SCOPE)
    return()
  endif()
  set(part "${target}.part")
  foreach(timeout IN ITEMS ${ZMQ_FETCH_CONNECT_TIMEOUT} ${ZMQ_FETCH_SLOW_TIMEOUT})
    file(
      DOWNLOAD "${url}" "${part}"
      STATUS status
      LOG log
      INACTIVITY_TIMEOUT ${ZMQ_FETCH_CONNECT_TIMEOUT}
      TIMEOUT ${timeout})
    list(GET status 0 code)
    list(GET status 1 text)
    set(size 0)
    if(EXISTS "${part}")
      file(SIZE "${part}" size)
    endif()
    if(NOT code EQUAL 28 OR size EQUAL 0)
      break()
    endif()
  endforeach()
  set(reason "")
  if(code EQUAL 28 AND size EQUAL 0)
    set_property(GLOBAL APPEND PROPERTY ZMQ_SILENT_HOSTS "${host}")
    set(reason "no answer in ${ZMQ_FETCH_CONNECT_TIMEOUT} s")
  elseif(NOT code EQUAL 0)
    string(REPLACE "\"" "" reason "${text}")
    if(log MATCHES ".*HTTP/[0-9.]+ ([45][0-9][0-9][^\r\n]*)")
      set(reason "the server says ${CMAKE_MATCH_1}")
    endif()
  else()
    file(SHA256 "${part}" got)
    if(NOT got STREQUAL sha256)
      set(reason "${size} bytes came, with sha256 ${got}")
    endif()
  endif()
  if(reason STREQUAL "")
    file(RENAME "${part}" "${target}")
  else()
    if(size GREATER 0 OR code EQUAL 23 OR code EQUAL 0)
      zmq_disk_is_full("${part}" full)
      if(full)
        set(reason "disk full")
      endif()
    endif()
    file(REMOVE "${part}")
  endif()
  set(${out_reason} "${reason}" PARENT_SCOPE)
endfunction()

# Stop the build with an error message.
function(zmq_vendored_failure name version sha256 file_name headline)
  string(TOUPPER "${name}" NAME)
  zmq_archive_dir(archive_dir)
  set(tried "")
  foreach(line IN LISTS ARGN)
    string(APPEND tried "\n    - ${line}")
  endforeach()
  message(
    FATAL_ERROR
      "${name} ${version}: ${headline}\n"
      "  Wanted: an archive with sha256 ${sha256}\n"
      "  Tried:${tried}\n"
      "  Ways out, one is enough:\n"
      "    1. network: let this machine reach one of the addresses above, then build again\n"
      "    2. archive: put the file into ${archive_dir}\n"
      "       (as ${file_name}; the environment variable ZMQ_ARCHIVE_DIR names another folder)\n"
      "    3. source tree: unpack ${name} somewhere and build with\n"
      "       -DFETCHCONTENT_SOURCE_DIR_${NAME}=<folder>, with pip:\n"
      "       -C cmake.define.FETCHCONTENT_SOURCE_DIR_${NAME}=<folder>\n")
endfunction()

# Return the path of the verified archive.
function(zmq_vendored_archive name version out)
  set(sha256 "${ZMQ_PIN_${name}_SHA256}")
  set(url "${ZMQ_PIN_${name}_URL}")
  set(pool_path "${ZMQ_PIN_${name}_DEBIAN_POOL}")
  set(file_name "${name}-${version}.tar.gz")
  get_filename_component(url_name "${url}" NAME)
  get_filename_component(pool_name "${pool_path}" NAME)
  set(tried "")

  # In the user's folder the archive may have any file name; its SHA-256 identifies it.
  zmq_archive_dir(archive_dir)
  zmq_names_in("${archive_dir}" "*.tar.*" candidates)
  zmq_names_in("${archive_dir}" "*.tgz" more)
  set(wrong "")
  foreach(candidate_name IN LISTS candidates more)
    set(candidate "${archive_dir}/${candidate_name}")
    file(SHA256 "${candidate}" got)
    if(got STREQUAL sha256)
      set(${out} "${candidate}" PARENT_SCOPE)
      return()
    endif()
    if(candidate_name STREQUAL file_name OR candidate_name STREQUAL url_name
       OR candidate_name STREQUAL pool_name)
      file(SIZE "${candidate}" size)
      list(APPEND wrong "${candidate}: ${size} bytes, with sha256 ${got}")
    endif()
  endforeach()
  if(wrong)
    # The user put the archive there on purpose, so do not silently build from another one.
    zmq_vendored_failure(
      ${name} ${version} ${sha256} ${file_name}
      "the archive in the named folder is not the right one." ${wrong})
  endif()
  list(APPEND tried "${archive_dir}: no archive of ${name} ${version}")

  zmq_archive_cache(cache)
  if(cache)
    set(cached "${cache}/${file_name}")
    if(EXISTS "${cached}")
      file(SHA256 "${cached}" got)
      if(got STREQUAL sha256)
        set(${out} "${cached}" PARENT_SCOPE)
        return()
      endif()
    endif()
    zmq_folder_is_writable("${cache}" writable)
    if(NOT writable)
      message(STATUS "${cache} cannot be written: the archive is not kept there")
      set(cache "")
    elseif(EXISTS "${cached}")
      file(REMOVE "${cached}") # a broken file in our own cache: fetch it again
    endif()
  endif()

  if(FETCHCONTENT_FULLY_DISCONNECTED)
    list(APPEND tried "network: switched off by FETCHCONTENT_FULLY_DISCONNECTED")
  else()
    message(STATUS "${name} ${version}: fetching the archive")
    zmq_archive_urls(urls "${url}" "${pool_path}")
    # Builds may run at the same time, so each downloads into its own file.
    string(RANDOM LENGTH 8 tag)
    foreach(place IN ITEMS "${cache}" "${ZMQ_VENDORED_WORK_DIR}")
      if(place STREQUAL "")
        continue()
      endif()
      zmq_folder_is_writable("${place}" writable)
      if(NOT writable)
        message(FATAL_ERROR "${name} ${version}: ${place} cannot be written.")
      endif()
      set(loaded "${place}/${file_name}.${tag}")
      foreach(address IN LISTS urls)
        zmq_download("${address}" "${sha256}" "${loaded}" reason)
        if(reason STREQUAL "")
          file(RENAME "${loaded}" "${place}/${file_name}")
          set(${out} "${place}/${file_name}" PARENT_SCOPE)
          return()
        endif()
        if(reason STREQUAL "disk full")
          break()
        endif()
        list(APPEND tried "${address}: ${reason}")
      endforeach()
      if(NOT reason STREQUAL "disk full")
        break() # another folder helps only if this one had no room
      endif()
      message(STATUS "${place}: the disk is full")
    endforeach()
    if(reason STREQUAL "disk full")
      message(FATAL_ERROR "${name} ${version}: the disk is full: its archive does not fit into "
                          "${ZMQ_VENDORED_WORK_DIR}. Make room, then build again.")
    endif()
  endif()
  zmq_vendored_failure(${name} ${version} ${sha256} ${file_name}
                       "its source could not be found or downloaded." ${tried})
endfunction()

# Return the names of a library's patches in the order of vendor/<name>/patches/series. A patch that
# the series does not name stops the build; otherwise it would be silently left out.
function(zmq_vendored_series name out)
  set(folder "${ZMQ_VENDOR_DIR}/${name}/patches")
  set(patches "")
  if(EXISTS "${folder}/series")
    file(STRINGS "${folder}/series" patches REGEX "^[^#]")
  endif()
  string(REPLACE "[" "[[]" escaped "${folder}")
  file(GLOB_RECURSE found RELATIVE "${folder}" "${escaped}/*.patch")
  foreach(patch IN LISTS found)
    if(NOT patch IN_LIST patches)
      message(FATAL_ERROR "${folder}/${patch} is not in ${folder}/series. Add it there with "
                          "'python tools/patches.py add ${folder}/${patch} TOPIC', or remove it.")
    endif()
  endforeach()
  set(${out} "${patches}" PARENT_SCOPE)
endfunction()

# Return a key, a hash of everything from which the patched tree is made.
function(zmq_vendored_key name version patches out)
  set(text "${name} ${version} ${ZMQ_PIN_${name}_SHA256}\n")
  foreach(patch IN LISTS patches)
    file(SHA256 "${ZMQ_VENDOR_DIR}/${name}/patches/${patch}" hash)
    string(APPEND text "${patch} ${hash}\n")
  endforeach()
  file(SHA256 "${ZMQ_VENDORED_SCRIPT_DIR}/apply_patches.py" hash)
  string(APPEND text "${hash}\n")
  string(SHA256 key "${text}")
  set(${out} "${key}" PARENT_SCOPE)
endfunction()

# Check whether this is an unpacked and patched tree with this key.
function(zmq_vendored_tree_is tree key out)
  set(${out} FALSE PARENT_SCOPE)
  if(EXISTS "${tree}/ZMQ_VENDORED.txt")
    file(STRINGS "${tree}/ZMQ_VENDORED.txt" found REGEX "^key: ")
    if(found STREQUAL "key: ${key}")
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

function(zmq_vendored_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUT_DIR;OUT_PATCHES" "")
  include("${ZMQ_VENDOR_DIR}/${name}/pin.cmake")
  set(version "${ZMQ_PIN_${name}_VERSION}")
  string(TOUPPER "${name}" NAME)
  if(NOT DEFINED FETCHCONTENT_BASE_DIR OR FETCHCONTENT_BASE_DIR STREQUAL "")
    set(FETCHCONTENT_BASE_DIR "${CMAKE_BINARY_DIR}/_deps")
  endif()
  set(ZMQ_VENDORED_WORK_DIR "${FETCHCONTENT_BASE_DIR}")
  set(tree "${FETCHCONTENT_BASE_DIR}/${name}-src")

  zmq_vendored_series(${name} patches)
  zmq_vendored_key(${name} ${version} "${patches}" key)
  set(series "")
  if(patches)
    set(series "${ZMQ_VENDOR_DIR}/${name}/patches/series")
  endif()
  if(NOT CMAKE_SCRIPT_MODE_FILE)
    list(TRANSFORM patches PREPEND "${ZMQ_VENDOR_DIR}/${name}/patches/" OUTPUT_VARIABLE paths)
    set_property(
      DIRECTORY APPEND
      PROPERTY CMAKE_CONFIGURE_DEPENDS "${ZMQ_VENDOR_DIR}/${name}/pin.cmake" ${series} ${paths}
               "${ZMQ_VENDORED_SCRIPT_DIR}/apply_patches.py")
  endif()

  set(bundled "${ZMQ_VENDOR_DIR}/${name}/source")
  zmq_vendored_tree_is("${bundled}" ${key} bundled_fits)
  zmq_vendored_tree_is("${tree}" ${key} tree_fits)
  if(FETCHCONTENT_SOURCE_DIR_${NAME})
    file(TO_CMAKE_PATH "${FETCHCONTENT_SOURCE_DIR_${NAME}}" tree)
    if(NOT EXISTS "${tree}/${ZMQ_PIN_${name}_PROBE}")
      message(FATAL_ERROR "FETCHCONTENT_SOURCE_DIR_${NAME} is ${tree}, which is no source tree of "
                          "${name}: it has no ${ZMQ_PIN_${name}_PROBE}. Name the folder that the "
                          "archive unpacks to.")
    endif()
    message(STATUS "${name}: source tree ${tree}, used as it is (no patch applied)")
  elseif(tree_fits)
    message(STATUS "${name} ${version}: unpacked and patched already")
  elseif(bundled_fits)
    set(tree "${bundled}")
    message(STATUS "${name} ${version}: the source in vendor/${name}/source")
  else()
    zmq_vendored_archive(${name} ${version} archive)
    # Unpack and patch in another folder, and rename the tree last, so that an interrupted run
    # leaves no incomplete tree.
    set(fresh "${tree}.new")
    file(REMOVE_RECURSE "${fresh}" "${tree}")
    execute_process(COMMAND "${CMAKE_COMMAND}" -E make_directory "${fresh}" ERROR_QUIET)
    # Do not use file(ARCHIVE_EXTRACT): on an error it stops the build and leaves a partial tree.
    execute_process(COMMAND "${CMAKE_COMMAND}" -E tar xf "${archive}"
                    WORKING_DIRECTORY "${fresh}"
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE error)
    if(failed)
      file(REMOVE_RECURSE "${fresh}")
      string(REGEX REPLACE "CMake Error: " "" error "${error}")
      string(STRIP "${error}" error)
      message(FATAL_ERROR "${name} ${version}: ${archive} cannot be unpacked into "
                          "${FETCHCONTENT_BASE_DIR}.\n  ${error}")
    endif()
    zmq_names_in("${fresh}" "*" top)
    list(LENGTH top count)
    if(NOT count EQUAL 1)
      file(REMOVE_RECURSE "${fresh}")
      message(FATAL_ERROR "${name} ${version}: ${archive} holds ${count} top folders, expected 1.")
    endif()
    zmq_apply_patches(${name} ${version} "${fresh}/${top}" ${key} "${series}")
    file(RENAME "${fresh}/${top}" "${tree}")
    file(REMOVE_RECURSE "${fresh}")
  endif()

  set(applied "")
  if(EXISTS "${tree}/ZMQ_VENDORED.txt")
    file(STRINGS "${tree}/ZMQ_VENDORED.txt" applied REGEX "^patch: ")
    list(TRANSFORM applied REPLACE "^patch: " "")
  endif()
  set(${arg_OUT_DIR} "${tree}" PARENT_SCOPE)
  if(arg_OUT_PATCHES)
    set(${arg_OUT_PATCHES} "${applied}" PARENT_SCOPE)
  endif()
endfunction()

# Use our own patch tool: git and patch may be missing, and git apply does nothing in a folder of
# another repository. Python is always there, because the extension is built for it.
function(zmq_apply_patches name version tree key series)
  if(NOT Python_EXECUTABLE)
    find_program(Python_EXECUTABLE NAMES python3 python NO_CACHE REQUIRED)
  endif()
  # `series` is quoted although it may be empty, because the path may contain a semicolon.
  execute_process(
    COMMAND
      "${Python_EXECUTABLE}" -I "${ZMQ_VENDORED_SCRIPT_DIR}/apply_patches.py" --library ${name}
      --version ${version} --tree "${tree}" --key ${key} "${series}"
    RESULT_VARIABLE failed
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed)
    file(REMOVE_RECURSE "${FETCHCONTENT_BASE_DIR}/${name}-src.new")
    message(FATAL_ERROR "${name} ${version}: patching failed.\n  ${output}")
  endif()
  if(output)
    message(STATUS "${output}")
  endif()
endfunction()

# Put the unpacked and patched source into vendor/<name>/source, for a source distribution.
function(zmq_bundle_vendored name)
  zmq_vendored_library(${name} OUT_DIR tree)
  set(bundle "${ZMQ_VENDOR_DIR}/${name}/source")
  if(tree STREQUAL bundle)
    return()
  endif()
  file(REMOVE_RECURSE "${bundle}")
  include("${ZMQ_VENDOR_DIR}/${name}/pin.cmake")
  foreach(part IN LISTS ZMQ_PIN_${name}_BUNDLED ITEMS ZMQ_VENDORED.txt)
    zmq_names_in("${tree}" "${part}" found)
    foreach(item IN LISTS found)
      get_filename_component(folder "${bundle}/${item}" DIRECTORY)
      file(COPY "${tree}/${item}" DESTINATION "${folder}")
    endforeach()
  endforeach()
endfunction()
