package io.github.puzzle4j.search.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalReportTest {

  @Test
  void aTargetIsOneAlignedTable() {
    ReportData data = SampleReport.of(1, 8, "sample");

    String text = TerminalReport.of(data.targets().getFirst(), data.scoring());

    assertThat(text)
        .isEqualTo(
            """
            h100-sxm, vllm: 1,024 tokens in, 1,024 out, batch 64 to 256; at least 1.6x the teacher's throughput, at most 0.7x its memory
            model                   tokens/s  speed-up    memory        KL (nats)   LM loss (nats)  recall  arithmetic  brackets
            --------------------------------------------------------------------------------------------------------------------
            teacher                  182,000     1.00x  1.77 GiB                0  2.1000 ± 0.0200  96.1 %      88.0 %    99.0 %
            child                    294,000     1.62x  1.12 GiB  0.0310 ± 0.0010  2.1400 ± 0.0200  94.6 %      86.5 %    99.0 %
            child after GKD          294,000     1.62x  1.12 GiB  0.0120 ± 0.0004  2.1100 ± 0.0200  95.5 %      87.4 %    99.0 %
            child as assembled       294,000     1.62x  1.12 GiB  0.0350 ± 0.0012  2.1600 ± 0.0200  94.4 %      86.3 %    99.0 %
            best sum                 294,100     1.62x  1.12 GiB  0.0440 ± 0.0015  2.1700 ± 0.0200  93.9 %      85.8 %    99.0 %
            greedy                   291,500     1.60x  1.12 GiB  0.2200 ± 0.0073  2.3000 ± 0.0200  85.1 %      77.0 %    99.0 %
            uniform                  292,100     1.60x  1.12 GiB  0.3900 ± 0.0130  2.4200 ± 0.0200  76.6 %      68.5 %    99.0 %
            uniform after training   292,100     1.60x  1.12 GiB  0.2100 ± 0.0070  2.3000 ± 0.0200  85.6 %      77.5 %    99.0 %
            random                   293,300     1.61x  1.12 GiB  1.9000 ± 0.0633  3.6000 ± 0.0200   1.1 %       0.0 %    99.0 %
            depth pruning            292,800     1.61x  1.12 GiB  0.7000 ± 0.0233  2.6000 ± 0.0200  61.1 %      53.0 %    99.0 %
            model          parameters  weight bytes  KV bytes/token  layers with attention
            ------------------------------------------------------------------------------
            teacher         3,345,600    16,000,000           2,048                      8
            child           1,797,312    16,000,000           2,048                      8
            best sum        1,400,640    16,000,000           2,048                      8
            greedy          1,179,264    16,000,000           2,048                      8
            uniform         2,018,496    16,000,000           2,048                      8
            random          1,815,552    16,000,000           2,048                      8
            depth pruning   1,510,656    16,000,000           2,048                      8
            weights in huggingface-fp8: KL 0.0330 ± 0.0030, LM loss 2.4600 ± 0.0200
            proven optimal: sum of scores 0.0287, bound 0.0287, gap 0.0 %; cp-sat in 0.2 s
            72 children measured in 2 rounds: KL 0.0410 by the sum of scores, 0.0310 chosen; rank correlation of sums 0.81 (measured 1.70x the prediction, median error 42.0 %), of the model 0.97 (measured 1.00x the prediction, median error 6.0 %)
            llama.cpp, batch 1: 1.57x as fast as the teacher (1.50x predicted); prompts 1.56x (1.50x), tokens 1.56x (1.48x); 33.0 and 21.0 tokens/s
            note: uniform uses less than the budget: no variant in every layer comes closer\
            """);
  }

  @Test
  void theWholeReportEndsWithTheTimeOfEachStage() {
    assertThat(TerminalReport.of(SampleReport.of(1, 8, "sample")))
        .contains("h100-sxm, vllm:", "b200-sxm, vllm:")
        .endsWith(
            """
            time: 2 min 08 s (rank 4.0 s, distill 1 min 23 s, score 41 s)

            took, of what was estimated before: distill 1 min 23 s of 1 min 30 s, score 41 s of 35 s\
            """);
  }

  @Test
  void aRowOfAnotherWidthIsRefused() {
    assertThatThrownBy(() -> new TextTable(List.of("a", "b")).add(List.of("1")))
        .hasMessage("1 cells in a table of 2 columns");
  }
}
