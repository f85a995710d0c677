package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The operations that language models are made of, with their backward passes. */
final class ModelOperations {

  private ModelOperations() {}

  static DeviceTensor linear(DeviceTensor x, DeviceTensor matrix) {
    require(
        matrix.shape().size() == 2
            && !x.shape().isEmpty()
            && x.shape().getLast().equals(matrix.size(1)),
        () -> "%s times %s on its side".formatted(x, matrix));
    // Rounded once, for this pass and for the way back.
    try (DeviceTensor rounded = x.result(x.operations().cast(matrix.nativeTensor(), x.type()))) {
      DeviceTensor result =
          x.result(x.operations().linear(x.nativeTensor(), rounded.nativeTensor()));
      Tape.recordIfWanted(
          result, List.of(x, matrix), step -> linearBackward(step, matrix.type()), x, rounded);
      return result;
    }
  }

  private static void linearBackward(BackwardStep step, TensorType matrixType) {
    Operations operations = step.operations();
    List<Long> shape = step.kept(0).shape();
    NativeTensor gradient = step.temporary(flat(operations, step.gradient()));
    if (step.wants(0)) {
      Optional<NativeTensor> sum = step.sum(0);
      if (sum.isPresent()) {
        operations.addProduct(sum.get(), gradient, step.kept(1));
      } else {
        NativeTensor part = step.temporary(operations.matMul(gradient, step.kept(1)));
        step.give(0, operations.reshape(part, shape));
      }
    }
    if (step.wants(1)) {
      NativeTensor x = step.temporary(flat(operations, step.kept(0)));
      NativeTensor side = step.temporary(operations.permute(gradient, List.of(1, 0)));
      Optional<NativeTensor> sum = step.sum(1);
      if (sum.isPresent()) {
        operations.addProduct(sum.get(), side, x);
      } else {
        step.give(1, operations.product(side, x, matrixType));
      }
    }
  }

  private static NativeTensor flat(Operations operations, NativeTensor x) {
    long width = x.shape().getLast();
    return operations.reshape(
        x, List.of(DeviceTensor.elements(x.shape()) / Math.max(1, width), width));
  }

  static DeviceTensor rows(DeviceTensor ids, DeviceTensor table) {
    require(
        ids.type() == TensorType.I64 && table.shape().size() == 2,
        () -> "rows %s of %s".formatted(ids, table));
    try (DeviceTensor flat = ids.reshape(ids.elements());
        DeviceTensor rows = take(ids, table, flat)) {
      List<Long> shape = new ArrayList<>(ids.shape());
      shape.add(table.size(1));
      return rows.reshape(shape);
    }
  }

  private static DeviceTensor take(DeviceTensor owner, DeviceTensor table, DeviceTensor flat) {
    DeviceTensor rows = table.take(0, flat);
    rows.attach(owner.memory());
    return rows;
  }

  static DeviceTensor rmsNorm(DeviceTensor x, DeviceTensor gain, double epsilon) {
    require(
        gain.shape().size() == 1 && gain.size(0) == x.size(x.shape().size() - 1),
        () -> "norm of %s with a gain of %s".formatted(x, gain));
    DeviceTensor result =
        x.result(x.operations().rmsNorm(x.nativeTensor(), gain.nativeTensor(), epsilon));
    Tape.recordIfWanted(
        result,
        List.of(x, gain),
        step ->
            give(
                step,
                step.operations()
                    .rmsNormBackward(step.gradient(), step.kept(0), step.kept(1), epsilon)),
        x,
        gain);
    return result;
  }

  static DeviceTensor rotate(DeviceTensor x, DeviceTensor cos, DeviceTensor sin) {
    require(
        x.shape().size() == 4
            && cos.shape().equals(List.of(x.size(1), x.size(3)))
            && sin.shape().equals(cos.shape()),
        () -> "%s turned by %s and %s".formatted(x, cos, sin));
    DeviceTensor result =
        x.result(x.operations().rotate(x.nativeTensor(), cos.nativeTensor(), sin.nativeTensor()));
    // Going back is turning by the opposite angles.
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> {
          Operations operations = step.operations();
          NativeTensor opposite = step.temporary(operations.apply(Unary.NEGATE, step.kept(1)));
          step.give(0, operations.rotate(step.gradient(), step.kept(0), opposite));
        },
        cos,
        sin);
    return result;
  }

  static DeviceTensor swiglu(DeviceTensor gate, DeviceTensor up) {
    require(
        gate.shape().equals(up.shape()) && gate.type() == up.type(),
        () -> "a gate %s of %s".formatted(gate, up));
    DeviceTensor result =
        gate.result(gate.operations().swiglu(gate.nativeTensor(), up.nativeTensor()));
    Tape.recordIfWanted(
        result,
        List.of(gate, up),
        step ->
            give(
                step,
                step.operations().swigluBackward(step.gradient(), step.kept(0), step.kept(1))),
        gate,
        up);
    return result;
  }

  static DeviceTensor attend(
      DeviceTensor query,
      DeviceTensor key,
      DeviceTensor value,
      Optional<DeviceTensor> mask,
      boolean causal) {
    requireHeads(query, key, value, mask, causal);
    Optional<NativeTensor> scores = mask.map(DeviceTensor::nativeTensor);
    Attended attended =
        query
            .operations()
            .attention(
                query.nativeTensor(), key.nativeTensor(), value.nativeTensor(), scores, causal);
    DeviceTensor result = query.result(query.operations().alias(attended.output()));
    Optional<Tape> recording = Tape.of(query, key, value);
    if (recording.isEmpty()) {
      attended.close();
      return result;
    }
    List<DeviceTensor> kept = new ArrayList<>(List.of(query, key, value));
    mask.ifPresent(kept::add);
    recording
        .get()
        .record(
            result,
            List.of(query, key, value),
            attended::close,
            step ->
                give(
                    step,
                    step.operations()
                        .attentionBackward(
                            step.gradient(),
                            step.kept(0),
                            step.kept(1),
                            step.kept(2),
                            mask.map(_ -> step.kept(3)),
                            causal,
                            attended)),
            kept.toArray(DeviceTensor[]::new));
    return result;
  }

  private static void requireHeads(
      DeviceTensor query,
      DeviceTensor key,
      DeviceTensor value,
      Optional<DeviceTensor> mask,
      boolean causal) {
    require(
        query.shape().size() == 4
            && key.shape().size() == 4
            && key.shape().equals(value.shape())
            && query.size(0) == key.size(0)
            && query.size(3) == key.size(3)
            && key.size(1) > 0
            && query.size(1) % key.size(1) == 0
            && query.type() == key.type()
            && key.type() == value.type(),
        () -> "attention of %s to %s and %s".formatted(query, key, value));
    mask.ifPresent(scores ->
        require(
            !causal && scores.shape().equals(List.of(query.size(2), key.size(2))),
            () -> "a mask of %s for %s and %s".formatted(scores, query, key)));
  }

  private static void give(BackwardStep step, List<NativeTensor> parts) {
    for (int operand = 0; operand < parts.size(); operand++) {
      if (step.wants(operand)) {
        step.give(operand, parts.get(operand));
      } else {
        parts.get(operand).close();
      }
    }
  }

  private static void require(boolean condition, Supplier<String> problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem.get());
    }
  }
}
