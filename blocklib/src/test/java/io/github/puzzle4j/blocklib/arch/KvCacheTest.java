package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KvCacheTest {

  @Test
  void aTokenTakesAKeyAndAValueForEachHead() {
    assertThat(new KvCache(8, 128, 0).elementsPerToken()).isEqualTo(2 * 8 * 128);
  }

  @Test
  void aWindowKeepsNoMoreTokensThanItSees() {
    KvCache whole = new KvCache(2, 8, SoftmaxAttention.NO_WINDOW);
    KvCache window = new KvCache(2, 8, 128);
    assertThat(whole.tokens(100_000)).isEqualTo(100_000);
    assertThat(window.tokens(127)).isEqualTo(127);
    assertThat(window.tokens(128)).isEqualTo(128);
    assertThat(window.tokens(100_000)).isEqualTo(128);
  }

  @Test
  void headsAreDividedAndReplicatedWhereTheyAreTooFew() {
    assertThat(new KvCache(8, 128, 64).onOneOf(4)).isEqualTo(new KvCache(2, 128, 64));
    assertThat(new KvCache(2, 128, 0).onOneOf(8)).isEqualTo(new KvCache(1, 128, 0));
    assertThat(new KvCache(8, 128, 0).onOneOf(1)).isEqualTo(new KvCache(8, 128, 0));
  }
}
