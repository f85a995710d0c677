package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.fit.FormulaSlots;
import io.github.puzzle4j.scoring.cost.fit.TargetFit;
import io.github.puzzle4j.scoring.cost.table.KernelTable;
import io.github.puzzle4j.scoring.cost.table.RowFilter;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Fits a GPU's profile to measured kernels, and writes it to a file. */
@Command(
    name = "fit",
    description = {
      "Fit a GPU's profile to measured kernels, and print its errors on shapes that were held out."
    },
    showDefaultValues = true)
public final class TargetFitCommand extends AnsweringCommand {

  private static final String SUFFIX = ".json";

  @Option(
      names = "--table",
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "Measured kernels: .csv, .csv.gz or .parquet, or a folder of them. Without any, with"
            + " --datasheet, all coefficients are transferred from the base."
      })
  private List<Path> tables = List.of();

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--datasheet",
      paramLabel = "FILE",
      description = {
        "The GPU, if it is not the base's: JSON with title, architecture, and a datasheet as in"
            + " a target's file."
      })
  private Optional<Path> datasheet = Optional.empty();

  @Option(
      names = "--target",
      defaultValue = "h100-sxm",
      paramLabel = "BASE",
      description = "Provides what the tables lack: a bundled GPU, or a file that ends in .json.")
  private String base;

  @Option(
      names = "--backend",
      required = true,
      paramLabel = "B",
      description = "The serving engine that was measured.")
  private String backend;

  @Option(names = "--version", required = true, paramLabel = "V", description = "Of that engine.")
  private String version;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "TARGET.json",
      description = "File to write; its name is the target's name.")
  private Path out;

  @Option(
      names = "--folds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Parts of the shapes that are held out in turn.")
  private int folds;

  @Option(
      names = "--where",
      defaultValue = "",
      paramLabel = "CONDITION",
      description = "Only rows for which it holds: SQL on the table's own columns.")
  private String where;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    if (folds < 2) {
      throw new CliException.UserMistake("--folds %d: must be at least 2".formatted(folds));
    }
    if (tables.isEmpty() && datasheet.isEmpty()) {
      throw new CliException.UserMistake(
          "needs measured kernels to fit, with --table, or another GPU, with --datasheet");
    }
    GpuTarget from = GpuTargets.load(base);
    TargetFit.Gpu gpu =
        datasheet.isPresent()
            ? Json.read(datasheet.get(), TargetFit.Gpu.class)
            : TargetFit.Gpu.of(from);
    TargetFit.Request request = new TargetFit.Request(from, gpu, name(), backend, version, folds);
    KernelTable table = KernelTable.read(tables, new RowFilter(where));
    try (ProgressTask task = progress.start("target fit", FormulaSlots.all().size())) {
      TargetFit fit = TargetFit.of(request, table, FormulaSlots.all(), done -> task.step(1));
      AtomicFile.writeString(
          out,
          Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(fit.target()) + "\n");
      ObjectNode json = json(fit);
      return Answer.success(json, text(json));
    }
  }

  private ObjectNode json(TargetFit fit) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("target", fit.target().name()).put("backend", backend).put("file", out.toString());
    ArrayNode operations = json.putArray("by_operation");
    fit.operations()
        .forEach(it -> operations.add(ErrorTable.row(it.operation(), it.dtype(), it.heldOut())));
    return json.set("skipped", Json.mapper().valueToTree(fit.skipped()));
  }

  private static String text(ObjectNode json) {
    StringJoiner parts = new StringJoiner("\n\n");
    if (!json.get("by_operation").isEmpty()) {
      parts.add(
          Template.fill(json, "{target}, {backend}: errors on shapes that were held out\n")
              + ErrorTable.of("held out", json.get("by_operation")));
    }
    parts.add(Template.fill(json, "wrote {file}"));
    ErrorTable.skipped(json, "not fitted").ifPresent(parts::add);
    return parts.toString();
  }

  private String name() throws CliException {
    String file = String.valueOf(out.getFileName());
    String name = file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : "";
    if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
      throw new CliException.UserMistake(
          "--out %s: must end in .json after lower-case letters, digits, dots and dashes"
              .formatted(out));
    }
    return name;
  }
}
