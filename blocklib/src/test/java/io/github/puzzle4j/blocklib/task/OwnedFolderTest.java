package io.github.puzzle4j.blocklib.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedFolderTest {

  private static final OwnedFolder.Layout LAYOUT =
      new OwnedFolder.Layout(List.of("data"), List.of("top.json", "data/*.json"));

  private static final String TEMPORARY = ".top.json.01234567-89ab-cdef-0123-456789abcdef.tmp";

  @TempDir Path folder;

  private final List<String> warnings = new ArrayList<>();

  private OwnedFolder open(Path path) throws IOException {
    return OwnedFolder.open(path, LAYOUT, warnings::add);
  }

  @Test
  void anotherProcessIsToldWhoWorksInAFolderUntilThatOneIsKilled() throws IOException {
    try (FolderHolder holder = FolderHolder.of(folder)) {
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageMatching(
              folder
                  + ": in use by process "
                  + holder.pid()
                  + " on \\S+ since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ;"
                  + " wait until it ends, or choose another folder");
    }
    open(folder).close();
    assertThat(warnings).isEmpty();
  }

  @Test
  void oneProcessDoesNotTakeAFolderTwiceAndKeepsItWhenItTries() throws IOException {
    OwnedFolder owned = open(folder);
    Path link =
        Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-link"), folder);
    for (Path path : List.of(folder, link)) {
      assertThatThrownBy(() -> open(path))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    assertThatThrownBy(() -> FolderHolder.of(folder)).hasMessageContaining("did not take");
    owned.close();
    try (FolderHolder _ = FolderHolder.of(folder)) {
      assertThatThrownBy(() -> open(folder)).isInstanceOf(InvalidInputException.class);
    }
    Files.delete(link);
  }

  @Test
  void onlyOurHalfWrittenFilesAreRemovedAndOnlyByTheOwner() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    List<Path> ours =
        List.of(
            Files.writeString(folder.resolve(TEMPORARY), "half"),
            Files.writeString(data.resolve(TEMPORARY), "half"));
    Path foreign = Files.createDirectories(folder.resolve("foreign"));
    List<Path> others =
        List.of(
            Files.writeString(folder.resolve(".top.json.tmp"), "mine"),
            Files.writeString(folder.resolve("notes.tmp"), "mine"),
            Files.writeString(foreign.resolve(TEMPORARY), "mine"));

    open(folder).close();

    assertThat(ours).noneMatch(Files::exists);
    assertThat(others).allMatch(Files::exists);
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatBlocksAPlaceIsMovedAsideAndNothingElseIsTouched() throws IOException {
    Files.writeString(folder.resolve("data"), "a file");
    Path top = Files.createDirectories(folder.resolve("top.json"));
    Files.writeString(top.resolve("inside"), "kept");
    Path other = Files.createSymbolicLink(folder.resolve("other"), Path.of("nowhere"));

    open(folder).close();
    open(folder).close();

    assertThat(folder.resolve("data.aside")).hasContent("a file");
    assertThat(folder.resolve("top.json.aside/inside")).hasContent("kept");
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(top).doesNotExist();
    assertThat(Files.isSymbolicLink(other)).isTrue();
    assertThat(warnings)
        .containsExactlyInAnyOrder(
            folder.resolve("data")
                + ": is a file in place of a folder; moved to data.aside, it is made again",
            top + ": is a folder in place of a file; moved to top.json.aside, it is made again");
  }

  @Test
  void theLockItselfMayBeBlocked() throws IOException {
    Files.createSymbolicLink(folder.resolve(".lock"), Path.of(".lock"));
    open(folder).close();
    Files.delete(folder.resolve(".lock"));
    Files.createDirectory(folder.resolve(".lock"));
    open(folder).close();
    assertThat(warnings).hasSize(2);
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> open(file)).hasMessage(file + ": is a file, not a folder");
  }
}
