package io.github.puzzle4j.blocklib.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskStoreTest {

  record Work(String contents, int steps, List<String> reads) implements Task {

    @Override
    public Kind kind() {
      return Kind.TRAIN;
    }
  }

  record Measurement(String contents, int steps, List<String> reads) implements Task {

    @Override
    public Kind kind() {
      return Kind.MEASURE;
    }
  }

  record Value(double loss, String note) {}

  private static final Work WORK = new Work("abc", 3, List.of("d", "e"));
  private static final Value VALUE = new Value(0.1 + 0.2, "fine");

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsFoundByThisStoreAndByALaterOne() throws IOException {
    TaskStore store = new TaskStore(folder);
    StoredResult written = store.write(WORK, VALUE, files("first", "second"));
    for (TaskStore reader : List.of(store, new TaskStore(folder))) {
      StoredResult found = reader.find(WORK).orElseThrow();
      assertThat(found.key()).isEqualTo(written.key()).isEqualTo(reader.key(WORK));
      assertThat(found.value(Value.class)).isEqualTo(VALUE);
      assertThat(Files.readString(found.file("weights"))).isEqualTo("first");
      assertThat(Files.readString(found.file("more"))).isEqualTo("second");
      assertThat(found.files()).isEqualTo(written.files());
      assertThatThrownBy(() -> found.file("absent"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no file absent");
      assertThatThrownBy(() -> found.value(Work.class)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void whatWasNotWrittenIsMissingAndLeavesNoFolder() throws IOException {
    TaskStore store = new TaskStore(folder.resolve("none"));
    assertThat(store.find(WORK)).isEmpty();
    assertThat(folder.resolve("none")).doesNotExist();
    store.write(WORK, VALUE);
    assertThat(store.find(new Work("abc", 4, WORK.reads()))).isEmpty();
  }

  /** A loss below zero; such a result is neither written nor read. */
  @Test
  void whatATaskSaysCannotBeItsResultIsNone() throws IOException {
    record Loss(String contents) implements Task {
      @Override
      public Kind kind() {
        return Kind.SCORE;
      }

      @Override
      public Optional<String> objection(StoredResult result) throws IOException {
        double loss = result.value(Value.class).loss();
        return loss < 0 ? Optional.of("loss " + loss) : Optional.empty();
      }
    }
    record Credulous(String contents) implements Task {
      @Override
      public Kind kind() {
        return Kind.SCORE;
      }
    }
    Loss task = new Loss("abc");
    List<String> warnings = new ArrayList<>();
    TaskStore store = new TaskStore(folder, TaskVersions.current(), warnings::add);
    Path file = folder.resolve(store.key(task) + ".json");
    assertThatThrownBy(() -> store.write(task, new Value(-5, "")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": loss -5.0");
    // The same key, so that the file is whole and of this task.
    store.write(new Credulous("abc"), new Value(-5, ""));
    TaskStore later = new TaskStore(folder, TaskVersions.current(), warnings::add);
    assertThat(later.find(task)).isEmpty();
    assertThat(later.find(task)).isEmpty();
    assertThat(warnings).containsExactly(file + ": loss -5.0; it is made again");
    later.write(task, new Value(5, ""));
    assertThat(later.find(task)).isPresent();
  }

  @Test
  void eachDamageIsSaidOnceAndNamesTheFile() throws IOException {
    List<String> warnings = new ArrayList<>();
    StoredResult written = new TaskStore(folder).write(WORK, VALUE, files("first", "second"));
    Path manifest = folder.resolve(written.key() + ".json");
    Files.delete(manifest);
    TaskStore store = new TaskStore(folder, TaskVersions.current(), warnings::add);
    store.find(WORK);
    store.find(WORK);
    assertThat(warnings)
        .containsExactly(
            "%s: files without %s; it is made again".formatted(written.folder(), manifest));
    store.write(WORK, VALUE, files("first", "second"));
    Files.writeString(written.file("more"), "other");
    new TaskStore(folder, TaskVersions.current(), warnings::add).find(WORK);
    assertThat(warnings.getLast())
        .isEqualTo(written.file("more") + ": changed since it was written; it is made again");
  }

  /** Under the kind and a digest, beside nothing else. */
  @Test
  void aResultIsOneFileOfJsonAndAFolderForWhatIsLarge() throws IOException {
    TaskStore store = new TaskStore(folder);
    String name = store.write(WORK, VALUE, files("first", "second")).key().toString();
    String other = store.write(new Measurement("abc", 3, List.of()), VALUE).key().toString();
    assertThat(all(folder))
        .containsExactlyInAnyOrder(
            name + ".json", name + "/weights", name + "/more", other + ".json");
    assertThat(name).matches("train/[0-9a-f]{64}");
    assertThat(other).startsWith("measure/");
  }

  /** Whatever the byte says: digits, names or digests. */
  @Test
  void anyByteOfTheJsonFileThatIsFlippedMakesTheResultMissing() throws IOException {
    // Of a longer fraction the last digit may flip and leave the number as it is.
    Value value = new Value(0.25, "fine");
    StoredResult written = new TaskStore(folder).write(WORK, value, files("first", "second"));
    Path manifest = folder.resolve(written.key() + ".json");
    byte[] bytes = Files.readAllBytes(manifest);
    for (int place = 0; place < bytes.length - 1; place++) {
      byte[] damaged = bytes.clone();
      damaged[place] ^= 1;
      Files.write(manifest, damaged);
      assertThat(new TaskStore(folder).find(WORK))
          .as("byte %d, '%c' of the file", place, (char) bytes[place])
          .isEmpty();
    }
    Files.write(manifest, bytes);
    assertThat(new TaskStore(folder).find(WORK)).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"fine\", \"fin\"",
        "0.30000000000000004, 0.3",
        "\"version\":2, \"version\":3",
        "\"schema\":1, \"schema\":2",
        "\"steps\":3, \"steps\":4"
      })
  void aChangeThatIsStillJsonMakesTheResultMissing(String from, String to) throws IOException {
    StoredResult written = new TaskStore(folder).write(WORK, VALUE, files("first", "second"));
    Path manifest = folder.resolve(written.key() + ".json");
    String text = Files.readString(manifest);
    assertThat(text).contains(from);
    Files.writeString(manifest, text.replace(from, to));
    assertThat(new TaskStore(folder).find(WORK)).isEmpty();
  }

  /** A whole and valid result under the name of another task. */
  @Test
  void theResultOfAnotherTaskIsNotTakenForThisOne() throws IOException {
    TaskStore store = new TaskStore(folder);
    Work other = new Work("other", 3, List.of());
    store.write(other, VALUE);
    Files.move(
        folder.resolve(store.key(other) + ".json"), folder.resolve(store.key(WORK) + ".json"));
    assertThat(new TaskStore(folder).find(WORK)).isEmpty();
  }

  @Test
  void aFileThatChangedOrIsGoneMakesTheResultMissingToALaterStore() throws IOException {
    StoredResult written = new TaskStore(folder).write(WORK, VALUE, files("first", "second"));
    Path file = written.file("more");
    for (String damage : List.of("sfcond", "secon", "seconds", "")) {
      Files.writeString(file, damage);
      assertThat(new TaskStore(folder).find(WORK)).as(damage).isEmpty();
    }
    Files.writeString(file, "second");
    assertThat(new TaskStore(folder).find(WORK)).isPresent();
    Files.delete(file);
    assertThat(new TaskStore(folder).find(WORK)).isEmpty();
    Files.createDirectory(file);
    assertThat(new TaskStore(folder).find(WORK)).isEmpty();
  }

  @Test
  void aResultWhoseFilesCouldNotBeWrittenIsNotThere() {
    TaskStore store = new TaskStore(folder);
    SequencedMap<String, TaskStore.FileWriter> failing = files("first", "second");
    failing.put(
        "last",
        file -> {
          throw new IOException("no room");
        });
    assertThatThrownBy(() -> store.write(WORK, VALUE, failing)).hasMessage("no room");
    assertThat(folder.resolve(store.key(WORK) + ".json")).doesNotExist();
  }

  @Test
  void aDamagedResultIsWrittenAnew() throws IOException {
    StoredResult written = new TaskStore(folder).write(WORK, VALUE, files("first", "second"));
    Files.writeString(written.file("weights"), "damaged");
    TaskStore store = new TaskStore(folder);
    assertThat(store.find(WORK)).isEmpty();
    store.write(WORK, VALUE, files("first", "second"));
    assertThat(new TaskStore(folder).find(WORK)).isPresent();
    assertThat(store.counts().computed()).containsEntry(Task.Kind.TRAIN, 1);
  }

  @Test
  void theKeyDependsOnEveryComponentOnTheKindAndOnTheVersion() {
    TaskStore store = new TaskStore(folder);
    TaskVersions raised = TaskVersions.current().with(Task.Kind.TRAIN, 99);
    List<TaskKey> keys =
        List.of(
            store.key(WORK),
            store.key(new Work("abd", 3, WORK.reads())),
            store.key(new Work("abc", 4, WORK.reads())),
            store.key(new Work("abc", 3, List.of("e", "d"))),
            store.key(new Work("abc", 3, List.of("d"))),
            store.key(new Measurement("abc", 3, WORK.reads())),
            new TaskStore(folder, raised).key(WORK));
    assertThat(keys.stream().map(TaskKey::digest)).doesNotHaveDuplicates();
    assertThat(new TaskStore(folder.resolve("elsewhere")).key(new Work("abc", 3, WORK.reads())))
        .isEqualTo(keys.getFirst());
    assertThat(new TaskStore(folder, raised).key(new Measurement("abc", 3, WORK.reads())))
        .as("another kind's version")
        .isEqualTo(keys.get(5));
  }

  @Test
  void resultsOfAnotherVersionAreKeptBesideAndNotFound() throws IOException {
    new TaskStore(folder).write(WORK, VALUE);
    TaskStore raised = new TaskStore(folder, TaskVersions.current().with(Task.Kind.TRAIN, 99));
    assertThat(raised.find(WORK)).isEmpty();
    raised.write(WORK, new Value(1, "other"));
    assertThat(new TaskStore(folder).find(WORK).orElseThrow().value(Value.class)).isEqualTo(VALUE);
  }

  @Test
  void tasksAreCountedOnceAsComputedOrAsReused() throws IOException {
    Work second = new Work("second", 3, List.of());
    new TaskStore(folder).write(WORK, VALUE);
    TaskStore store = new TaskStore(folder);
    store.find(WORK);
    store.find(WORK);
    store.find(second);
    store.write(second, VALUE);
    store.find(second);
    store.find(new Measurement("absent", 1, List.of()));
    assertThat(store.counts().computed())
        .containsEntry(Task.Kind.TRAIN, 1)
        .containsEntry(Task.Kind.MEASURE, 0)
        .hasSize(Task.Kind.values().length);
    assertThat(store.counts().reused())
        .containsEntry(Task.Kind.TRAIN, 1)
        .containsEntry(Task.Kind.MEASURE, 0)
        .hasSize(Task.Kind.values().length);
  }

  private static TaskCounts counts(int computed, int reused) {
    return new TaskCounts(Map.of(Task.Kind.TRAIN, computed), Map.of(Task.Kind.TRAIN, reused));
  }

  @Test
  void twoStoresOnOneFolderShareTheirResults() throws IOException {
    TaskStore one = new TaskStore(folder);
    TaskStore other = new TaskStore(folder);
    assertThat(other.find(WORK)).isEmpty();
    one.write(WORK, VALUE, files("first", "second"));
    assertThat(other.find(WORK).orElseThrow().value(Value.class)).isEqualTo(VALUE);
    // Both did the same work, as two processes may: to the same bytes.
    List<String> before = all(folder);
    other.write(WORK, VALUE, files("first", "second"));
    assertThat(all(folder)).isEqualTo(before);
    assertThat(one.find(WORK)).isPresent();
    assertThat(new TaskStore(folder).find(WORK)).isPresent();
    assertThat(one.counts()).isEqualTo(counts(1, 0));
    assertThat(other.counts()).isEqualTo(counts(1, 0));
  }

  @Test
  void theStateOfAnUnfinishedTaskIsNoResult() throws IOException {
    TaskStore store = new TaskStore(folder);
    Path state = store.stateFile(WORK);
    assertThat(state).isEqualTo(new TaskStore(folder).stateFile(WORK));
    assertThat(state).isNotEqualTo(store.stateFile(new Work("other", 3, List.of())));
    Files.createDirectories(state.getParent());
    Files.writeString(state, "half");
    assertThat(store.find(WORK)).isEmpty();
  }

  private static SequencedMap<String, TaskStore.FileWriter> files(String weights, String more) {
    SequencedMap<String, TaskStore.FileWriter> files = new LinkedHashMap<>();
    files.put("weights", file -> write(file, weights));
    files.put("more", file -> write(file, more));
    return files;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> all(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> names.add(folder.relativize(file).toString()));
    }
    names.sort(null);
    return names;
  }
}
