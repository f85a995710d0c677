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
    Map<String, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      if (!(value(dict.keys().get(i), scope) instanceof Value.Text(String key))) {
        throw new TemplateFailure("dictionaries with keys other than strings are not supported");
      }
      entries.put(key, value(dict.values().get(i), scope));
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
    return of instanceof Value.Mapping || of instanceof Value.Namespace
        ? Iteration.at(of, new Value.Text(name))
        : new Value.Undefined(name);
  }

  private Value called(Expression.Call call, Scope scope) throws TemplateFailure {
    if (call.function() instanceof Expression.Attribute(Expression of, String name)) {
      Value on = value(of, scope);
      return methods.call(on, name, arguments(name, call.given(), scope));
    }
    return switch (value(call.function(), scope)) {
      case Value.Function(String name, Value.Body body) -> {
        limits.enter();
        Value result = body.call(arguments(name, call.given(), scope));
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
    return new Arguments(function, values(given.positional(), scope), named);
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
