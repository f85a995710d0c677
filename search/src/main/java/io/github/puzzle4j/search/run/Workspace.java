package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.FileDigestMemo;
import io.github.puzzle4j.blocklib.task.OwnedFolder;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.TeacherStates;
import io.github.puzzle4j.scoring.task.Questions;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.StoreLocation;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shared resources of all stages: the teacher, its text, the store. Opening reads no weights
 * and starts no libtorch; both happen when a stage first computes.
 */
final class Workspace implements AutoCloseable {

  private static final int TOKENS_AT_ONCE = 4096;
  private static final int MOST_ROWS_AT_ONCE = 16;
  private static final int KEY_DIGITS = 12;

  private final SearchPlan plan;
  private final RunDirectory directory;
  private final Owned owned;
  private final ModelFolder teacher;
  private final ComputeDevice device;
  private final SearchSpace space;
  private final List<PricedTarget> targets;
  private final PlanTexts texts;
  private @Nullable Questions questions;
  private final TaskStore store;
  private final FileDigestMemo digests;
  private final Map<String, TeacherStates> teacherStates = new HashMap<>();
  private final List<SafetensorsFile> mapped = new ArrayList<>();
  private @Nullable DeviceMemory memory;
  private @Nullable BlockRunner runner;
  private @Nullable LanguageModel teacherModel;

  private Workspace(
      CheckedPlan checked,
      RunDirectory directory,
      Owned owned,
      ComputeDevice device,
      Consumer<String> warnings)
      throws IOException {
    this.plan = checked.plan();
    this.directory = directory;
    this.owned = owned;
    this.device = device;
    this.teacher = checked.teacher();
    this.space = checked.space();
    this.targets = checked.targets();
    this.texts = new PlanTexts(plan, directory.cache(), teacher, warnings);
    this.store = owned.store().store();
    this.digests = store.digests();
  }

  /** The folder of results. */
  static Path store(SearchPlan plan, RunDirectory directory) {
    return switch (plan.store()) {
      case StoreLocation.InRun() -> directory.store();
      case StoreLocation.Folder(Path path) -> path;
    };
  }

  /**
   * Opens everything; closes the plan's teacher when it is closed.
   *
   * @param device that computes
   * @param store where the plan's store comes from
   * @param warnings receives a line for whatever is damaged and made again
   * @throws InvalidInputException if another process works in the run directory or in the store
   */
  static Workspace open(
      CheckedPlan checked,
      RunDirectory directory,
      ComputeDevice device,
      HeldStore.Source store,
      Consumer<String> warnings)
      throws IOException {
    Path folder = store(checked.plan(), directory);
    return open(
        checked, directory, Owned.open(directory, store, folder, warnings), device, warnings);
  }

  /** Opens what a run has, to look at it: nothing is computed, and others may work in it. */
  static Workspace toRead(
      CheckedPlan checked,
      RunDirectory directory,
      ComputeDevice device,
      TaskVersions versions,
      Consumer<String> warnings)
      throws IOException {
    Path folder = store(checked.plan(), directory);
    Owned nothing = new Owned(() -> {}, HeldStore.toRead(versions, warnings).of(folder));
    return open(checked, directory, nothing, device, warnings);
  }

  private static Workspace open(
      CheckedPlan checked,
      RunDirectory directory,
      Owned owned,
      ComputeDevice device,
      Consumer<String> warnings)
      throws IOException {
    boolean opened = false;
    try {
      Workspace workspace = new Workspace(checked, directory, owned, device, warnings);
      opened = true;
      return workspace;
    } finally {
      if (!opened) {
        owned.close();
      }
    }
  }

  /**
   * What this process holds.
   *
   * @param run gives up the run directory
   */
  private record Owned(Runnable run, HeldStore.Part store) implements AutoCloseable {

    static Owned open(
        RunDirectory directory, HeldStore.Source store, Path folder, Consumer<String> warnings)
        throws IOException {
      OwnedFolder run = RunDirectory.own(directory.root(), warnings);
      boolean opened = false;
      try {
        Owned both = new Owned(run::close, store.of(folder));
        opened = true;
        return both;
      } finally {
        if (!opened) {
          run.close();
        }
      }
    }

    @Override
    public void close() {
      store.close();
      run.run();
    }
  }

  Model teacher() {
    return teacher.model();
  }

  ModelFolder folder() {
    return teacher;
  }

  /** The teacher's weights, mapped when they are first asked for. */
  Checkpoint weights() throws IOException {
    return teacher.weights();
  }

  /** The digest of the teacher's shape and weights. */
  String teacherDigest() throws IOException {
    return teacher.weightsDigest(digests);
  }

