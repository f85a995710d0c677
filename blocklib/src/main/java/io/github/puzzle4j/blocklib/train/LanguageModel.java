package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A whole model in libtorch, homogeneous or not: for training and for measuring assembled children.
 * Everything that visits one layer at a time loads {@link BlockWeights} instead.
 */
public final class LanguageModel implements AutoCloseable {

  private final DeviceMemory memory;
  private final Architecture architecture;
  private final BlockRunner runner;
  private final DeviceTensor embedding;
  private final List<BlockWeights> blocks;
  private final DeviceTensor finalNorm;
  private final DeviceTensor head;

  private LanguageModel(
      DeviceMemory memory, Architecture architecture, BlockRunner runner, TensorSource source)
      throws IOException {
    this.memory = memory;
    this.architecture = architecture;
    this.runner = runner;
    this.embedding = memory.load(source.tensor(TensorNames.EMBEDDING));
    List<BlockWeights> loaded = new ArrayList<>();
    for (int layer = 0; layer < architecture.blocks().size(); layer++) {
      loaded.add(
          BlockWeights.load(
              memory, architecture.config(), source, layer, architecture.blocks().get(layer)));
    }
    this.blocks = List.copyOf(loaded);
    this.finalNorm = memory.load(source.tensor(TensorNames.FINAL_NORM));
    this.head =
        architecture.config().tiedEmbeddings()
            ? embedding
            : memory.load(source.tensor(TensorNames.LM_HEAD));
  }

  /**
   * Loads all weights as float32.
   *
   * @throws IOException if a tensor is missing or unreadable
   */
  public static LanguageModel load(
      DeviceMemory parent, Architecture architecture, TensorSource source, Precision precision)
      throws IOException {
    DeviceMemory memory = parent.newScope();
    boolean loaded = false;
    try {
      BlockRunner runner = new BlockRunner(memory, architecture.config(), precision);
      LanguageModel model = new LanguageModel(memory, architecture, runner, source);
      loaded = true;
      return model;
    } finally {
      if (!loaded) {
        memory.close();
      }
    }
  }

  /** Shape and variants. */
  public Architecture architecture() {
    return architecture;
  }

  /** What computes this model's parts. */
  public BlockRunner runner() {
    return runner;
  }

  /** The layers, first to last. */
  public List<BlockWeights> blocks() {
    return blocks;
  }

  /** Hidden states before the first layer, in the memory of {@code ids}. */
  public DeviceTensor embed(DeviceTensor ids, boolean training) {
    return runner.embed(ids, embedding, training);
  }

  /** Logits from the hidden states behind the last layer. */
  public DeviceTensor logits(DeviceTensor hidden, boolean training) {
    return runner.logits(hidden, finalNorm, head, training);
  }

  /** Logits {@code [batch, tokens, vocabulary]} in the memory of {@code ids}. */
  public DeviceTensor forward(DeviceTensor ids, boolean training) {
    DeviceTensor hidden = embed(ids, training);
    for (BlockWeights block : blocks) {
      hidden = runner.block(block, hidden, training);
    }
    return logits(hidden, training);
  }

  /** All arrays by their Hugging Face names, each once. */
  SequencedMap<String, DeviceTensor> parameters() {
    SequencedMap<String, DeviceTensor> parameters = new LinkedHashMap<>();
    for (int layer = 0; layer < blocks.size(); layer++) {
      List<String> names =
          List.copyOf(
              TensorNames.layer(architecture.config(), layer, architecture.blocks().get(layer))
                  .keySet());
      List<DeviceTensor> arrays = blocks.get(layer).all();
      for (int i = 0; i < names.size(); i++) {
        parameters.put(names.get(i), arrays.get(i));
      }
    }
    parameters.put(TensorNames.EMBEDDING, embedding);
    parameters.put(TensorNames.FINAL_NORM, finalNorm);
    if (!architecture.config().tiedEmbeddings()) {
      parameters.put(TensorNames.LM_HEAD, head);
    }
    return parameters;
  }

  /** Frees weights and kernels. */
  @Override
  public void close() {
    memory.close();
  }
}
