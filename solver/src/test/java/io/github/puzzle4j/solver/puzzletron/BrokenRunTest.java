package io.github.puzzle4j.solver.puzzletron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.puzzletron.Block.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error in a run is reported in one line that names the file and the location. */
class BrokenRunTest {

  private static final String SCORE = RunFixture.SCORES + "/solution_3.json";
  private static final String STATS = "subblock_stats.json";
  private static final String PLANNED = "single_sequence_replacement_solutions.json";
  private static final Map<String, String> FILES =
      Map.of(
          "score", SCORE,
          "stats", STATS,
          "planned", PLANNED,
          "library", "replacement_library.json",
          "teacher", RunFixture.SCORES + "/teacher.json");
  private static final PuzzletronSettings QUESTION =
      PuzzletronSettings.ofEarlierResult()
          .withStatsArgs(Map.of("batch_size", "8"))
          .withLimits(Map.of("stats.memory_mib", new Limit.AtMost(102)));

  @TempDir Path folder;

  private RunFixture run(Generation generation) throws IOException {
    return new RunFixture(folder, generation, 2, RunFixture.sixVariants()).write();
  }

  /** The message starts with that file and ends with that text. */
  private void assertRejected(PuzzletronSettings question, String file, String end) {
    Throwable thrown = catchThrowable(() -> PuzzletronRun.read(folder).problem(question));
    assertThat(thrown).isInstanceOf(InvalidProblemException.class);
    assertThat(thrown.getMessage())
        .startsWith(folder.resolve(file) + ": ")
        .endsWith(end)
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          score   | "avg":0.75 | "avg":"0.75" | hidden_states.avg: expected a number, found the string "0.75"
          score   | "avg":0.75 | "avg":null | cosine_embedding_loss_hidden_states: 'avg' is missing
          score   | "avg":0.75 | "avg":0.75.5 | not valid JSON: unexpected character '.' (line 1, column 96)
          score   | "cosine_embedding_loss | "other | has no measure 'cosine_embedding_loss_hidden_states'; there are lm_loss, other_hidden_states, token_accuracy_top_1
          score   | _replacement":{"parent_layer_indices":[1] | _replacement":{"parent_layer_indices":[-1] | parent_layer_indices[0]: layer -1 is not within 0 to 9999
          score   | _replacement":{"parent_layer_indices":[1] | _replacement":{"parent_layer_indices":[4000000000] | parent_layer_indices[0]: expected a whole number, found the number 4000000000
          score   | _replacement":{"parent_layer_indices":[1] | _replacement":{"parent_layer_indices":[1,3] | the layers [1,3] are not consecutive; only replacements of consecutive layers are supported
          score   | _replacement":{"parent_layer_indices":[1] | _replacement":{"parent_layer_indices":[] | puzzle_solution.single_sequence_replacement.parent_layer_indices: names no layer
          score   | _replacement":{"parent_layer_indices":[1] | _replacement":{"parent_layer_indices":"1" | parent_layer_indices: expected a list, found the string "1"
          score   | "single_sequence_r | "single_block_r | scores of a 'single_block_replacement' are not supported, only those of a 'single_sequence_replacement'
          score   | {"single_seq | {"subblock_replacement":{},"single_seq | scores of a 'subblock_replacement' are not supported, only those of a 'single_sequence_replacement'
          score   | "parallel_blocks":null | "parallel_blocks":[{}] | child_block_configs[0].parallel_blocks: parallel blocks are not supported
          score   | "parallel_blocks":null | "mixture":1 | child_block_configs[0]: the key 'mixture' of a block is not supported; known are attention, ffn, parallel_blocks
          score   | "child_block_configs":[ | "child_block_configs":[{}, | child_block_configs: has 2 blocks; only replacements by one block are supported
          score   | "no_op":false | "no_op":0 | attention.no_op: expected true or false, found the number 0
          score   | "weight_paths":[" | "weight_paths":[7," | weight_paths[0]: expected a string, found the number 7
          score   | "puzzle_solution":{ | "puzzle_solution":5,"x":{ | puzzle_solution: expected an object, found the number 5
          stats   | "args":{ | "arguments":{ | [0]: 'args' is missing
          stats   | "non_block":{ | "outside":{ | [0]: 'non_block' is missing
          stats   | "AttentionConfig" | "WarpConfig" | [0].subblocks[0].subblock_config_class: 'WarpConfig' is not supported; known are AttentionConfig, FFNConfig, MLAConfig, MambaConfig, MoEConfig
          stats   | "memory_mib":20.0 | "memory_mib":"20" | [0].subblocks[2].memory_mib: expected a number, found the string "20"
          stats   | "memory_mib":20.0 | "memory_mib":NaN | [0].args: limit stats.memory_mib: this entry's memory_mib of a block of layer 0 was not measured (null or NaN)
          stats   | "memory_mib":50.5 | "memory_mib":null | [0].args: limit stats.memory_mib: this entry's non_block.memory_mib was not measured (null or NaN)
          stats   | "memory_mib" | "memory_gib" | limit stats.memory_mib: no such cost was measured; there are runtime_ms, attention_runtime_ms, ffn_runtime_ms, num_params, attention_num_params, ffn_num_params, memory_gib, attention_memory_gib, ffn_memory_gib, kv_cache_memory_mib, attention_kv_cache_memory_mib, ffn_kv_cache_memory_mib, has_attention, has_ffn, has_moe, not_no_op, num_kv_heads, num_local_experts
          stats   | "parent_layer_index":1,"memory_mib":10.5 | "parent_layer_index":0,"memory_mib":9 | [0].subblocks[6]: states other numbers than an earlier entry for the same subblock
          stats   | "parent_layer_index":1 | "parent_layer_index":1.5 | [0].subblocks[6].parent_layer_index: expected a whole number, found the number 1.5
          stats   | "num_key_value_heads":4 | "num_key_value_heads":2 | [0].args: this entry has no statistics for the attention of L0/kv_heads_4+intermediate_1024@solution_0 in layer 0
          score   | "num_key_value_heads":4 | "num_key_value_heads":"4" | attention.num_key_value_heads: expected a whole number, found the string "4"
          planned | [{"single | {"single | : expected a list of objects
          planned | "single_sequence_replacement" | "single" | [0]: 'single_sequence_replacement' is missing
          planned | "parent_layer_indices":[0] | "parent_layer_indices":{} | [0].single_sequence_replacement.parent_layer_indices: expected a list, found an object
          library | "parent_layer_indices" | "layers" | [0]: 'parent_layer_indices' is missing
          teacher | "avg":1.125 | "avg":{} | lm_loss.avg: expected a number, found an object
          """)
  void invalidValuesAreReported(String file, String from, String to, String end)
      throws IOException {
    String name = String.valueOf(FILES.get(file));
    run(Generation.FIRST).edit(name, from, to);

    assertRejected(QUESTION, name, end);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          score   | "kind":"attention" | "kind":"warp" | subblock_configs[0].kind: 'warp' is not supported; known are attention, mla, mamba, ffn, moe
          score   | "kind":"attention" | "kind":7 | subblock_configs[0].kind: expected a string, found the number 7
          score   | "subblock_configs":[ | "extra":1,"subblock_configs":[ | child_block_configs[0]: the key 'extra' of a block is not supported; known are subblock_configs
          library | "version":2 | "version":3 | version: 3 is not supported, only 2
          """)
  void invalidValuesOfTheSecondGenerationAreReported(
      String file, String from, String to, String end) throws IOException {
    String name = String.valueOf(FILES.get(file));
    run(Generation.SECOND).edit(name, from, to);

    assertRejected(QUESTION, name, end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"score", "stats", "planned", "library", "teacher"})
  void emptyFilesAreReported(String file) throws IOException {
    String name = String.valueOf(FILES.get(file));
    Files.writeString(run(Generation.FIRST).folder().resolve(name), "");

    assertRejected(QUESTION, name, ": the file is empty");
  }

  @Test
  void missingRunFilesAreReported() throws IOException {
    RunFixture run = run(Generation.FIRST);
    run.delete(STATS);
    assertRejected(QUESTION, STATS, ": no such file");

    for (int index = 0; index < 6; index++) {
      run.delete(RunFixture.SCORES + "/solution_" + index + ".json");
    }
    assertRejected(QUESTION, RunFixture.SCORES, ": has no file solution_<i>.json with scores");
    run.delete(RunFixture.SCORES + "/teacher.json").delete(RunFixture.SCORES);
    assertRejected(
        QUESTION, RunFixture.SCORES, ": no such folder; the run's scoring stage makes it");
    Files.createDirectory(folder.resolve("scenarios"));
    assertRejected(
        QUESTION,
        "",
        "has several scenarios; give the folder of one of them, such as "
            + folder.resolve("scenarios/width-<n>/depth-00"));
    Path subblocks = folder.resolve("single_subblock_replacement_solutions--validation");
    Files.createDirectory(subblocks);
    assertRejected(
        QUESTION,
        subblocks.toString(),
        ": scores of single subblocks are not supported, only those of whole blocks in "
            + RunFixture.SCORES);
  }

  @Test
  void aFileInsteadOfAFolderIsReported() throws IOException {
    Path missing = folder.resolve("none");
    assertThatThrownBy(() -> PuzzletronRun.read(missing))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessage(missing + ": no such folder");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> PuzzletronRun.read(file))
        .isInstanceOf(NotDirectoryException.class)
        .hasMessage(file.toString());
  }

  @Test
  void unplannedSolutionNumbersAreReported() throws IOException {
    run(Generation.FIRST)
        .edit(SCORE, "\"puzzle_solution\"", "\"puzzle\"")
        .edit(SCORE, "\"i_solution\":3", "\"i_solution\":6");

    assertRejected(
        QUESTION,
        SCORE,
        "i_solution: 6 is out of range: %s has 6 solutions, and the file has no 'puzzle_solution'"
            .formatted(PLANNED));
  }

  @Test
  void layersWithoutCandidatesAreReported() throws IOException {
    run(Generation.FIRST)
        .edit(SCORE, "\"parent_layer_indices\":[1]", "\"parent_layer_indices\":[5]")
        .edit(STATS, "\"parent_layer_index\":0", "\"parent_layer_index\":-1");

    assertRejected(
        QUESTION,
        "",
        "layer 2 of 0 to 5 has no candidate: no replacement of it is scored, and its teacher's"
            + " block is not known");
  }

  @Test
  void layersWithoutFiniteScoresAreReported() throws IOException {
    RunFixture run = run(Generation.SECOND);
    run.edit(
        RunFixture.SCORES + "/teacher.json",
        "\"lm_loss\"",
        "\"cosine_embedding_loss_hidden_states\":{\"avg\":NaN},\"lm_loss\"");
    for (int index = 3; index < 6; index++) {
      run.edit(
          RunFixture.SCORES + "/solution_%d.json".formatted(index),
          "\"cosine_embedding_loss_hidden_states\":{\"avg\":",
          "\"cosine_embedding_loss_hidden_states\":{\"avg\":-Infinity,\"x\":");
    }

    assertRejected(
        QUESTION,
        "",
        "layer 1 of 0 to 1 has no candidate: all 4 have a 'cosine_embedding_loss_hidden_states'"
            + " that is NaN or infinite");
  }

  @Test
  void contradictoryTeacherBlocksAreReported() throws IOException {
    run(Generation.FIRST)
        .delete(PLANNED)
        .edit(SCORE, "\"num_key_value_heads\":8", "\"num_key_value_heads\":6");

    assertRejected(
        QUESTION,
        RunFixture.SCORES + "/solution_4.json",
        "chosen_replacements[1]: another teacher's block in layer 0 than earlier solutions have");
  }

  @Test
  void mixedGenerationsAreReported() throws IOException {
    RunFixture first = run(Generation.FIRST);
    RunFixture second =
        new RunFixture(folder.resolve("other"), Generation.SECOND, 2, RunFixture.sixVariants())
            .write()
            .edit(SCORE, "chosen_replacements", "others");
    Files.delete(first.folder().resolve(SCORE));
    Files.copy(second.folder().resolve(SCORE), first.folder().resolve(SCORE));

    assertRejected(
        QUESTION, SCORE, "is a block of another generation of Puzzletron than that of solution_0");
  }

  @Test
  void metricsMissingForTheTeacherAreReported() throws IOException {
    run(Generation.FIRST).edit(RunFixture.SCORES + "/teacher.json", "lm_loss", "kl_div");

    assertRejected(
        QUESTION.withMetric("lm_loss"),
        RunFixture.SCORES + "/teacher.json",
        "tells no 'lm_loss' of the teacher, which its own blocks are scored with; choose another"
            + " measure");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '`',
      textBlock =
          """
          batch_size > 9 > none of the 2 entries has batch_size=9; there are batch_size=8|16
          batches    > 8 > no entry has an argument 'batches'; there are gpu, batch_size, prefill_seq_len, generation_seq_len, n_embd, n_head, weights_dtype
          n_head     > 32 > 2 entries match; tell them apart by their arguments: batch_size=8|16
          """)
  void missingStatisticsAreReported(String key, String value, String end) throws IOException {
    run(Generation.FIRST);

    assertRejected(QUESTION.withStatsArgs(Map.of(key, value)), STATS, end);
  }

  @Test
  void hugeNumbersAreReported() throws IOException {
    run(Generation.FIRST).edit(STATS, "\"num_params\":300", "\"num_params\":3e31");

    Throwable thrown = catchThrowable(() -> PuzzletronRun.read(folder).problem(QUESTION));
    assertThat(thrown).isInstanceOf(InvalidProblemException.class);
    assertThat(thrown.getMessage())
        .startsWith(folder + ": candidate 'L0/")
        .contains("cost 'stats.num_params' is 3.0E31, beyond the largest number allowed");
  }

  @Test
  void invalidTargetsAreReported() throws IOException {
    run(Generation.FIRST);
    for (Map.Entry<String, Limit> wrong :
        Map.<String, Limit>of(
                "throughput", new Limit.AtMost(5),
                "target_throughput", new Limit.AtMost(0),
                "target_latency", new Limit.Between(1, 2))
            .entrySet()) {
      assertThatThrownBy(() ->
              PuzzletronRun.read(folder)
                  .problem(QUESTION.withLimits(Map.of(wrong.getKey(), wrong.getValue()))))
          .isInstanceOf(InvalidProblemException.class)
          .hasMessageStartingWith("limit " + wrong.getKey() + ": ");
    }
  }
}
