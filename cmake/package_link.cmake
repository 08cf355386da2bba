# Read by cpack when a package's files are laid out: the .deb puts the program on the PATH.
if(CPACK_GENERATOR STREQUAL DEB)
  file(MAKE_DIRECTORY "${CPACK_TEMPORARY_DIRECTORY}/usr/bin")
  file(CREATE_LINK ../lib/ingot/bin/ingot "${CPACK_TEMPORARY_DIRECTORY}/usr/bin/ingot" SYMBOLIC)
endif()
