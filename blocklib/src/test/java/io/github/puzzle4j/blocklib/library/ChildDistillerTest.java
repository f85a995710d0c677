package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TensorReference;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildDistillerTest {

  private static final long SEED = 3;
  private static final long ROOM = 1 << 20;
  private static final Layer OWN = TinyModel.LAYER;
  private static final Model TEACHER = TinyModel.model(4);
  private static final Layer NARROW =
      new Layer(TinyModel.ATTENTION.withKvHeads(1), new GatedFfn(10));
  private static final Layer LINEAR = OWN.with(new LinearAttention());
  private static final Replacement TWO_FOR_ONE = new Replacement(new Span(1, 2), List.of(OWN));
  private static final Replacement THREE_FOR_TWO =
      new Replacement(new Span(1, 3), List.of(OWN.with(new NoFfn()), OWN));

  private static final SearchSpace SPACE =
      new SearchSpace(
          TEACHER,
          SearchSpace.uniform(
                  TEACHER,
                  List.of(NARROW.attention(), new LinearAttention()),
                  List.of(NARROW.ffn(), new NoFfn()))
              .layers(),
          List.of(TWO_FOR_ONE, THREE_FOR_TWO));

  private static final Distillation SETTINGS =
      TinyDistillation.settings(
          30, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE, EarlyStop.never(), 5);

  /** Its first layer is the teacher's. */
  private static final Child CHILD = Child.of(TEACHER, List.of(OWN, NARROW, LINEAR, NARROW));

  private static final Child WITH_SPAN =
      new Child(
          TEACHER, List.of(Replacement.of(0, NARROW), TWO_FOR_ONE, Replacement.of(3, NARROW)));

  @TempDir static Path shared;

  @TempDir Path folder;

  private final TinyDistillation tiny = new TinyDistillation(SPACE);

  /** A library that all tests copy. */
  @BeforeEach
  void copyLibrary() throws IOException {
    Path whole = shared.resolve("library");
    if (!Files.exists(whole)) {
      tiny.distill(whole, SETTINGS, TensorType.F32);
    }
    copy("store");
  }

  private void copy(String name) throws IOException {
    for (Map.Entry<String, byte[]> file : bytes(shared.resolve("library")).entrySet()) {
      Path copied = folder.resolve(name).resolve(file.getKey());
      Files.createDirectories(copied.getParent());
      Files.write(copied, file.getValue());
    }
  }

  private static Map<String, byte[]> bytes(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : TinyDistillation.files(folder).keySet()) {
      files.put(name, Files.readAllBytes(folder.resolve(name)));
    }
    return files;
  }

  @AfterEach
  void free() {
    tiny.close();
  }

  private BlockLibrary library(String name) {
    return tiny.library(folder.resolve(name), SETTINGS, TensorType.F32);
  }

  /** What was told of a block. */
  private record Trained(int layer, double before, double after) {}

  private static ChildDistiller.Listener listener(List<Trained> trained) {
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

  private ChildDistiller.Result distill(
      BlockLibrary library, Child child, ActivationStore activations, List<Trained> trained)
      throws IOException {
    return new ChildDistiller(library, tiny.runner, tiny.batches, SETTINGS.settings(), SEED)
        .distill(tiny.memory, activations, child, listener(trained));
  }

  private ChildDistiller.Result distill(BlockLibrary library, Child child) throws IOException {
    return distill(library, child, ActivationStore.inMemory(), new ArrayList<>());
  }

  /** Held-out losses behind each replacement, from whole models. */
  private List<Double> losses(Child child, TensorSource tensors) throws IOException {
    List<Double> losses = new ArrayList<>();
    try (DeviceMemory scope = tiny.memory.newScope();
        LanguageModel teacher =
            LanguageModel.load(scope, TEACHER, tiny.teacher, Precision.FLOAT32);
        LanguageModel model =
            LanguageModel.load(scope, child.model(), tensors, Precision.FLOAT32)) {
      child.replacements().forEach(one -> losses.add(0.0));
      int batches = tiny.batches.size();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor ours = teacher.embed(tiny.batches.get(batch).ids(scope));
        DeviceTensor theirs = ours;
        int block = 0;
        for (int i = 0; i < losses.size(); i++) {
          Replacement replacement = child.replacements().get(i);
          for (int layer = replacement.span().first();
              layer <= replacement.span().last();
              layer++) {
            theirs = tiny.runner.block(teacher.blocks().get(layer), theirs);
          }
          for (int position = 0; position < replacement.instead().size(); position++) {
            ours = tiny.runner.block(model.blocks().get(block), ours);
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
    try (DeviceMemory scope = tiny.memory.newScope();
        LanguageModel teacher =
            LanguageModel.load(scope, TEACHER, tiny.teacher, Precision.FLOAT32);
        LanguageModel model =
            LanguageModel.load(scope, child.model(), tensors, Precision.FLOAT32)) {
      int batches = tiny.batches.size();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor ids = tiny.batches.get(batch).ids(scope);
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
      BlockLibrary library = library("store");
      List<Trained> trained = new ArrayList<>();

      ChildDistiller.Result result = distill(library, child, ActivationStore.inMemory(), trained);

      assertThat(trained)
          .extracting(Trained::layer)
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
    }
  }

  @Test
  void aChildHasAllItsTensorsAndAReplacementTheDigestOfItsTask() throws IOException {
    for (Child child :
        List.of(
            CHILD,
            WITH_SPAN,
            new Child(TEACHER, List.of(Replacement.of(0, NARROW), THREE_FOR_TWO)))) {
      ChildDistiller.Result result = distill(library("store"), child);

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

    TensorSource tensors = distill(library("store"), late).tensors();

    List<String> changed = new ArrayList<>();
    for (int layer : List.of(0, 1, 3)) {
      for (String suffix : OWN.tensors(TinyModel.HIDDEN).keySet()) {
        String name = "model.layers.%d.%s".formatted(layer, suffix);
        if (!Arrays.equals(tensors.tensor(name).toFloats(), tiny.teacher.tensor(name).toFloats())) {
          changed.add(name);
        }
      }
    }
    assertThat(changed).isNotEmpty().allMatch(name -> name.startsWith("model.layers.3."));
    for (String name : TEACHER.common().tensors().keySet()) {
      assertThat(tensors.tensor(name).toFloats()).isEqualTo(tiny.teacher.tensor(name).toFloats());
    }
  }

  @Test
  void theTeacherItselfIsLeftAlone() throws IOException {
    List<Trained> trained = new ArrayList<>();
    TensorSource tensors =
        distill(library("store"), Child.unchanged(TEACHER), ActivationStore.inMemory(), trained)
            .tensors();

    for (String name : TEACHER.tensors().keySet()) {
      assertThat(tensors.tensor(name).toFloats()).isEqualTo(tiny.teacher.tensor(name).toFloats());
    }
    assertThat(trained)
        .containsExactly(
            new Trained(0, 0, 0), new Trained(1, 0, 0), new Trained(2, 0, 0), new Trained(3, 0, 0));
  }

  /** Among steps, between blocks, and while a block's outputs are kept. */
  @ParameterizedTest
  @ValueSource(ints = {2, 20, 60, 100, 150, 220})
  void whereverItIsKilledTheChildIsTheSame(int reads) throws IOException {
    copy("killed");
    onDisk("store", CHILD, Integer.MAX_VALUE, ROOM);
    assertThat(folder.resolve("store-activations")).doesNotExist();
    assertThatThrownBy(() -> onDisk("killed", CHILD, reads, ROOM)).hasMessage("killed");
    onDisk("killed", CHILD, Integer.MAX_VALUE, ROOM);

    assertThat(TinyDistillation.files(folder.resolve("killed")))
        .isEqualTo(TinyDistillation.files(folder.resolve("store")));
    assertThat(folder.resolve("killed-activations")).doesNotExist();
  }

  @Test
  void resultsThatAreMissingAreMadeAgain() throws IOException {
    distill(library("store"), WITH_SPAN);
    Map<String, String> whole = TinyDistillation.files(folder.resolve("store"));
    List<String> adapted =
        whole.keySet().stream().filter(name -> name.matches("adapt/\\w+\\.json")).toList();
    assertThat(adapted).hasSize(3);
    for (String name : adapted) {
      Files.delete(folder.resolve("store").resolve(name));

      BlockLibrary again = library("store");
      distill(again, WITH_SPAN);

      assertThat(again.store().counts().computed()).containsEntry(Task.Kind.ADAPT, 1);
      assertThat(TinyDistillation.files(folder.resolve("store"))).isEqualTo(whole);
    }
  }

  /** With the room that one run needs, what a killed one left is not added to. */
  @ParameterizedTest
  @ValueSource(ints = {2, 60, 150, 220})
  void whatAKilledRunLeftDoesNotTakeTheRoomTwice(int reads) throws IOException {
    // What enters and leaves a layer of the teacher, and of the child.
    long room = 4 * (6L * 4 * 8 * TinyModel.HIDDEN * 2 + 1024);
    assertThatThrownBy(() -> onDisk("store", CHILD, reads, room)).hasMessage("killed");
    onDisk("store", CHILD, Integer.MAX_VALUE, room);
    assertThat(folder.resolve("store-activations")).doesNotExist();
  }

  /** Another child's activations under the same names are not taken for its own. */
  @Test
  void whatAKilledRunOfAnotherChildLeftDoesNotMatter() throws IOException {
    Child other = Child.of(TEACHER, List.of(LINEAR, NARROW, LINEAR, NARROW));
    copy("other");
    onDisk("store", CHILD, Integer.MAX_VALUE, ROOM);
    assertThatThrownBy(() -> onDisk("other", other, 150, ROOM)).hasMessage("killed");
    onDisk("other", CHILD, Integer.MAX_VALUE, ROOM);

    TensorSource one = adaptedIn("store");
    TensorSource two = adaptedIn("other");
    for (String name : CHILD.model().tensors().keySet()) {
      assertThat(two.tensor(name).toFloats()).as(name).isEqualTo(one.tensor(name).toFloats());
    }
  }

  private TensorSource adaptedIn(String name) throws IOException {
    BlockLibrary library = library(name);
    TensorSource tensors = distill(library, CHILD).tensors();
    assertThat(library.store().counts().computed()).containsEntry(Task.Kind.ADAPT, 0);
    return tensors;
  }

  private void onDisk(String name, Child child, int reads, long room) throws IOException {
    try (ActivationStore disk =
        ActivationStore.onDisk(folder.resolve(name + "-activations"), room)) {
      distill(library(name), child, new KillingStore(disk, reads), new ArrayList<>());
    }
  }

  @Test
  void theSameAgainComputesNothing() throws IOException {
    List<Trained> first = new ArrayList<>();
    distill(library("store"), CHILD, ActivationStore.inMemory(), first);
    Map<String, String> before = TinyDistillation.files(folder.resolve("store"));
    BlockLibrary again = library("store");

    distill(again, CHILD, new KillingStore(ActivationStore.inMemory(), 0), new ArrayList<>());

    assertThat(again.store().counts().computed()).containsEntry(Task.Kind.ADAPT, 0);
    assertThat(again.store().counts().reused()).containsEntry(Task.Kind.ADAPT, 4);
    assertThat(TinyDistillation.files(folder.resolve("store"))).isEqualTo(before);
  }

  /** The first two blocks are alike; what follows them differs. */
  @Test
  void childrenThatBeginAlikeShareTheirBeginning() throws IOException {
    Child other = Child.of(TEACHER, List.of(OWN, NARROW, NARROW, NARROW));
    ChildDistiller.Result first = distill(library("store"), CHILD);
    BlockLibrary library = library("store");

    ChildDistiller.Result second = distill(library, other);

    TaskCounts counts = library.store().counts();
    assertThat(counts.computed()).containsEntry(Task.Kind.ADAPT, 2);
    assertThat(counts.reused()).containsEntry(Task.Kind.ADAPT, 2);
    assertThat(second.sources().subList(0, 2)).isEqualTo(first.sources().subList(0, 2));
    assertThat(second.sources().subList(2, 4)).doesNotContainAnyElementsOf(first.sources());
    copy("alone");
    TensorSource alone = distill(library("alone"), other).tensors();
    for (String name : other.model().tensors().keySet()) {
      assertThat(second.tensors().tensor(name).toFloats())
          .as(name)
          .isEqualTo(alone.tensor(name).toFloats());
    }
  }

  @Test
  void nothingStaysInMemory() throws IOException {
    int before = tiny.memory.tensors();
    distill(library("store"), CHILD);
    int once = tiny.memory.tensors();
    copy("again");
    distill(library("again"), CHILD);
    assertThat(tiny.memory.tensors()).isEqualTo(once);
    assertThat(once - before).as("tables of angles").isLessThan(40);
  }

  @Test
  void aReplacementThatTheLibraryLacksIsNamed() {
    Child child = Child.of(TEACHER, List.of(OWN, OWN.with(new GatedFfn(7)), OWN, OWN));
    assertThatThrownBy(() -> distill(library("store"), child))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L1/")
        .hasMessageContaining("ffn_7");
  }
}
