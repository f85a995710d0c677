// Distils two variants of one layer, and plots their losses: ./puzzle4j jshell examples/jshell/loss.jsh
var plan = puzzle.plan("examples/jshell/plan.yaml")
var session = puzzle.open(plan, "runs/jshell")
IO.println(session.variants(0))

var one = session.distill(0, "gqa_2")
var other = session.distill(0, "gqa_1")
IO.println(one)
IO.println(other)

var losses = one.plot().and(other.plot())
IO.println(losses)
losses.save("runs/jshell/losses.svg")
session.close()
