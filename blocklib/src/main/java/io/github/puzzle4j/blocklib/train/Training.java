package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Parameters that are trained together to imitate layers of a teacher, and the variants derived
 * from them: one, or several that share them.
 *
 * @param name for messages
 * @param seed of the order of batches and variants
 * @param start makes the parameters as they are before the first step
 * @param fits by which a start is improved that is not shared by several variants, in order
 * @param views the variants
 * @param from the inputs of the variants
 * @param outputs their target outputs
 */
public record Training(
    String name,
    long seed,
    Start start,
    List<OutputFit> fits,
    List<View> views,
    BoundaryActivations from,
    BoundaryActivations outputs) {

  /** Makes initial parameters by name, the same each time. */
  @FunctionalInterface
  public interface Start {
    SequencedMap<String, DeviceTensor> parameters(DeviceMemory scope) throws IOException;
  }

  /** Derives the weights of a variant from the parameters; gradients flow through it. */
  @FunctionalInterface
  public interface Cut {
    SequencedMap<String, DeviceTensor> weights(
        DeviceMemory scope, SequencedMap<String, DeviceTensor> parameters);
  }

  /** The forward pass of a variant: from its inputs to the output of its layers. */
  @FunctionalInterface
  public interface Pass {
    DeviceTensor output(DeviceTensor input, SequencedMap<String, DeviceTensor> weights);
  }

  /** One variant of a training. */
  public record View(Cut cut, Pass pass) {

    /** A variant whose weights are the parameters. */
    public static View whole(Pass pass) {
      return new View((scope, parameters) -> parameters, pass);
    }
  }

  public Training {
    fits = List.copyOf(fits);
    views = List.copyOf(views);
    if (!fits.isEmpty() && views.size() > 1) {
      throw new IllegalArgumentException(
          "a fit for one of %d variants with shared weights".formatted(views.size()));
    }
  }

  /** The same from copies of other parameters, which are fitted. */
  Training startingWith(SequencedMap<String, DeviceTensor> parameters) {
    Start copies =
        scope -> {
          SequencedMap<String, DeviceTensor> own = new LinkedHashMap<>();
          parameters.forEach((key, tensor) -> own.put(key, tensor.copy(scope)));
          return own;
        };
    return new Training(name, seed, copies, List.of(), views, from, outputs);
  }
}
