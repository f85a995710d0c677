package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The tasks that fill the library for a search space: for each layer the ranking of its channels,
 * and its trainings in the order in which they can run.
 */
public final class LibraryPlan {

  private final SearchSpace space;
  private final LibraryInputs inputs;
  private final Distillation distillation;
  private final TaskStore store;
  private final List<List<Train>> trainings = new ArrayList<>();
  private final Map<Replacement, Train> byReplacement = new HashMap<>();

  /** The tasks of a library; only computes their keys. */
  public LibraryPlan(
      SearchSpace space, LibraryInputs inputs, Distillation distillation, TaskStore store) {
    this.space = space;
    this.inputs = inputs;
    this.distillation = distillation;
    this.store = store;
    for (int layer = 0; layer < space.layers().size(); layer++) {
      List<Train> ofLayer = of(layer);
      trainings.add(ofLayer);
      for (Train training : ofLayer) {
        training.replacements().forEach(one -> byReplacement.put(one, training));
      }
    }
  }

  /** The teacher whose layers are replaced. */
  public Model teacher() {
    return space.teacher();
  }

  /** What all tasks depend on. */
  LibraryInputs inputs() {
    return inputs;
  }

  /** The replacements that the library is for. */
  public SearchSpace space() {
    return space;
  }

  /** The ranking of a layer's channels; empty if no task needs it. */
  public Optional<RankChannels> ranking(int layer) {
    LayerOptions options = space.layer(layer);
    boolean used =
        !options.otherFfn().isEmpty()
            || space.wider().stream()
                .anyMatch(one -> one.span().last() == layer && picksChannels(one));
    return used && SubblockTensors.of(options.own().ffn()).hasChannels()
        ? Optional.of(new RankChannels(inputs, layer))
        : Optional.empty();
  }

  /** Whether some FFN of a replacement begins with a part of the channels of its last layer. */
  private boolean picksChannels(Replacement replacement) {
    Ffn own = teacher().layers().get(replacement.span().last()).ffn();
    return replacement.instead().stream()
        .map(Layer::ffn)
        .anyMatch(ffn -> !ffn.equals(own) && SubblockTensors.of(ffn).hasChannels());
  }

  /** The trainings whose span ends at a layer, in the order in which they can run. */
  public List<Train> trainings(int layer) {
    return trainings.get(layer);
  }

  /** All tasks: of each layer the ranking, then the trainings. */
  public List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (int layer = 0; layer < trainings.size(); layer++) {
      ranking(layer).ifPresent(tasks::add);
      tasks.addAll(trainings(layer));
    }
    return tasks;
  }

  /** All trainings. */
  public List<Train> trainings() {
    return trainings.stream().flatMap(List::stream).toList();
  }

  /** The training of exactly this replacement. */
  public Optional<Train> training(Replacement replacement) {
    return Optional.ofNullable(byReplacement.get(replacement));
  }

  /** Keys of the tasks from whose results the weights of a replacement come, in order. */
  public List<String> reads(Replacement replacement) {
    return sources(replacement).stream().map(train -> store.key(train).digest()).toList();
  }

  /** The trainings from which the weights of a replacement come; none for the teacher's own. */
  public List<Train> sources(Replacement replacement) {
    Optional<Train> whole = training(replacement);
    List<Train> sources = new ArrayList<>();
    if (replacement.span().length() == 1) {
      alone(replacement).forEach(one -> training(one).ifPresent(sources::add));
    }
    whole.filter(train -> !sources.contains(train)).ifPresent(sources::add);
    return sources;
  }

  /** Splits a replacement of one layer into one of its attention and one of its FFN. */
  private List<Replacement> alone(Replacement replacement) {
    int layer = replacement.span().first();
    return List.of(attentionAlone(layer, replacement), ffnAlone(layer, replacement));
  }

  Replacement attentionAlone(int layer, Replacement replacement) {
    Layer own = teacher().layers().get(layer);
    return Replacement.of(layer, own.with(replacement.instead().getFirst().attention()));
  }

  Replacement ffnAlone(int layer, Replacement replacement) {
    Layer own = teacher().layers().get(layer);
    return Replacement.of(layer, own.with(replacement.instead().getFirst().ffn()));
  }

  private List<Train> of(int layer) {
    LayerOptions options = space.layer(layer);
    Layer own = options.own();
    List<Train> all = new ArrayList<>();
    Distillation.Form form = distillation.form();
    for (List<Attention> together : form.groups(options.otherAttention(), own.attention())) {
      all.add(train(layer, together, own::with, TrainedPart.ATTENTION, List.of()));
    }
    List<String> ranked =
        ranking(layer).map(task -> List.of(store.key(task).digest())).orElse(List.of());
    for (List<Ffn> together : form.groups(options.otherFfn(), own.ffn())) {
      all.add(train(layer, together, own::with, TrainedPart.FFN, ranked));
    }
    if (distillation.pairing() == Distillation.Pairing.COUPLED) {
      Map<Replacement, String> keys = new HashMap<>();
      for (Train train : all) {
        train.replacements().forEach(one -> keys.put(one, store.key(train).digest()));
      }
      for (Attention attention : options.otherAttention()) {
        for (Ffn ffn : options.otherFfn()) {
          Replacement pair = Replacement.of(layer, new Layer(attention, ffn));
          List<String> reads = alone(pair).stream().map(keys::get).toList();
          all.add(train(List.of(pair), TrainedPart.BLOCK, reads));
        }
      }
    }
    space.wider().stream()
        .filter(one -> one.span().last() == layer)
        .forEach(one ->
            all.add(
                train(List.of(one), TrainedPart.BLOCK, picksChannels(one) ? ranked : List.of())));
    return List.copyOf(all);
  }

  private <S> Train train(
      int layer, List<S> subblocks, Function<S, Layer> with, TrainedPart part, List<String> reads) {
    return train(
        subblocks.stream().map(one -> Replacement.of(layer, with.apply(one))).toList(),
        part,
        reads);
  }

  private Train train(List<Replacement> replacements, TrainedPart part, List<String> reads) {
    return new Train(
        inputs, replacements, part, distillation.settings(), distillation.seed(), reads);
  }
}
