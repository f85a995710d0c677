package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps activations as float32 in libtorch's memory. */
final class MemoryActivations implements ActivationStore {

  @Override
  public BoundaryActivations keep(
      DeviceMemory parent, String name, List<List<Long>> shapes, Producer producer)
      throws IOException {
    DeviceMemory owner = parent.newScope();
    boolean complete = false;
    try {
      List<DeviceTensor> arrays = new ArrayList<>();
      for (int index = 0; index < shapes.size(); index++) {
        try (DeviceMemory scope = owner.newScope()) {
          DeviceTensor array = producer.batch(scope, index);
          array.attach(owner);
          arrays.add(array);
        }
      }
      complete = true;
      return new Kept(owner, List.copyOf(arrays));
    } finally {
      if (!complete) {
        owner.close();
      }
    }
  }

  @Override
  public Optional<BoundaryActivations> find(String name, List<List<Long>> shapes) {
    return Optional.empty();
  }

  @Override
  public void clear() {}

  @Override
  public void close() {}

  private record Kept(DeviceMemory owner, List<DeviceTensor> arrays)
      implements BoundaryActivations {

    @Override
    public int batches() {
      return arrays.size();
    }

    @Override
    public DeviceTensor batch(DeviceMemory scope, int index) {
      return arrays.get(index).alias(scope);
    }

    @Override
    public boolean isExact() {
      return true;
    }

    @Override
    public void discard() {
      owner.close();
    }

    @Override
    public void close() {
      owner.close();
    }
  }
}
