package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A short hash of everything that a result depends on. Results are kept in folders named by it, so
 * that a changed plan never takes over, or overwrites, what an earlier one computed.
 */
final class Fingerprint {

  private static final int HEX_DIGITS = 12;

  private final MessageDigest digest = sha256();

  /** Adds part of a plan. */
  Fingerprint with(String name, JsonNode part) {
    digest.update(
        (name + "=" + Json.mapper().writeValueAsString(part) + "\n")
            .getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds another fingerprint or a plain value. */
  Fingerprint with(String name, String value) {
    digest.update((name + "=" + value + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds the contents of a file. */
  Fingerprint withFile(Path file) throws IOException {
    digest.update((file.getFileName() + "=").getBytes(StandardCharsets.UTF_8));
    try (InputStream stream = new DigestInputStream(Files.newInputStream(file), digest)) {
      stream.transferTo(OutputStream.nullOutputStream());
    }
    return this;
  }

  /** Adds config, tokenizer, chat template and weights of a checkpoint. */
  Fingerprint withCheckpoint(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(
            folder,
            "{config.json,tokenizer.json,tokenizer_config.json,chat_template.jinja,*.safetensors}")) {
      found.forEach(files::add);
    }
    files.sort(null);
    for (Path file : files) {
      withFile(file);
    }
    return this;
  }

  /** The hash, short enough for a folder's name. */
  String value() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
