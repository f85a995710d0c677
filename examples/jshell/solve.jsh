// Solves with limits of one's own: ./puzzle4j jshell examples/jshell/solve.jsh
// The folder of a run, such as runs/quickstart/targets/h100-sxm, has such a problem too.
var problem = puzzle.problem("examples/solver/batch-64.json")
IO.println(problem)

var solution = problem.solve()
IO.println(solution)
IO.println(solution.sensitivity())

// Less memory, and never without the first layer's attention.
IO.println(problem.atMost("memory_mib", 700).forbid("L0/gqa_2+ffn_50").solve())

// What cannot be kept is said, with the nearest limits that can.
IO.println(problem.atMost("memory_mib", 100).solve())
