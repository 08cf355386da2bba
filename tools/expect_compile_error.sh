#!/bin/sh
# expect_compile_error.sh FILE COMPILER...: succeeds when FILE does not compile, for the reason its first line gives.
set -u
file=$1
shift
expected=$(sed -n '1s,^// expect: ,,p' "$file")
if [ -z "$expected" ]; then
    echo "$file:1: say what the compiler must answer: // expect: text"
    exit 1
fi
if answer=$(LC_ALL=C "$@" "$file" 2>&1); then
    echo "$file:1: compiles, but must be refused with: $expected"
    exit 1
fi
if ! printf '%s\n' "$answer" | grep -qF -e "$expected"; then
    echo "$file:1: is refused for another reason than: $expected"
    printf '%s\n' "$answer"
    exit 1
fi
