package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.table.KernelTable;
import io.github.puzzle4j.scoring.cost.table.ProfileCheck;
import io.github.puzzle4j.scoring.cost.table.RowFilter;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Predicts the kernels of measured tables, and says how far off that is. */
@Command(
    name = "check",
    description = {
      "Predict every kernel of measured tables, and print how far the predictions are off."
    },
    showDefaultValues = true)
public final class TargetCheckCommand extends AnsweringCommand {

  @Option(
      names = "--target",
      required = true,
      paramLabel = "T",
      description = "A bundled GPU, or a file that ends in .json.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String target;

  @Option(
      names = "--backend",
      defaultValue = "vllm",
      paramLabel = "B",
      description = "The serving engine.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String backend;

  @Option(
      names = "--table",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Measured kernels: .csv, .csv.gz or .parquet, or a folder of them.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private List<Path> tables;

  @Option(
      names = "--where",
      defaultValue = "",
      paramLabel = "CONDITION",
      description = {
        "Only rows for which it holds: SQL on the table's own columns, such as"
            + " \"m <= 256 and n >= 1024\"."
      })
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
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
    TargetCheckReport report =
        TargetCheckReport.of(gpu, backend, ProfileCheck.of(kernels, table, worst));
    return Answer.success(report, report.text());
  }
}
