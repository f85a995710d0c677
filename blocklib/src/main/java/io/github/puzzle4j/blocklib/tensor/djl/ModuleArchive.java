package io.github.puzzle4j.blocklib.tensor.djl;

import io.github.puzzle4j.blocklib.tensor.engine.AdamwSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Turns the readable text of {@code operations.py} into the archive that libtorch loads as a
 * module.
 *
 * <p>The module has no state: every tensor is an argument. Writing the archive here keeps Python
 * out of the build.
 */
final class ModuleArchive {

  private static final String SOURCE = "operations.py";

  private ModuleArchive() {}

  /** The archive. */
  static byte[] bytes() {
    String code =
        source()
            .replace("@BETA1@", Double.toString(AdamwSettings.BETA1))
            .replace("@BETA2@", Double.toString(AdamwSettings.BETA2))
            .replace("@EPSILON@", "%.20f".formatted(AdamwSettings.EPSILON));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "data.pkl", emptyModule());
      put(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      put(zip, "version", new byte[] {'3', '\n'});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * A pickle (protocol 2) of an object of class Operations whose one attribute is training=False.
   */
  private static byte[] emptyModule() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2});
    pickle.writeBytes("c__torch__\nOperations\nq".getBytes(StandardCharsets.US_ASCII));
    pickle.writeBytes(new byte[] {0, ')', (byte) 0x81, '}'});
    pickle.writeBytes(new byte[] {'X', 8, 0, 0, 0});
    pickle.writeBytes("trainingq".getBytes(StandardCharsets.US_ASCII));
    pickle.writeBytes(new byte[] {1, (byte) 0x89, 's', 'b', '.'});
    return pickle.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("operations/" + name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static String source() {
    try (InputStream in = ModuleArchive.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IllegalStateException(SOURCE + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
