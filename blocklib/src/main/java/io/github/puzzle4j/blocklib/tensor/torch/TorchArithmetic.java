package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Reduction;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Arithmetic of elements, reductions and products.
 *
 * <p>The stable C interface cannot pass arguments of the kind {@code Scalar}. Numbers therefore go
 * as tensors without dimensions, for which PyTorch does the same as for numbers.
 */
abstract class TorchArithmetic extends TorchMemory {

  private static final Operator NEG = Operator.of("neg");
  private static final Operator ABS = Operator.of("abs");
  private static final Operator SQUARE = Operator.of("square");
  private static final Operator SQRT = Operator.of("sqrt");
  private static final Operator RSQRT = Operator.of("rsqrt");
  private static final Operator EXP = Operator.of("exp");
  private static final Operator LOG = Operator.of("log");
  private static final Operator SIGMOID = Operator.of("sigmoid");
  static final Operator SILU = Operator.of("silu");

  static final Operator MUL = Operator.of("mul.Tensor");
  static final Operator MUL_IN_PLACE = Operator.of("mul_.Tensor");
  private static final Operator DIV = Operator.of("div.Tensor");
  private static final Operator EQ = Operator.of("eq.Tensor");
  private static final Operator LT = Operator.of("lt.Tensor");
  private static final Operator GE = Operator.of("ge.Tensor");
  private static final Operator AND = Operator.of("logical_and");
  private static final Operator OR = Operator.of("logical_or");
  private static final Operator ADD_MULTIPLIED = Operator.of("_foreach_addcmul_.Tensor");

  static final Operator SUM = Operator.of("sum.dim_IntList");
  private static final Operator MEAN = Operator.of("mean.dim");
  private static final Operator MIN = Operator.of("amin");
  private static final Operator MAX = Operator.of("amax");
  private static final Operator SOFTMAX = Operator.of("_softmax");
  private static final Operator LOG_SOFTMAX = Operator.of("_log_softmax");
  private static final Operator ARGMAX = Operator.of("argmax");
  private static final Operator ARGSORT = Operator.of("argsort.stable");
  private static final Operator MATMUL = Operator.of("matmul");
  private static final Operator LINEAR = Operator.of("linear");
  private static final Operator MM_TO_TYPE = Operator.of("mm.dtype");
  private static final Operator MM = Operator.of("mm");
  private static final Operator DIAGONAL = Operator.of("diagonal");
  private static final Operator CHOLESKY = Operator.of("linalg_cholesky_ex");
  private static final Operator CHOLESKY_SOLVE = Operator.of("cholesky_solve");

  static final Set<TensorType> FRACTIONS =
      EnumSet.of(TensorType.F64, TensorType.F32, TensorType.F16, TensorType.BF16);

  private static final Set<Binary> TRUTHS =
      EnumSet.of(Binary.EQUAL, Binary.LESS, Binary.GREATER_OR_EQUAL, Binary.AND, Binary.OR);

  private final OneDnnProducts products;

  /** 1, of the device. */
  private final TorchTensor unit;

  TorchArithmetic(TorchCalls calls, TorchDevice device) {
    super(calls, device);
    products = new OneDnnProducts(calls, device);
    unit = own(full(1, List.of()));
  }

  /** 1, without dimensions, of the device; never closed. */
  TorchTensor unit() {
    return unit;
  }

  @Override
  public final NativeTensor apply(Unary function, NativeTensor tensor) {
    Operator operator =
        switch (function) {
          case NEGATE -> NEG;
          case ABSOLUTE -> ABS;
          case SQUARE -> SQUARE;
          case SQUARE_ROOT -> SQRT;
          case RECIPROCAL_SQUARE_ROOT -> RSQRT;
          case EXPONENTIAL -> EXP;
          case LOGARITHM -> LOG;
          case SIGMOID -> SIGMOID;
          case SILU -> SILU;
        };
    return calls.one(operator, own(tensor));
  }

