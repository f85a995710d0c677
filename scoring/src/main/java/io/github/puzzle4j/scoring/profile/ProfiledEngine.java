package io.github.puzzle4j.scoring.profile;

import java.io.IOException;
import java.util.List;

/** An engine whose work can be timed on this machine. */
public interface ProfiledEngine {

  /** Its name among a target's backends. */
  String name();

  /** Its release. */
  String version();

  /** Maximum number of prompt tokens in one pass. */
  int maxBatchedTokens();

  /** Maximum number of concurrent requests that were measured. */
  int maxSequences();

  /** Description of the timing method, for reports. */
  String method();

  /**
   * Times pieces of work of many sizes.
   *
   * @param question the model's shape and variants, and how long it may take
   * @param watch notified of each step
   */
  List<Observation> observe(ProfileQuestion question, ProfileWatch watch) throws IOException;
}
