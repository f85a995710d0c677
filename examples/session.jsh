// A search from the Java API, step by step. Run it with
//
//   ./puzzle4j jshell examples/session.jsh
//
// or start `./puzzle4j jshell` and paste what you need. The body is one statement, so that the
// session ends with exit code 1 if anything in it fails.

import io.github.puzzle4j.blocklib.arch.*
import io.github.puzzle4j.scoring.quality.*
import io.github.puzzle4j.search.plan.*
import io.github.puzzle4j.search.progress.*
import io.github.puzzle4j.search.run.*

int code = 1
Path home = Path.of(System.getProperty("puzzle4j.home", "."))
Path run = Path.of(System.getProperty("puzzle4j.run", "runs/session"))

try (Search search = Search.open(PlanReader.read(home.resolve("examples/session.yaml")), run, Progress.lines(System.err))) {
    System.out.printf("teacher: %d layers, %,d parameters%n", search.teacher().layers().size(), search.teacher().parameters());
    System.out.printf("search space: %d variants of layer 0%n", search.space().layer(0).layers().size());

    var library = search.distill();
    library.statistics().stream().filter(s -> s.layer() == 0).forEach(s -> System.out.printf("layer 0 %s %-8s loss %.4f -> %.4f%n", s.part().id(), s.variant(), s.lossBefore(), s.lossAfter()));

    var scores = search.score();
    var worst = scores.all().stream().max(Comparator.comparingDouble(s -> s.divergence().mean())).orElseThrow();
    System.out.printf("the block with the largest loss: layer %d (%s), KL %.3f +- %.3f%n", worst.layer(), worst.variant(), worst.divergence().mean(), worst.divergence().standardError());

    for (TargetChoice choice : search.refine(search.choose(scores), scores)) {
        switch (choice) {
            case TargetChoice.Chosen chosen -> {
                System.out.printf("%s: %s%n", chosen.name(), chosen.solved().explanation());
                chosen.rounds().ifPresent(r -> System.out.printf("%d children measured: KL %.4f by the sum of scores, %.4f of the best%n", r.measured().size(), r.first().in(Metric.KL_DIVERGENCE).mean(), r.best().in(Metric.KL_DIVERGENCE).mean()));
                System.out.printf("child: %s%n", chosen.child().model().layers().stream().map(Layer::id).toList());
                System.out.printf("throughput: teacher %,.0f, child %,.0f tokens/s%n", chosen.teacher().throughputTokensPerSecond(), chosen.cost(chosen.child()).throughputTokensPerSecond());
                System.out.printf("KL as assembled: child %.4f%n", search.measure(chosen.child()).divergence().mean());
                for (var baseline : chosen.baselines().entrySet()) {
                    System.out.printf("KL as assembled: %s %.4f%n", baseline.getKey().name().toLowerCase(), search.measure(baseline.getValue()).divergence().mean());
                }
                var adapted = search.adapt(chosen);
                System.out.printf("KL with its blocks distilled anew: %.4f%n", search.measure(adapted).divergence().mean());
                var repaired = search.repair(chosen.name(), adapted);
                System.out.printf("KL after GKD: %.4f%n", search.measure(repaired).divergence().mean());
                search.export(chosen.name(), repaired).forEach(e -> System.out.printf("exported %s: %,d bytes%n", e.format(), e.bytes()));
            }
            case TargetChoice.OutOfReach none -> throw new IllegalStateException(none.explanation());
        }
    }
    code = 0;
}

/exit code
