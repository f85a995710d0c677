package io.github.puzzle4j.scoring.cost.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelTableTest {

  @TempDir private Path folder;

  private KernelTable read(String text) throws IOException {
    return KernelTable.read(List.of(TableFixture.csv(folder, "table.csv", text)));
  }

  @Test
  void csvGzipAndParquetAreEquivalent() throws IOException, SQLException {
    Path csv = TableFixture.csv(folder, "table.csv", TableFixture.GEMM);
    List<MeasuredCall> plain = KernelTable.read(List.of(csv)).calls();
    assertThat(plain)
        .hasSize(3)
        .first()
        .isEqualTo(
            new MeasuredCall(
                new KernelCall.Gemm(MatrixType.BF16, 1, 4096, 4096),
                0.012 / 1e3,
                "gemm",
                "bfloat16",
                "cublas",
                csv.toString(),
                1));
    for (Path other :
        List.of(
            TableFixture.packed(folder, "table.csv.gz", TableFixture.GEMM),
            TableFixture.parquet(csv))) {
      assertThat(KernelTable.read(List.of(other)).calls())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("file")
          .isEqualTo(plain);
    }
  }

  @Test
  void compressionIsDetectedFromTheBytes() throws IOException {
    Path packed = TableFixture.packed(folder, "table.csv", TableFixture.GEMM);
    assertThat(KernelTable.read(List.of(packed)).calls()).hasSize(3);
  }

  @Test
  void columnsCanBeInAnyOrderAmongOthers() throws IOException {
    KernelTable table =
        read(
            """
            note,latency,k,gemm_dtype,n,"m"
            "a, b",0.5,64,nvfp4,128,7
            """);
    assertThat(table.calls())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.call()).isEqualTo(new KernelCall.Gemm(MatrixType.NVFP4, 7, 128, 64));
          assertThat(it.kernelSource()).isEmpty();
        });
  }

  @Test
  void foldersStandForTheirTables() throws IOException {
    TableFixture.csv(folder, "a.csv", TableFixture.GEMM);
    TableFixture.packed(folder, "b.csv.gz", TableFixture.GEMM);
    TableFixture.csv(folder, "README.md", "not a table");
    assertThat(KernelTable.read(List.of(folder)).calls()).hasSize(6);
  }

  @Test
  void foldersWithoutTablesAreRejected() {
    assertThatThrownBy(() -> KernelTable.read(List.of(folder)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no table in this folder");
  }

  @Test
  void aDecodingQueryAttendsToTheCacheAndItself() throws IOException {
    KernelTable table =
        read(
            """
            op_name,batch_size,isl,num_heads,num_key_value_heads,head_dim,kv_cache_dtype,step,window_size,latency
            generation_attention,32,1,8,2,128,fp8,1023,128,0.02
            context_attention,4,512,8,2,128,bfloat16,0,0,0.5
            context_attention,4,512,8,2,128,bfloat16,64,0,0.6
            """);
    AttentionShape heads = new AttentionShape(8, 2, 128);
    assertThat(table.calls())
        .extracting(MeasuredCall::call)
        .containsExactly(
            new KernelCall.DecodeAttention(heads, 32, 1024, 128, NumberFormat.FP8),
            new KernelCall.PrefillAttention(heads, 4, 512, KernelCall.FULL, NumberFormat.BF16));
    assertThat(table.skipped()).isEqualTo(Map.of("prompts after a cached prefix", 1));
  }

  @Test
  void rowsIrrelevantForServingAreCountedAsSkipped() throws IOException {
    Path attention =
        TableFixture.csv(
            folder,
            "attention.csv",
            """
            op_name,kernel_source,batch_size,isl,num_heads,num_key_value_heads,head_dim,attn_dtype,kv_cache_dtype,step,latency
            context_attention,torch_flow,1,64,8,2,128,fp8,fp8,0,0.02
            """);
    Path allReduce =
        TableFixture.csv(
            folder,
            "reduce.csv",
            """
            kernel_source,allreduce_dtype,num_gpus,message_size,latency,backend
            vLLM_custom_graph,bfloat16,4,1024,0.005,vllm_graph
            vLLM_custom_eager,bfloat16,4,1024,0.025,vllm_eager
            """);
    KernelTable table = KernelTable.read(List.of(attention, allReduce));
    assertThat(table.calls())
        .extracting(MeasuredCall::call)
        .containsExactly(new KernelCall.AllReduce(4, 2048));
    assertThat(table.skipped())
        .isEqualTo(
            Map.of(
                "attn_dtype fp8 is not described", 1,
                "all-reduce launched eagerly: serving replays graphs", 1));
  }

  @Test
  void expertsAreSplitAsStatedInTheTable() throws IOException {
    KernelTable table =
        read(
            """
            moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,moe_tp_size,moe_ep_size,latency
            bfloat16,64,2048,768,8,128,2,4,0.2
            w4a16_mxfp4,64,2048,768,8,128,2,4,0.2
            """);
    assertThat(table.calls())
        .extracting(MeasuredCall::call)
        .containsExactly(new KernelCall.Experts(MatrixType.BF16, 64, 2048, 384, 8, 128, 4));
    assertThat(table.skipped()).isEqualTo(Map.of("moe_dtype w4a16_mxfp4 is not described", 1));
  }

  @Test
  void vidursProductsAreThoseOfOneWorker() throws IOException {
    KernelTable table =
        read(
            """
            time_stats.attn_pre_proj.median,time_stats.attn_post_proj.median,time_stats.mlp_up_proj.median,time_stats.mlp_down_proj.median,n_head,n_kv_head,n_embd,n_expanded_embd,vocab_size,use_gated_mlp,num_tokens,num_tensor_parallel_workers
            0.1,0.2,0.3,0.4,32,8,4096,14336,128256,True,256,2
            """);
    assertThat(table.calls())
        .extracting(MeasuredCall::call)
        .containsExactly(
            new KernelCall.Gemm(MatrixType.BF16, 256, 24 * 128, 4096),
            new KernelCall.Gemm(MatrixType.BF16, 256, 4096, 2048),
            new KernelCall.Gemm(MatrixType.BF16, 256, 14336, 4096),
            new KernelCall.Gemm(MatrixType.BF16, 256, 4096, 7168));
    assertThat(table.calls()).extracting(MeasuredCall::seconds).contains(0.3e-3);
  }

  @Test
  void vidursAttentionIsOfPromptsOrOfNewTokens() throws IOException {
    KernelTable table =
        read(
            """
            time_stats.attn_decode.median,time_stats.attn_prefill.median,n_embd,n_q_head,n_kv_head,num_tensor_parallel_workers,batch_size,prefill_chunk_size,kv_cache_size,is_prefill
            0.015,,8192,64,8,2,16,0,32,False
            ,0.4,8192,64,8,2,1,512,0,True
            ,0.6,8192,64,8,2,1,512,512,True
            """);
    AttentionShape heads = new AttentionShape(32, 4, 128);
    assertThat(table.calls())
        .extracting(MeasuredCall::call)
        .containsExactly(
            new KernelCall.DecodeAttention(heads, 16, 33, KernelCall.FULL, NumberFormat.BF16),
            new KernelCall.PrefillAttention(heads, 1, 512, KernelCall.FULL, NumberFormat.BF16));
    assertThat(table.skipped()).isEqualTo(Map.of("prompts after a cached prefix", 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m|0|must be a whole number between 1 and 2147483647",
        "m|1.5|must be a whole number",
        "n|9999999999|must be a whole number",
        "k|NaN|is not a number",
        "k|0x10p1|is not a number",
        "k|''|is empty",
        "latency|-1|must be milliseconds over 0",
        "latency|0|must be milliseconds over 0",
        "latency|1e308|at most an hour",
        "latency|Infinity|is not a number",
        "latency|fast|is not a number"
      })
  void implausibleCellsAreReported(String column, String cell, String why) {
    String header = "gemm_dtype,m,n,k,latency";
    List<String> columns = List.of(header.split(",", -1));
    String[] cells = {"bfloat16", "1", "2", "3", "4"};
    cells[columns.indexOf(column)] = cell;
    String text = header + "\nbfloat16,1,2,3,4\n" + String.join(",", cells) + "\n";
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("table.csv, row 2, column " + column + ": '" + cell + "'")
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m,n,gemm_dtype,latency\\n1,2,bfloat16,3|the nearest kind is gemm, of which it lacks k",
        "a,b\\n1,2|its columns match no known kind",
        "m,m,n,k\\n1,2,3,4|must name the columns, each once",
        "m,,n\\n1,2,3|must name the columns, each once",
        "gemm_dtype,m,n,k,latency\\nbfloat16,1,2|Expected Number of Columns: 5 Found: 3",
        "gemm_dtype,m,n,k,latency\\nbfloat16,1,2,3,4,5|Expected Number of Columns: 5"
      })
  void otherFilesThanKernelTablesAreReported(String text, String why) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n") + "\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("table.csv")
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  @Test
  void emptyFilesAreRejected() {
    assertThatThrownBy(() -> read("")).hasMessageContaining("is empty");
  }

  @Test
  void missingFilesAreRejected() {
    assertThatThrownBy(() -> KernelTable.read(List.of(folder.resolve("none.csv"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"table.csv.gz", "table.csv.parquet"})
  void truncatedFilesAreRejected(String name) throws IOException, SQLException {
    TableFixture.parquet(TableFixture.csv(folder, "table.csv", TableFixture.GEMM));
    TableFixture.packed(folder, "table.csv.gz", TableFixture.GEMM);
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 12));
    assertThatThrownBy(() -> KernelTable.read(List.of(file)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(name)
        .hasMessageNotContaining("\n");
  }

  @Test
  void textFilesNamedParquetAreRejected() throws IOException {
    Path file = TableFixture.csv(folder, "table.parquet", TableFixture.GEMM);
    assertThatThrownBy(() -> KernelTable.read(List.of(file)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is not a Parquet file");
  }

  @Test
  void pathsAreNotExpandedAsPatterns() throws IOException {
    TableFixture.csv(folder, "a.csv", TableFixture.GEMM);
    Path pattern = TableFixture.csv(folder, "*.csv", TableFixture.GEMM);
    assertThatThrownBy(() -> KernelTable.read(List.of(pattern)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("must not hold any of");
  }
}
