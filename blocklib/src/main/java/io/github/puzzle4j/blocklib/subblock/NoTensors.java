package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** A removed subblock: only the residual connection. */
final class NoTensors implements SubblockTensors {

  @Override
  public SequencedMap<String, DeviceTensor> initial(DeviceMemory scope, Origin origin) {
    return new LinkedHashMap<>();
  }

  @Override
  public DeviceTensor forward(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return hidden;
  }
}
