package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FiniteCheckTest {

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void theFirstOfATensorIsNamedByItsPosition(TensorType type) throws IOException {
    float[] values = new float[3 * 40_000];
    values[2 * 40_000 + 123] = Float.NEGATIVE_INFINITY;
    values[2 * 40_000 + 124] = Float.NaN;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("sound", Tensor.ofFloats(type, List.of(2L), new float[] {1, -65504}));
    tensors.put("broken", Tensor.ofFloats(type, List.of(3L, 4L, 10_000L), values));
    tensors.put("scalar", Tensor.ofFloats(type, List.of(), new float[] {Float.NaN}));
    List<String> checked = new ArrayList<>();

    List<FiniteCheck.Finding> findings = FiniteCheck.of(TensorSource.of(tensors), checked::add);

    assertThat(checked).containsExactly("sound", "broken", "scalar");
    assertThat(findings)
        .containsExactly(
            new FiniteCheck.Finding(
                "broken", List.of(2L, 0L, 123L), Float.NEGATIVE_INFINITY, 2, 120_000),
            new FiniteCheck.Finding("scalar", List.of(), Float.NaN, 1, 1));
  }

  @Test
  void eightBitsHaveANanToo() throws IOException {
    byte[] bytes = {0x7E, (byte) 0xFF, 0x08};
    Tensor tensor = new Tensor(TensorType.F8_E4M3, List.of(3L), MemorySegment.ofArray(bytes));

    assertThat(FiniteCheck.of(TensorSource.of(Map.of("x", tensor)), name -> {}))
        .containsExactly(new FiniteCheck.Finding("x", List.of(1L), Float.NaN, 1, 3));
  }
}
