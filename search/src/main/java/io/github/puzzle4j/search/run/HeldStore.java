package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.OwnedFolder;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A store that this process holds for one search, or for several one after another. */
public final class HeldStore implements AutoCloseable {

  /** Gives the store in a folder to a search, which closes its part of it. */
  @FunctionalInterface
  interface Source {
    Part of(Path folder) throws IOException;
  }

  /**
   * What a search has of a store.
   *
   * @param store the results; counts begin at zero
   * @param end gives it back
   */
  record Part(TaskStore store, Runnable end) implements AutoCloseable {

    @Override
    public void close() {
      end.run();
    }
  }

  private final OwnedFolder owned;
  private final TaskStore store;

  private HeldStore(OwnedFolder owned, TaskStore store) {
    this.owned = owned;
    this.store = store;
  }

  /**
   * Takes a store for this process.
   *
   * @param warnings receives a line for whatever is damaged and made again
   * @throws InvalidInputException if another process works in it
   */
  public static HeldStore open(Path folder, TaskVersions versions, Consumer<String> warnings)
      throws IOException {
    return new HeldStore(
        TaskStore.own(folder, warnings), new TaskStore(folder, versions, warnings));
  }

  /** For a search that gives it up when it ends. */
  Part forOneSearch() {
    return new Part(store, this::close);
  }

  /** For one search of several: what was checked for one is not checked again for the next. */
  Part lent() {
    store.countAnew();
    return new Part(store, () -> {});
  }

  /** To look at, while another process may write to it. */
  static Source toRead(TaskVersions versions, Consumer<String> warnings) {
    return folder -> new Part(new TaskStore(folder, versions, warnings), () -> {});
  }

  @Override
  public void close() {
    owned.close();
  }
}
