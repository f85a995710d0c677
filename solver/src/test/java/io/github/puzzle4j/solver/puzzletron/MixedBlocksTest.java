package io.github.puzzle4j.solver.puzzletron;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks with experts, Mamba, MLA and linear layers, each alone in a run of one layer. */
class MixedBlocksTest {

  private static final String FIRST = "{\"attention\": %s, \"ffn\": %s}";
  private static final String SECOND = "{\"subblock_configs\": [%s, %s]}";

  @TempDir Path folder;

  /** The only candidate of a run whose subblocks have these two configurations. */
  private Candidate candidate(
      String block, String mixer, String mixerClass, String ffn, String ffnClass)
      throws IOException {
    Path scores = Files.createDirectories(folder.resolve(RunFixture.SCORES));
    Files.writeString(
        scores.resolve("solution_0.json"),
        """
        {"kl_div": {"avg": 0.5}, "puzzle_solution": {"single_sequence_replacement":
          {"parent_layer_indices": [0], "child_block_configs": [%s], "weight_paths": []}}}
        """
            .formatted(block.formatted(mixer, ffn)));
    Files.writeString(
        folder.resolve("subblock_stats.json"),
        """
        [{"args": {"n_head": 32}, "non_block": {}, "subblocks": [
          {"subblock_config": %s, "subblock_config_class": "%s", "num_params": 3},
          {"subblock_config": %s, "subblock_config_class": "%s", "num_params": 4}]}]
        """
            .formatted(mixer, mixerClass, ffn, ffnClass));
    return PuzzletronRun.read(folder)
        .problem(PuzzletronSettings.ofEarlierResult().withMetric("kl_div"))
        .problem()
        .candidates()
        .getFirst();
  }

  @Test
  void expertsAndMambaOfTheFirstGeneration() throws IOException {
    Candidate candidate =
        candidate(
            FIRST,
            "{\"mamba\": {\"state_dim\": 128, \"num_heads\": 64, \"head_dim\": 80}}",
            "AttentionConfig",
            "{\"moe\": {\"num_local_experts\": 16, \"num_experts_per_tok\": 2}}",
            "FFNConfig");

    assertThat(candidate.id())
        .isEqualTo("L0/num_heads_64_head_dim_80+num_experts_16_num_experts_per_tok_2@solution_0");
    assertThat(candidate.costs())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "stats.num_params", 7.0,
                "stats.has_attention", 0.0,
                "stats.has_ffn", 1.0,
                "stats.has_moe", 1.0,
                "stats.not_no_op", 1.0,
                "stats.num_kv_heads", 0.0,
                "stats.num_local_experts", 16.0));
  }

  @Test
  void groupsAndLinearLayersOfTheFirstGeneration() throws IOException {
    Candidate candidate =
        candidate(
            FIRST,
            "{\"n_heads_in_group\": 8}",
            "AttentionConfig",
            "{\"replace_with_linear\": true}",
            "FFNConfig");

    assertThat(candidate.id()).isEqualTo("L0/gqa_8+ffn_linear@solution_0");
    assertThat(candidate.costs())
        .containsEntry("stats.num_kv_heads", 4.0)
        .containsEntry("stats.has_moe", 0.0)
        .containsEntry("stats.has_ffn", 1.0);
  }

  @Test
  void expertsAndMambaOfTheSecondGeneration() throws IOException {
    Candidate candidate =
        candidate(
            SECOND,
            "{\"kind\": \"mamba\", \"name\": \"mixer\", \"num_heads\": 64, \"head_dim\": 80}",
            "MambaConfig",
            "{\"kind\": \"moe\", \"name\": \"moe\", \"num_experts\": 96, \"top_k\": 6}",
            "MoEConfig");

    assertThat(candidate.id())
        .isEqualTo("L0/num_heads_64_head_dim_80+num_experts_96_top_k_6@solution_0");
    assertThat(candidate.costs())
        .containsEntry("stats.num_params", 7.0)
        .containsEntry("stats.has_mamba", 1.0)
        .containsEntry("stats.has_attention", 0.0)
        .containsEntry("stats.has_moe", 1.0)
        .containsEntry("stats.has_ffn", 0.0)
        .containsEntry("stats.num_experts", 96.0)
        .containsEntry("stats.top_k", 6.0)
        .containsEntry("stats.num_kv_heads", 0.0);
  }

  /** Missing keys of the statistics have their defaults, so the configuration is the same. */
  @Test
  void latentAttentionAndMissingKeys() throws IOException {
    Candidate candidate =
        candidate(
            SECOND,
            "{\"kind\": \"mla\", \"name\": \"mla\", \"num_heads\": 16, \"kv_lora_rank\": 512}",
            "MLAConfig",
            "{\"kind\": \"ffn\", \"name\": \"ffn\", \"no_op\": true, \"intermediate_size\": null}",
            "FFNConfig");

    assertThat(candidate.id()).isEqualTo("L0/num_heads_16_kv_lora_rank_512+ffn_no_op@solution_0");
    assertThat(candidate.costs())
        .containsEntry("stats.num_params", 3.0)
        .containsEntry("stats.has_ffn", 0.0)
        .containsEntry("stats.not_no_op", 1.0);
  }
}
