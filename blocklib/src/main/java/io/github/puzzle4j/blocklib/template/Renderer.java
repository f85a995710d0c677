package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Executes the statements of a template. Each renderer is used once. */
final class Renderer {

  /** Control flow after a statement. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private final Limits limits = new Limits();
  private final Evaluator evaluator = new Evaluator(limits);
  private StringBuilder output = new StringBuilder();
  private int line;

  /** Renders statements to text. */
  String render(List<Statement> statements, Scope scope) throws TemplateFailure {
    run(statements, scope);
    return output.toString();
  }

  /** Line of the last statement started. */
  int line() {
    return line;
  }

  private Flow run(List<Statement> statements, Scope scope) throws TemplateFailure {
    for (Statement statement : statements) {
      limits.step();
      line = statement.line();
      Flow flow = run(statement, scope);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow run(Statement statement, Scope scope) throws TemplateFailure {
    return switch (statement) {
      case Statement.Data(int _, String text) -> write(text);
      case Statement.Output(int _, Expression value) ->
          write(PythonText.of(evaluator.value(value, scope)));
      case Statement.If choice -> choose(choice, scope);
      case Statement.For loop -> loop(loop, scope);
      case Statement.Set(int _, List<String> targets, Expression value) -> {
        assign(targets, evaluator.value(value, scope), scope);
        yield Flow.ON;
      }
      case Statement.SetAttribute set -> setAttribute(set, scope);
      case Statement.Capture(int _, String target, List<Statement> body) -> {
        scope.set(target, new Value.Text(captured(body, new Scope(scope))));
        yield Flow.ON;
      }
      case Statement.Macro macro -> {
        scope.set(
            macro.name(),
            new Value.Function(macro.name(), arguments -> expand(macro, arguments, scope)));
        yield Flow.ON;
      }
      case Statement.Generation(int _, List<Statement> body) -> run(body, new Scope(scope));
      case Statement.Break _ -> Flow.BREAK;
      case Statement.Continue _ -> Flow.CONTINUE;
    };
  }

  private Flow write(String text) throws TemplateFailure {
    limits.text(text.length());
    output.append(text);
    return Flow.ON;
  }

  private Flow choose(Statement.If choice, Scope scope) throws TemplateFailure {
    for (Statement.Branch branch : choice.branches()) {
      line = branch.line();
      if (evaluator.value(branch.condition(), scope).truth()) {
        return run(branch.body(), scope);
      }
    }
    return run(choice.otherwise(), scope);
  }

  private Flow loop(Statement.For loop, Scope scope) throws TemplateFailure {
    List<Value> items = new ArrayList<>();
    for (Value item : Iteration.items(evaluator.value(loop.of(), scope))) {
      limits.step();
      Scope inside = new Scope(scope);
      assign(loop.targets(), item, inside);
      if (evaluator.value(loop.condition(), inside).truth()) {
        items.add(item);
      }
    }
    for (int i = 0; i < items.size(); i++) {
      Scope inside = new Scope(scope);
      assign(loop.targets(), items.get(i), inside);
      inside.set("loop", position(items, i));
      if (run(loop.body(), inside) == Flow.BREAK) {
        break;
      }
    }
    return items.isEmpty() ? run(loop.otherwise(), scope) : Flow.ON;
  }

  private static Value position(List<Value> items, int index) {
    Map<String, Value> loop = new LinkedHashMap<>();
    loop.put("index", new Value.Whole(index + 1L));
    loop.put("index0", new Value.Whole(index));
    loop.put("revindex", new Value.Whole((long) items.size() - index));
    loop.put("revindex0", new Value.Whole(items.size() - index - 1L));
    loop.put("length", new Value.Whole(items.size()));
    loop.put("first", new Value.Truth(index == 0));
    loop.put("last", new Value.Truth(index == items.size() - 1));
    if (index > 0) {
      loop.put("previtem", items.get(index - 1));
    }
    if (index < items.size() - 1) {
      loop.put("nextitem", items.get(index + 1));
    }
    return new Value.Namespace(Map.copyOf(loop));
  }

  private static void assign(List<String> targets, Value value, Scope scope)
      throws TemplateFailure {
    if (targets.size() == 1) {
      scope.set(targets.getFirst(), value);
      return;
    }
    List<Value> parts = Iteration.items(value);
    if (parts.size() != targets.size()) {
      throw new TemplateFailure(
          "%d values for the names %s".formatted(parts.size(), String.join(", ", targets)));
    }
    for (int i = 0; i < parts.size(); i++) {
      scope.set(targets.get(i), parts.get(i));
    }
  }

  private Flow setAttribute(Statement.SetAttribute set, Scope scope) throws TemplateFailure {
    Value value = evaluator.value(set.value(), scope);
    if (!(scope.get(set.namespace()) instanceof Value.Namespace(Map<String, Value> attributes))
        || set.namespace().equals("loop")) {
      throw new TemplateFailure("'%s' is not a namespace".formatted(set.namespace()));
    }
    attributes.put(set.attribute(), value);
    return Flow.ON;
  }

  private String captured(List<Statement> body, Scope scope) throws TemplateFailure {
    StringBuilder outside = output;
    output = new StringBuilder();
    run(body, scope);
    String text = output.toString();
    output = outside;
    return text;
  }

  private Value expand(Statement.Macro macro, Arguments arguments, Scope scope)
      throws TemplateFailure {
    List<String> parameters = macro.parameters();
    arguments.allow(parameters.size(), parameters.toArray(String[]::new));
    Scope inside = new Scope(scope);
    int required = parameters.size() - macro.defaults().size();
    for (int i = 0; i < parameters.size(); i++) {
      Value otherwise =
          i < required
              ? new Value.Undefined(parameters.get(i))
              : evaluator.value(macro.defaults().get(i - required), inside);
      inside.set(parameters.get(i), arguments.orElse(i, parameters.get(i), otherwise));
    }
    int outside = line;
    String text = captured(macro.body(), inside);
    line = outside;
    return new Value.Text(text);
  }
}
