package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A whole model in libtorch, homogeneous or not: for training and for measuring assembled children.
 * Everything that visits one layer at a time loads {@link BlockWeights} instead.
 */
public final class LanguageModel implements AutoCloseable {

  private final DeviceMemory memory;
  private final Model model;
  private final BlockRunner runner;
  private final DeviceTensor embedding;
  private final List<BlockWeights> blocks;
  private final LanguageHead head;

  private LanguageModel(DeviceMemory memory, Model model, BlockRunner runner, TensorSource source)
      throws IOException {
    this.memory = memory;
    this.model = model;
    this.runner = runner;
    this.embedding = memory.load(source.tensor(TensorNames.EMBEDDING));
    List<BlockWeights> loaded = new ArrayList<>();
    for (int layer = 0; layer < model.layers().size(); layer++) {
      loaded.add(BlockWeights.load(memory, model, source, layer));
    }
    this.blocks = List.copyOf(loaded);
    this.head =
        new LanguageHead(
            memory.newScope(),
            runner,
            memory.load(source.tensor(TensorNames.FINAL_NORM)),
            model.common().tiedEmbeddings()
                ? embedding
                : memory.load(source.tensor(TensorNames.LM_HEAD)));
  }

  /**
   * Loads all weights as float32.
   *
   * @throws IOException if a tensor is missing or unreadable
   * @throws IllegalArgumentException if the model can be priced, but not computed
   */
  public static LanguageModel load(
      DeviceMemory parent, Model model, TensorSource source, Precision precision)
      throws IOException {
    Optional<String> objection = model.objectionToComputing();
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
    DeviceMemory memory = parent.newScope();
    boolean loaded = false;
    try {
      BlockRunner runner = new BlockRunner(memory, model.common(), precision);
      LanguageModel opened = new LanguageModel(memory, model, runner, source);
      loaded = true;
      return opened;
    } finally {
      if (!loaded) {
        memory.close();
      }
    }
  }

  /** The shape. */
  public Model model() {
    return model;
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
  public DeviceTensor embed(DeviceTensor ids) {
    return runner.embed(ids, embedding);
  }

  /** The final norm and the LM head, freed with this. */
  public LanguageHead head() {
    return head;
  }

  /** Hidden states after the last layer, in the memory of {@code ids}. */
  public DeviceTensor hidden(DeviceTensor ids) {
    DeviceTensor hidden = embed(ids);
    for (BlockWeights block : blocks) {
      hidden = runner.pass(block, hidden);
    }
    return hidden;
  }

  /** Logits {@code [batch, tokens, vocabulary]} in the memory of {@code ids}. */
  public DeviceTensor forward(DeviceTensor ids) {
    return head.logits(hidden(ids));
  }

  /** All tensors by their Hugging Face names, each once. */
  SequencedMap<String, DeviceTensor> parameters() {
    SequencedMap<String, DeviceTensor> parameters = new LinkedHashMap<>();
    for (int layer = 0; layer < blocks.size(); layer++) {
      int index = layer;
      blocks
          .get(layer)
          .all()
          .forEach((suffix, tensor) -> parameters.put(TensorNames.ofLayer(index, suffix), tensor));
    }
    parameters.put(TensorNames.EMBEDDING, embedding);
    parameters.put(TensorNames.FINAL_NORM, head.norm());
    if (!model.common().tiedEmbeddings()) {
      parameters.put(TensorNames.LM_HEAD, head.table());
    }
    return parameters;
  }

  /** Frees weights and kernels. */
  @Override
  public void close() {
    memory.close();
  }
}
