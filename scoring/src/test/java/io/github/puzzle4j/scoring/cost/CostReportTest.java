package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CostReportTest {

  @Test
  void holdsTheFieldsThatOthersRead() throws IOException {
    Model teacher = Teachers.llama8b();
    ModelCost cost =
        CostModel.of(teacher, GpuTargets.load("h100-sxm"), "vllm")
            .price(teacher, Scenario.of(2048, 256, 16));
    JsonNode json = Json.mapper().valueToTree(CostReport.of(cost));
    assertThat(json.propertyNames())
        .containsExactlyInAnyOrder(
            "throughput_tokens_per_second_per_gpu",
            "tpot_ms",
            "ttft_ms",
            "batch",
            "max_batch",
            "memory_gib",
            "parameters",
            "weight_bytes",
            "kv_bytes_per_token",
            "attention_layers",
            "provenance",
            "p90_error");
    assertThat(json.get("memory_gib").propertyNames())
        .containsExactlyInAnyOrder("weights", "kv_cache", "activations", "reserve", "total");
    assertThat(json.get("batch").intValue()).isEqualTo(16);
    assertThat(json.get("memory_gib").get("kv_cache").doubleValue()).isEqualTo(4.5);
    assertThat(json.get("provenance").stringValue()).startsWith("h100-sxm, vllm 0.24.0");
    assertThat(
            json.get("throughput_tokens_per_second_per_gpu").doubleValue()
                * json.get("tpot_ms").doubleValue())
        .isCloseTo(16e3, within(1e-6));
  }
}
