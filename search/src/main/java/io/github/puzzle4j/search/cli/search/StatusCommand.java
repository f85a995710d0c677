package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.OwnedFolder;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.estimate.Estimator;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.report.SweepReport.Status;
import io.github.puzzle4j.search.report.SweepText;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** What a run has and lacks, also while it is under way. */
@Command(
    name = "status",
    description = "Say what a run has done, what is missing and why, and how long it will take.")
public final class StatusCommand extends AnsweringCommand {

  @Parameters(paramLabel = "RUN", description = "Folder of the run.")
  private Path run;

  @Option(
      names = "--no-estimate",
      description = "Do not measure for a few seconds how long the rest will take.")
  private boolean unmeasured;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected Answer answer(Progress progress) throws IOException {
    RunDirectory directory = new RunDirectory(run);
    if (Files.exists(directory.sweep())) {
      return sweep(directory);
    }
    RunStatus status = RunStatus.of(directory, progress::warn);
    Optional<List<StageTime>> left =
        unmeasured || status.isFinished() ? Optional.empty() : Optional.of(left(status));
    return Answer.success(StatusText.json(status, left), StatusText.of(run, status, left));
  }

  /** Of stages that depend on others all of their time, though some of it may be done. */
  private List<StageTime> left(RunStatus status) throws IOException {
    List<StageTime> left = new ArrayList<>();
    for (StageTime stage :
        Estimator.of(
                status.plan(),
                status.check().space(),
                device.device(device.computing(status.plan().computing()), status.plan().device()))
            .stages()) {
      double share =
          status.stages().stream()
              .filter(known -> known.name().equals(stage.stage()))
              .mapToDouble(RunStatus.Stage::missing)
              .findFirst()
              .orElse(1);
      left.add(
          new StageTime(
              stage.stage(), Duration.ofMillis(Math.round(share * stage.duration().toMillis()))));
    }
    return left;
  }

  private Answer sweep(RunDirectory directory) throws IOException {
    SweepReport sweep = ReportFile.readSweep(directory.sweep());
    Optional<String> holder = OwnedFolder.holder(directory.root());
    ObjectNode json = Json.mapper().createObjectNode();
    holder.ifPresent(process -> json.put("in_use_by", process));
    json.put("points", sweep.points().size());
    List<String> counts = new ArrayList<>();
    for (Status status : Status.values()) {
      String name = status.name().toLowerCase(Locale.ROOT);
      json.put(name, sweep.count(status));
      if (sweep.count(status) > 0) {
        counts.add("%d %s".formatted(sweep.count(status), name.replace('_', ' ')));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("%s: %s".formatted(run, StatusText.holder(holder)));
    lines.add("points: " + String.join(", ", counts));
    for (SweepReport.Point point : sweep.points()) {
      Path folder = directory.point(point.name()).root();
      if (point.status() == Status.MISSING && OwnedFolder.holder(folder).isPresent()) {
        json.put("under_way", point.name());
        lines.add("under way: %s ('puzzle4j status %s' says more)".formatted(point.name(), folder));
      }
    }
    lines.add(SweepText.of(sweep));
    return Answer.success(json, String.join("\n", lines));
  }
}
