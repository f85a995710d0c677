package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.export.huggingface.FamilyMixes;

/**
 * {@link FamilyMixes} in sizes that all engines compute: heads of 64, and widths that are multiples
 * of the blocks of GGUF's types, but for one.
 */
final class MatrixChildren {

  private static final int HIDDEN = 256;
  private static final int HEAD_WIDTH = 64;

  private MatrixChildren() {}

  static Model model(String family, String mix) {
    Model small = FamilyMixes.model(family, mix);
    CommonParts common = small.common();
    return new Model(
        new CommonParts(
            common.family(),
            common.vocabularySize(),
            HIDDEN,
            common.rotary(),
            common.normEpsilon(),
            common.maxPositions(),
            common.tiedEmbeddings(),
            common.specialTokens(),
            common.storedWeights()),
        small.layers().stream().map(MatrixChildren::enlarged).toList());
  }

  private static Layer enlarged(Layer layer) {
    Layer wide =
        layer.attention() instanceof SoftmaxAttention own
            ? layer.with(
                new SoftmaxAttention(
                    new AttentionShape(own.heads().heads(), own.heads().kvHeads(), HEAD_WIDTH),
                    own.window(),
                    own.biases(),
                    own.headNorm()))
            : layer;
    return wide.ffn() instanceof GatedFfn(int channels)
        ? wide.with(new GatedFfn(channels == 37 ? 300 : channels * 8))
        : wide;
  }
}