  /** The digest of the files that accompany the teacher's weights. */
  String companionsDigest() throws IOException {
    return teacher.companionsDigest(digests);
  }

  /** Where a stage keeps activations of this teacher while it runs. */
  Path activations(String stage) throws IOException {
    return directory.activations(
        stage, Digests.of(teacherDigest() + plan.products()).substring(0, KEY_DIGITS));
  }

  TaskStore store() {
    return store;
  }

  /** Native memory of the device. */
  DeviceMemory memory() {
    if (memory == null) {
      memory = device.memory();
    }
    return memory;
  }

  /** What is taken of the GPU's memory; empty on the processor, and where nothing was computed. */
  OptionalLong gpuTakenBytes() {
    return memory == null ? OptionalLong.empty() : device.gpuTakenBytes();
  }

  /** Runs single layers of the teacher or of a child. */
  BlockRunner runner() {
    if (runner == null) {
      runner = new BlockRunner(memory(), teacher().common(), plan.products());
    }
    return runner;
  }

  /** The whole teacher in memory, loaded when it is first asked for. */
  LanguageModel teacherModel() throws IOException {
    if (teacherModel == null) {
      teacherModel = load(teacher(), weights());
    }
    return teacherModel;
  }

  /**
   * The teacher's states on a text, which all models that are measured on it are compared with;
   * those of one text may take half as much memory as activations.
   *
   * @param text its digest
   */
  TeacherStates teacherStates(String text) throws IOException {
    TeacherStates known = teacherStates.get(text);
    if (known == null) {
      known = new TeacherStates(memory(), teacherModel(), plan.activations().memory().bytes() / 2);
      teacherStates.put(text, known);
    }
    return known;
  }

  /** Frees the whole teacher until it is asked for again. */
  void releaseTeacherModel() {
    teacherStates.values().forEach(TeacherStates::close);
    teacherStates.clear();
    if (teacherModel != null) {
      teacherModel.close();
      teacherModel = null;
    }
  }

  /** A model with the teacher's common parts in memory; the caller closes it. */
  LanguageModel load(Model model, TensorSource tensors) throws IOException {
    return LanguageModel.load(memory(), model, tensors, plan.products());
  }

  /** The file, which stays mapped until this is closed. */
  SafetensorsFile keepOpen(SafetensorsFile file) {
    mapped.add(file);
    return file;
  }

  SearchSpace space() {
    return space;
  }

  List<PricedTarget> targets() {
    return targets;
  }

  /** A target of the plan with its prices. */
  PricedTarget priced(Target target) {
    return targets.stream()
        .filter(one -> one.target().equals(target))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such target: " + target));
  }

  PlanTexts texts() {
    return texts;
  }

  /** What models are asked besides; possibly nothing. */
  Questions questions() throws IOException {
    if (questions == null) {
      questions = PlanQuestions.read(plan, teacher);
    }
    return questions;
  }

  /** Sequences that go through a model together when it is scored or measured. */
  int rowsAtOnce() {
    return rowsAtOnce(plan);
  }

  /** Sequences that go through a model together when it is scored or measured. */
  static int rowsAtOnce(SearchPlan plan) {
    return Math.clamp(TOKENS_AT_ONCE / plan.data().sequenceLength(), 1, MOST_ROWS_AT_ONCE);
  }

  /** Says what was noticed while the text of a training was read, and if it is repeated. */
  void warnOfText(ProgressTask shown, int steps, int batches, String key) {
    texts.takeWarnings().forEach(shown::warn);
    if (steps > batches) {
      shown.warn("%d steps repeat %d batches of text (%s)".formatted(steps, batches, key));
    }
  }

  /** All sequences, in batches for scoring and measuring. */
  List<TokenBatch> batches(List<TokenSequence> sequences) {
    int rows = rowsAtOnce();
    List<TokenBatch> batches = new ArrayList<>();
    for (int from = 0; from < sequences.size(); from += rows) {
      int count = Math.min(rows, sequences.size() - from);
      batches.addAll(batches(sequences.subList(from, from + count), count));
    }
    return batches;
  }

  /** Batches of {@code rows} sequences; an incomplete last one is dropped. */
  List<TokenBatch> batches(List<TokenSequence> sequences, int rows) {
    List<TokenBatch> batches = new ArrayList<>();
    for (int from = 0; from + rows <= sequences.size(); from += rows) {
      batches.add(
          TokenBatch.ofAllTokens(
              sequences.subList(from, from + rows).stream().map(TokenSequence::ids).toList(),
              teacher().common().vocabularySize()));
    }
    return batches;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
    mapped.forEach(SafetensorsFile::close);
    teacher.close();
    owned.close();
  }
}
