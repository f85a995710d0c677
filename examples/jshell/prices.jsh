// Prices a model on five GPUs: ./puzzle4j jshell examples/jshell/prices.jsh
var gpus = new String[] {"h100-sxm", "h200-sxm", "b200-sxm", "a100-sxm", "l40s"}

// 512 tokens in, 256 out, as many requests at once as give the highest throughput.
IO.println(puzzle.prices("examples/tiny-teacher", Serving.of(512, 256), gpus))

// 16 requests at once, weights in FP8; where that cannot be served, the note says why.
IO.println(puzzle.prices("examples/tiny-teacher", Serving.of(512, 256).batch(16).weights("fp8"), gpus))
