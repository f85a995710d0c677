package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.search.bench.cost.CostBenchmark;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures how long the prices of a large teacher's variants take. */
@Command(
    name = "cost",
    description = {
      "Measure how long it takes to price every layer and variant of a teacher of the shape of"
          + " Llama 3.1 70B at ten batch sizes."
    },
    showDefaultValues = true)
public final class BenchCostCommand extends AnsweringCommand {

  private static final Scenario PLAIN = Scenario.of(1024, 1024, 1);

  private static final Scenario SHARED =
      PLAIN.withTensorParallel(8).withFormat(new ServingFormat(MatrixType.FP8, NumberFormat.FP8));

  @Option(
      names = "--target",
      paramLabel = "GPU",
      defaultValue = "h100-sxm",
      description = "A name that 'puzzle4j targets' lists, or a profile's .json file.")
  private String targetName;

  @Option(names = "--backend", defaultValue = "vllm", description = "Serving engine.")
  private String backend;

  @Option(
      names = "--repetitions",
      defaultValue = "21",
      description = "The median is used; each starts with a new cost model.")
  private int repetitions;

  private static final String TEXT =
      """
      {prices:%,d} prices: {layers} layers, {variants} variants, {batches} batch sizes; {target}, {backend}
      one GPU, bf16    {seconds:%.4f} s (the first run of all {first_seconds:%.3f} s)
      8 GPUs, fp8      {tp8_fp8_seconds:%.4f} s
      {machine.processors} processors, {machine.system}, {machine.java}; median of {repetitions}\
      """;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--repetitions", repetitions);
    long start = System.nanoTime();
    GpuTarget target = GpuTargets.load(targetName);
    requirePrices(target, PLAIN);
    requirePrices(target, SHARED);
    try (ProgressTask task = progress.start("bench cost", 1 + 2L * repetitions)) {
      CostBenchmark.seconds(target, backend, PLAIN);
      double first = (System.nanoTime() - start) * 1e-9;
      task.step(1);
      double seconds = median(target, PLAIN, task);
      double shared = median(target, SHARED, task);
      ObjectNode json = Json.mapper().createObjectNode();
      json.set("machine", Machine.here().json());
      json.put("repetitions", repetitions)
          .put("target", target.name())
          .put("backend", backend)
          .put("layers", CostBenchmark.TEACHER.layers().size())
          .put("variants", CostBenchmark.VARIANTS)
          .put("batches", CostBenchmark.BATCHES.size())
          .put("prices", CostBenchmark.PRICES)
          .put("seconds", seconds)
          // From the target's file to the last price, in a JVM that has not compiled this code yet.
          .put("first_seconds", first)
          .put("tp8_fp8_seconds", shared);
      return Answer.success(json, Template.fill(json, TEXT));
    }
  }

  private void requirePrices(GpuTarget target, Scenario scenario) throws CliException, IOException {
    Optional<String> objection =
        CostModel.of(CostBenchmark.TEACHER, target, backend)
            .objection(CostBenchmark.TEACHER, scenario);
    if (objection.isPresent()) {
      throw new CliException.UserMistake(
          "--target %s --backend %s: %s".formatted(targetName, backend, objection.get()));
    }
  }

  private double median(GpuTarget target, Scenario scenario, ProgressTask task) throws IOException {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      seconds.add(CostBenchmark.seconds(target, backend, scenario));
      task.step(1);
    }
    return Clock.median(seconds);
  }
}
