package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.puzzletron.PuzzletronSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for solving a run of NVIDIA's Puzzletron again. */
final class PuzzletronOptions {

  private static final String FILE_ENDING = ".json";

  @Option(
      names = "--puzzle-dir",
      paramLabel = "DIR",
      required = true,
      description =
          "A run of NVIDIA's Puzzletron: solves its MIP again, and writes solutions.json.")
  private Path folder;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description =
          "The measure to optimise; by default that of the run's result, else"
              + " cosine_embedding_loss_hidden_states.")
  private @Nullable String metric;

  @Option(
      names = "--direction",
      paramLabel = "min|max",
      description = "Whether to minimise or maximise; by default inferred from the measure.")
  private @Nullable Sense direction;

  @Option(
      names = "--limit",
      paramLabel = "NAME=MAX",
      converter = LimitOption.Converter.class,
      description =
          "Such as stats.memory_mib=78000, target_throughput=2000 or stats.has_attention=8..24;"
              + " repeatable. By default those of the run's result.")
  private @Nullable List<LimitOption> limits;

  @Option(
      names = "--stats-args",
      paramLabel = "KEY=VALUE",
      split = ",",
      description = "Which entry of subblock_stats.json, such as batch_size=96.")
  private @Nullable Map<String, String> statsArgs;

  @Option(
      names = "--like",
      paramLabel = "FOLDER",
      description = "The result below mip/puzzle_solutions to take settings from.")
  private @Nullable String like;

  @Option(
      names = "--out",
      paramLabel = "FILE_OR_DIR",
      description = "Where to write solutions.json; by default next to the run's own results.")
  private @Nullable Path out;

  @Option(
      names = "--write-problem",
      paramLabel = "FILE",
      description = "Also write the problem as a file that 'solve' reads.")
  private @Nullable Path problemFile;

  Path folder() {
    return folder;
  }

  PuzzletronSettings question() throws CliException {
    Map<String, Limit> byName = new LinkedHashMap<>();
    for (LimitOption option : limits == null ? List.<LimitOption>of() : limits) {
      if (byName.putIfAbsent(option.name(), option.limit()) != null) {
        throw new CliException.UserMistake(
            "--limit %s: is given twice; write MIN..MAX for both sides".formatted(option.name()));
      }
    }
    return new PuzzletronSettings(
        Optional.ofNullable(metric),
        Optional.ofNullable(direction),
        byName,
        statsArgs == null ? Map.of() : statsArgs,
        Optional.ofNullable(like));
  }

  /** The file for the answer; in a folder, named as in Puzzletron. */
  Optional<Path> out() {
    if (out == null || out.toString().endsWith(FILE_ENDING)) {
      return Optional.ofNullable(out);
    }
    return Optional.of(out.resolve("solutions.json"));
  }

  Optional<Path> problemFile() {
    return Optional.ofNullable(problemFile);
  }
}
