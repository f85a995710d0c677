package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.train.ActivationBudget;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Evaluator;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplaceOneScorer;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.VariantScore;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.solver.SelectionSolver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A search, stage by stage: distil, score, choose, measure, repair, export. Each stage takes what
 * the ones before it left in the run directory and goes on where it was stopped.
 *
 * <p>Holds native memory until closed. Not for use by several threads at a time.
 */
public final class Search implements AutoCloseable {

  private static final int ROWS_PER_BATCH = 16;

  /** Children are stored as their teachers are published. */
  private static final TensorType STORED = TensorType.BF16;

  private final SearchPlan plan;
  private final RunDirectory directory;
  private final Progress progress;
  private final Workspace workspace;
  private final List<CheckpointExporter> exporters;
  private final String libraryFingerprint;
  private final List<TokenSequence> heldOut;

  private Search(
      SearchPlan plan,
      RunDirectory directory,
      Progress progress,
      Workspace workspace,
      List<CheckpointExporter> exporters)
      throws IOException {
    this.plan = plan;
    this.directory = directory;
    this.progress = progress;
    this.workspace = workspace;
    this.exporters = exporters;
    Fingerprint inputs = new Fingerprint().withCheckpoint(plan.teacher().path());
    if (workspace.texts().readsFiles()) {
      inputs.with("texts", String.join("\n", workspace.texts().contents()));
    }
    this.libraryFingerprint =
        inputs
            .with("precision", PlanReader.tree(plan).path("precision"))
            .with("data", data(plan))
            .with("space", PlanReader.tree(plan).path("space"))
            .with("rank", PlanReader.tree(plan).path("rank"))
            .with("distill", PlanReader.tree(plan).path("distill"))
            .value();
    this.heldOut = heldOut(progress, workspace.texts());
  }

  /**
   * Opens a search, on a GPU where there is one; nothing is computed yet.
   *
   * @param runDirectory made if need be
   * @throws InvalidInputException if plan and teacher do not go together, or if the plan names a
   *     GPU, solver or format that does not exist, a scenario that a target has no prices for, or
   *     formats that can hold no child of this teacher
   */
  public static Search open(SearchPlan plan, Path runDirectory, Progress progress)
      throws IOException {
    return open(plan, runDirectory, progress, ComputeDevice.named(ComputeDevice.AUTO));
  }

  /** The same on a device of choice, see {@link ComputeDevice#named}. */
  public static Search open(
      SearchPlan plan, Path runDirectory, Progress progress, ComputeDevice device)
      throws IOException {
    List<CheckpointExporter> exporters = new ArrayList<>();
    for (String format : plan.export()) {
      exporters.add(Exporters.named(format));
    }
    SelectionSolver.requireBackend(plan.solve().backend());
    RunDirectory directory = RunDirectory.open(runDirectory);
    AtomicFile.writeString(directory.plan(), PlanReader.write(plan));
    Workspace workspace = Workspace.open(plan, directory, device);
    boolean opened = false;
    try {
      new Loadable(workspace.config(), exporters).requireSome(workspace.targets());
      Search search = new Search(plan, directory, progress, workspace, List.copyOf(exporters));
      opened = true;
      return search;
    } finally {
      if (!opened) {
        workspace.close();
      }
    }
  }

  /** What of it text depends on: not where its tokens are kept. */
  private static JsonNode data(SearchPlan plan) {
    ObjectNode data = (ObjectNode) PlanReader.tree(plan).path("data");
    data.remove("cache");
    return data;
  }

  private static List<TokenSequence> heldOut(Progress progress, PlanTexts texts)
      throws IOException {
    if (!texts.readsFiles()) {
      return texts.heldOut();
    }
    try (ProgressTask task = progress.start("read text", 1)) {
      List<TokenSequence> sequences = texts.heldOut();
      texts.warnings().forEach(task::warn);
      task.step(1);
      return sequences;
    }
  }

  /** The plan. */
  public SearchPlan plan() {
    return plan;
  }

  /** Where everything is kept. */
  public RunDirectory directory() {
    return directory;
  }

  /** The teacher's shape. */
  public Architecture teacher() {
    return workspace.checkpoint().architecture();
  }

  /** The variants of the plan, for each layer of this teacher. */
  public LayerSpaces space() {
    return workspace.spaces();
  }

  /** Trains all variants that the library lacks. */
  public BlockLibrary distill() throws IOException {
    BlockLibrary library = library();
    new Distilling(plan, workspace, progress, STORED)
        .run(library, directory.activations(libraryFingerprint));
    return library;
  }

