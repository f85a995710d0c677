package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.DistillBenchmark;
import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.plan.PrecisionChoice;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures how fast a block is trained. */
@Command(
    name = "distill",
    description = {
      "Measure how fast one block is trained, optimizer included, on random numbers; and the share"
          + " of its matrix products."
    },
    showDefaultValues = true)
public final class BenchDistillCommand extends AnsweringCommand {

  private static final String TEXT =
      """
      one block trained in {precision} on {device} by {engine} {library}, medians of {repetitions} steps
      tokens per second      {tokens_per_second:%10.0f}
      GFLOP/s                {gflops:%10.1f}
      a step                 {milliseconds:%10.1f} ms
        forward and loss     {forward_milliseconds:%10.1f} ms
        backward             {backward:%10.1f} ms
        clipping and AdamW   {optimizer_milliseconds:%10.1f} ms
      its products alone     {products_milliseconds:%10.1f} ms, {products_share*100:%.0f} % of the step\
      """;

  @Option(names = "--hidden", defaultValue = "512")
  private int hidden;

  @Option(names = "--intermediate", defaultValue = "1376")
  private int intermediate;

  @Option(names = "--heads", defaultValue = "8")
  private int heads;

  @Option(names = "--kv-heads", defaultValue = "4")
  private int kvHeads;

  @Option(names = "--seq", defaultValue = "256", description = "Tokens of a sequence.")
  private int sequence;

  @Option(names = "--batch", defaultValue = "8", description = "Sequences of a step.")
  private int batch;

  @Option(names = "--repetitions", defaultValue = "30", description = "Steps; medians are used.")
  private int repetitions;

  @Option(
      names = "--precision",
      defaultValue = "auto",
      description = {
        "Of matrix products: float32, bfloat16, or auto for the faster one on this machine."
      })
  private PrecisionChoice precision;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    DistillBenchmark.Settings settings = settings();
    ComputeDevice computes = device.device();
    Precision chosen = precision.on(computes);
    try (DeviceMemory memory = computes.memory();
        ProgressTask task = progress.start("bench distill", repetitions)) {
      DistillBenchmark.Times times =
          new DistillBenchmark(settings).run(memory, chosen, repetitions, () -> task.step(1));
      ObjectNode json = json(settings, times, chosen, computes);
      double backward =
          json.get("milliseconds").doubleValue()
              - json.get("forward_milliseconds").doubleValue()
              - json.get("optimizer_milliseconds").doubleValue();
      return Answer.success(json, Template.fill(json.deepCopy().put("backward", backward), TEXT));
    }
  }

  /**
   * {@code products_share} is libtorch's time for a step's matrix products alone; 1 is the limit.
   */
  private static ObjectNode json(
      DistillBenchmark.Settings settings,
      DistillBenchmark.Times times,
      Precision precision,
      ComputeDevice device) {
    double step = Clock.median(times.steps());
    return Json.mapper()
        .createObjectNode()
        .put("tokens_per_second", settings.tokens() / step)
        .put("gflops", settings.flops() / step / 1e9)
        .put("milliseconds", 1e3 * step)
        .put("forward_milliseconds", 1e3 * Clock.median(times.forward()))
        .put("optimizer_milliseconds", 1e3 * Clock.median(times.optimizer()))
        .put("products_milliseconds", 1e3 * times.products())
        .put("products_share", times.products() / step)
        .put("precision", precision.name().toLowerCase(Locale.ROOT))
        .put("device", device.toString())
        .put("engine", device.engine().id())
        .put("library", device.engine().version())
        .put("repetitions", times.steps().size())
        .set("machine", Machine.here().json());
  }

  private DistillBenchmark.Settings settings() throws CliException {
    Require.positive("--hidden", hidden);
    Require.positive("--intermediate", intermediate);
    Require.positive("--heads", heads);
    Require.positive("--kv-heads", kvHeads);
    Require.positive("--seq", sequence);
    Require.positive("--batch", batch);
    Require.positive("--repetitions", repetitions);
    if (hidden % heads != 0 || hidden / heads % 2 != 0 || heads % kvHeads != 0) {
      throw new CliException.UserMistake(
          ("--hidden %d, --heads %d, --kv-heads %d: KV heads must divide heads, and heads divide"
                  + " the hidden size into even widths")
              .formatted(hidden, heads, kvHeads));
    }
    return new DistillBenchmark.Settings(hidden, intermediate, heads, kvHeads, sequence, batch);
  }
}
