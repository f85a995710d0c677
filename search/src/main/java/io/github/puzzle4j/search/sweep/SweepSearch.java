package io.github.puzzle4j.search.sweep;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.OwnedFolder;
import io.github.puzzle4j.blocklib.task.SealedJson;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.PrecisionChoice;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.StoreLocation;
import io.github.puzzle4j.search.plan.SweepFile;
import io.github.puzzle4j.search.progress.PartProgress;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.report.SweepReport.Point;
import io.github.puzzle4j.search.report.SweepReport.Status;
import io.github.puzzle4j.search.report.SweepText;
import io.github.puzzle4j.search.run.HeldStore;
import io.github.puzzle4j.search.run.OutOfReachException;
import io.github.puzzle4j.search.run.PlanCheck;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.run.RunPage;
import io.github.puzzle4j.search.run.Search;
import io.github.puzzle4j.search.run.SearchOutcome;
import io.github.puzzle4j.search.run.TargetChoice;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs the points of a sweep one after another, each as a search of its own in a folder of the run,
 * with one store: what does not depend on a swept key is computed once. A point that fails does not
 * end the others, and one that is done is not done again.
 */
public final class SweepSearch implements AutoCloseable {

  private final SweepFile sweep;
  private final RunDirectory directory;
  private final Progress progress;
  private final Conditions conditions;
  private final OwnedFolder owned;
  private final HeldStore store;
  private final List<SearchPlan> plans;
  private final List<Point> points = new ArrayList<>();
  private final Set<String> warned = new HashSet<>();

  private SweepSearch(
      SweepFile sweep,
      RunDirectory directory,
      Progress progress,
      Conditions conditions,
      OwnedFolder owned,
      HeldStore store)
      throws IOException {
    this.sweep = sweep;
    this.directory = directory;
    this.progress = progress;
    this.conditions = conditions;
    this.owned = owned;
    this.store = store;
    directory.writePlan(sweep.text());
    this.plans = plans();
    for (int i = 0; i < plans.size(); i++) {
      points.add(earlier(i));
    }
    write();
  }

  /**
   * Opens a sweep; nothing is computed.
   *
   * @param root of the run, made if need be
   * @throws InvalidInputException if another process works in the run directory or in the store
   */
  public static SweepSearch open(
      SweepFile sweep, Path root, Progress progress, Conditions conditions) throws IOException {
    RunDirectory directory = new RunDirectory(root.toAbsolutePath().normalize());
    OwnedFolder owned = RunDirectory.own(directory.root(), progress::warn);
    boolean opened = false;
    try {
      HeldStore store =
          HeldStore.open(folder(sweep, directory), TaskVersions.current(), progress::warn);
      try {
        SweepSearch search = new SweepSearch(sweep, directory, progress, conditions, owned, store);
        opened = true;
        return search;
      } finally {
        if (!opened) {
          store.close();
        }
      }
    } finally {
      if (!opened) {
        owned.close();
      }
    }
  }

  private static Path folder(SweepFile sweep, RunDirectory directory) {
    return switch (sweep.points().getFirst().file().plan().store()) {
      case StoreLocation.InRun() -> directory.store();
      case StoreLocation.Folder(Path path) -> path;
    };
  }

  /** The run directory. */
  public RunDirectory directory() {
    return directory;
  }

  /** What became of the points so far. */
  public SweepReport report() {
    Path name = directory.root().getFileName();
    return new SweepReport(
        SweepReport.SCHEMA,
        name == null ? "sweep" : name.toString(),
        sweep.axes().stream()
            .map(axis -> new SweepReport.Axis(axis.keys(), axis.heading()))
            .toList(),
        points);
  }

  /** The plans of the points as they are run. */
  private List<SearchPlan> plans() throws IOException {
    List<SearchPlan> asked = new ArrayList<>();
    for (SweepFile.Point point : sweep.points()) {
      asked.add(conditions.plan(point.file().plan()).keptIn(directory.store(), directory.cache()));
    }
    if (asked.stream().noneMatch(SweepSearch::isUndecided)) {
      return List.copyOf(asked);
    }
    Precision decided = decided(asked);
    return asked.stream()
        .map(plan -> isUndecided(plan) ? plan.withPrecision(decided) : plan)
        .toList();
  }

  private static boolean isUndecided(SearchPlan plan) {
    return plan.precision() == PrecisionChoice.AUTO;
  }

