package io.github.puzzle4j.scoring.cost.table;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.GZIPOutputStream;

/** Small tables in all file formats. */
final class TableFixture {

  static final String GEMM =
      """
      op_name,kernel_source,gemm_dtype,m,n,k,latency
      gemm,cublas,bfloat16,1,4096,4096,0.012
      gemm,cublas,bfloat16,16,4096,4096,0.013
      gemm,cutlass,fp8,16,4096,8192,0.0145
      """;

  private TableFixture() {}

  static Path csv(Path folder, String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  static Path packed(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(file))) {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  /** Converts the CSV file to Parquet, with numeric columns. */
  static Path parquet(Path csv) throws SQLException {
    Path file = csv.resolveSibling(csv.getFileName() + ".parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM read_csv('%s')) TO '%s' (FORMAT parquet)".formatted(csv, file));
    }
    return file;
  }
}
