#!/bin/sh
# Runs a bundle (`puzzle4j bundle --out DIR`) on a machine with PyTorch and no Java: what the machine
# is, the demo teacher's loss, training of one block at several sizes beside PyTorch eager, and a
# profile of layers in the shape of Llama 3.1 8B. Ends within eight minutes.
#
#   sh gpu-check.sh --bundle DIR [--out DIR] [--device cuda:0|cpu] [--small] [--pairs N] [--limit S]
#
#   --bundle DIR   the bundle
#   --out DIR      for results.jsonl (one line per step), log.txt, measured.json and table.md;
#                  default gpu-check-out
#   --device D     default cuda:0
#   --small        sizes for trying the script on a processor
#   --pairs N      runs of puzzle4j and of PyTorch in turn, per size and precision; default 2
#   --limit S      no step begins after so many seconds, and none takes longer; default 450
#
#   PUZZLE4J_TORCH the PyTorch of puzzle4j, its folder; default: that of PYTHON
#   PYTHON         runs eager_block.py; default python3
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
bundle=
out=gpu-check-out
device=cuda:0
small=
pairs=2
limit=450
while [ $# -gt 0 ]; do
  case $1 in
    --bundle) bundle=$2 && shift 2 ;;
    --out) out=$2 && shift 2 ;;
    --device) device=$2 && shift 2 ;;
    --small) small=yes && shift ;;
    --pairs) pairs=$2 && shift 2 ;;
    --limit) limit=$2 && shift 2 ;;
    *) echo "gpu-check: unknown argument '$1'" >&2 && exit 2 ;;
  esac
done
[ -x "$bundle/puzzle4j" ] || { echo "gpu-check: --bundle must name a bundle, not '$bundle'" >&2; exit 2; }
bundle=$(CDPATH='' cd -- "$bundle" && pwd -P)
python=${PYTHON:-python3}
if [ -z "${PUZZLE4J_TORCH-}" ]; then
  PUZZLE4J_TORCH=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))') || exit 2
fi
export PUZZLE4J_TORCH
mkdir -p "$out" || exit 2
results=$out/results.jsonl
log=$out/log.txt
answer=$out/.answer
: >"$results"
: >"$log"
began=$(date +%s)

# step NAME COMMAND...: the command's answer, one JSON object, becomes a line of results.
step() {
  name=$1
  shift
  left=$((limit - ($(date +%s) - began)))
  if [ "$left" -lt 5 ]; then
    echo "$name: no time left"
    return 1
  fi
  from=$(date +%s)
  echo "== $name: $*" >>"$log"
  timeout "$left" "$@" >"$answer" 2>>"$log"
  code=$?
  json=$(tail -n 1 "$answer")
  rm -f "$answer"
  printf '{"step":"%s","seconds":%d,"exit_code":%d,"answer":%s}\n' \
    "$name" $(($(date +%s) - from)) "$code" "${json:-null}" >>"$results"
  echo "$name: exit code $code after $(($(date +%s) - from)) s"
  if [ "$code" -ne 0 ]; then
    tail -n 2 "$log"
  fi
  return "$code"
}

p4j() {
  name=$1
  shift
  step "$name" "$bundle/puzzle4j" "$@" --json
}

# block SIZE HIDDEN INTERMEDIATE HEADS KV_HEADS SEQ BATCH REPETITIONS
block() {
  size=$1
  shape="--hidden $2 --intermediate $3 --heads $4 --kv-heads $5 --seq $6 --batch $7 --repetitions $8"
  for precision in bfloat16 float32; do
    pair=1
    while [ "$pair" -le "$pairs" ]; do
      # shellcheck disable=SC2086 # a list of words
      p4j "distill-$size-$precision-$pair" bench distill $shape --precision "$precision" \
        --device "$device"
      # shellcheck disable=SC2086
      step "eager-$size-$precision-$pair" "$python" "$here/eager_block.py" $shape \
        --precision "$precision" --device "$device"
      pair=$((pair + 1))
    done
  done
}

case $device in
  cpu) kind=cpu ;;
  *) kind=cuda ;;
esac

p4j doctor doctor --out "$out"
p4j eval eval --model "$here/../tiny-teacher" --data "$here/rows.jsonl" --device "$device"
if [ -n "$small" ]; then
  model=$here/../tiny-teacher
  time=5s
  block small 64 128 4 2 32 2 3
else
  # A layer of Llama 3.1 8B; below, one of Llama 3.2 1B, and the command's own default.
  model=$here/llama-8b.json
  time=40s
  block llama-8b 4096 14336 32 8 2048 2 20
fi
p4j profile profile --model "$model" --engine torch --device "$kind" --time "$time" \
  --out "$out/measured.json"
p4j cost-measured cost --model "$model" --target "$out/measured.json" --backend torch \
  --isl 256 --osl 128
p4j cost-h100 cost --model "$model" --target h100-sxm --backend vllm --isl 256 --osl 128
if [ -n "$small" ]; then
  block demo 128 384 8 4 64 4 3
else
  block llama-1b 2048 8192 32 8 1024 4 30
  block default 512 1376 8 4 256 8 30
fi

"$python" "$here/summary.py" "$results" | tee "$out/table.md"
