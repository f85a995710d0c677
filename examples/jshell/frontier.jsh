// Trades quality against run time: ./puzzle4j jshell examples/jshell/frontier.jsh
var problem = puzzle.problem("examples/solver/batch-64.json")
var frontier = problem.frontier("runtime_ms", 8)
IO.println(frontier)
IO.println(frontier.plot())
IO.println(frontier.table().where("pareto", true).csv())
