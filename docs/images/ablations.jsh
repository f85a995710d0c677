// Draws the plots of docs/ablations.md from the values of its tables: ./puzzle4j jshell docs/images/ablations.jsh
import java.util.*;

List<Double> log10(double... values) {
  return Arrays.stream(values).map(Math::log10).boxed().toList();
}

var budgets = List.of(1.4, 1.6, 2.0)

new Plot("The child as assembled, by how it was chosen", "throughput, multiples of the teacher's", "log10 of KL, nats per token", List.of()).
    line("MIP", budgets, log10(0.0054, 0.0326, 0.1396)).
    line("evolution", budgets, log10(0.0076, 0.0454, 0.3014)).
    line("greedy", budgets, log10(0.0403, 0.1222, 0.7369)).
    line("most parameters", budgets, log10(0.0480, 0.2598, 0.3823)).
    line("uniform", budgets, log10(0.0427, 0.3467, 4.5077)).
    line("no-ops only", budgets, log10(1.8824, 1.3029, 3.0167)).
    save("docs/images/ablations-choice.svg")

new Plot("The child as assembled, by steps of distillation", "throughput, multiples of the teacher's", "log10 of KL, nats per token", List.of()).
    line("60 steps", budgets, log10(0.0054, 0.0326, 0.1396)).
    line("30 steps", budgets, log10(0.0311, 0.0703, 0.4451)).
    line("15 steps", budgets, log10(0.0607, 0.1500, 0.7724)).
    save("docs/images/ablations-tokens.svg")

new Plot("1.6x: before and after the same training", "log10 of KL as assembled", "log10 of KL after both trainings", List.of()).
    points("child of the search", log10(0.0326), log10(0.0010)).
    points("greedy", log10(0.1222), log10(0.0030)).
    points("evolution", log10(0.0454), log10(0.0067)).
    points("most parameters", log10(0.2598), log10(0.0074)).
    points("uniform", log10(0.3467), log10(0.0086)).
    points("no-ops only", log10(1.3029), log10(0.0870)).
    points("random", log10(1.6638), log10(0.1619)).
    save("docs/images/ablations-training.svg")
