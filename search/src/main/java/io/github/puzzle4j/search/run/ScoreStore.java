package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.VariantScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Scores on disk, one file per layer, so that a stopped scoring goes on at its layer. */
final class ScoreStore {

  /** What the file of a layer holds. */
  record LayerScores(int schema, int layer, List<VariantScore> scores) {

    LayerScores {
      scores = List.copyOf(scores);
    }
  }

  private static final int SCHEMA = 1;

  private final Path folder;

  ScoreStore(Path folder) {
    this.folder = folder;
  }

  boolean has(int layer) {
    return Files.exists(file(layer));
  }

  void write(int layer, List<VariantScore> scores) throws IOException {
    AtomicFile.writeString(
        file(layer),
        Json.mapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(new LayerScores(SCHEMA, layer, scores))
            + "\n");
  }

  List<VariantScore> read(int layer) throws IOException {
    LayerScores stored = Json.read(file(layer), LayerScores.class);
    if (stored.schema() != SCHEMA || stored.layer() != layer) {
      throw new InvalidInputException(
          "%s: schema %d of layer %d; schema %d of layer %d belongs here"
              .formatted(file(layer), stored.schema(), stored.layer(), SCHEMA, layer));
    }
    return stored.scores();
  }

  ScoreTable table(int layers) throws IOException {
    List<VariantScore> scores = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      scores.addAll(read(layer));
    }
    return new ScoreTable(scores);
  }

  private Path file(int layer) {
    return folder.resolve("layer-%03d.json".formatted(layer));
  }
}
