package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a teacher while it is visited: its weights, and what is at its boundaries.
 * Activations are computed on request.
 */
public final class TeacherLayer implements AutoCloseable {

  private final DeviceMemory scope;
  private final int index;
  private final BlockWeights weights;
  private final BoundaryActivations inputs;
  private final BlockRunner runner;
  private final Places places;
  private @Nullable BoundaryActivations middles;
  private @Nullable BoundaryActivations outputs;

  /** Where activations are kept, and under which names. */
  record Places(ActivationStore store, DeviceMemory owner, List<List<Long>> shapes, String key) {

    String inputs(int layer) {
      return "%s-layer-%03d".formatted(key, layer);
    }

    String middles(int layer) {
      return inputs(layer) + "-middle";
    }

    /** The activations of an earlier run, else computed now. */
    BoundaryActivations keep(String name, ActivationStore.Producer producer) throws IOException {
      Optional<BoundaryActivations> found = store.find(name, shapes);
      return found.isPresent() ? found.get() : store.keep(owner, name, shapes, producer);
    }

    /** Removes what a run left that was killed. */
    void discardFound(String name) throws IOException {
      Optional<BoundaryActivations> found = store.find(name, shapes);
      if (found.isPresent()) {
        found.get().discard();
      }
    }
  }

  TeacherLayer(
      DeviceMemory scope,
      int index,
      BlockWeights weights,
      BoundaryActivations inputs,
      BlockRunner runner,
      Places places) {
    this.scope = scope;
    this.index = index;
    this.weights = weights;
    this.inputs = inputs;
    this.runner = runner;
    this.places = places;
  }

  /** Freed when the visit ends. */
  public DeviceMemory scope() {
    return scope;
  }

  /** Number of the layer, counted from 0. */
  public int index() {
    return index;
  }

  /** A name for this place and these batches, part of file names. */
  public String place() {
    return places.inputs(index);
  }

  /** Shapes of the hidden states of each batch. */
  public List<List<Long>> shapes() {
    return places.shapes();
  }

  /** The layer's own weights. */
  public BlockWeights weights() {
    return weights;
  }

  /** The inputs of the layer. */
  public BoundaryActivations inputs() {
    return inputs;
  }

  /** Outputs of the attention subblock, inputs of the FFN; freed when the visit ends. */
  public BoundaryActivations middles() throws IOException {
    if (middles == null) {
      middles =
          places.keep(
              places.middles(index),
              (inner, batch) ->
                  runner.attention(
                      weights.layer().attention(),
                      inputs.batch(inner, batch),
                      weights.attention()));
    }
    return middles;
  }

  /** The outputs of the layer. */
  public BoundaryActivations outputs() throws IOException {
    if (outputs == null) {
      outputs = places.keep(places.inputs(index + 1), this::output);
    }
    return outputs;
  }

  /**
   * Not from middles that were rounded: outputs must not depend on whether a visitor requested
   * middles.
   */
  private DeviceTensor output(DeviceMemory inner, int batch) {
    return middles != null && middles.isExact()
        ? runner.ffn(weights.layer().ffn(), middles.batch(inner, batch), weights.ffn())
        : runner.block(weights, inputs.batch(inner, batch));
  }

  /** Ends a successful visit; only outputs are kept, if they are needed. */
  void finish(boolean keepOutputs) throws IOException {
    inputs.discard();
    if (middles == null) {
      places.discardFound(places.middles(index));
    } else {
      middles.discard();
    }
    if (outputs != null && !keepOutputs) {
      outputs.discard();
    }
  }

  /** Frees memory; the inputs belong to the walk. */
  @Override
  public void close() {
    if (middles != null) {
      middles.close();
    }
    if (outputs != null) {
      outputs.close();
    }
  }
}
