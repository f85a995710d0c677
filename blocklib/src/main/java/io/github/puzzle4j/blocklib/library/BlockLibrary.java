package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.library.TrainingStatistics.Weights;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LossCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The weights of all replacements of a search space: results of trainings in a store, and the
 * teacher's tensors where they are kept.
 *
 * <p>Where attention and FFN of a layer were trained separately, its weights are composed of both.
 * A narrower FFN may be a slice of a wider one, or of the teacher's.
 */
public final class BlockLibrary {

  /** Opens the teacher's tensors, by Hugging Face names, when they are first needed. */
  @FunctionalInterface
  public interface TeacherTensors {
    TensorSource open() throws IOException;
  }

  private final LibraryPlan plan;
  private final TeacherTensors teacher;
  private final TaskStore store;

  /**
   * A library.
   *
   * @param teacher opens the teacher's tensors
   * @param store of the results
   */
  public BlockLibrary(LibraryPlan plan, TeacherTensors teacher, TaskStore store) {
    this.plan = plan;
    this.teacher = teacher;
    this.store = store;
  }

  /** The tasks that fill the library. */
  public LibraryPlan plan() {
    return plan;
  }

  TensorSource teacher() throws IOException {
    return teacher.open();
  }

  TaskStore store() {
    return store;
  }

