package io.github.puzzle4j.search.page;

import io.github.puzzle4j.blocklib.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A Chromium without a window, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final int SECONDS = 60;

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> address = new CompletableFuture<>();
  private volatile CompletableFuture<JsonNode> loaded = new CompletableFuture<>();
  private String session = "";

  /** The program, if there is one. */
  static Optional<Path> installed() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it without a network. */
  Browser(Path program, Path folder) throws Exception {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--user-data-dir=" + folder,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Thread.ofVirtual().start(this::readAddress);
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(address.get(SECONDS, TimeUnit.SECONDS)), new Listener())
            .get(SECONDS, TimeUnit.SECONDS);
    JsonNode target = call("Target.createTarget", Map.of("url", "about:blank"));
    session =
        call(
                "Target.attachToTarget",
                Map.of("targetId", target.path("targetId").asString(), "flatten", true))
            .path("sessionId")
            .asString();
    for (String domain : List.of("Page", "Runtime", "Log")) {
      call(domain + ".enable", Map.of());
    }
  }

  private void readAddress() {
    try (var lines = process.errorReader(StandardCharsets.UTF_8)) {
      lines
          .lines()
          .filter(line -> line.startsWith("DevTools listening on "))
          .forEach(line -> address.complete(line.substring(line.indexOf("ws:"))));
    } catch (IOException closed) {
      address.completeExceptionally(closed);
    }
  }

  /** Calls a method of the protocol and waits for its result. */
  JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int number = numbers.incrementAndGet();
    ObjectNode message = Json.mapper().createObjectNode();
    message.put("id", number).put("method", method).putPOJO("params", parameters);
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(number, answer);
    socket.sendText(Json.mapper().writeValueAsString(message), true).get(SECONDS, TimeUnit.SECONDS);
    JsonNode found = answer.get(SECONDS, TimeUnit.SECONDS);
    if (found.has("error")) {
      throw new IllegalStateException("%s: %s".formatted(method, found.path("error")));
    }
    return found.path("result");
  }

  /** Opens a file in a window of this width, and waits until its scripts have run. */
  void open(Path file, int width, boolean dark) throws Exception {
    complaints.clear();
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    CompletableFuture<JsonNode> done = new CompletableFuture<>();
    loaded = done;
    call("Page.navigate", Map.of("url", file.toAbsolutePath().toUri().toString()));
    done.get(SECONDS, TimeUnit.SECONDS);
  }

  /** The value of an expression, which may be a promise. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(
          result.path("exceptionDetails").path("exception").path("description").asString());
    }
    return result.path("result").path("value");
  }

  /** A mouse that is pressed at a point of the window, moved and released. */
  void drag(double fromX, double fromY, double toX, double toY) throws Exception {
    mouse("mouseMoved", fromX, fromY, 0);
    mouse("mousePressed", fromX, fromY, 1);
    for (int step = 1; step <= 4; step++) {
      mouse("mouseMoved", fromX + (toX - fromX) * step / 4, fromY + (toY - fromY) * step / 4, 1);
    }
    mouse("mouseReleased", toX, toY, 0);
  }

  private void mouse(String type, double x, double y, int buttons) throws Exception {
    call(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            type,
            "x",
            x,
            "y",
            y,
            "button",
            type.equals("mouseMoved") ? "none" : "left",
            "buttons",
            buttons,
            "clickCount",
            1));
  }

  /** Presses a key. */
  void press(String key) throws Exception {
    call("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "code", key));
    call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", key));
  }

  /** A picture of the whole page, in a window that is as high as the page. */
  void picture(Path file) throws Exception {
    int width = evaluate("innerWidth").intValue();
    int height = evaluate("document.documentElement.scrollHeight").intValue();
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
    JsonNode picture = call("Page.captureScreenshot", Map.of("format", "png"));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(picture.path("data").asString()));
  }

  /** Errors and warnings on the console since the page was opened. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  private void receive(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = answers.remove(message.path("id").intValue());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    String method = message.path("method").asString();
    JsonNode what = message.path("params");
    if (method.equals("Page.loadEventFired")) {
      loaded.complete(what);
    }
    boolean isError =
        method.equals("Runtime.exceptionThrown")
            || (method.equals("Log.entryAdded")
                && List.of("error", "warning")
                    .contains(what.path("entry").path("level").asString()))
            || (method.equals("Runtime.consoleAPICalled")
                && List.of("error", "warning", "assert").contains(what.path("type").asString()));
    if (isError) {
      JsonNode exception = what.path("exceptionDetails").path("exception").path("description");
      complaints.add(exception.isMissingNode() ? what.toString() : exception.asString());
    }
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        receive(Json.mapper().readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    process.onExit().join();
    for (ProcessHandle one : all) {
      one.destroyForcibly();
      one.onExit().join();
    }
    client.shutdownNow();
  }
}