  @Override
  public final NativeTensor apply(Binary function, NativeTensor left, NativeTensor right) {
    TorchTensor one = own(left);
    TorchTensor other = own(right);
    if (one.type() != other.type() && one.rank() == 0 != (other.rank() == 0)) {
      // PyTorch gives a tensor without dimensions no say in the type of the result.
      try (TorchTensor raised = reshaped(one, raised(one));
          TorchTensor otherRaised = reshaped(other, raised(other))) {
        return binary(function, raised, otherRaised);
      }
    }
    return binary(function, one, other);
  }

  private static long[] raised(TorchTensor tensor) {
    return tensor.rank() == 0 ? new long[] {1} : tensor.sizes();
  }

  private TorchTensor binary(Binary function, TorchTensor left, TorchTensor right) {
    return switch (function) {
      case ADD ->
          calls.made(
              "add",
              result -> Native.call(device.add(), left.handle(), right.handle(), 1.0, result),
              left,
              right);
      case SUBTRACT ->
          calls.made(
              "subtract",
              result ->
                  Native.call(calls.symbols.subtract, left.handle(), right.handle(), 1.0, result),
              left,
              right);
      case MULTIPLY -> calls.one(MUL, left, right);
      case DIVIDE -> calls.one(DIV, left, right);
      case EQUAL -> calls.one(EQ, left, right);
      case LESS -> calls.one(LT, left, right);
      case GREATER_OR_EQUAL -> calls.one(GE, left, right);
      case AND -> calls.one(AND, left, right);
      case OR -> calls.one(OR, left, right);
    };
  }

  @Override
  public final NativeTensor apply(Binary function, NativeTensor left, double right) {
    TorchTensor tensor = own(left);
    try (TorchTensor number = number(right, tensor.type());
        TorchTensor typed =
            tensor.rank() == 0 ? copied(number, tensor.type()) : calls.alias(number)) {
      TorchTensor result = binary(function, tensor, typed);
      if (TRUTHS.contains(function) || result.type() == tensor.type()) {
        return result;
      }
      try (result) {
        return converted(result, tensor.type());
      }
    }
  }

  /** A number as a tensor without dimensions, in the host's memory, of a type's kind. */
  private TorchTensor number(double value, TensorType like) {
    return FRACTIONS.contains(like) || value != Math.rint(value)
        ? calls.made("a number", result -> Native.call(calls.symbols.doubleScalar, value, result))
        : calls.made(
            "a number", result -> Native.call(calls.symbols.longScalar, (long) value, result));
  }

  @Override
  public final void add(NativeTensor into, NativeTensor tensor, double factor) {
    addMultiplied(own(into), own(tensor), unit, factor);
  }

  /** Adds {@code left * right * factor}, spread, in place. */
  void addMultiplied(TorchTensor into, TorchTensor left, TorchTensor right, double factor) {
    addMultiplied(List.of(into), List.of(left), List.of(right), factor);
  }

  /** Adds {@code left * right * factor}, spread, to each tensor of a list, in place. */
  void addMultiplied(
      List<TorchTensor> into, List<TorchTensor> left, List<TorchTensor> right, double factor) {
    // addcmul_ itself has its factor as a Scalar, the one for lists also as a tensor on the host.
    try (TorchTensor number = number(factor, TensorType.F32);
        TorchTensor spread = calls.view(number, new long[] {into.size()}, new long[] {0}, 0);
        TorchTensor factors = contiguous(spread)) {
      calls.run(
          ADD_MULTIPLIED,
          new Argument.Tensors(into),
          new Argument.Tensors(left),
          new Argument.Tensors(right),
          factors);
    }
  }

  // Reductions

  @Override
  public final NativeTensor reduce(
      Reduction function, NativeTensor tensor, List<Integer> axes, boolean keep) {
    Argument.Wholes along =
        new Argument.Wholes(axes.stream().mapToLong(Integer::longValue).toArray());
    return switch (function) {
      case SUM -> sum(own(tensor), along, keep);
      case MEAN ->
          calls.one(MEAN, own(tensor), Argument.some(along), Argument.of(keep), Argument.NONE);
      case MINIMUM -> calls.one(MIN, own(tensor), new Argument.Wholes(), Argument.of(keep));
      case MAXIMUM -> calls.one(MAX, own(tensor), new Argument.Wholes(), Argument.of(keep));
    };
  }

