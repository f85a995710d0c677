package io.github.puzzle4j.blocklib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import io.github.puzzle4j.blocklib.arch.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The key of library and scores as files hold it. */
class ReplacementJsonTest {

  private static final AttentionShape HEADS = new AttentionShape(8, 2, 16);
  private static final String TEXT =
      "{\"span\":{\"first\":3,\"last\":3},\"instead\":[{\"attention\":{\"kind\":\"SoftmaxAttention\","
          + "\"heads\":{\"heads\":8,\"kvHeads\":2,\"headDim\":16},\"window\":0,\"biases\":\"NONE\","
          + "\"headNorm\":\"NONE\"},\"ffn\":{\"kind\":\"GatedFfn\",\"channels\":512}}]}";

  @Test
  void everyKindOfSubblockIsReadBack() throws IOException {
    List<Attention> attentions =
        List.of(
            SoftmaxAttention.plain(HEADS),
            SoftmaxAttention.plain(HEADS).withWindow(128),
            new SoftmaxAttention(HEADS, 64, Biases.QUERY_KEY_VALUE, HeadNorm.QUERY_AND_KEY),
            new SoftmaxAttention(HEADS, 0, Biases.ALL, HeadNorm.NONE),
            new LinearAttention(),
            new NoAttention());
    List<Ffn> ffns =
        List.of(
            new GatedFfn(512),
            new ExpertsFfn(8, 2, 64, 32),
            new ExpertsFfn(2, 1, 64, 0, List.of(7, 1)),
            new LinearFfn(),
            new NoFfn());
    for (Attention attention : attentions) {
      for (Ffn ffn : ffns) {
        Layer layer = new Layer(attention, ffn);
        assertReadBack(Replacement.of(3, layer));
        assertReadBack(new Replacement(new Span(1, 3), List.of(layer, layer.with(new NoFfn()))));
      }
    }
  }

  private static void assertReadBack(Replacement replacement) throws IOException {
    byte[] text = Json.mapper().writeValueAsBytes(replacement);
    assertThat(Json.parse("text", text, Replacement.class)).isEqualTo(replacement);
  }

  /** Components and kinds, and nothing that is computed from them. */
  @Test
  void aSubblockIsItsComponentsAndItsKind() {
    Layer layer = new Layer(SoftmaxAttention.plain(HEADS), new GatedFfn(512));
    assertThat(Json.mapper().writeValueAsString(Replacement.of(3, layer))).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"GatedFfn\" | \"WideFfn\" | WideFfn",
        "\"GatedFfn\" | \"LinearAttention\" | LinearAttention",
        "\"kind\":\"GatedFfn\", | ` ` | kind",
        "\"channels\":512 | \"channels\":0 | channels=0",
        "\"channels\":512 | \"channels\":512,\"more\":1 | 'more'",
        "\"kvHeads\":2 | \"kvHeads\":3 | kvHeads=3",
        "\"window\":0, | ` ` | window",
        "\"last\":3 | \"last\":2 | last=2",
        "\"first\":3 | \"first\":\"3\" | first",
      })
  void whatIsNoReplacementIsRefused(String from, String to, String message) {
    assertThat(TEXT).contains(from);
    byte[] text = TEXT.replace(from, to).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Json.parse("text", text, Replacement.class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