  /** Whether all channels are ranked and all trainings have ended. */
  public boolean isComplete() throws IOException {
    for (Task task : plan.tasks()) {
      if (store.find(task).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The statistics of a training that has ended. */
  public Optional<List<TrainingStatistics>> statistics(Train training) throws IOException {
    Optional<StoredResult> result = store.find(training);
    return result.isEmpty()
        ? Optional.empty()
        : Optional.of(result.get().value(Train.Result.class).replacements());
  }

  /** The losses of a training that has ended; empty where it had no steps. */
  public Optional<LossCurve> losses(Train training) throws IOException {
    Optional<StoredResult> result = store.find(training);
    return result.isEmpty() ? Optional.empty() : LossCurve.of(result.get().value());
  }

  /**
   * The statistics of all trainings.
   *
   * @throws InvalidInputException if one has not ended
   */
  public List<TrainingStatistics> statistics() throws IOException {
    List<TrainingStatistics> all = new ArrayList<>();
    for (Train training : plan.trainings()) {
      all.addAll(
          statistics(training).orElseThrow(() -> missing(training.replacements().getFirst())));
    }
    return all;
  }

  /**
   * Whether the weights of a replacement are composed of a separately trained attention and FFN, or
   * are the teacher's.
   */
  public boolean isComposed(Replacement replacement) throws IOException {
    return replacement.span().length() == 1 && together(replacement).isEmpty();
  }

  /** The joint training of a replacement, if it was better than composing separate ones. */
  private Optional<Train> together(Replacement replacement) throws IOException {
    Optional<Train> training =
        plan.training(replacement).filter(train -> train.part() == TrainedPart.BLOCK);
    if (training.isEmpty()) {
      return Optional.empty();
    }
    return form(training.get(), replacement) == Weights.COMPOSED ? Optional.empty() : training;
  }

  private Weights form(Train training, Replacement replacement) throws IOException {
    return statistics(training).orElseThrow(() -> missing(replacement)).stream()
        .filter(one -> one.replacement().equals(replacement))
        .map(TrainingStatistics::weights)
        .findFirst()
        .orElseThrow(() -> missing(replacement));
  }

  private static InvalidInputException missing(Replacement replacement) {
    return new InvalidInputException(
        "the library has no weights of %s: it was not trained".formatted(replacement.id()));
  }

  /**
   * The tensors of each layer of a replacement, by their suffixes; read from mapped files on
   * access.
   *
   * @throws InvalidInputException if the library lacks the replacement
   */
  List<SequencedMap<String, LibraryTensor>> tensors(Replacement replacement) throws IOException {
    Optional<Train> together = together(replacement);
    if (together.isEmpty()) {
      return List.of(apart(replacement));
    }
    List<SequencedMap<String, LibraryTensor>> layers = new ArrayList<>();
    for (int position = 0; position < replacement.instead().size(); position++) {
      layers.add(stored(together.get(), replacement, position));
    }
    return layers;
  }

  private SequencedMap<String, LibraryTensor> stored(
      Train training, Replacement replacement, int position) throws IOException {
    Layer layer = replacement.instead().get(position);
    return LibraryTensor.stored(
        weightsFile(training, replacement),
        LibraryTensor.prefix(replacement, position),
        layer.tensors(hidden()),
        plan.inputs().stored());
  }

  private Path weightsFile(Train training, Replacement replacement) throws IOException {
    return store.find(training).orElseThrow(() -> missing(replacement)).file(LibraryTensor.FILE);
  }

  /** The tensors of one layer composed of separately trained subblocks. */
  private SequencedMap<String, LibraryTensor> apart(Replacement replacement) throws IOException {
    int layer = replacement.span().first();
    Layer own = plan.teacher().layers().get(layer);
    Layer wanted = replacement.instead().getFirst();
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    if (wanted.attention().equals(own.attention())) {
      tensors.putAll(own(layer, own.attention().tensors(hidden())));
    } else if (!wanted.attention().tensors(hidden()).isEmpty()) {
      Replacement alone = plan.attentionAlone(layer, replacement);
      Train training = plan.training(alone).orElseThrow(() -> missing(alone));
      tensors.putAll(
          LibraryTensor.stored(
              weightsFile(training, alone),
              LibraryTensor.prefix(alone, 0),
              wanted.attention().tensors(hidden()),
              plan.inputs().stored()));
    }
    if (wanted.ffn().equals(own.ffn())) {
      tensors.putAll(own(layer, own.ffn().tensors(hidden())));
    } else if (!wanted.ffn().tensors(hidden()).isEmpty()) {
      tensors.putAll(ffn(plan.ffnAlone(layer, replacement)));
    }
    return tensors;
  }

  private SequencedMap<String, LibraryTensor> ffn(Replacement alone) throws IOException {
    int layer = alone.span().first();
    Layer wanted = alone.instead().getFirst();
    Train training = plan.training(alone).orElseThrow(() -> missing(alone));
    SequencedMap<String, List<Long>> shapes = wanted.ffn().tensors(hidden());
    return switch (form(training, alone)) {
      case STORED ->
          LibraryTensor.stored(
              weightsFile(training, alone),
              LibraryTensor.prefix(alone, 0),
              shapes,
              plan.inputs().stored());
      case SLICE_OF_SHARED ->
          LibraryTensor.slices(
              wanted.ffn(),
              LibraryTensor.shared(weightsFile(training, alone), shapes),
              () -> LibraryTensor.ascending(wanted.ffn().channelsPerToken()),
              shapes,
              plan.inputs().stored());
      case SLICE_OF_TEACHER ->
          LibraryTensor.slices(
              wanted.ffn(),
              own(layer, plan.teacher().layers().get(layer).ffn().tensors(hidden())),
              () -> channelOrder(layer),
              shapes,
              plan.inputs().stored());
      case COMPOSED -> throw new InvalidInputException("%s is not composed".formatted(alone.id()));
    };
  }

  private SequencedMap<String, LibraryTensor> own(
      int layer, SequencedMap<String, List<Long>> shapes) throws IOException {
    return LibraryTensor.of(teacher(), layer, shapes);
  }

  /**
   * The channels of a layer of the teacher by descending contribution.
   *
   * @throws InvalidInputException if they are not ranked
   */
  long[] channelOrder(int layer) throws IOException {
    Optional<StoredResult> ranked =
        store.find(
            plan.ranking(layer)
                .orElseThrow(() -> new IllegalArgumentException("no ranking of layer " + layer)));
    return ranked
        .orElseThrow(() ->
            new InvalidInputException("the channels of layer %d are not ranked".formatted(layer)))
        .value(RankChannels.Order.class)
        .checked(plan.teacher().layers().get(layer).ffn().channelsPerToken());
  }

  /**
   * The weights of each layer of a replacement on a device.
   *
   * @throws InvalidInputException if the library lacks the replacement
   */
  public List<BlockWeights> load(DeviceMemory memory, Replacement replacement) throws IOException {
    List<BlockWeights> weights = new ArrayList<>();
    List<SequencedMap<String, LibraryTensor>> layers = tensors(replacement);
    for (int i = 0; i < layers.size(); i++) {
      weights.add(load(memory, replacement.instead().get(i), layers.get(i)));
    }
    return weights;
  }

  /**
   * The weights of one layer, or of one of its subblocks alone, composed of separately trained
   * attention and FFN.
   *
   * @throws InvalidInputException if the library lacks one of them
   */
  public BlockWeights loadApart(DeviceMemory memory, int layer, Layer wanted) throws IOException {
    return load(memory, wanted, apart(Replacement.of(layer, wanted)));
  }

  BlockWeights load(DeviceMemory memory, Layer layer, Map<String, LibraryTensor> tensors)
      throws IOException {
    Map<String, Tensor> loaded = new LinkedHashMap<>();
    for (Map.Entry<String, LibraryTensor> entry : tensors.entrySet()) {
      loaded.put(entry.getKey(), entry.getValue().tensor());
    }
    return BlockWeights.load(memory, hidden(), layer, loaded);
  }

  /**
   * The tensors of a child by their Hugging Face names, each read on access.
   *
   * @throws InvalidInputException if the library lacks a replacement of the child
   */
  public TensorSource child(Child child) throws IOException {
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    int position = 0;
    for (Replacement replacement : child.replacements()) {
      for (Map<String, LibraryTensor> layer : tensors(replacement)) {
        int index = position;
        layer.forEach((suffix, one) -> tensors.put(TensorNames.ofLayer(index, suffix), one));
        position++;
      }
    }
    Model model = child.model();
    tensors.putAll(LibraryTensor.of(teacher(), model.common().tensors()));
    return LibraryTensor.source(tensors);
  }

  private int hidden() {
    return plan.teacher().hiddenSize();
  }
}