  TorchTensor sum(TorchTensor tensor, Argument.Wholes axes, boolean keep) {
    return calls.one(SUM, tensor, Argument.some(axes), Argument.of(keep), Argument.NONE);
  }

  @Override
  public final NativeTensor softmax(NativeTensor tensor) {
    return calls.one(SOFTMAX, own(tensor), Argument.LAST, Argument.FALSE);
  }

  @Override
  public final NativeTensor logSoftmax(NativeTensor tensor) {
    return calls.one(LOG_SOFTMAX, own(tensor), Argument.LAST, Argument.FALSE);
  }

  @Override
  public final NativeTensor argMax(NativeTensor tensor) {
    return calls.one(ARGMAX, own(tensor), Argument.some(Argument.LAST), Argument.FALSE);
  }

  @Override
  public final NativeTensor argSortDescending(NativeTensor tensor) {
    return calls.one(ARGSORT, own(tensor), Argument.TRUE, Argument.of(0), Argument.TRUE);
  }

  // Products

  @Override
  public final NativeTensor matMul(NativeTensor left, NativeTensor right) {
    return product(own(left), own(right));
  }

  private TorchTensor product(TorchTensor left, TorchTensor right) {
    if (!suits(left, right)) {
      return calls.one(MATMUL, left, right);
    }
    try (TorchTensor matrix = transposed(right)) {
      return products.linear(left, matrix);
    }
  }

  private boolean suits(TorchTensor left, TorchTensor right) {
    return left.rank() == 2 && right.rank() == 2 && products.suit(left, right.size(1));
  }

  @Override
  public final NativeTensor linear(NativeTensor x, NativeTensor matrix) {
    return products.suit(own(x), own(matrix).size(0))
        ? products.linear(own(x), own(matrix))
        : calls.one(LINEAR, own(x), own(matrix), Argument.NONE);
  }

  @Override
  public final NativeTensor product(NativeTensor left, NativeTensor right, TensorType type) {
    if (device.isGpu() && own(left).type() != type) {
      return calls.one(MM_TO_TYPE, own(left), own(right), Argument.of(calls.number(type)));
    }
    try (TorchTensor product = calls.one(MM, own(left), own(right))) {
      return converted(product, type);
    }
  }

  @Override
  public final void addProduct(NativeTensor into, NativeTensor left, NativeTensor right) {
    TorchTensor sum = own(into);
    TorchTensor factor = own(left);
    if (sum.type() == factor.type() && sum.isContiguous() && !suits(factor, own(right))) {
      try (TorchTensor rows = reshaped(sum, factor.size(0), sum.size(-1))) {
        addProduct(rows, factor, own(right));
      }
      return;
    }
    try (TorchTensor product = product(factor, own(right));
        TorchTensor shaped = reshaped(product, sum.sizes())) {
      add(sum, shaped, 1);
    }
  }

  private void addProduct(TorchTensor sum, TorchTensor left, TorchTensor right) {
    long handle = sum.handle();
    calls.check(
        "addmm",
        () ->
            Native.call(
                device.addProduct(), handle, handle, left.handle(), right.handle(), 1.0, 1.0),
        sum,
        left,
        right);
  }

  @Override
  public final NativeTensor solve(NativeTensor matrix, NativeTensor right, double ridge) {
    try (TorchTensor exact = copied(own(matrix), TensorType.F64);
        TorchTensor one = copied(unit, TensorType.F64);
        TorchTensor diagonal =
            calls.one(DIAGONAL, exact, Argument.of(0), Argument.of(0), Argument.of(1));
        TorchTensor wanted = copied(own(right), TensorType.F64)) {
      addMultiplied(diagonal, one, one, ridge);
      List<TorchTensor> found =
          calls.tensors(calls.many(2, CHOLESKY, exact, Argument.FALSE, Argument.FALSE));
      try (TorchTensor root = found.getFirst();
          TorchTensor _ = found.getLast();
          TorchTensor solution = calls.one(CHOLESKY_SOLVE, wanted, root, Argument.FALSE)) {
        return copied(solution, TensorType.F32);
      }
    }
  }

  @Override
  public final void synchronize() {
    device.transfer().synchronize();
  }
}
