package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every Java file is as google-java-format writes it, so that no diff is about layout. */
class FormattingTest {

  private final Formatter formatter = new Formatter();

  @Test
  void everyJavaFileIsFormatted() throws IOException, FormatterException {
    List<Path> files = Repository.javaFiles();
    List<String> unformatted = new ArrayList<>();
    for (Path file : files) {
      String source = Files.readString(file);
      if (!format(source).equals(source)) {
        unformatted.add(Repository.root().relativize(file).toString());
      }
    }

    assertThat(files).hasSizeGreaterThan(40);
    assertThat(unformatted)
        .as("files to format, with Maven on JDK 25: ./mvnw spotless:apply")
        .isEmpty();
  }

  @Test
  void aFileThatIsNotFormattedIsNoticed() throws FormatterException {
    String source = "import java.util.List;\nclass A{ int a ( ){return 1 ;} }\n";

    assertThat(format(source)).isEqualTo("class A {\n  int a() {\n    return 1;\n  }\n}\n");
  }

  private String format(String source) throws FormatterException {
    String imports =
        ImportOrderer.reorderImports(
            RemoveUnusedImports.removeUnusedImports(source), JavaFormatterOptions.Style.GOOGLE);
    return formatter.formatSource(imports);
  }
}
