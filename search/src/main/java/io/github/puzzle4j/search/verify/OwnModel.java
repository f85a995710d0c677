package io.github.puzzle4j.search.verify;

import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A model as this project reads and computes it, in float32. */
final class OwnModel implements AutoCloseable {

  private final DeviceMemory memory;
  private final ModelFolder folder;
  private final LanguageModel model;

  private OwnModel(DeviceMemory memory, ModelFolder folder, LanguageModel model) {
    this.memory = memory;
    this.folder = folder;
    this.model = model;
  }

  /**
   * Reads all of a model.
   *
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if a file is not what it should be,
   *     or a weight is no finite number
   */
  static OwnModel open(DeviceMemory memory, Path path) throws IOException {
    ModelFolder folder = ModelFolder.open(path);
    boolean opened = false;
    try {
      Checkpoint weights = folder.weights();
      OwnModel model =
          new OwnModel(
              memory,
              folder,
              LanguageModel.load(memory, weights.model(), weights, Precision.FLOAT32));
      opened = true;
      return model;
    } finally {
      if (!opened) {
        folder.close();
      }
    }
  }

  ModelFolder folder() {
    return folder;
  }

  /** How weights are stored. */
  Set<String> types() throws IOException {
    return folder.weights().storedBytes().keySet();
  }

  /** What it predicts of the rows, and how that differs from a reference's. */
  Evaluation evaluate(List<List<Integer>> rows, Optional<OwnModel> reference) {
    return new Evaluator(1)
        .evaluate(
            memory,
            model,
            reference.map(other -> other.model),
            rows.stream().map(row -> TokenSequence.of(array(row), "", List.of())).toList(),
            _ -> {});
  }

  /**
   * By how much the likeliest token leads over the one that was chosen, for each token of a
   * continuation; 0 where the choice was the likeliest. In nats.
   */
  List<Double> leads(List<Integer> prompt, List<Integer> continuation) {
    List<Integer> all = new ArrayList<>(prompt);
    all.addAll(continuation);
    int vocabulary = model.model().common().vocabularySize();
    List<Double> leads = new ArrayList<>();
    try (DeviceMemory scope = memory.newScope()) {
      TokenBatch batch = TokenBatch.ofAllTokens(List.of(array(all)), vocabulary);
      DeviceTensor logits = model.forward(batch.ids(scope));
      float[] values = logits.toFloats();
      for (int i = 0; i < continuation.size(); i++) {
        int from = (prompt.size() + i - 1) * vocabulary;
        double best =
            IntStream.range(0, vocabulary).mapToDouble(id -> values[from + id]).max().orElseThrow();
        leads.add(best - values[from + continuation.get(i)]);
      }
    }
    return leads;
  }

  /** A text as the model reads it. */
  List<Integer> encoded(String text) throws IOException {
    TextTokenizer tokenizer = folder.tokenizer();
    List<Integer> ids = new ArrayList<>();
    tokenizer.beginOfText().ifPresent(ids::add);
    Arrays.stream(tokenizer.encode(text).ids()).forEach(ids::add);
    return ids;
  }

  private static int[] array(List<Integer> ids) {
    return ids.stream().mapToInt(id -> id).toArray();
  }

  @Override
  public void close() {
    model.close();
    folder.close();
  }
}
