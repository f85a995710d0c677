package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.TaskStore.FileWriter;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.NativeSource;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.BoundaryActivations;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.OutputFit;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TeacherWalk;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.Training;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import io.github.puzzle4j.blocklib.train.VariantTrainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Distils the blocks of a chosen child anew, first to last: the inputs of each are those that the
 * child's earlier blocks give, its target is what the teacher has at that place. The library's
 * blocks were trained on the teacher's own inputs, so that each adds its error to those before it;
 * here later blocks learn to correct earlier ones. One block is trained at a time, as for the
 * library.
 */
public final class ChildDistiller {

  /** Callbacks for progress. */
  public interface Listener {

    /** The replacement that ends at this layer has its weights. */
    void trained(int layer, double lossBefore, double lossAfter);

    /** A step gave NaN or infinity; the training continues without it or ends. */
    void lost(LostStep step);
  }

  /**
   * The weights of a child.
   *
   * @param tensors by Hugging Face names, each read on access
   * @param sources digests of the tasks that produced them
   */
  public record Result(TensorSource tensors, List<String> sources) {

    public Result {
      sources = List.copyOf(sources);
    }
  }

  private final BlockLibrary library;
  private final BlockRunner runner;
  private final List<TokenBatch> batches;
  private final TrainingSettings settings;
  private final long seed;

  /**
   * A distiller.
   *
   * @param library complete
   * @param batches of the library's calibration tokens, the last of them held out as there; without
   *     those that so many steps would not see
   * @param settings of each block's training
   */
  public ChildDistiller(
      BlockLibrary library,
      BlockRunner runner,
      List<TokenBatch> batches,
      TrainingSettings settings,
      long seed) {
    this.library = library;
    this.runner = runner;
    this.batches = List.copyOf(batches);
    this.settings = settings;
    this.seed = seed;
  }

  /**
   * Trains what the store lacks.
   *
   * @param activations keeps those of the teacher and of the child at the current boundary; what it
   *     holds of an earlier run is removed
   * @throws IOException if the library lacks a replacement, or if activations do not fit
   */
  public Result distill(
      DeviceMemory parent, ActivationStore activations, Child child, Listener listener)
      throws IOException {
    List<TrainOnChild> tasks = tasks(child);
    if (areStored(tasks)) {
      for (TrainOnChild task : tasks) {
        report(task, listener);
      }
    } else {
      // Each run begins with the first layer, so that those of a killed one only take room.
      activations.clear();
      try (Walk walk = new Walk(parent, activations, child, tasks, listener)) {
        new TeacherWalk(child.teacher(), library.teacher(), runner)
            .visit(parent, batches, activations, layer -> true, walk::visit);
      }
    }
    return result(child, tasks);
  }

  /** One for each replacement of the child. */
  private List<TrainOnChild> tasks(Child child) throws IOException {
    List<TrainOnChild> tasks = new ArrayList<>();
    List<String> reads = new ArrayList<>();
    for (Replacement replacement : child.replacements()) {
      reads.addAll(library.plan().reads(replacement));
      List<Replacement> beginning = child.replacements().subList(0, tasks.size() + 1);
      tasks.add(new TrainOnChild(library.plan().inputs(), beginning, reads, settings, seed));
    }
    return tasks;
  }

