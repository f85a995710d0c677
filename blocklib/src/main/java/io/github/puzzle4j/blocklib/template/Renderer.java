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
      case Statement.Set(int _, List<Statement.Target> targets, Expression value) -> {
        assign(targets, evaluator.value(value, scope), scope);
        yield Flow.ON;
      }
      case Statement.SetAttribute set -> setAttribute(set, scope);
      case Statement.Capture(int _, String target, Expression value, List<Statement> body) -> {
        scope.set(target, evaluator.value(value, withBody(body, scope)));
        yield Flow.ON;
      }
      case Statement.FilterBlock(int _, Expression filtered, List<Statement> body) ->
          write(PythonText.of(evaluator.value(filtered, withBody(body, scope))));
      case Statement.Macro macro -> {
        scope.set(macro.name(), function(macro, scope));
        yield Flow.ON;
      }
      case Statement.CallBlock(int _, Statement.Macro caller, Expression.Call call) ->
          write(
              PythonText.of(
                  evaluator.called(call, scope, Map.of("caller", function(caller, scope)))));
      case Statement.With with -> {
        Scope inside = new Scope(scope);
        for (int i = 0; i < with.names().size(); i++) {
          inside.set(with.names().get(i), evaluator.value(with.values().get(i), scope));
        }
        yield run(with.body(), inside);
      }
      case Statement.Generation(int _, List<Statement> body) -> run(body, new Scope(scope));
      case Statement.Break _ -> Flow.BREAK;
      case Statement.Continue _ -> Flow.CONTINUE;
    };
  }

  private Scope withBody(List<Statement> body, Scope scope) throws TemplateFailure {
    Scope inside = new Scope(scope);
    inside.set(Statement.BODY, new Value.Text(captured(body, new Scope(scope))));
    return inside;
  }

  private Value function(Statement.Macro macro, Scope scope) {
    return new Value.Function(macro.name(), arguments -> expand(macro, arguments, scope));
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
    return loop(loop, evaluator.value(loop.of(), scope), scope, 0);
  }

  private Flow loop(Statement.For loop, Value of, Scope scope, int depth) throws TemplateFailure {
    List<Value> items = new ArrayList<>();
    for (Value item : Iteration.items(of)) {
      limits.step();
      Scope inside = new Scope(scope);
      assign(loop.targets(), item, inside);
      if (evaluator.value(loop.condition(), inside).truth()) {
        items.add(item);
      }
    }
    List<List<Value>> last = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Scope inside = new Scope(scope);
      assign(loop.targets(), items.get(i), inside);
      Map<String, Value> position = position(items, i, depth);
      position.put("changed", new Value.Function("changed", given -> changed(last, given)));
      if (loop.recursive()) {
        position.put(Value.CALL, recursion(loop, scope, depth + 1));
      }
      inside.set("loop", new Value.Namespace(position));
      if (run(loop.body(), inside) == Flow.BREAK) {
        break;
      }
    }
    return items.isEmpty() ? run(loop.otherwise(), scope) : Flow.ON;
  }

  private Value recursion(Statement.For loop, Scope scope, int depth) {
    return new Value.Function(
        "loop",
        given -> {
          Value further = given.required(0, "iterable");
          return new Value.Text(captured(() -> loop(loop, further, scope, depth)));
        });
  }

  private static Value changed(List<List<Value>> last, Arguments given) {
    boolean same = !last.isEmpty() && last.getFirst().equals(given.positional());
    last.clear();
    last.add(given.positional());
    return new Value.Truth(!same);
  }

  private static Map<String, Value> position(List<Value> items, int index, int depth) {
    Map<String, Value> loop = new LinkedHashMap<>();
    loop.put("index", new Value.Whole(index + 1L));
    loop.put("index0", new Value.Whole(index));
    loop.put("revindex", new Value.Whole((long) items.size() - index));
    loop.put("revindex0", new Value.Whole(items.size() - index - 1L));
    loop.put("length", new Value.Whole(items.size()));
    loop.put("first", new Value.Truth(index == 0));
    loop.put("last", new Value.Truth(index == items.size() - 1));
    loop.put("depth", new Value.Whole(depth + 1L));
    loop.put("depth0", new Value.Whole(depth));
    loop.put(
        "cycle",
        new Value.Function(
            "cycle",
            given -> {
              if (given.positional().isEmpty()) {
                throw new TemplateFailure("'cycle' needs values");
              }
              return given.positional().get(index % given.positional().size());
            }));
    if (index > 0) {
      loop.put("previtem", items.get(index - 1));
    }
    if (index < items.size() - 1) {
      loop.put("nextitem", items.get(index + 1));
    }
    return loop;
  }

  private static void assign(List<Statement.Target> targets, Value value, Scope scope)
      throws TemplateFailure {
    if (targets.size() == 1) {
      Statement.Target target = targets.getFirst();
      if (target.parts().isEmpty()) {
        scope.set(target.name(), value);
      } else {
        assign(target.parts(), value, scope);
      }
      return;
    }
    List<Value> parts = Iteration.items(value);
    if (parts.size() != targets.size()) {
      throw new TemplateFailure("%d values for %d names".formatted(parts.size(), targets.size()));
    }
    for (int i = 0; i < parts.size(); i++) {
      assign(targets.subList(i, i + 1), parts.get(i), scope);
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

  /** Statements whose output is captured. */
  @FunctionalInterface
  private interface Part {
    Flow run() throws TemplateFailure;
  }

  private String captured(Part part) throws TemplateFailure {
    StringBuilder outside = output;
    output = new StringBuilder();
    part.run();
    String text = output.toString();
    output = outside;
    return text;
  }

  private String captured(List<Statement> body, Scope scope) throws TemplateFailure {
    return captured(() -> run(body, scope));
  }

  private Value expand(Statement.Macro macro, Arguments arguments, Scope scope)
      throws TemplateFailure {
    List<String> parameters = macro.parameters();
    List<String> names = new ArrayList<>(parameters);
    names.add("caller");
    names.addAll(macro.keyed() ? arguments.named().keySet() : List.of());
    arguments.allow(
        macro.variadic() ? Integer.MAX_VALUE : parameters.size(), names.toArray(String[]::new));
    Scope inside = new Scope(scope);
    int required = parameters.size() - macro.defaults().size();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i);
      Value otherwise =
          i < required || arguments.has(i, name)
              ? new Value.Undefined(name)
              : evaluator.value(macro.defaults().get(i - required), inside);
      inside.set(name, arguments.orElse(i, name, otherwise));
    }
    Map<String, Value> further = new LinkedHashMap<>(arguments.named());
    further.keySet().removeAll(parameters);
    Value caller = further.remove("caller");
    if (caller != null) {
      inside.set("caller", caller);
    }
    inside.set("kwargs", Value.Mapping.named(further));
    inside.set(
        "varargs",
        new Value.Sequence(
            arguments
                .positional()
                .subList(
                    Math.min(parameters.size(), arguments.positional().size()),
                    arguments.positional().size()),
            true));
    int outside = line;
    String text = captured(macro.body(), inside);
    line = outside;
    return new Value.Text(text);
  }
}
