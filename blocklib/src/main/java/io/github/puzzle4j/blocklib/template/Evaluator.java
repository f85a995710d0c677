package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions. */
final class Evaluator {

  private final Limits limits;
  private final Operators operators;
  private final Filters filters;
  private final Methods methods;

  Evaluator(Limits limits) {
    this.limits = limits;
    operators = new Operators(limits);
    filters = new Filters(limits);
    methods = new Methods(limits);
  }

  Value value(Expression expression, Scope scope) throws TemplateFailure {
    limits.step();
    return switch (expression) {
      case Expression.Constant(Value constant) -> constant;
      case Expression.Name(String name) -> scope.get(name);
      case Expression.ListOf(List<Expression> items, boolean tuple) ->
          new Value.Sequence(values(items, scope), tuple);
      case Expression.DictOf dict -> dictionary(dict, scope);
      case Expression.Attribute(Expression of, String name) -> attribute(value(of, scope), name);
      case Expression.Item(Expression of, Expression index) ->
          Iteration.at(value(of, scope), value(index, scope));
      case Expression.Slice slice ->
          Iteration.slice(
              value(slice.of(), scope),
              value(slice.start(), scope),
              value(slice.end(), scope),
              value(slice.step(), scope));
      case Expression.Call call -> called(call, scope);
      case Expression.Filter(Expression of, String name, Expression.CallArguments given) ->
          filters.apply(name, value(of, scope), arguments(name, given, scope));
      case Expression.Test(Expression of, String name, Expression.CallArguments given) ->
          new Value.Truth(
              ValueTests.holds(name, value(of, scope), arguments(name, given, scope), limits));
      case Expression.Not(Expression of) -> new Value.Truth(!value(of, scope).truth());
      case Expression.Positive(Expression of) -> operators.positive(value(of, scope));
      case Expression.Negative(Expression of) -> operators.negative(value(of, scope));
      case Expression.Binary(String operator, Expression left, Expression right) ->
          operators.binary(operator, value(left, scope), value(right, scope));
      case Expression.Comparison comparison -> compared(comparison, scope);
      case Expression.And(Expression left, Expression right) -> {
        Value first = value(left, scope);
        yield first.truth() ? value(right, scope) : first;
      }
      case Expression.Or(Expression left, Expression right) -> {
        Value first = value(left, scope);
        yield first.truth() ? first : value(right, scope);
      }
      case Expression.Choice(Expression condition, Expression then, Expression otherwise) ->
          value(condition, scope).truth() ? value(then, scope) : value(otherwise, scope);
    };
  }

  private List<Value> values(List<Expression> expressions, Scope scope) throws TemplateFailure {
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(value(expression, scope));
    }
    return values;
  }

  private Value dictionary(Expression.DictOf dict, Scope scope) throws TemplateFailure {
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      Value key = value(dict.keys().get(i), scope);
      if (key instanceof Value.Mapping
          || (key instanceof Value.Sequence(List<Value> _, boolean tuple) && !tuple)) {
        throw new TemplateFailure("%s is no key of a dictionary".formatted(key.kind()));
      }
      entries.put(Value.Mapping.key(key), value(dict.values().get(i), scope));
    }
    return new Value.Mapping(entries);
  }

  /** Looks up an attribute; as in Jinja, attributes of Python's types take precedence over keys. */
  private static Value attribute(Value of, String name) throws TemplateFailure {
    boolean method =
        switch (of) {
          case Value.Mapping _ -> Methods.ofDictionaries(name);
          case Value.Text _ -> Methods.ofStrings(name);
          case Value.Undefined(String missing) ->
              throw new TemplateFailure("'%s' is undefined".formatted(missing));
          case Value.Whole _,
              Value.Real _,
              Value.Truth _,
              Value.None _,
              Value.Sequence _,
              Value.Namespace _,
              Value.Function _ ->
              false;
        };
    if (method) {
      throw new TemplateFailure("the method '%s' is not called".formatted(name));
    }
    if (of instanceof Value.Sequence(List<Value> pair, boolean tuple)
        && tuple
        && pair.size() == 2) {
      // The pairs of groupby have names.
      return switch (name) {
        case "grouper" -> pair.getFirst();
        case "list" -> pair.getLast();
        default -> new Value.Undefined(name);
      };
    }
    return of instanceof Value.Mapping || of instanceof Value.Namespace
        ? Iteration.at(of, new Value.Text(name))
        : new Value.Undefined(name);
  }

  private Value called(Expression.Call call, Scope scope) throws TemplateFailure {
    return called(call, scope, Map.of());
  }

  /**
   * Calls a function.
   *
   * @param further named arguments that are not in the call
   */
  Value called(Expression.Call call, Scope scope, Map<String, Value> further)
      throws TemplateFailure {
    if (call.function() instanceof Expression.Attribute(Expression of, String name)) {
      Value on = value(of, scope);
      if (on instanceof Value.Namespace(Map<String, Value> attributes)
          && attributes.get(name) instanceof Value.Function(String _, Value.Body body)) {
        return body.call(arguments(name, call.given(), scope));
      }
      return methods.call(on, name, arguments(name, call.given(), scope));
    }
    Value function = value(call.function(), scope);
    if (function instanceof Value.Namespace(Map<String, Value> attributes)
        && attributes.containsKey(Value.CALL)) {
      function = attributes.getOrDefault(Value.CALL, function);
    }
    return switch (function) {
      case Value.Function(String name, Value.Body body) -> {
        limits.enter();
        Arguments given = arguments(name, call.given(), scope);
        Map<String, Value> named = new LinkedHashMap<>(given.named());
        named.putAll(further);
        Value result = body.call(new Arguments(name, given.positional(), named));
        limits.leave();
        yield result;
      }
      case Value.Undefined(String name) ->
          throw new TemplateFailure("the function '%s' is not supported".formatted(name));
      case Value other -> throw new TemplateFailure("%s cannot be called".formatted(other.kind()));
    };
  }

  private Arguments arguments(String function, Expression.CallArguments given, Scope scope)
      throws TemplateFailure {
    Map<String, Value> named = new LinkedHashMap<>();
    for (Expression.Named argument : given.named()) {
      named.put(argument.name(), value(argument.value(), scope));
    }
    List<Value> positional = values(given.positional(), scope);
    if (given.more().isPresent()) {
      positional.addAll(Iteration.items(value(given.more().get(), scope)));
    }
    if (given.moreNamed().isPresent()) {
      Value more = value(given.moreNamed().get(), scope);
      for (Value key : Iteration.items(more)) {
        named.put(PythonText.of(key), Iteration.at(more, key));
      }
    }
    return new Arguments(function, positional, named);
  }

  private Value compared(Expression.Comparison comparison, Scope scope) throws TemplateFailure {
    Value left = value(comparison.first(), scope);
    for (int i = 0; i < comparison.operators().size(); i++) {
      Value right = value(comparison.others().get(i), scope);
      if (!operators.compare(comparison.operators().get(i), left, right)) {
        return new Value.Truth(false);
      }
      left = right;
    }
    return new Value.Truth(true);
  }
}
