package io.github.puzzle4j.blocklib.library;

import static io.github.puzzle4j.blocklib.library.ChildDistillation.CHILD;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.LINEAR;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.NARROW;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.TEACHER;
import static io.github.puzzle4j.blocklib.library.ChildDistillation.WITH_SPAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same child, whatever happens on the way. */
class ChildDistillerResumeTest {

  private static final long ROOM = 1 << 20;

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

  /** Among steps, between blocks, and while a block's outputs are kept. */
  @ParameterizedTest
  @ValueSource(ints = {2, 20, 60, 100, 150, 220})
  void whereverItIsKilledTheChildIsTheSame(int reads) throws IOException {
    children.copy("killed");
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
    children.distill(children.library("store"), WITH_SPAN);
    Map<String, String> whole = TinyDistillation.files(folder.resolve("store"));
    List<String> adapted =
        whole.keySet().stream().filter(name -> name.matches("adapt/\\w+\\.json")).toList();
    assertThat(adapted).hasSize(3);
    for (String name : adapted) {
      Files.delete(folder.resolve("store").resolve(name));

      BlockLibrary again = children.library("store");
      children.distill(again, WITH_SPAN);

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
    children.copy("other");
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
    BlockLibrary library = children.library(name);
    TensorSource tensors = children.distill(library, CHILD).tensors();
    assertThat(library.store().counts().computed()).containsEntry(Task.Kind.ADAPT, 0);
    return tensors;
  }

  private void onDisk(String name, Child child, int reads, long room) throws IOException {
    try (ActivationStore disk =
        ActivationStore.onDisk(folder.resolve(name + "-activations"), room)) {
      children.distill(
          children.library(name), child, new KillingStore(disk, reads), new ArrayList<>());
    }
  }
}
