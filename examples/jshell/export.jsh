// Chooses a child, exports it and checks what was written: ./puzzle4j jshell examples/jshell/export.jsh
var plan = puzzle.plan("examples/jshell/plan.yaml")
var session = puzzle.open(plan, "runs/jshell")
var choice = session.choose().getFirst()
IO.println(choice)
IO.println(choice.problem().solve().sensitivity())

var child = choice.assembled()
IO.println(child.measure())
var repaired = child.repaired()
IO.println(repaired.measure())

var exports = repaired.export()
IO.println(exports)
var folder = exports.column("path").getFirst().toString()
IO.println(puzzle.verify(folder))
IO.println(puzzle.model(folder).layers())
session.close()
