// Looks at a checkpoint: ./puzzle4j jshell examples/jshell/model.jsh
var teacher = puzzle.model("examples/tiny-teacher")
IO.println(teacher)

// Tables are values: columns by name, rows that are chosen, CSV with all digits.
var layers = teacher.layers()
IO.println("parameters of all layers: %,.0f".formatted(layers.numbers("parameters").stream().mapToDouble(n -> n).sum()))
IO.println(layers.where("layer", 3).csv())
