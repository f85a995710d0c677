package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.table.KernelTable;
import io.github.puzzle4j.scoring.cost.table.ProfileCheck;
import io.github.puzzle4j.scoring.cost.table.RowFilter;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Predicts the kernels of measured tables, and reports the errors. */
@Command(
    name = "check",
    description = {
      "Predict every kernel of measured tables, and print the errors of the predictions."
    },
    showDefaultValues = true)
public final class TargetCheckCommand extends AnsweringCommand {

  @Option(
      names = "--target",
      required = true,
      paramLabel = "T",
      description = "A bundled GPU, or a file that ends in .json.")
  private String target;

  @Option(
      names = "--backend",
      defaultValue = "vllm",
      paramLabel = "B",
      description = "The serving engine.")
  private String backend;

  @Option(
      names = "--table",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Measured kernels: .csv, .csv.gz or .parquet, or a folder of them.")
  private List<Path> tables;

  @Option(
      names = "--where",
      defaultValue = "",
      paramLabel = "CONDITION",
      description = {
        "Only rows for which it holds: SQL on the table's own columns, such as"
            + " \"m <= 256 and n >= 1024\"."
      })
  private String where;

  @Option(
      names = "--worst",
      defaultValue = "0",
      paramLabel = "N",
      description = "List the rows with the largest errors.")
  private int worst;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    if (worst < 0) {
      throw new CliException.UserMistake("--worst %d: must not be negative".formatted(worst));
    }
    GpuTarget gpu = GpuTargets.load(target);
    PredictedKernels kernels = new PredictedKernels(gpu.datasheet(), gpu.backend(backend));
    KernelTable table = KernelTable.read(tables, new RowFilter(where));
    ProfileCheck check = ProfileCheck.of(kernels, table, worst);
    ObjectNode json = json(gpu, check);
    return Answer.success(json, text(json));
  }

  private ObjectNode json(GpuTarget gpu, ProfileCheck check) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("target", gpu.name()).put("backend", backend);
    ErrorTable.put(json, check.total());
    ArrayNode operations = json.putArray("by_operation");
    check
        .byOperation()
        .forEach(it -> operations.add(ErrorTable.row(it.operation(), it.dtype(), it.errors())));
    json.set("skipped", Json.mapper().valueToTree(check.skipped()));
    ArrayNode rows = json.putArray("worst");
    check.worst().forEach(it -> row(rows.addObject(), it));
    return json;
  }

  /** The row in its table, the first below the header being 1. */
  private static void row(ObjectNode row, ProfileCheck.Prediction it) {
    row.put("table", it.measured().file())
        .put("row", it.measured().row())
        .put("operation", it.measured().operation())
        .put("dtype", it.measured().dtype())
        .put("kernel_source", it.measured().kernelSource())
        .put("call", call(it.measured().call()))
        .put("measured_milliseconds", 1e3 * it.measured().seconds())
        .put("predicted_milliseconds", 1e3 * it.seconds())
        .put("error", it.error());
  }

  /** The sizes, as the tables name them. */
  private static String call(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm it -> "m=%d n=%d k=%d".formatted(it.rows(), it.outputs(), it.inputs());
      case KernelCall.PrefillAttention it ->
          "batch=%.0f isl=%d heads=%d kv=%d width=%d window=%d"
              .formatted(
                  it.sequences(),
                  it.tokens(),
                  it.heads().heads(),
                  it.heads().kvHeads(),
                  it.heads().headDim(),
                  it.window());
      case KernelCall.DecodeAttention it ->
          "batch=%d context=%.0f heads=%d kv=%d width=%d window=%d"
              .formatted(
                  it.batch(),
                  it.context(),
                  it.heads().heads(),
                  it.heads().kvHeads(),
                  it.heads().headDim(),
                  it.window());
      case KernelCall.Elementwise it -> "bytes=%.0f".formatted(it.bytes());
      case KernelCall.AllReduce it -> "gpus=%d bytes=%.0f".formatted(it.gpus(), it.bytes());
      case KernelCall.Experts it ->
          "tokens=%d hidden=%d channels=%d topk=%d experts=%d ep=%d"
              .formatted(
                  it.tokens(),
                  it.hidden(),
                  it.channels(),
                  it.chosen(),
                  it.experts(),
                  it.expertParallel());
    };
  }

  private static String text(ObjectNode json) {
    ArrayNode rows = ((ArrayNode) json.get("by_operation")).deepCopy();
    rows.add(json.deepCopy().put("operation", "all").put("dtype", ""));
    StringJoiner parts = new StringJoiner("\n\n");
    parts.add(
        Template.fill(json, "{target}, {backend}: errors of predictions\n")
            + ErrorTable.of("operation", rows));
    if (!json.get("worst").isEmpty()) {
      parts.add(
          Template.table(
              json.get("worst"),
              "worst={operation} {call}",
              "dtype={dtype}",
              "measured ms={measured_milliseconds:%.4f}",
              "predicted ms={predicted_milliseconds:%.4f}",
              "error={error*100:%.1f} %",
              "row={row}"));
    }
    ErrorTable.skipped(json, "not predicted").ifPresent(parts::add);
    return parts.toString();
  }
}
