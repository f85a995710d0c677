package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small teacher, its library, and children of it. */
final class ChildDistillation implements AutoCloseable {

  static final long SEED = 3;
  static final Layer OWN = TinyModel.LAYER;
  static final Model TEACHER = TinyModel.model(4);
  static final Layer NARROW = new Layer(TinyModel.ATTENTION.withKvHeads(1), new GatedFfn(10));
  static final Layer LINEAR = OWN.with(new LinearAttention());
  static final Replacement TWO_FOR_ONE = new Replacement(new Span(1, 2), List.of(OWN));
  static final Replacement THREE_FOR_TWO =
      new Replacement(new Span(1, 3), List.of(OWN.with(new NoFfn()), OWN));

  static final SearchSpace SPACE =
      new SearchSpace(
          TEACHER,
          SearchSpace.uniform(
                  TEACHER,
                  List.of(NARROW.attention(), new LinearAttention()),
                  List.of(NARROW.ffn(), new NoFfn()))
              .layers(),
          List.of(TWO_FOR_ONE, THREE_FOR_TWO));

  static final Distillation SETTINGS =
      TinyDistillation.settings(
          30, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE, EarlyStop.never(), 5);

  /** Its first layer is the teacher's. */
  static final Child CHILD = Child.of(TEACHER, List.of(OWN, NARROW, LINEAR, NARROW));

  static final Child WITH_SPAN =
      new Child(
          TEACHER, List.of(Replacement.of(0, NARROW), TWO_FOR_ONE, Replacement.of(3, NARROW)));

  final TinyDistillation tiny = new TinyDistillation(SPACE);
  private final Path whole;
  private final Path folder;

  /**
   * Trains the library, or copies it.
   *
   * @param whole where the library is, or will be
   * @param folder of its copies
   */
  ChildDistillation(Path whole, Path folder) throws IOException {
    this.whole = whole;
    this.folder = folder;
    if (!Files.exists(whole)) {
      tiny.distill(whole, SETTINGS, TensorType.F32);
    }
    copy("store");
  }

  /** Copies the library. */
  void copy(String name) throws IOException {
    for (String file : TinyDistillation.files(whole).keySet()) {
      Path copied = folder.resolve(name).resolve(file);
      Files.createDirectories(copied.getParent());
      Files.copy(whole.resolve(file), copied);
    }
  }

  BlockLibrary library(String name) {
    return tiny.library(folder.resolve(name), SETTINGS, TensorType.F32);
  }

  /** What was told of a block. */
  record Trained(int layer, double before, double after) {}

  static ChildDistiller.Listener listener(List<Trained> trained) {
    return new ChildDistiller.Listener() {
      @Override
      public void trained(int layer, double lossBefore, double lossAfter) {
        trained.add(new Trained(layer, lossBefore, lossAfter));
      }

      @Override
      public void lost(LostStep step) {
        throw new AssertionError(step.toString());
      }
    };
  }

  ChildDistiller.Result distill(
      BlockLibrary library, Child child, ActivationStore activations, List<Trained> trained)
      throws IOException {
    return new ChildDistiller(library, tiny.runner, tiny.batches, SETTINGS.settings(), SEED)
        .distill(tiny.memory, activations, child, listener(trained));
  }

  ChildDistiller.Result distill(BlockLibrary library, Child child) throws IOException {
    return distill(library, child, ActivationStore.inMemory(), new ArrayList<>());
  }

  @Override
  public void close() {
    tiny.close();
  }
}
