package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.library.TrainingStatistics.Weights;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.task.TaskStore.FileWriter;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.NativeSource;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.blocklib.train.Training;
import io.github.puzzle4j.blocklib.train.VariantTrainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Stores the results of one training, each tensor once. */
final class TrainingResults {

  private final BlockLibrary library;
  private final Train train;
  private final List<TrainingStatistics> statistics = new ArrayList<>();
  private final SequencedMap<String, DeviceTensor> tensors = new LinkedHashMap<>();

  TrainingResults(BlockLibrary library, Train train) {
    this.library = library;
    this.train = train;
  }

  List<TrainingStatistics> statistics() {
    return statistics;
  }

  /**
   * Writes the trained weights if they have the lower loss, else the initial ones; nothing where a
   * replacement can be made from what is stored already.
   */
  void write(
      DeviceMemory parent,
      Training training,
      List<VariantTrainer.Result> results,
      SequencedMap<String, DeviceTensor> parameters)
      throws IOException {
    try (DeviceMemory scope = parent.newScope()) {
      for (int i = 0; i < results.size(); i++) {
        VariantTrainer.Result result = results.get(i);
        Replacement replacement = train.replacements().get(i);
        Weights form = form(replacement, result.improved());
        if (form == Weights.STORED) {
          SequencedMap<String, DeviceTensor> from =
              result.improved() ? parameters : training.start().parameters(scope);
          put(replacement, training.views().get(i).cut().weights(scope, from));
        } else if (form == Weights.SLICE_OF_SHARED) {
          parameters.forEach(
              (suffix, tensor) -> tensors.put(LibraryTensor.sharedName(suffix), tensor));
        }
        statistics.add(
            new TrainingStatistics(
                replacement,
                train.part(),
                result.before(),
                result.improved() ? result.after() : result.before(),
                result.steps(),
                form));
      }
      SequencedMap<String, FileWriter> files = new LinkedHashMap<>();
      if (!tensors.isEmpty()) {
        files.put(
            LibraryTensor.FILE,
            path ->
                SafetensorsWriter.write(
                    path, new NativeSource(Map.of(), tensors, library.plan().inputs().stored())));
      }
      // Variants that share their weights are trained together.
      LossCurve losses = results.getFirst().losses();
      library.store().write(train, losses.beside(new Train.Result(statistics)), files);
    }
  }

  private void put(Replacement replacement, SequencedMap<String, DeviceTensor> weights) {
    weights.forEach((name, tensor) -> {
      String full =
          switch (train.part()) {
            case ATTENTION, FFN -> LibraryTensor.prefix(replacement, 0) + name;
            case BLOCK -> replacement.variant() + "/" + name;
          };
      tensors.put(full, tensor);
    });
  }

  private Weights form(Replacement replacement, boolean improved) throws IOException {
    return switch (train.part()) {
      case ATTENTION -> Weights.STORED;
      case FFN -> {
        Ffn ffn = replacement.instead().getFirst().ffn();
        if (train.isShared() && improved) {
          yield Weights.SLICE_OF_SHARED;
        }
        yield !improved && isSliceOfTeacher(replacement, ffn)
            ? Weights.SLICE_OF_TEACHER
            : Weights.STORED;
      }
      case BLOCK -> improved || replacement.span().length() > 1 ? Weights.STORED : Weights.COMPOSED;
    };
  }

  /** Whether the initial weights are channels of the teacher's FFN in the type that is stored. */
  private boolean isSliceOfTeacher(Replacement replacement, Ffn ffn) throws IOException {
    int layer = replacement.span().first();
    Ffn own = library.plan().teacher().layers().get(layer).ffn();
    if (!SubblockTensors.of(ffn).hasChannels() || !SubblockTensors.of(own).hasChannels()) {
      return false;
    }
    int hidden = library.plan().teacher().hiddenSize();
    for (String suffix : own.tensors(hidden).keySet()) {
      if (library.teacher().spec(TensorNames.ofLayer(layer, suffix)).type()
          != library.plan().inputs().stored()) {
        return false;
      }
    }
    return true;
  }
}