  /** One precision for all points that leave it open, and the same when they are resumed. */
  private Precision decided(List<SearchPlan> asked) throws IOException {
    for (int i = 0; i < asked.size(); i++) {
      for (Precision earlier : Precision.values()) {
        if (isUndecided(asked.get(i))
            && directory(i).keeps(PlanReader.write(asked.get(i).withPrecision(earlier)))) {
          return earlier;
        }
      }
    }
    SearchPlan first = asked.stream().filter(SweepSearch::isUndecided).findFirst().orElseThrow();
    try (ProgressTask task = progress.start("measure precision", 1)) {
      Precision precision = first.precision().on(conditions.device(first));
      task.step(1);
      return precision;
    }
  }

  private RunDirectory directory(int index) {
    return directory.point(sweep.points().get(index).name());
  }

  /** The point as an earlier run left it. */
  private Point earlier(int index) throws IOException {
    return FinishedPoint.read(directory(index), PlanReader.write(plans.get(index)), progress::warn)
        .map(found -> point(index, Status.DONE, found.outOfReach(), Optional.of(found.results())))
        .orElseGet(() -> point(index, Status.MISSING, "", Optional.empty()));
  }

  private Point point(
      int index, Status status, String reason, Optional<SweepReport.Results> results) {
    SweepFile.Point point = sweep.points().get(index);
    return new Point(point.name(), point.values(), status, reason, results);
  }

  private Point without(int index, Status status, String reason) {
    return point(index, status, reason, Optional.empty());
  }

  /**
   * Does what is missing.
   *
   * @throws InvalidInputException if no point can be run, with the reason of the first
   */
  public SweepReport run() throws IOException {
    check();
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).status() == Status.MISSING) {
        points.set(i, search(i));
        progress.warn(SweepText.line(report(), i));
        write();
      }
    }
    RunPage.write(directory);
    return report();
  }

  /** Finds the points that cannot be run before hours are spent. */
  private void check() throws IOException {
    try (ProgressTask task = progress.start("check points", points.size())) {
      for (int i = 0; i < points.size(); i++) {
        if (points.get(i).status() == Status.MISSING) {
          try {
            PlanCheck.of(plans.get(i), Progress.silent(), store);
          } catch (OutOfReachException none) {
            points.set(i, without(i, Status.OUT_OF_REACH, String.valueOf(none.getMessage())));
          } catch (PlanValueException unfit) {
            points.set(i, refused(i, unfit));
          }
        }
        task.step(1);
      }
    }
    write();
    if (points.stream().allMatch(point -> point.status() == Status.REFUSED)) {
      throw new InvalidInputException(points.getFirst().reason());
    }
  }

  private Point refused(int index, PlanValueException unfit) {
    InvalidInputException located = sweep.points().get(index).file().located(unfit);
    return without(index, Status.REFUSED, String.valueOf(located.getMessage()));
  }

  private Point search(int index) throws IOException {
    SearchPlan plan = plans.get(index);
    Progress part = new PartProgress(progress, "%d/%d".formatted(index + 1, points.size()), warned);
    try (Search search =
        Search.open(plan, directory(index).root(), part, conditions.device(plan), store)) {
      search.begin();
      return found(index, search.runPoint());
    } catch (OutOfReachException none) {
      return without(index, Status.OUT_OF_REACH, String.valueOf(none.getMessage()));
    } catch (PlanValueException unfit) {
      return refused(index, unfit);
    } catch (FileSystemException failure) {
      String kind = failure.getClass().getSimpleName();
      return without(index, Status.FAILED, "%s: %s".formatted(kind, failure.getMessage()));
    } catch (IOException failure) {
      return without(index, Status.FAILED, String.valueOf(failure.getMessage()));
    }
  }

  private Point found(int index, SearchOutcome outcome) throws IOException {
    String outOfReach =
        outcome.outOfReach().stream()
            .map(TargetChoice.OutOfReach::explanation)
            .collect(Collectors.joining("; "));
    if (outcome.report().targets().isEmpty()) {
      return without(index, Status.OUT_OF_REACH, outOfReach);
    }
    FinishedPoint.write(outcome.directory(), PlanReader.write(plans.get(index)), outOfReach);
    return point(
        index, Status.DONE, outOfReach, Optional.of(SweepReport.Results.of(outcome.report())));
  }

  private void write() throws IOException {
    SealedJson.write(directory.sweep(), report());
  }

  @Override
  public void close() {
    store.close();
    owned.close();
  }
}
