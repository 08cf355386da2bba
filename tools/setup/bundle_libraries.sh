#!/bin/sh
# bundle_libraries.sh LIB FILE...: puts each shared library into LIB under its SONAME, if it is not there already.
set -eu
lib=$1
mkdir -p "$lib"
shift
for file; do
    name=$(objdump -p "$file" | awk '$1 == "SONAME" {print $2}')
    cmp -s "$file" "$lib/$name" || cp -L "$file" "$lib/$name"
done
