package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Hidden states of some batches in a teacher with one replacement. Each has its own memory, which
 * is freed when the next layer has been computed.
 */
final class HiddenStates {

  private final DeviceMemory parent;
  private final List<DeviceMemory> owners = new ArrayList<>();
  private final List<DeviceTensor> states = new ArrayList<>();
  private int nextLayer;

  /**
   * No hidden states yet.
   *
   * @param nextLayer the layer of the teacher that they enter next
   */
  HiddenStates(DeviceMemory parent, int nextLayer) {
    this.parent = parent;
    this.nextLayer = nextLayer;
  }

  /** Adds those of one more batch and takes ownership of them. */
  void add(DeviceTensor state) {
    DeviceMemory owner = parent.newScope();
    state.attach(owner);
    owners.add(owner);
    states.add(state);
  }

  DeviceTensor batch(int index) {
    return states.get(index);
  }

  /** Passes them through a layer of the teacher, unless the replacement covers it. */
  void advance(int layer, UnaryOperator<DeviceTensor> through) {
    if (layer < nextLayer) {
      return;
    }
    for (int i = 0; i < states.size(); i++) {
      try (DeviceMemory inner = parent.newScope()) {
        DeviceTensor left = through.apply(states.get(i).alias(inner));
        DeviceMemory owner = parent.newScope();
        left.attach(owner);
        owners.get(i).close();
        owners.set(i, owner);
        states.set(i, left);
      }
    }
    nextLayer = layer + 1;
  }
}
