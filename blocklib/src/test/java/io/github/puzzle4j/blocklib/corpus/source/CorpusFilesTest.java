package io.github.puzzle4j.blocklib.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusFilesTest {

  @TempDir Path folder;

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
  }

  private List<String> names(List<Path> files) {
    return files.stream().map(file -> folder.relativize(file).toString()).toList();
  }

  @Test
  void foldersAreReadInTheOrderOfNames() throws IOException {
    files("b/2.jsonl", "b/10.jsonl", "a.parquet", "B.jsonl.gz", "c/d/e.JSONL.zst", "b.ndjson");
    assertThat(names(CorpusFiles.find(folder).files()))
        .containsExactly(
            "B.jsonl.gz", "a.parquet", "b.ndjson", "b/10.jsonl", "b/2.jsonl", "c/d/e.JSONL.zst");
  }

  @Test
  void hiddenFilesAreIgnored() throws IOException {
    files(".git/a.jsonl", "a.txt", ".b.txt", "d/.c.txt");
    CorpusFiles found = CorpusFiles.find(folder);
    assertThat(names(found.files())).containsExactly("a.txt");
    assertThat(found.skipped()).isEmpty();
  }

  @Test
  void filesOfUnknownFormatAreListedAsSkipped() throws IOException {
    files("a.txt", "LICENSE", "b.csv", "c.parquet.gz", "dataset_infos.json");
    CorpusFiles found = CorpusFiles.find(folder);
    assertThat(names(found.files())).containsExactly("a.txt");
    assertThat(names(found.skipped()))
        .containsExactly("LICENSE", "b.csv", "c.parquet.gz", "dataset_infos.json");
  }

  @Test
  void plainTextNextToRowsIsSkipped() throws IOException {
    files("README.md", "data/train.parquet", "notes.txt.gz");
    CorpusFiles found = CorpusFiles.find(folder);
    assertThat(names(found.files())).containsExactly("data/train.parquet");
    assertThat(names(found.skipped())).containsExactly("README.md", "notes.txt.gz");
  }

  @Test
  void jsonIsReadWhereItHoldsTheRows() throws IOException {
    files("en/c4-train.00000-of-01024.json.gz", "en/b.json", "README.md");
    assertThat(names(CorpusFiles.find(folder).files()))
        .containsExactly("en/b.json", "en/c4-train.00000-of-01024.json.gz");
  }

  /** As {@code save_to_disk} of Hugging Face's datasets lays out a folder. */
  @Test
  void whatDescribesRowsIsSkipped() throws IOException {
    files("dataset_dict.json", "train/data-00000-of-00001.arrow", "train/state.json", "meta.json");
    CorpusFiles found = CorpusFiles.find(folder);
    assertThat(names(found.files())).containsExactly("train/data-00000-of-00001.arrow");
    assertThat(names(found.skipped()))
        .containsExactlyInAnyOrder("dataset_dict.json", "meta.json", "train/state.json");
  }

  @Test
  void explicitFilesAreReadWhateverTheirName() throws IOException {
    files("rows.data");
    assertThat(names(CorpusFiles.find(folder.resolve("rows.data")).files()))
        .containsExactly("rows.data");
  }

  @Test
  void linksAreFollowedExceptInCycles() throws IOException {
    files("real/a.txt");
    Files.createSymbolicLink(folder.resolve("b.txt"), folder.resolve("real/a.txt"));
    Files.createSymbolicLink(folder.resolve("real/circle"), folder);
    Files.createSymbolicLink(folder.resolve("real/self"), folder.resolve("real"));
    assertThat(names(CorpusFiles.find(folder).files())).containsExactly("b.txt", "real/a.txt");
  }

  @Test
  void foldersWithoutCorpusFilesAreReported() throws IOException {
    files("LICENSE");
    assertThatThrownBy(() -> CorpusFiles.find(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            folder
                + ": holds no file with rows or text; the endings are .jsonl, .ndjson, .json, .txt and"
                + " .md, each packed by gzip (.gz) or zstd (.zst) or not, .parquet and .arrow");
    Path missing = folder.resolve("none");
    assertThatThrownBy(() -> CorpusFiles.find(missing))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(missing + ": no such file");
  }
}
