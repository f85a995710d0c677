package io.github.puzzle4j.blocklib.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {

  @Test
  void theProcessorIsAlwaysThere() throws InvalidInputException {
    assertThat(ComputeDevice.named("cpu")).hasToString("cpu");
    try (DeviceMemory memory = ComputeDevice.named("cpu").memory()) {
      assertThat(memory.device().isGpu()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:-1", "cuda:x", "CPU", ""})
  void namesThatMeanNothingAreRefused(String name) {
    assertThatThrownBy(() -> ComputeDevice.named(name))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("device '%s': expected auto, cpu, cuda or cuda:N".formatted(name));
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> ComputeDevice.named("cuda:999"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("device 'cuda:999': engine djl ")
        .hasMessageContaining("PUZZLE4J_ENGINE=torch");
  }
}
