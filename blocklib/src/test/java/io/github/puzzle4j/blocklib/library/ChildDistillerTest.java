package io.github.puzzle4j.blocklib.library;

import static io.github.puzzle4j.blocklib.library.ChildDistillation.CHILD;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.NARROW;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.OWN;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.TEACHER;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.THREE_FOR_TWO;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.WITH_SPAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TensorReference;
import io.github.puzzle4j.blocklib.train.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildDistillerTest {

  @TempDir static Path shared;

  @TempDir Path folder;

  private ChildDistillation children;

  @BeforeEach
  void open() throws IOException {
    children = new ChildDistillation(shared.resolve("library"), folder);
  }

  @AfterEach
  void free() {
    children.close();
  }

  /** Held-out losses behind each replacement, from whole models. */
  private List<Double> losses(Child child, TensorSource tensors) throws IOException {
    List<Double> losses = new ArrayList<>();
    try (DeviceMemory scope = children.tiny.memory.newScope();
        LanguageModel teacher =
            LanguageModel.load(scope, TEACHER, children.tiny.teacher, Precision.FLOAT32);
        LanguageModel model =
            LanguageModel.load(scope, child.model(), tensors, Precision.FLOAT32)) {
      child.replacements().forEach(one -> losses.add(0.0));
      int batches = children.tiny.batches.size();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor ours = teacher.embed(children.tiny.batches.get(batch).ids(scope));
        DeviceTensor theirs = ours;
        int block = 0;
        for (int i = 0; i < losses.size(); i++) {
          Replacement replacement = child.replacements().get(i);
          for (int layer = replacement.span().first();
              layer <= replacement.span().last();
              layer++) {
            theirs = children.tiny.runner.block(teacher.blocks().get(layer), theirs);
          }
          for (int position = 0; position < replacement.instead().size(); position++) {
            ours = children.tiny.runner.block(model.blocks().get(block), ours);
            block++;
          }
          double loss = TensorReference.blockLoss(ours, theirs).toFloat();
          losses.set(i, losses.get(i) + loss / TinyDistillation.VALIDATION);
        }
      }
    }
    return losses;
  }

  /** Mean KL from the teacher on the held-out batches. */
  private double divergence(Child child, TensorSource tensors) throws IOException {
    double sum = 0;
    int tokens = 0;
    int vocabulary = TEACHER.common().vocabularySize();
    try (DeviceMemory scope = children.tiny.memory.newScope();
        LanguageModel teacher =
            LanguageModel.load(scope, TEACHER, children.tiny.teacher, Precision.FLOAT32);
        LanguageModel model =
            LanguageModel.load(scope, child.model(), tensors, Precision.FLOAT32)) {
      int batches = children.tiny.batches.size();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor ids = children.tiny.batches.get(batch).ids(scope);
        float[] ours = model.forward(ids).toFloats();
        float[] theirs = teacher.forward(ids).toFloats();
        for (int from = 0; from < ours.length; from += vocabulary) {
          sum += divergence(theirs, ours, from, vocabulary);
          tokens++;
        }
      }
    }
    return sum / tokens;
  }

  private static double divergence(float[] theirs, float[] ours, int from, int count) {
    double sumTheirs = 0;
    double sumOurs = 0;
    for (int i = from; i < from + count; i++) {
      sumTheirs += Math.exp(theirs[i]);
      sumOurs += Math.exp(ours[i]);
    }
    double divergence = 0;
    for (int i = from; i < from + count; i++) {
      double logTheirs = theirs[i] - Math.log(sumTheirs);
      divergence += Math.exp(logTheirs) * (logTheirs - ours[i] + Math.log(sumOurs));
    }
    return divergence;
  }

  @Test
  void blocksLearnToCorrectEarlierOnes() throws IOException {
    for (Child child : List.of(CHILD, WITH_SPAN)) {
      BlockLibrary library = children.library("store");
      List<ChildDistillation.Trained> trained = new ArrayList<>();

      ChildDistiller.Result result =
          children.distill(library, child, ActivationStore.inMemory(), trained);

      assertThat(trained)
          .extracting(ChildDistillation.Trained::layer)
          .containsExactlyElementsOf(
              child.replacements().stream().map(one -> one.span().last()).toList());
      List<Double> assembled = losses(child, library.child(child));
      List<Double> adapted = losses(child, result.tensors());
      for (int i = 0; i < trained.size(); i++) {
        assertThat(trained.get(i).after()).isLessThanOrEqualTo(trained.get(i).before());
        assertThat(trained.get(i).after())
            .as("what was told of %s", child.replacements().get(i).id())
            .isCloseTo(adapted.get(i), within(1e-5));
        assertThat(adapted.get(i)).isLessThanOrEqualTo(assembled.get(i) + 1e-6);
      }
      assertThat(adapted.getLast()).isLessThan(0.9 * assembled.getLast());
      assertThat(divergence(child, result.tensors()))
          .isLessThan(0.95 * divergence(child, library.child(child)));

      List<ChildDistillation.Trained> again = new ArrayList<>();
      children.distill(library, child, ActivationStore.inMemory(), again);
      assertThat(again).as("what is told of stored results").isEqualTo(trained);
    }
  }

  @Test
  void aChildHasAllItsTensorsAndAReplacementTheDigestOfItsTask() throws IOException {
    for (Child child :
        List.of(
            CHILD,
            WITH_SPAN,
            new Child(TEACHER, List.of(Replacement.of(0, NARROW), THREE_FOR_TWO)))) {
      ChildDistiller.Result result = children.distill(children.library("store"), child);

      assertThat(result.tensors().names())
          .containsExactlyInAnyOrderElementsOf(child.model().tensors().keySet());
      for (Map.Entry<String, List<Long>> tensor : child.model().tensors().entrySet()) {
        assertThat(result.tensors().tensor(tensor.getKey()).spec().shape())
            .isEqualTo(tensor.getValue());
      }
      assertThat(result.sources()).hasSameSizeAs(child.replacements()).doesNotHaveDuplicates();
    }
  }

  @Test
  void blocksBeforeTheFirstReplacementAreTheTeachers() throws IOException {
    Child late = Child.of(TEACHER, List.of(OWN, OWN, NARROW, OWN));

    TensorSource tensors = children.distill(children.library("store"), late).tensors();

    List<String> changed = new ArrayList<>();
    for (int layer : List.of(0, 1, 3)) {
      for (String suffix : OWN.tensors(TinyModel.HIDDEN).keySet()) {
        String name = "model.layers.%d.%s".formatted(layer, suffix);
        if (!Arrays.equals(
            tensors.tensor(name).toFloats(), children.tiny.teacher.tensor(name).toFloats())) {
          changed.add(name);
        }
      }
    }
    assertThat(changed).isNotEmpty().allMatch(name -> name.startsWith("model.layers.3."));
    for (String name : TEACHER.common().tensors().keySet()) {
      assertThat(tensors.tensor(name).toFloats())
          .isEqualTo(children.tiny.teacher.tensor(name).toFloats());
    }
  }

  @Test
  void theTeacherItselfIsLeftAlone() throws IOException {
    List<ChildDistillation.Trained> trained = new ArrayList<>();
    TensorSource tensors =
        children
            .distill(
                children.library("store"),
                Child.unchanged(TEACHER),
                ActivationStore.inMemory(),
                trained)
            .tensors();

    for (String name : TEACHER.tensors().keySet()) {
      assertThat(tensors.tensor(name).toFloats())
          .isEqualTo(children.tiny.teacher.tensor(name).toFloats());
    }
    assertThat(trained)
        .containsExactly(
            new ChildDistillation.Trained(0, 0, 0),
            new ChildDistillation.Trained(1, 0, 0),
            new ChildDistillation.Trained(2, 0, 0),
            new ChildDistillation.Trained(3, 0, 0));
  }

  @Test
  void theSameAgainComputesNothing() throws IOException {
    List<ChildDistillation.Trained> first = new ArrayList<>();
    children.distill(children.library("store"), CHILD, ActivationStore.inMemory(), first);
    Map<String, String> before = TinyDistillation.files(folder.resolve("store"));
    BlockLibrary again = children.library("store");

    children.distill(
        again, CHILD, new KillingStore(ActivationStore.inMemory(), 0), new ArrayList<>());

    assertThat(again.store().counts().computed()).containsEntry(Task.Kind.ADAPT, 0);
    assertThat(again.store().counts().reused()).containsEntry(Task.Kind.ADAPT, 4);
    assertThat(TinyDistillation.files(folder.resolve("store"))).isEqualTo(before);
  }

  /** The first two blocks are alike; what follows them differs. */
  @Test
  void childrenThatBeginAlikeShareTheirBeginning() throws IOException {
    Child other = Child.of(TEACHER, List.of(OWN, NARROW, NARROW, NARROW));
    ChildDistiller.Result first = children.distill(children.library("store"), CHILD);
    BlockLibrary library = children.library("store");

    ChildDistiller.Result second = children.distill(library, other);

    TaskCounts counts = library.store().counts();
    assertThat(counts.computed()).containsEntry(Task.Kind.ADAPT, 2);
    assertThat(counts.reused()).containsEntry(Task.Kind.ADAPT, 2);
    assertThat(second.sources().subList(0, 2)).isEqualTo(first.sources().subList(0, 2));
    assertThat(second.sources().subList(2, 4)).doesNotContainAnyElementsOf(first.sources());
    children.copy("alone");
    TensorSource alone = children.distill(children.library("alone"), other).tensors();
    for (String name : other.model().tensors().keySet()) {
      assertThat(second.tensors().tensor(name).toFloats())
          .as(name)
          .isEqualTo(alone.tensor(name).toFloats());
    }
  }

  @Test
  void nothingStaysInMemory() throws IOException {
    int before = children.tiny.memory.tensors();
    children.distill(children.library("store"), CHILD);
    int once = children.tiny.memory.tensors();
    children.copy("again");
    children.distill(children.library("again"), CHILD);
    assertThat(children.tiny.memory.tensors()).isEqualTo(once);
    assertThat(once - before).as("tables of angles").isLessThan(40);
  }

  @Test
  void aReplacementThatTheLibraryLacksIsNamed() {
    Child child = Child.of(TEACHER, List.of(OWN, OWN.with(new GatedFfn(7)), OWN, OWN));
    assertThatThrownBy(() -> children.distill(children.library("store"), child))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L1/")
        .hasMessageContaining("ffn_7");
  }
}
