package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model whose layers differ in doubles and plain loops, to hold exports against. It knows layers
 * by the tensors they have, and by the model only their windows.
 */
public final class ReferenceModel {

  private final CommonParts common;
  private final int layers;
  private final List<Integer> windows;
  private final int headDim;
  private final Map<String, double[]> weights = new HashMap<>();

  /** Reads all tensors. */
  public ReferenceModel(Model model, TensorSource tensors) throws IOException {
    this.common = model.common();
    this.layers = model.layers().size();
    this.windows =
        model.layers().stream()
            .map(layer -> layer.attention().cache().map(cache -> cache.window()).orElse(0))
            .toList();
    this.headDim = model.firstSoftmax().map(attention -> attention.heads().headDim()).orElse(0);
    for (String name : tensors.names()) {
      Tensor tensor = tensors.tensor(name);
      float[] floats = tensor.toFloats();
      double[] values = new double[floats.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = floats[i];
      }
      weights.put(name, values);
    }
  }

  /** The logits after the last token. */
  public double[] logits(List<Integer> ids) {
    double[][] x = states(ids);
    return head(x[x.length - 1]);
  }

  /** Nats per predicted token of a text. */
  public double loss(List<Integer> ids) {
    double[][] x = states(ids);
    double total = 0;
    for (int t = 0; t + 1 < x.length; t++) {
      double[] logits = head(x[t]);
      double sum = Arrays.stream(logits).map(Math::exp).sum();
      total += Math.log(sum) - logits[ids.get(t + 1)];
    }
    return total / (x.length - 1);
  }

  private double[] head(double[] state) {
    String table = has("lm_head.weight") ? "lm_head.weight" : "model.embed_tokens.weight";
    return multiply(weight(table), norm(state, "model.norm.weight"));
  }

  private double[][] states(List<Integer> ids) {
    int hidden = common.hiddenSize();
    double[][] x = new double[ids.size()][hidden];
    double[] embedding = weight("model.embed_tokens.weight");
    for (int t = 0; t < x.length; t++) {
      System.arraycopy(embedding, ids.get(t) * hidden, x[t], 0, hidden);
    }
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      if (has(prefix + "self_attn.q_proj.weight")) {
        attend(prefix, x, windows.get(layer) == 0 ? x.length : windows.get(layer));
      } else if (has(prefix + "self_attn.linear_attn.weight")) {
        linear(x, prefix + "input_layernorm.weight", prefix + "self_attn.linear_attn.weight");
      }
      if (has(prefix + "mlp.gate_proj.weight")) {
        feedForward(prefix, x);
      } else if (has(prefix + "mlp.linear_mlp.weight")) {
        linear(x, prefix + "post_attention_layernorm.weight", prefix + "mlp.linear_mlp.weight");
      }
    }
    return x;
  }

  private void attend(String prefix, double[][] x, int window) {
    int heads = weight(prefix + "self_attn.q_proj.weight").length / common.hiddenSize() / headDim;
    double[][] q = new double[x.length][];
    double[][] k = new double[x.length][];
    double[][] v = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] h = norm(x[t], prefix + "input_layernorm.weight");
      q[t] = rotate(headNorm(project(prefix + "self_attn.q_", h), prefix + "self_attn.q_"), t);
      k[t] = rotate(headNorm(project(prefix + "self_attn.k_", h), prefix + "self_attn.k_"), t);
      v[t] = project(prefix + "self_attn.v_", h);
    }
    int group = heads * headDim / k[0].length;
    for (int t = 0; t < x.length; t++) {
      double[] mixed = new double[heads * headDim];
      for (int head = 0; head < heads; head++) {
        int own = head * headDim;
        int shared = head / group * headDim;
        double[] share = new double[t + 1];
        double sum = 0;
        for (int s = Math.max(0, t - window + 1); s <= t; s++) {
          double score = 0;
          for (int i = 0; i < headDim; i++) {
            score += q[t][own + i] * k[s][shared + i];
          }
          share[s] = Math.exp(score / Math.sqrt(headDim));
          sum += share[s];
        }
        for (int s = Math.max(0, t - window + 1); s <= t; s++) {
          for (int i = 0; i < headDim; i++) {
            mixed[own + i] += share[s] / sum * v[s][shared + i];
          }
        }
      }
      add(x[t], project(prefix + "self_attn.o_", mixed));
    }
  }

  private double[] project(String prefix, double[] input) {
    double[] result = multiply(weight(prefix + "proj.weight"), input);
    if (has(prefix + "proj.bias")) {
      add(result, weight(prefix + "proj.bias"));
    }
    return result;
  }

  private double[] headNorm(double[] heads, String prefix) {
    if (!has(prefix + "norm.weight")) {
      return heads;
    }
    double[] result = new double[heads.length];
    for (int start = 0; start < heads.length; start += headDim) {
      double[] head = Arrays.copyOfRange(heads, start, start + headDim);
      System.arraycopy(norm(head, prefix + "norm.weight"), 0, result, start, headDim);
    }
    return result;
  }

  private double[] rotate(double[] heads, int position) {
    double[] rotated = new double[heads.length];
    for (int start = 0; start < heads.length; start += headDim) {
      for (int i = 0; i < headDim / 2; i++) {
        double angle = position * common.rotary().scaledFrequency(i, headDim);
        double factor = common.rotary().attentionFactor();
        double a = heads[start + i] * factor;
        double b = heads[start + i + headDim / 2] * factor;
        rotated[start + i] = a * Math.cos(angle) - b * Math.sin(angle);
        rotated[start + i + headDim / 2] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    return rotated;
  }

  private void feedForward(String prefix, double[][] x) {
    for (double[] row : x) {
      double[] h = norm(row, prefix + "post_attention_layernorm.weight");
      double[] gate = multiply(weight(prefix + "mlp.gate_proj.weight"), h);
      double[] up = multiply(weight(prefix + "mlp.up_proj.weight"), h);
      for (int i = 0; i < gate.length; i++) {
        up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
      }
      add(row, multiply(weight(prefix + "mlp.down_proj.weight"), up));
    }
  }

  private void linear(double[][] x, String norm, String matrix) {
    for (double[] row : x) {
      add(row, multiply(weight(matrix), norm(row, norm)));
    }
  }

  private double[] norm(double[] row, String name) {
    double square = 0;
    for (double value : row) {
      square += value * value;
    }
    double scale = 1 / Math.sqrt(square / row.length + common.normEpsilon());
    double[] weight = weight(name);
    double[] result = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      result[i] = row[i] * scale * weight[i];
    }
    return result;
  }

  private static double[] multiply(double[] matrix, double[] vector) {
    double[] result = new double[matrix.length / vector.length];
    for (int row = 0; row < result.length; row++) {
      double sum = 0;
      for (int i = 0; i < vector.length; i++) {
        sum += matrix[row * vector.length + i] * vector[i];
      }
      result[row] = sum;
    }
    return result;
  }

  private static void add(double[] target, double[] values) {
    for (int i = 0; i < target.length; i++) {
      target[i] += values[i];
    }
  }

  private boolean has(String name) {
    return weights.containsKey(name);
  }

  private double[] weight(String name) {
    double[] values = weights.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no tensor '%s'".formatted(name));
    }
    return values;
  }
}
