// Scores the variants of one layer: ./puzzle4j jshell examples/jshell/scores.jsh
// Each is put alone into the teacher. What loss.jsh has trained is not trained again.
var plan = puzzle.plan("examples/jshell/plan.yaml")
var session = puzzle.open(plan, "runs/jshell")
var scores = session.scores(0)
IO.println(scores)

var losses = scores.numbers("kl")
IO.println("the worst adds %.4f nats of KL divergence".formatted(Collections.max(losses)))
session.close()
