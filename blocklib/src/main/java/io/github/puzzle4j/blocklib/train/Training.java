package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;

/**
 * Parameters that are trained together to imitate layers of a teacher, and the variants derived
 * from them: one, or several that share them.
 *
 * @param name for messages
 * @param seed of the order of batches and variants
 * @param start makes the parameters as they are before the first step
 * @param views the variants
 * @param from the inputs of the variants
 * @param outputs their target outputs
 */
public record Training(
    String name,
    long seed,
    Start start,
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
    views = List.copyOf(views);
  }
}
