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

/** What may be said of a run of NVIDIA's Puzzletron that is to be solved again. */
final class PuzzletronOptions {

  private static final String FILE_ENDING = ".json";

  @Option(
      names = "--puzzle-dir",
      paramLabel = "DIR",
      required = true,
      description = "A run of NVIDIA's Puzzletron: its MIP again, and its solutions.json.")
  private Path folder;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description =
          "The measure to optimise; else that of the run's result, else"
              + " cosine_embedding_loss_hidden_states.")
  private @Nullable String metric;

  @Option(
      names = "--direction",
      paramLabel = "min|max",
      description = "Whether a small or a large sum is wanted; else told from the measure.")
  private @Nullable Sense direction;

  @Option(
      names = "--limit",
      paramLabel = "NAME=MAX",
      converter = LimitOption.Converter.class,
      description =
          "Such as stats.memory_mib=78000, target_throughput=2000 or stats.has_attention=8..24;"
              + " repeatable. Else those of the run's result.")
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
      description = "Where solutions.json goes; else beside the run's own results.")
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

  /** The file that the answer goes to; in a folder, the peer's name for it. */
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
