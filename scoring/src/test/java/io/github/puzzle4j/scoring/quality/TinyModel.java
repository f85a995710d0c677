package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.library.BlockDistiller;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.library.Fit;
import io.github.puzzle4j.blocklib.library.LibraryInputs;
import io.github.puzzle4j.blocklib.library.LibraryPlan;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Random models of a few thousand weights, and what is computed from their logits in doubles. */
final class TinyModel {

  static final int VOCABULARY = 24;

  private TinyModel() {}

  static Model teacher(int layers) {
    return teacher(layers, VOCABULARY);
  }

  static Model teacher(int layers, int vocabulary) {
    CommonParts common =
        new CommonParts(
            "llama",
            vocabulary,
            16,
            new RotaryEmbedding(1000, new RotaryEmbedding.Scaling.None()),
            1e-5,
            256,
            false,
            new SpecialTokens(List.of(1), List.of(2)),
            StoredWeights.PLAIN);
    return Model.uniform(
        common,
        layers,
        new Layer(SoftmaxAttention.plain(new AttentionShape(4, 2, 8)), new GatedFfn(20)));
  }

  static TensorSource weights(Model model, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.tensors().forEach((name, shape) -> tensors.put(name, random(shape, random)));
    return TensorSource.of(tensors);
  }

  private static Tensor random(List<Long> shape, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              (shape.size() == 1
                  ? random.nextDouble(0.5, 1.5)
                  : random.nextGaussian(0, 1 / Math.sqrt(shape.getLast())));
    }
    return Tensor.ofFloats(TensorType.F32, shape, values);
  }

  static LanguageModel model(DeviceMemory memory, Model model, long seed) throws IOException {
    return LanguageModel.load(memory, model, weights(model, seed), Precision.FLOAT32);
  }

  /** A library that holds a few steps of training for every replacement of a space. */
  static BlockLibrary library(
      Path folder,
      SearchSpace space,
      TensorSource weights,
      Distillation.Pairing pairing,
      LanguageModel teacher,
      DeviceMemory memory)
      throws IOException {
    List<TokenBatch> batches =
        LongStream.range(31, 37).mapToObj(seed -> batch(sequences(seed, 24, 24, 24))).toList();
    LibraryInputs inputs =
        new LibraryInputs(
            "tiny",
            TokenBatch.digest(batches),
            1,
            Precision.FLOAT32,
            TensorType.F32,
            TensorType.F32,
            Fit.NONE);
    Distillation distillation =
        new Distillation(
            new TrainingSettings(new LearningRate(0.004, 1, 12, 0.1), 0, 10),
            pairing,
            Distillation.Form.SEPARATE,
            5);
    TaskStore store = new TaskStore(folder);
    LibraryPlan plan = new LibraryPlan(space, inputs, distillation, store);
    BlockLibrary library = new BlockLibrary(plan, () -> weights, store);
    new BlockDistiller(library, teacher.runner(), batches)
        .distill(memory, ActivationStore.inMemory(), statistics -> {});
    return library;
  }

  static List<TokenSequence> sequences(long seed, int... lengths) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenSequence> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(
          TokenSequence.of(random.ints(length, 0, VOCABULARY).toArray(), "task", List.of()));
    }
    return sequences;
  }

  static TokenBatch batch(List<TokenSequence> sequences) {
    return TokenBatch.ofAllTokens(sequences.stream().map(TokenSequence::ids).toList(), VOCABULARY);
  }

  /** Log probabilities behind each token of a sequence that goes through the model alone. */
  static double[][] logProbabilities(DeviceMemory memory, LanguageModel model, int[] ids) {
    int vocabulary = model.model().common().vocabularySize();
    float[] logits;
    try (DeviceMemory scope = memory.newScope()) {
      TokenBatch alone = TokenBatch.ofAllTokens(List.of(ids), vocabulary);
      logits = model.forward(alone.ids(scope)).toFloats();
    }
    double[][] all = new double[ids.length][vocabulary];
    for (int position = 0; position < ids.length; position++) {
      double sum = 0;
      for (int token = 0; token < vocabulary; token++) {
        all[position][token] = logits[position * vocabulary + token];
        sum += Math.exp(all[position][token]);
      }
      for (int token = 0; token < vocabulary; token++) {
        all[position][token] -= Math.log(sum);
      }
    }
    return all;
  }

  static int likeliest(double[] logProbabilities) {
    int best = 0;
    for (int token = 1; token < logProbabilities.length; token++) {
      if (logProbabilities[token] > logProbabilities[best]) {
        best = token;
      }
    }
    return best;
  }
}