  private boolean areStored(List<TrainOnChild> tasks) throws IOException {
    for (TrainOnChild task : tasks) {
      if (library.store().find(task).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private void report(TrainOnChild task, Listener listener) throws IOException {
    TrainOnChild.Result losses = stored(task).value(TrainOnChild.Result.class);
    listener.trained(task.replacement().span().last(), losses.before(), losses.after());
  }

  private Result result(Child child, List<TrainOnChild> tasks) throws IOException {
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    List<String> sources = new ArrayList<>();
    int position = 0;
    for (TrainOnChild task : tasks) {
      for (Map<String, LibraryTensor> layer : tensors(task)) {
        int index = position;
        layer.forEach((suffix, one) -> tensors.put(TensorNames.ofLayer(index, suffix), one));
        position++;
      }
      sources.add(stored(task).key().digest());
    }
    Model model = child.model();
    tensors.putAll(LibraryTensor.of(library.teacher(), model.common().tensors()));
    return new Result(LibraryTensor.source(tensors), sources);
  }

  private StoredResult stored(TrainOnChild task) throws IOException {
    return library.store().find(task).orElseThrow();
  }

  /** The tensors of each layer of a trained replacement: its own, or the library's. */
  private List<SequencedMap<String, LibraryTensor>> tensors(TrainOnChild task) throws IOException {
    Replacement replacement = task.replacement();
    StoredResult result = stored(task);
    if (!result.value(TrainOnChild.Result.class).improved()) {
      return library.tensors(replacement);
    }
    List<SequencedMap<String, LibraryTensor>> layers = new ArrayList<>();
    for (int position = 0; position < replacement.instead().size(); position++) {
      layers.add(
          LibraryTensor.stored(
              result.file(LibraryTensor.FILE),
              BlockNames.name(position, ""),
              replacement.instead().get(position).tensors(hidden()),
              library.plan().inputs().stored()));
    }
    return layers;
  }

  private int hidden() {
    return library.plan().teacher().hiddenSize();
  }

  /** A walk beside the teacher. */
  private final class Walk implements AutoCloseable {

    private final DeviceMemory parent;
    private final ActivationStore activations;
    private final Child child;
    private final List<TrainOnChild> tasks;
    private final Listener listener;
    private int next;
    private @Nullable BoundaryActivations reached;

    Walk(
        DeviceMemory parent,
        ActivationStore activations,
        Child child,
        List<TrainOnChild> tasks,
        Listener listener) {
      this.parent = parent;
      this.activations = activations;
      this.child = child;
      this.tasks = tasks;
      this.listener = listener;
    }

    void visit(TeacherLayer layer) throws IOException {
      BoundaryActivations inputs = reached == null ? copied(layer) : reached;
      reached = inputs;
      TrainOnChild task = tasks.get(next);
      if (task.replacement().span().last() > layer.index()) {
        return;
      }
      next++;
      if (library.store().find(task).isEmpty()) {
        train(task, layer, inputs);
      }
      report(task, listener);
      reached = next < tasks.size() ? passed(task, layer, inputs) : null;
      inputs.discard();
    }

    private BoundaryActivations copied(TeacherLayer layer) throws IOException {
      return kept(layer, (scope, batch) -> layer.inputs().batch(scope, batch).copy(scope));
    }

    private BoundaryActivations kept(TeacherLayer layer, ActivationStore.Producer producer)
        throws IOException {
      return activations.keep(parent, layer.place() + "-child-" + next, layer.shapes(), producer);
    }

    private BoundaryActivations passed(
        TrainOnChild task, TeacherLayer layer, BoundaryActivations inputs) throws IOException {
      List<BlockWeights> weights = new ArrayList<>();
      List<SequencedMap<String, LibraryTensor>> tensors = tensors(task);
      for (int i = 0; i < tensors.size(); i++) {
        Layer instead = task.replacement().instead().get(i);
        weights.add(library.load(layer.scope(), instead, tensors.get(i)));
      }
      return kept(
          layer,
          (scope, batch) -> {
            DeviceTensor hidden = inputs.batch(scope, batch);
            for (BlockWeights one : weights) {
              hidden = runner.block(one, hidden);
            }
            return hidden;
          });
    }

    private void train(TrainOnChild task, TeacherLayer layer, BoundaryActivations inputs)
        throws IOException {
      if (task.beginning().stream().allMatch(one -> one.keeps(child.teacher()))) {
        // Up to here the child is the teacher.
        library.store().write(task, new TrainOnChild.Result(0, 0, 0));
        return;
      }
      LayerFits fits = new LayerFits(runner, layer, hidden(), task.inputs().fit());
      Training training =
          new Training(
              "%s of the child".formatted(task.replacement().id()),
              task.seed(),
              scope -> BlockNames.prefixed(library.load(scope, task.replacement())),
              // The library's matrices were fitted after their trainings.
              fits.block(task.replacement(), inputs).stream().map(OutputFit::afterwards).toList(),
              List.of(Training.View.whole(fits.pass(task.replacement()))),
              inputs,
              layer.outputs());
      new VariantTrainer(
              layer.scope(),
              library.plan().inputs().stored(),
              library.plan().inputs().validationBatches(),
              new TrainingEvents(library.store(), listener::lost))
          .train(
              training,
              task.settings(),
              library.store().stateFile(task),
              (results, parameters) -> write(task, results.getFirst(), parameters));
    }

    private void write(
        TrainOnChild task,
        VariantTrainer.Result trained,
        SequencedMap<String, DeviceTensor> parameters)
        throws IOException {
      SequencedMap<String, FileWriter> files = new LinkedHashMap<>();
      if (trained.improved()) {
        files.put(
            LibraryTensor.FILE,
            path ->
                SafetensorsWriter.write(
                    path,
                    new NativeSource(Map.of(), parameters, library.plan().inputs().stored())));
      }
      double after = trained.improved() ? trained.after() : trained.before();
      TrainOnChild.Result result =
          new TrainOnChild.Result(trained.before(), after, trained.steps());
      library.store().write(task, trained.losses().beside(result), files);
    }

    @Override
    public void close() {
      if (reached != null) {
        reached.close();
      }
    }
  }
}
