#!/bin/sh
# Starts puzzle4j from a bundle: needs this folder, a POSIX shell and, to compute, PyTorch.
#
#   PUZZLE4J_TORCH    where PyTorch is: the folder of its libraries, or a virtual environment
#   PUZZLE4J_ENGINE   the engine of all commands; default torch
#   PUZZLE4J_OPTS     further options for the JVM, such as -Xmx4g
set -eu

# The folder of this script, also when it is called through symbolic links.
script=$0
while [ -L "$script" ]; do
  link=$(readlink "$script")
  case $link in
    /*) script=$link ;;
    *) script=${script%/*}/$link ;;
  esac
done
root=$(CDPATH='' cd -- "${script%/*}" && pwd -P)

# The engine that uses an installed PyTorch: the other one's library is not in a bundle.
engine=${PUZZLE4J_ENGINE:-torch}
# What the libraries below would otherwise do: report their use, and look for models on the network.
export OPT_OUT_TRACKING=true DJL_OFFLINE=true
# As in puzzle4j's other script, which has the reasons.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}" GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-1000}"
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-1073741824}"
export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-2147483647}"
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"

# How wide standard error is, where it is a terminal: only then live bars are drawn.
columns=0
if [ -t 2 ]; then
  size=$(stty size <&2 2>/dev/null) || size=
  columns=${size##* }
fi

# shellcheck disable=SC2086 # options are words
exec "$root/java/bin/java" --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -Xmx1g -Xlog:disable \
  -Dpuzzle4j.home="$root" -Dpuzzle4j.engine="$engine" \
  -Dpuzzle4j.terminal.columns="${columns:-0}" ${PUZZLE4J_OPTS-} \
  -cp "$root/lib/*" io.github.puzzle4j.search.cli.Main "$@"
