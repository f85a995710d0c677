package io.github.puzzle4j.blocklib.tensor.engine;

import static io.github.puzzle4j.blocklib.checkpoint.TensorType.BF16;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.F32;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Parts of a language model, forward and backward, and the optimizer. */
final class ModelChecks {

  private static final List<String> KINDS = List.of("f32", "bf16");
  private static final double EPSILON = 1e-3;
  private static final AdamwSettings SETTINGS = new AdamwSettings(0.02, 0.1);

  private ModelChecks() {}

  static Map<String, Consumer<Trial>> all() {
    Map<String, Consumer<Trial>> checks = new LinkedHashMap<>();
    for (String shape : List.of("tokens", "heads", "wide")) {
      checks.put("RMS norm of " + shape, trial -> norm(trial, "norm." + shape));
    }
    for (String kind : KINDS) {
      checks.put("rotary embedding, " + kind, trial -> rotate(trial, kind));
      checks.put("SwiGLU, " + kind, trial -> swiglu(trial, "swiglu." + kind, type(kind)));
      for (String shape : List.of("plain", "decoding")) {
        checks.put(
            "attention, %s, %s".formatted(shape, kind), trial -> attend(trial, shape, kind, false));
      }
      for (String shape : List.of("causal", "groups", "one_kv_head", "odd", "long")) {
        checks.put(
            "attention, %s, %s".formatted(shape, kind), trial -> attend(trial, shape, kind, true));
      }
      for (String shape : List.of("window", "long_window")) {
        checks.put(
            "attention, %s, %s".formatted(shape, kind), trial -> attend(trial, shape, kind, false));
      }
    }
    checks.put("norm and scale of lists", ModelChecks::lists);
    checks.put("AdamW", ModelChecks::adamw);
    return checks;
  }

  private static TensorType type(String kind) {
    return kind.equals("f32") ? F32 : BF16;
  }

  private static void norm(Trial trial, String name) {
    NativeTensor x = trial.in(name + ".x");
    NativeTensor gain = trial.in(name + ".gain");
    trial.expect(trial.operations.rmsNorm(x, gain, EPSILON), F32, name);
    List<NativeTensor> gradients =
        trial.operations.rmsNormBackward(trial.in(name + ".gradient"), x, gain, EPSILON);
    trial.expect(gradients.get(0), F32, name + ".of_x");
    trial.expect(gradients.get(1), F32, name + ".of_gain");
  }

  private static void rotate(Trial trial, String kind) {
    NativeTensor rotated =
        trial.operations.rotate(
            trial.in("rotate." + kind + ".heads"), trial.in("rotate.cos"), trial.in("rotate.sin"));
    trial.expect(rotated, type(kind), "rotate." + kind);
  }

  private static void swiglu(Trial trial, String name, TensorType type) {
    NativeTensor gate = trial.in(name + ".gate");
    NativeTensor up = trial.in(name + ".up");
    trial.expect(trial.operations.swiglu(gate, up), type, name);
    List<NativeTensor> gradients =
        trial.operations.swigluBackward(trial.in(name + ".gradient"), gate, up);
    trial.expect(gradients.get(0), type, name + ".of_gate");
    trial.expect(gradients.get(1), type, name + ".of_up");
  }

  private static void attend(Trial trial, String shape, String kind, boolean causal) {
    String name = "attention.%s.%s".formatted(shape, kind);
    NativeTensor query = trial.in(name + ".query");
    NativeTensor key = trial.in(name + ".key");
    NativeTensor value = trial.in(name + ".value");
    Optional<NativeTensor> mask =
        shape.endsWith("window") ? Optional.of(trial.in(name + ".mask")) : Optional.empty();
    Attended attended = trial.keep(trial.operations.attention(query, key, value, mask, causal));
    trial.expectOpen(attended.output(), type(kind), name);
    List<NativeTensor> gradients =
        trial.operations.attentionBackward(
            trial.in(name + ".gradient"), query, key, value, mask, causal, attended);
    trial.expect(gradients.get(0), type(kind), name + ".of_query");
    trial.expect(gradients.get(1), type(kind), name + ".of_key");
    trial.expect(gradients.get(2), type(kind), name + ".of_value");
  }

  private static void lists(Trial trial) {
    List<NativeTensor> gradients = gradients(trial);
    trial.expect(trial.operations.norm(gradients), F32, "adamw.norm");
    trial.operations.scale(gradients, trial.scalar(-2));
    trial.operations.add(gradients.get(1), trial.in("adamw.1.gradient"), 2);
    trial.operations.add(gradients.get(0), trial.in("adamw.0.gradient"), 2);
    trial.operations.add(gradients.get(2), trial.in("adamw.2.gradient"), 2);
    NativeTensor norm = trial.keep(trial.operations.norm(gradients));
    Trial.that(Trial.floats(trial.read(norm))[0] == 0, "all is zero now");
  }

  private static List<NativeTensor> gradients(Trial trial) {
    List<NativeTensor> gradients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      gradients.add(trial.in("adamw.%d.gradient".formatted(i)));
    }
    return gradients;
  }

  private static void adamw(Trial trial) {
    Operations operations = trial.operations;
    List<NativeTensor> parameters = new ArrayList<>();
    List<NativeTensor> means = new ArrayList<>();
    List<NativeTensor> squares = new ArrayList<>();
    List<NativeTensor> steps = new ArrayList<>();
    List<NativeTensor> gradients =
        gradients(trial).stream().map(one -> trial.keep(operations.copy(one))).toList();
    for (int i = 0; i < 3; i++) {
      Tensor stored = Trial.stored("adamw." + i);
      parameters.add(trial.keep(operations.copyOf(stored.data(), stored.type(), stored.shape())));
      means.add(trial.keep(operations.zeros(F32, stored.shape())));
      squares.add(trial.keep(operations.zeros(F32, stored.shape())));
      steps.add(trial.keep(operations.zeros(F32, List.of())));
    }
    for (double factor : new double[] {1, -0.5, -4}) {
      operations.scale(gradients, trial.scalar(factor));
      operations.adamw(parameters, gradients, means, squares, steps, SETTINGS);
    }
    for (int i = 0; i < 3; i++) {
      trial.expect(operations.alias(parameters.get(i)), F32, "adamw.%d.after".formatted(i));
      Trial.that(Trial.floats(trial.read(steps.get(i)))[0] == 3, "three steps are counted");
    }
  }
}