  /** Scores all variants that have no score yet; needs the library. */
  public ScoreTable score() throws IOException {
    String fingerprint =
        new Fingerprint()
            .with("library", libraryFingerprint)
            .with("sequences", Integer.toString(plan.score().sequences()))
            .value();
    ScoreStore store = new ScoreStore(directory.scores(fingerprint));
    List<TokenBatch> batches =
        workspace.batches(
            workspace.texts().validation(plan.score().sequences()),
            Math.min(ROWS_PER_BATCH, plan.score().sequences()));
    int layers = teacher().blocks().size();
    long missing = 0;
    for (int layer = 0; layer < layers; layer++) {
      missing += store.has(layer) ? 0 : space().layer(layer).blocks().size();
    }
    ActivationBudget budget = plan.activations().budget();
    try (ProgressTask task = progress.start("score", missing);
        ActivationStore activations =
            budget.open(directory.activations(fingerprint), workspace.config(), batches)) {
      new ReplaceOneScorer(
              space(),
              teacher(),
              workspace.checkpoint(),
              workspace.runner(),
              library(),
              budget.memoryBytes())
          .score(
              workspace.memory(),
              batches,
              activations,
              layer -> !store.has(layer),
              new ReplaceOneScorer.Listener() {
                @Override
                public void scored(VariantScore score) {
                  task.step(1);
                  task.note("L%d %s".formatted(score.layer(), score.variant()));
                }

                @Override
                public void layerDone(int layer, List<VariantScore> scores) throws IOException {
                  store.write(layer, scores);
                }
              });
    }
    return store.table(layers);
  }

  /** The library as it is on disk. */
  public BlockLibrary library() {
    return new BlockLibrary(directory.library(libraryFingerprint));
  }

  /** Chooses a child for each target of the plan, in its order. */
  public List<TargetChoice> choose(ScoreTable scores) throws IOException {
    Metric metric =
        switch (plan.score().metric()) {
          case KL -> Metric.KL_DIVERGENCE;
          case LM_LOSS -> Metric.LM_LOSS;
        };
    TargetSelector selector =
        new TargetSelector(
            teacher(),
            new TargetProblem(workspace.config(), scores, metric, exporters),
            plan.solve(),
            plan.baselines(),
            plan.data().seed());
    List<TargetChoice> choices = new ArrayList<>();
    List<PricedTarget> targets = workspace.targets();
    try (ProgressTask task = progress.start("solve", targets.size())) {
      for (int i = 0; i < targets.size(); i++) {
        choices.add(selector.choose(name(i), targets.get(i)));
        task.step(1);
      }
    }
    return List.copyOf(choices);
  }

  /** The GPU's name; with its place in the plan where a plan has a GPU twice. */
  private String name(int index) {
    String gpu = plan.targets().get(index).gpuName();
    long same = plan.targets().stream().filter(target -> target.gpuName().equals(gpu)).count();
    String plain = gpu.replaceAll("[^A-Za-z0-9._-]", "_");
    return same == 1 ? plain : "%d-%s".formatted(index + 1, plain);
  }

  /** Measures the teacher on held-out text. */
  public Evaluation measureTeacher() throws IOException {
    return measure(workspace.teacher());
  }

  /** Assembles a child from the library and measures it on held-out text, as it is. */
  public Evaluation measure(List<BlockVariant> blocks) throws IOException {
    Architecture child = new Architecture(workspace.config(), blocks);
    return measure(child, library().child(workspace.checkpoint(), teacher(), child));
  }

  /** Measures a child with these weights on held-out text. */
  public Evaluation measure(Architecture child, TensorSource tensors) throws IOException {
    try (LanguageModel model = workspace.load(child, tensors)) {
      return measure(model);
    }
  }

  private Evaluation measure(LanguageModel model) throws IOException {
    return new Evaluator(ROWS_PER_BATCH)
        .evaluate(workspace.memory(), model, Optional.of(workspace.teacher()), heldOut, rows -> {});
  }

  /**
   * Repairs a child by global distillation; a repair that an earlier run finished is read back.
   *
   * @param name of the target, for the folder
   */
  public TensorSource repair(String name, Architecture child) throws IOException {
    return new Repair(plan, workspace, directory, progress, STORED)
        .run(name, child, library(), libraryFingerprint);
  }

  /** Writes a child in all formats of the plan, below the target's folder. */
  public List<ExportSummary> export(String name, Architecture child, TensorSource tensors)
      throws IOException {
    List<ExportSummary> summaries = new ArrayList<>();
    try (ProgressTask task = progress.start("export " + name, exporters.size())) {
      for (CheckpointExporter exporter : exporters) {
        task.note(exporter.name());
        summaries.add(
            exporter.export(
                new ChildModel(child, tensors, plan.teacher().path()),
                directory.target(name).resolve(exporter.name())));
        task.step(1);
      }
    }
    return List.copyOf(summaries);
  }

  /** All stages, and the report. */
  public SearchOutcome run() throws IOException {
    return new WholeSearch(this, progress).run();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
