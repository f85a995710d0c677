package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.OneLine;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.json.ProblemFile;
import io.github.puzzle4j.solver.puzzletron.EarlierResult;
import io.github.puzzle4j.solver.puzzletron.PuzzletronProblem;
import io.github.puzzle4j.solver.puzzletron.PuzzletronRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A run of Puzzletron as a problem, whose answer becomes its {@code solutions.json}. */
final class PuzzletronInput implements SolveInput {

  private final Path folder;
  private final PuzzletronProblem puzzletron;
  private final Path solutions;

  private PuzzletronInput(Path folder, PuzzletronProblem puzzletron, Path solutions) {
    this.folder = folder;
    this.puzzletron = puzzletron;
    this.solutions = solutions;
  }

  /** Reads the run; checks that its answer can be written. */
  static PuzzletronInput read(PuzzletronOptions options) throws CliException, IOException {
    PuzzletronProblem problem = PuzzletronRun.read(options.folder()).problem(options.question());
    Path solutions = options.out().orElseGet(problem::solutionsFile);
    PuzzletronProblem.requireReplaceable(solutions);
    Optional<Path> file = options.problemFile();
    if (file.isPresent()) {
      requireProblemFile(file.get());
      AtomicFile.writeString(file.get(), ProblemFile.toJson(problem.problem()));
    }
    return new PuzzletronInput(options.folder(), problem, solutions);
  }

  /** An existing file is replaced only if it is a problem. */
  private static void requireProblemFile(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      try {
        ProblemFile.read(file);
      } catch (InvalidProblemException e) {
        throw new InvalidProblemException(
            "%s: exists and is not a problem file; it is not replaced".formatted(file), e);
      }
    }
  }

  @Override
  public String name() {
    return folder.toString();
  }

  @Override
  public SelectionProblem problem() {
    return puzzletron.problem();
  }

  @Override
  public String finish(SolveResult result, ObjectNode json) throws IOException {
    StringJoiner lines = new StringJoiner("\n");
    ObjectNode own = json.putObject("puzzletron");
    own.put("metric", puzzletron.metric());
    ObjectNode arguments = own.putObject("stats_args");
    puzzletron.statsArgs().forEach(arguments::put);
    ArrayNode notes = own.putArray("notes");
    for (String note : puzzletron.notes()) {
      notes.add(note);
      lines.add("note: " + OneLine.of(note));
    }
    own.putNull("earlier");
    own.putNull("solutions_file");
    if (result instanceof SolveResult.Solved solved) {
      Optional<EarlierResult> earlier = puzzletron.earlier();
      if (earlier.isPresent()) {
        ObjectNode before = own.putObject("earlier");
        before.put("folder", earlier.get().folder());
        before.put("objective", earlier.get().objective());
        lines.add(
            "earlier: objective %s (%s)"
                .formatted(earlier.get().objective(), OneLine.of(earlier.get().folder())));
      }
      puzzletron.write(solutions, solved);
      own.put("solutions_file", solutions.toString());
      lines.add("wrote " + solutions);
    }
    return lines.toString();
  }
}
