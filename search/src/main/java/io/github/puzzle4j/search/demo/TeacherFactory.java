package io.github.puzzle4j.search.demo;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.demo.BpeTrainer;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import io.github.puzzle4j.blocklib.demo.SyntheticBatches;
import io.github.puzzle4j.blocklib.demo.SyntheticCorpus;
import io.github.puzzle4j.blocklib.task.OwnedFolder;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TeacherTrainer;
import io.github.puzzle4j.blocklib.train.TrainingListener;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Evaluator;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains a small teacher and writes its folder: tokenizer, weights in bf16, config, model card. */
public final class TeacherFactory {

  private static final int VOCABULARY_TEXTS = 4000;
  private static final int LARGEST_VOCABULARY = 1024;
  private static final int HELD_OUT_TEXTS = 1000;
  private static final int ROWS_PER_BATCH = 16;
  private static final int STEPS_PER_POINT = 50;
  private static final String STATE = ".training.safetensors";
  private static final String CURVE = ".training-curve.json";

  private static final OwnedFolder.Layout LAYOUT =
      new OwnedFolder.Layout(List.of(), List.of(STATE, CURVE, "*.{json,safetensors}", "README.md"));

  private final Progress progress;
  private final ComputeDevice device;

  /**
   * @param progress reports the training and the evaluation
   * @param device runs both
   */
  public TeacherFactory(Progress progress, ComputeDevice device) {
    this.progress = progress;
    this.device = device;
  }

  /**
   * Trains a teacher; resumes an interrupted training in the same folder.
   *
   * @throws InvalidInputException if another process works in the folder
   * @throws IOException if the folder cannot be written
   */
  public TeacherReport make(TeacherRecipe recipe, Path folder) throws IOException {
    try (OwnedFolder _ = OwnedFolder.open(folder, LAYOUT, progress::warn)) {
      return makeOwned(recipe, folder);
    }
  }

  private TeacherReport makeOwned(TeacherRecipe recipe, Path folder) throws IOException {
    SyntheticCorpus corpus = SyntheticCorpus.standard(recipe.seed());
    BpeVocabulary vocabulary = vocabulary(corpus);
    vocabulary.write(folder, recipe.tokens());
    Model model = recipe.model(vocabulary);
    try (DeviceMemory memory = device.memory();
        TextTokenizer tokenizer = TextTokenizer.open(folder)) {
      LossCurve curve = LossCurve.open(folder.resolve(CURVE), STEPS_PER_POINT);
      TensorSource trained = train(memory, recipe, model, corpus, tokenizer, folder, curve);
      CheckpointWriter.write(
          folder, model, rounded(trained), TensorType.BF16, CheckpointWriter.DEFAULT_SHARD_BYTES);
      Files.deleteIfExists(folder.resolve(STATE));
      Evaluation heldOut = evaluate(memory, folder, corpus, tokenizer);
      TeacherReport report = new TeacherReport(recipe, model.parameters(), curve.close(), heldOut);
      AtomicFile.writeString(folder.resolve("README.md"), ModelCard.of(report, vocabulary.size()));
      return report;
    }
  }

  private static BpeVocabulary vocabulary(SyntheticCorpus corpus) {
    SyntheticCorpus.Reader reader = corpus.reader(CorpusSplit.TRAIN);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < VOCABULARY_TEXTS; i++) {
      texts.add(reader.next(1).text());
    }
    return BpeTrainer.train(texts, LARGEST_VOCABULARY);
  }

  private TensorSource train(
      DeviceMemory memory,
      TeacherRecipe recipe,
      Model model,
      SyntheticCorpus corpus,
      TextTokenizer tokenizer,
      Path folder,
      LossCurve curve)
      throws IOException {
    SyntheticBatches batches =
        new SyntheticBatches(
            corpus,
            tokenizer,
            model.common().vocabularySize(),
            recipe.rows(),
            recipe.tokens(),
            recipe.stepsUntilHardest());
    TeacherTrainer trainer = new TeacherTrainer(model, recipe.training(), folder.resolve(STATE));
    try (ProgressTask task = progress.start("train", recipe.steps())) {
      return trainer.train(
          memory,
          batches,
          new TrainingListener() {
            @Override
            public void step(int stepsDone, double loss) {
              curve.add(stepsDone, loss);
              task.step(1);
              if (stepsDone % STEPS_PER_POINT == 0) {
                task.note("loss %.3f".formatted(curve.last()));
              }
            }

            @Override
            public void startedAgain(String why) {
              task.warn(why);
            }

            @Override
            public void lost(LostStep step) {
              task.warn(step.toString());
            }
          });
    }
  }

  private static TensorSource rounded(TensorSource trained) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : trained.names()) {
      tensors.put(name, trained.tensor(name).as(TensorType.BF16));
    }
    return TensorSource.of(tensors);
  }

  private Evaluation evaluate(
      DeviceMemory memory, Path folder, SyntheticCorpus corpus, TextTokenizer tokenizer)
      throws IOException {
    SyntheticCorpus.Reader reader = corpus.reader(CorpusSplit.HELD_OUT);
    List<TokenSequence> sequences = new ArrayList<>();
    for (int i = 0; i < HELD_OUT_TEXTS; i++) {
      sequences.add(tokenizer.encodeWhole(reader.next(1)).orElseThrow());
    }
    try (Checkpoint stored = Checkpoint.open(folder);
        LanguageModel model =
            LanguageModel.load(memory, stored.model(), stored, Precision.FLOAT32);
        ProgressTask task = progress.start("evaluate", sequences.size())) {
      return new Evaluator(ROWS_PER_BATCH)
          .evaluate(memory, model, Optional.empty(), sequences, task::step);
    }
  }
}
