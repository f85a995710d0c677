package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One layer of a GGUF file: an optional mixer in the position of attention, and an FFN.
 *
 * <p>The file's layers differ from the child's: the child's sequence of residual subblocks is
 * packed again, without removed subblocks, and a linear FFN, which the format does not support, is
 * stored in the position of attention. A layer without FFN gets one of zeros, since loaders skip
 * the residual of such a layer or reject it.
 */
record GgufLayer(Mixer mixer, Channels ffn) {

  /** Channels of an FFN of zeros: one block of the smallest quantised types. */
  static final int ZERO_FFN_CHANNELS = 32;

  /** The subblock in the position of attention. */
  sealed interface Mixer {

    /** Its softmax attention; empty if it is another kind. */
    default Optional<SoftmaxAttention> attention() {
      return Optional.empty();
    }

    /** Nothing. */
    record None() implements Mixer {}

    /** Softmax attention of the child's {@code layer}. */
    record Softmax(int layer, SoftmaxAttention own) implements Mixer {
      @Override
      public Optional<SoftmaxAttention> attention() {
        return Optional.of(own);
      }
    }

    /** One matrix after a norm, under these full names in the child. */
    record Matrix(String norm, String matrix) implements Mixer {}

    /** A matrix of zeros. */
    record ZeroMatrix() implements Mixer {}
  }

  /** The subblock in the position of the FFN. */
  sealed interface Channels {

    /** Width of gate and up projection. */
    int channels();

    /** The gated FFN of the child's {@code layer}. */
    record Gated(int layer, int channels) implements Channels {}

    /** An FFN whose output is zero. */
    record Zero() implements Channels {
      @Override
      public int channels() {
        return ZERO_FFN_CHANNELS;
      }
    }
  }

  /** Packs a child's subblocks into as few layers as possible; at least one. */
  static List<GgufLayer> pack(Model child) {
    Packing packing = new Packing();
    for (int position = 0; position < child.layers().size(); position++) {
      Layer layer = child.layers().get(position);
      addAttention(packing, position, layer.attention());
      addFfn(packing, position, layer.ffn());
    }
    return packing.finish();
  }

  private static void addAttention(Packing packing, int position, Attention attention) {
    switch (attention) {
      case SoftmaxAttention own -> packing.add(new Mixer.Softmax(position, own));
      case LinearAttention _ ->
          packing.add(matrix(position, SoftmaxAttention.NORM, LinearAttention.MATRIX));
      case NoAttention _ -> {
        // Takes no place.
      }
    }
  }

  private static void addFfn(Packing packing, int position, Ffn ffn) {
    switch (ffn) {
      case GatedFfn(int channels) -> packing.add(new Channels.Gated(position, channels));
      case LinearFfn _ -> packing.add(matrix(position, GatedFfn.NORM, LinearFfn.MATRIX));
      case NoFfn _ -> {
        // Takes no place.
      }
      case ExpertsFfn _ -> throw new IllegalStateException("there was an objection to " + ffn.id());
    }
  }

  private static Mixer matrix(int layer, String norm, String matrix) {
    return new Mixer.Matrix(TensorNames.ofLayer(layer, norm), TensorNames.ofLayer(layer, matrix));
  }

  /** Layers under construction; {@code waiting} is a mixer without its FFN yet. */
  private static final class Packing {

    private final List<GgufLayer> layers = new ArrayList<>();
    private Mixer waiting = new Mixer.None();

    void add(Mixer mixer) {
      flush();
      waiting = mixer;
    }

    void add(Channels ffn) {
      // Loaders read head sizes from the first layer, so it needs a mixer.
      boolean bareStart = layers.isEmpty() && waiting instanceof Mixer.None;
      layers.add(new GgufLayer(bareStart ? new Mixer.ZeroMatrix() : waiting, ffn));
      waiting = new Mixer.None();
    }

    private void flush() {
      if (!(waiting instanceof Mixer.None)) {
        add(new Channels.Zero());
      }
    }

    List<GgufLayer> finish() {
      flush();
      if (layers.isEmpty()) {
        add(new Channels.Zero());
      }
      return List.copyOf(layers);
    }
  }
}
