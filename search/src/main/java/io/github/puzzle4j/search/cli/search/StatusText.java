package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.progress.DurationText;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.TextTable;
import io.github.puzzle4j.search.run.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What a run has and lacks, as text and as JSON. */
final class StatusText {

  private StatusText() {}

  static String holder(Optional<String> holder) {
    return holder.map(process -> "in use by " + process).orElse("nobody works in it");
  }

  static String of(Path run, RunStatus status, Optional<List<StageTime>> left) {
    List<String> lines = new ArrayList<>();
    lines.add("%s: %s".formatted(run, holder(status.holder())));
    TextTable table = new TextTable("stage|done|missing");
    status
        .stages()
        .forEach(stage -> table.row(stage.name(), stage.done(), stage.total() - stage.done()));
    lines.add(table.toString());
    for (RunStatus.Stage stage : status.stages()) {
      stage
          .reasons()
          .forEach((why, count) -> lines.add("%s: %d: %s".formatted(stage.name(), count, why)));
    }
    lines.add(
        "in the store: "
            + status.kept().entrySet().stream()
                .map(kind ->
                    "%s %d"
                        .formatted(kind.getKey().name().toLowerCase(Locale.ROOT), kind.getValue()))
                .collect(Collectors.joining(", ")));
    if (status.unfinished() > 0) {
      lines.add(
          "%d trainings were stopped and go on from their states".formatted(status.unfinished()));
    }
    lines.add("report: %d of %d targets".formatted(status.reported(), status.targets()));
    left.ifPresent(stages -> lines.add(left(stages)));
    if (status.isFinished()) {
      lines.add("Finished.");
    } else if (status.holder().isEmpty()) {
      lines.add("'puzzle4j search %s/plan.yaml --out %s' goes on.".formatted(run, run));
    }
    return String.join("\n", lines);
  }

  private static Duration total(List<StageTime> stages) {
    return stages.stream().map(StageTime::duration).reduce(Duration.ZERO, Duration::plus);
  }

  private static String left(List<StageTime> stages) {
    String parts =
        stages.stream()
            .map(stage -> stage.stage() + " " + DurationText.of(stage.duration()))
            .collect(Collectors.joining(", "));
    return "about %s left at most, if nothing else runs here (%s)"
        .formatted(DurationText.of(total(stages)), parts);
  }

  static ObjectNode json(RunStatus status, Optional<List<StageTime>> left) {
    ObjectNode json = Json.mapper().createObjectNode();
    status.holder().ifPresent(process -> json.put("in_use_by", process));
    ObjectNode stages = json.putObject("stages");
    for (RunStatus.Stage stage : status.stages()) {
      ObjectNode node = stages.putObject(stage.name());
      node.put("done", stage.done());
      node.put("missing", stage.total() - stage.done());
      ObjectNode reasons = node.putObject("reasons");
      stage.reasons().forEach(reasons::put);
    }
    ObjectNode kept = json.putObject("in_store");
    status.kept().forEach((kind, count) -> kept.put(kind.name().toLowerCase(Locale.ROOT), count));
    json.put("unfinished_trainings", status.unfinished());
    json.put("targets", status.targets());
    json.put("reported_targets", status.reported());
    json.put("finished", status.isFinished());
    left.ifPresent(times -> {
      ObjectNode seconds = json.putObject("seconds_left");
      times.forEach(stage -> seconds.put(stage.stage(), stage.duration().toMillis() / 1e3));
      json.put("total_seconds_left", total(times).toMillis() / 1e3);
    });
    return json;
  }
}
