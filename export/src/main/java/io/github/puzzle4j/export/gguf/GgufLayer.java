package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import java.util.ArrayList;
import java.util.List;

/**
 * One layer of a GGUF file: optionally something in the place of attention, always an FFN.
 *
 * <p>The file's layers are not the child's. A child is a row of residual subblocks; here they are
 * packed anew, so that what is left out takes no place, and a linear FFN, which the file format
 * does not know, takes the place of an attention. Where no FFN follows, one of zeros does: loaders
 * skip the residual of a layer without FFN, or refuse it.
 */
record GgufLayer(Mixer mixer, Ffn ffn) {

  /** Channels of an FFN of zeros: one block of the smallest quantised types. */
  static final int ZERO_FFN_CHANNELS = 32;

  /** What stands in the place of attention. */
  sealed interface Mixer {

    /** Nothing. */
    record None() implements Mixer {}

    /** Softmax attention of the child's {@code layer}. */
    record Softmax(int layer, int kvHeads) implements Mixer {}

    /** One matrix after a norm, under these full names in the child. */
    record Matrix(String norm, String matrix) implements Mixer {}

    /** A matrix of zeros. */
    record ZeroMatrix() implements Mixer {}
  }

  /** What stands in the place of the FFN. */
  sealed interface Ffn {

    /** Width of gate and up projection. */
    int channels();

    /** The gated FFN of the child's {@code layer}. */
    record Gated(int layer, int channels) implements Ffn {}

    /** An FFN whose output is zero. */
    record Zero() implements Ffn {
      @Override
      public int channels() {
        return ZERO_FFN_CHANNELS;
      }
    }
  }

  /** Packs a child's subblocks into as few layers as hold them; at least one. */
  static List<GgufLayer> pack(Architecture child) {
    Packing packing = new Packing();
    for (int layer = 0; layer < child.blocks().size(); layer++) {
      BlockVariant block = child.blocks().get(layer);
      addAttention(packing, child.config(), layer, block.attention());
      addFfn(packing, child.config(), layer, block.ffn());
    }
    return packing.finish();
  }

  private static void addAttention(
      Packing packing, ModelConfig config, int layer, AttentionVariant attention) {
    switch (attention) {
      case AttentionVariant.Teacher() ->
          packing.add(new Mixer.Softmax(layer, config.attention().kvHeads()));
      case AttentionVariant.GroupedQuery(int kvHeads) ->
          packing.add(new Mixer.Softmax(layer, kvHeads));
      case AttentionVariant.SlidingWindow(_) ->
          throw new IllegalStateException("there was an objection to " + attention.id());
      case AttentionVariant.Linear() ->
          packing.add(matrix(layer, TensorNames.ATTENTION_NORM, TensorNames.LINEAR_ATTENTION));
      case AttentionVariant.NoOp() -> {
        // Takes no place.
      }
    }
  }

  private static void addFfn(Packing packing, ModelConfig config, int layer, FfnVariant ffn) {
    switch (ffn) {
      case FfnVariant.Teacher(), FfnVariant.Pruned(_) ->
          packing.add(new Ffn.Gated(layer, ffn.channels(config)));
      case FfnVariant.Experts(_) ->
          throw new IllegalStateException("there was an objection to " + ffn.id());
      case FfnVariant.Linear() ->
          packing.add(matrix(layer, TensorNames.FFN_NORM, TensorNames.LINEAR_FFN));
      case FfnVariant.NoOp() -> {
        // Takes no place.
      }
    }
  }

  private static Mixer matrix(int layer, String norm, String matrix) {
    return new Mixer.Matrix(TensorNames.ofLayer(layer, norm), TensorNames.ofLayer(layer, matrix));
  }

  /** Layers under construction; {@code waiting} is a mixer whose FFN has not come yet. */
  private static final class Packing {

    private final List<GgufLayer> layers = new ArrayList<>();
    private Mixer waiting = new Mixer.None();

    void add(Mixer mixer) {
      flush();
      waiting = mixer;
    }

    void add(Ffn ffn) {
      // Loaders size their heads by the first layer: it cannot be without.
      boolean bareStart = layers.isEmpty() && waiting instanceof Mixer.None;
      layers.add(new GgufLayer(bareStart ? new Mixer.ZeroMatrix() : waiting, ffn));
      waiting = new Mixer.None();
    }

    private void flush() {
      if (!(waiting instanceof Mixer.None)) {
        add(new Ffn.Zero());
      }
    }

    List<GgufLayer> finish() {
      flush();
      if (layers.isEmpty()) {
        add(new Ffn.Zero());
      }
      return List.copyOf(layers);
    }
  }
}
