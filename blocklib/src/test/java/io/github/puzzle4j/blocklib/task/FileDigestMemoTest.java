package io.github.puzzle4j.blocklib.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDigestMemoTest {

  private static final FileTime BEFORE = FileTime.fromMillis(1_700_000_000_000L);

  @TempDir Path folder;

  private Path file;
  private Path memo;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("file"), "abc");
    Files.setLastModifiedTime(file, BEFORE);
    memo = folder.resolve("memo.json");
  }

  @Test
  void theDigestIsSha256() throws IOException {
    assertThat(FileDigestMemo.open(memo).of(file))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        .isEqualTo(Digests.of("abc"))
        .isEqualTo(Digests.of(file));
  }

  /** Seen by changing the file so that none of its properties tells. */
  @Test
  void anUnchangedFileIsNotReadAgainEvenByALaterMemo() throws IOException {
    String digest = FileDigestMemo.open(memo).of(file);
    Files.writeString(file, "xyz");
    Files.setLastModifiedTime(file, BEFORE);
    assertThat(FileDigestMemo.open(memo).of(file)).isEqualTo(digest);
  }

  /** Otherwise results of another teacher could be taken for those of this one. */
  @Test
  void aDigestThatWasChangedInTheMemoIsNotBelieved() throws IOException {
    String digest = FileDigestMemo.open(memo).of(file);
    Files.writeString(memo, Files.readString(memo).replace(digest, "0".repeat(64)));
    List<String> warnings = new ArrayList<>();
    assertThat(FileDigestMemo.open(memo, warnings::add).of(file)).isEqualTo(digest);
    assertThat(warnings)
        .containsExactly(memo + ": changed since it was written; the files are read again");
  }

  @Test
  void aFileOfAnotherSizeIsReadAgain() throws IOException {
    FileDigestMemo open = FileDigestMemo.open(memo);
    open.of(file);
    Files.writeString(file, "abcd");
    Files.setLastModifiedTime(file, BEFORE);
    assertThat(open.of(file)).isEqualTo(Digests.of("abcd"));
    assertThat(FileDigestMemo.open(memo).of(file)).isEqualTo(Digests.of("abcd"));
  }

  @Test
  void aFileThatChangedInPlaceLaterIsReadAgain() throws IOException {
    FileDigestMemo open = FileDigestMemo.open(memo);
    open.of(file);
    Files.writeString(file, "abd");
    Files.setLastModifiedTime(file, FileTime.fromMillis(BEFORE.toMillis() + 1));
    assertThat(open.of(file)).isEqualTo(Digests.of("abd"));
    assertThat(FileDigestMemo.open(memo).of(file)).isEqualTo(Digests.of("abd"));
  }

  /** Of the same size and time: renamed over it, as editors and downloads do. */
  @Test
  void aFileThatTookThePlaceOfAnotherIsReadAgain() throws IOException {
    FileDigestMemo open = FileDigestMemo.open(memo);
    open.of(file);
    Path other = Files.writeString(folder.resolve("other"), "xyz");
    Files.setLastModifiedTime(other, BEFORE);
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(open.of(file)).isEqualTo(Digests.of("xyz"));
  }

  @Test
  void filesAreToldApartAndLinksFollowed() throws IOException {
    FileDigestMemo open = FileDigestMemo.open(memo);
    Path other = Files.writeString(folder.resolve("other"), "xyz");
    Path link = Files.createSymbolicLink(folder.resolve("link"), other);
    assertThat(open.of(file)).isEqualTo(Digests.of("abc"));
    assertThat(open.of(other)).isEqualTo(Digests.of("xyz"));
    assertThat(open.of(link)).isEqualTo(Digests.of("xyz"));
    Files.delete(link);
    Files.createSymbolicLink(link, file);
    assertThat(open.of(link)).isEqualTo(Digests.of("abc"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"schema\":2,\"files\":{}}",
        "{\"schema\":1,\"files\":{\"a\":1}}"
      })
  void aMemoThatIsNoneIsEmptyAndWrittenAnew(String text) throws IOException {
    Files.writeString(memo, text);
    assertThat(FileDigestMemo.open(memo).of(file)).isEqualTo(Digests.of("abc"));
    String digest = FileDigestMemo.open(memo).of(file);
    assertThat(Files.readString(memo)).contains(digest);
  }

  @Test
  void aMissingFileHasNoDigest() {
    assertThatThrownBy(() -> FileDigestMemo.open(memo).of(folder.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
