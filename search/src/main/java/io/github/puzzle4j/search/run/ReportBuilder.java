package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.TrainingStatistics;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.Estimate;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds the report of a whole search. */
final class ReportBuilder {

  private static final int BYTES_PER_KV_ELEMENT = 2;

  private final Search search;
  private final ScoreTable scores;
  private final BlockLibrary library;
  private final List<TargetChoice> choices;

  ReportBuilder(
      Search search, ScoreTable scores, BlockLibrary library, List<TargetChoice> choices) {
    this.search = search;
    this.scores = scores;
    this.library = library;
    this.choices = choices;
  }

  ScoreTable scores() {
    return scores;
  }

  ReportData build(List<TargetReport> targets, List<StageTime> stages) throws IOException {
    return new ReportData(
        ReportData.SCHEMA,
        title(),
        facts(),
        teacher(),
        targets,
        search.scoring().orElseThrow(() -> new IllegalStateException("nothing is scored")),
        scores.all().stream()
            .map(score ->
                new ReportData.VariantScore(
                    score.layer(),
                    name(score.replacement(), score.variant()),
                    estimate(loss(score))))
            .toList(),
        library.statistics().stream().map(ReportBuilder::distilled).toList(),
        stages,
        search.estimated().map(PlanEstimate::stages).orElseGet(List::of),
        List.of(
            new TargetReport.Command(
                "repeat this search",
                ShellCommand.of("puzzle4j", "search", search.directory().plan(), "--out", "RUN"))),
        search.tasks());
  }

  private String title() {
    Path name = search.directory().root().toAbsolutePath().normalize().getFileName();
    return name == null ? "search" : name.toString();
  }

  private ReportData.Teacher teacher() {
    Path name = search.plan().teacher().path().getFileName();
    return ReportData.Teacher.of(
        name == null ? "teacher" : name.toString(),
        search.teacher(),
        BYTES_PER_KV_ELEMENT * search.teacher().cachedElementsPerToken());
  }

  private List<ReportData.Fact> facts() throws IOException {
    String version = Search.class.getPackage().getImplementationVersion();
    List<ReportData.Fact> facts = new ArrayList<>();
    facts.add(new ReportData.Fact("puzzle4j", version == null ? "from classes" : version));
    facts.add(
        new ReportData.Fact(
            "Java",
            Runtime.version()
                + ", "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")));
    facts.add(
        new ReportData.Fact(
            "Processors", Integer.toString(Runtime.getRuntime().availableProcessors())));
    facts.add(new ReportData.Fact("Plan", search.directory().plan().toString()));
    facts.add(
        new ReportData.Fact(
            "Seeds",
            "data %d, distill %d, uptrain %d"
                .formatted(
                    search.plan().data().seed(),
                    search.plan().distill().seed(),
                    search.plan().uptrain().seed())));
    for (UsedText text : search.recordTexts()) {
      facts.add(
          new ReportData.Fact(
              "Text for " + text.part(),
              "%s: %d sequences, SHA-256 %s; each in %s"
                  .formatted(
                      text.source(),
                      text.rows().size(),
                      text.digest(),
                      search.directory().texts().getFileName())));
    }
    for (TargetChoice choice : choices) {
      facts.add(
          switch (choice) {
            case TargetChoice.Chosen chosen ->
                new ReportData.Fact("Costs of " + chosen.name(), chosen.costs().provenance());
            case TargetChoice.OutOfReach none ->
                new ReportData.Fact("Out of reach", none.explanation());
          });
    }
    return facts;
  }

  private static ReportData.DistilledVariant distilled(TrainingStatistics statistics) {
    String name =
        statistics.part().id() + " " + name(statistics.replacement(), statistics.variant());
    return new ReportData.DistilledVariant(
        statistics.layer(), name, statistics.lossBefore(), statistics.lossAfter());
  }

  /** Adds a span's layers, since a variant of its first layer may have the same name. */
  static String name(Replacement replacement, String variant) {
    return replacement.span().length() == 1 ? variant : replacement.span() + "/" + variant;
  }

  /** What the solver minimises the sum of. */
  private Score loss(ReplacementScore score) {
    Replacement own = Replacement.of(score.layer(), search.teacher().layers().get(score.layer()));
    return search.plan().score().metric().of(score, scores.score(own)).score();
  }

  private static Estimate estimate(Score score) {
    return new Estimate(score.mean(), score.standardError());
  }
}
