#!/bin/sh
# Finds a Python new enough and runs the script given with it: sh tools/with_python.sh SCRIPT ARGUMENTS...
set -u
seen=
for name in ${CLUBSALES_PYTHON:+"$CLUBSALES_PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    found=$(command -v "$name" 2>/dev/null) || continue
    # A shim of a version manager may be on PATH and still have no Python behind it.
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2], sys.version_info >= (3, 11))' 2>/dev/null) || continue
    case $version in
        *True) exec "$found" "$@" ;;
    esac
    seen="$seen ${version%% *} ($found)"
done
if [ -n "$seen" ]; then
    echo "clubsales needs Python 3.11 or newer; found only:$seen." >&2
else
    echo "clubsales needs Python 3.11 or newer, and no python3 was found on PATH." >&2
fi
echo "Install one (Debian, Ubuntu: apt install python3 python3-venv) or set CLUBSALES_PYTHON to its path, and run again." >&2
exit 1
