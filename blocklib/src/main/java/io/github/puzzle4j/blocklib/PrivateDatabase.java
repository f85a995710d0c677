package io.github.puzzle4j.blocklib;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/**
 * In-memory DuckDB for reading untrusted files: no extension is loaded or downloaded, nothing is
 * spilled to disk. Callers restrict which files it may read.
 */
public final class PrivateDatabase {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "autoinstall_known_extensions", "false",
          "autoload_known_extensions", "false",
          "allow_community_extensions", "false",
          "temp_directory", "",
          "memory_limit", "2GB");

  private PrivateDatabase() {}

  /**
   * A new database; the caller closes it.
   *
   * @param further settings of DuckDB
   * @throws IOException if it cannot be started
   */
  public static Connection open(Map<String, String> further) throws IOException {
    Properties settings = new Properties();
    settings.putAll(SETTINGS);
    settings.putAll(further);
    try {
      return DriverManager.getConnection("jdbc:duckdb:", settings);
    } catch (SQLException failure) {
      throw new IOException("cannot start DuckDB: " + failure.getMessage(), failure);
    }
  }

  /** Closes without throwing, so that an exception in flight is not replaced. */
  public static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // The exception in flight says more.
    }
  }
}
