"""Writes src/test/resources/golden/templates/whole.json: what Jinja, set up as transformers does, makes of
templates that use each filter, test, statement and method. Run in blocklib/ with transformers >= 5:
python src/test/python/templates_golden.py
"""

import datetime
import json
import re
from pathlib import Path

from transformers.utils import chat_template_utils

FOLDER = Path("src/test/resources/golden/templates")


class FixedDay(datetime.datetime):
    """The date that templates are told, the same every day."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 12, 0)


chat_template_utils.datetime = FixedDay

CALLS = [
    {"id": "call00001", "type": "function", "function": {"name": "f", "arguments": {"b": 2, "a": "x <y>", "c": [1, 2.5, None, True]}}},
    {"id": "call00002", "type": "function", "function": {"name": "g", "arguments": '{"s": 1}'}},
]
CONTEXT = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "messages": [
        {"role": "system", "content": "Be <brief> & 'kind'."},
        {"role": "user", "content": "  Hi\nthere  "},
        {"role": "assistant", "content": "", "tool_calls": CALLS},
        {"role": "tool", "name": "f", "content": "22"},
        {"role": "assistant", "content": "B"},
    ],
    "rows": [{"n": "b", "v": 2, "in": {"x": 1}}, {"n": "A", "v": 1, "in": {"x": 3}}, {"n": "b", "v": 3, "in": {}}, {"v": 0, "n": "C"}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "required": ["b", "a"], "properties": {"b": {"type": "integer"}, "a": {"type": ["string", "null"]}}}}}],
    "numbers": [3, 1, 2, 3, -1],
    "text": "one two\tthree\n\nfour",
}

# Separated by lines of ----.
TEMPLATES = r"""
{{ rows | tojson }}|{{ rows | tojson(indent=2) }}|{{ rows | tojson(false, 1) }}
----
{{ {'b': 1, 'a': [1, {'z': 'é', 'y': '🙂'}]} | tojson(sort_keys=true) }}|{{ {'b': 'é🙂\x7f', 'a': 1} | tojson(ensure_ascii=true) }}
----
{{ {'b': 1, 'a': [1, 2]} | tojson(separators=(',', ':')) }}|{{ {'b': [1], 'a': {}} | tojson(indent=4, separators=(', ', ' = '), sort_keys=True) }}|{{ [1,[2]] | tojson(indent='\t') }}|{{ [1,[]]|tojson(none, none, none, false) }}
----
{{ {1: 'a', 2.5: 'b', none: 'c'} | tojson }}
----
{{ {1: 'a', '1': 'b'}[1] }}{{ {1: 'a'}[1.0] }}{{ {true: 'x'}[1] }}{{ {1: 'a'} }}{{ {(1, 2): 3} }}{{ {(1, 2): 3}[(1, 2)] }}
----
{% set m = {0: 'zero', 1: 'one'} %}{% for k, v in m.items() %}{{ k + 1 }}{{ v }}{% endfor %}{{ m.get(1) }}{{ m.get(9, 'no') }}{{ 0 in m }}{{ '0' in m }}
----
{{ numbers | sort }}{{ numbers | sort(reverse=true) }}{{ ['b', 'A', 'c', 'B'] | sort }}{{ ['b', 'A', 'c', 'B'] | sort(case_sensitive=true) }}{{ ['b', 'A'] | sort(true, true) }}
----
{{ rows | sort(attribute='n') | map(attribute='v') | list }}{{ rows | sort(attribute='v', reverse=true) | map(attribute='n') | join(',') }}{{ rows | sort(attribute='n,v') | map(attribute='v') | list }}
----
{{ [1, 'a'] | sort }}
----
{{ numbers | unique | list }}{{ ['b', 'B', 'a'] | unique | list }}{{ ['b', 'B'] | unique(true) | list }}{{ rows | unique(attribute='n') | map(attribute='v') | list }}
----
{{ numbers | min }}{{ numbers | max }}{{ rows | max(attribute='v') }}{{ [] | min is defined }}{{ ['b', 'A'] | min }}{{ numbers | sum }}{{ rows | sum(attribute='v') }}{{ rows | sum('v', 10) }}{{ rows | sum(attribute='v', start=0.5) }}
----
{% for g in rows | groupby('n') %}{{ g.grouper }}:{{ g.list | map(attribute='v') | join }};{% endfor %}{% for n, items in rows | groupby('n', case_sensitive=true) %}{{ n }}={{ items | length }} {% endfor %}
----
{% for n, items in rows | groupby('in.x', default=0) %}{{ n }}={{ items | length }} {% endfor %}
----
{{ numbers | batch(2) | list }}{{ numbers | batch(2, 'x') | list }}{{ numbers | slice(3) | list }}{{ numbers | slice(3, 'x') | list }}
----
{{ rows | map(attribute='in.x', default='-') | join(',') }}{{ rows | map(attribute='in') | list }}{{ [[1, 2], [3, 4]] | map(attribute=1) | list }}{{ ['a', 'b'] | map('upper') | list }}{{ ['a b', 'c'] | map('replace', ' ', '_') | join(' ') }}{{ ['a'] | map('default', 'x') | list }}
----
{{ rows | selectattr('v', 'gt', 1) | map(attribute='v') | list }}{{ rows[:3] | selectattr('in.x', 'defined') | list | length }}{{ rows | rejectattr('n', 'equalto', 'b') | map(attribute='v') | list }}{{ numbers | select('odd') | list }}{{ numbers | reject('in', [3]) | list }}{{ numbers | select | list }}{{ rows | selectattr('n', 'in', ['A', 'C']) | map(attribute='v') | list }}{{ rows | selectattr('v', '>=', 2) | list | length }}
----
{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | first | trim }}{{ (messages | rejectattr('role', '==', 'system') | list)[0].role }}
----
{{ {'b': 2, 'A': 3, 'c': 1} | dictsort }}{{ {'b': 2, 'A': 3, 'c': 1} | dictsort(true) }}{{ {'b': 2, 'A': 3, 'c': 1} | dictsort(false, 'value') }}{{ {'b': 2, 'A': 3} | dictsort(by='value', reverse=true) }}
----
{{ [1, 2, 3] | join(', ') }}{{ rows | join('|', attribute='v') }}{{ rows | join(attribute='n') }}{{ 'abc' | join('-') }}{{ [1, none, true] | join(' ') }}
----
{{ '12' | int }}{{ '1.9' | int }}{{ 'x' | int }}{{ 'x' | int(7) }}{{ '0x1f' | int(base=16) }}{{ '11' | int(0, 2) }}{{ 2.9 | int }}{{ -2.9 | int }}{{ none | int }}{{ true | int }}{{ ' 5 ' | int }}{{ '1e3' | int }}
----
{{ '1.5' | float }}{{ 'x' | float }}{{ 'x' | float(2.5) }}{{ 3 | float }}{{ '2' | float }}{{ none | float(default=1.0) }}
----
{{ 2.5 | round }}{{ 3.5 | round }}{{ 2.675 | round(2) }}{{ 42 | round }}{{ 42.55 | round(1, 'floor') }}{{ 42.1 | round(method='ceil') }}{{ -1.5 | round }}{{ 1234.5 | round(-2) }}
----
{{ -3 | abs }}{{ (-3) | abs }}{{ (-2.5) | abs }}
----
{{ 'a <b> & "c" \'d\'' | escape }}{{ '<' | e | e }}{{ '<' | safe | e }}{{ '<' | e | forceescape }}
----
{{ '<b>' | safe + '<i>' }}{{ '<i>' + ('<b>' | safe) }}{{ ('<b>' | safe) ~ '<i>' ~ 1 }}{{ '<b>' | safe }}{{ ('<b>' | safe) + ('<i>' | safe) }}
----
{% set x = '<b>' | safe %}{{ x + '&' }}{{ x * 2 + '<' }}{{ (x | trim) + '<' }}{{ x.strip() + '<' }}{{ (x | upper) + '<' }}{{ [x] }}{{ x == '<b>' }}{{ {x: 1}['<b>'] }}
----
{{ message.content | safe + eos_token }}
----
{{ messages[0]['content'] | safe + eos_token }}
----
{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb\n\nc' | indent(2, true) }}|{{ 'a\nb\n\nc' | indent(2, blank=true) }}|{{ 'a\nb' | indent('> ', first=true) }}|{{ 'a\n' | indent }}|{{ '' | indent(2, true) }}
----
{{ 'the quick brown fox jumps' | truncate(12) }}|{{ 'the quick brown fox' | truncate(12, true) }}|{{ 'the quick brown fox' | truncate(9, end='!') }}|{{ 'abc' | truncate(2, leeway=0, end='') }}|{{ 'short' | truncate }}
----
{{ 'ab' | center(7) }}|{{ 'ab'.center(7, '*') }}|{{ 'abc'.center(6) }}|{{ 'ab'.ljust(4) }}|{{ 'ab'.rjust(4, '.') }}|{{ '-5'.zfill(4) }}{{ '5'.zfill(3) }}
----
{{ text | wordcount }}{{ text | length }}{{ text | title }}{{ text | capitalize }}{{ text.split() }}{{ text.split('\n') }}{{ text.splitlines() }}{{ text.splitlines(true) }}
----
{{ '%s is %d' | format('a', 3) }}{{ '%s' % 1 }}{{ '%s-%s' % ('a', 2) }}{{ '%05.2f|%-4d|%+d|%x' | format(3.14159, 7, 5, 1) if false else 'x' }}{{ '%05.2f|%-4d|%+d' % (3.14159, 7, 5) }}{{ '%(a)s' % {'a': 1} }}{{ '100%% %s' % 'x' }}
----
{{ 'a %s %s' % 'x' }}
----
{{ '{} {}'.format('a', 1) }}{{ '{1}{0}'.format('a', 'b') }}{{ '{x:>5}|{x:<5}|{x:^5}|'.format(x='ab') }}{{ '{:.2f}'.format(2.345) }}{{ '{:05d}'.format(42) }}{{ '{{}}'.format() }}{{ '{!r}'.format('a') }}{{ '{:*^7}'.format('ab') }}{{ '{:6}|'.format(5) }}
----
{{ 'a-b-c'.rsplit('-', 1) }}{{ ' a b  c '.rsplit() }}{{ ' a b  c '.rsplit(none, 1) }}{{ 'a,b,c'.split(',', maxsplit=1) }}{{ 'a,b'.split(sep=',') }}{{ 'abc'.split('x') }}{{ 'a--b'.rsplit('--') }}
----
{{ 'a=b=c'.partition('=') }}{{ 'a=b=c'.rpartition('=') }}{{ 'abc'.partition('=') }}{{ 'abc'.rpartition('=') }}
----
{{ 'abcabc'.find('c', 3) }}{{ 'abcabc'.rfind('b') }}{{ 'abcabc'.index('b') }}{{ 'abcabc'.rindex('a') }}{{ 'aaa'.count('a', 1) }}{{ 'aaa'.count('') }}{{ 'abc'.startswith('b', 1) }}{{ 'abc'.startswith(('x', 'a')) }}{{ 'abc'.endswith(('c',)) }}{{ 'abc'.endswith('b', 0, 2) }}
----
{{ 'abc'.index('z') }}
----
{{ 'a.b.a'.replace('a', 'x', 1) }}{{ 'aaa' | replace('a', 'b', 2) }}{{ 'aaa' | replace('a', '') }}{{ 'prefix-x'.removeprefix('prefix-') }}{{ 'x.txt'.removesuffix('.txt') }}{{ 'abc'.removeprefix('z') }}
----
{{ 'aB'.swapcase() }}{{ 'ß'.upper() }}{{ 'abc'.isalpha() }}{{ 'ab1'.isalnum() }}{{ ' '.isspace() }}{{ 'AB'.isupper() }}{{ 'ab'.islower() }}{{ '1'.isnumeric() }}{{ '12'.isdecimal() }}{{ 'Ab Cd'.istitle() }}{{ 'é'.isascii() }}{{ 'AbC'.casefold() }}
----
{{ [1, 2, 1].count(1) }}{{ [1, 2].index(2) }}{{ (1, 2).index(1) }}{{ {'a': 1}.copy() }}{{ {'a': 1}.items() | list }}
----
{{ [1].index(3) }}
----
{% call(x) m('t') %}{% endcall %}
----
{% macro box(title, cls='c') %}<{{ title }} {{ cls }}>{{ caller() }}</{{ title }}>{% endmacro %}{% call box('a') %}in {{ bos_token }}{% endcall %}{% call box('b', cls='d') %}x{% endcall %}
----
{% macro each(items) %}{% for i in items %}{{ caller(i, loop.index) }}{% endfor %}{% endmacro %}{% call(item, n) each(['a', 'b']) %}{{ n }}={{ item }};{% endcall %}
----
{% macro m(a, b=2) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }}{{ m(1, 3, 4, 5) }}{{ m(1, z=9) }}{{ m(*[1, 2, 3]) }}{{ m(**{'a': 7, 'b': 8}) }}{{ m(1, *[2], **{'q': 3}) }}
----
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
----
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, b=2) }}
----
{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m() }}
----
{% macro m(a) %}{% if a > 0 %}{{ a }}{{ m(a - 1) }}{% endif %}{% endmacro %}{{ m(3) }}{{ m(2) | trim | upper }}
----
{% filter upper %}a{{ bos_token }}{% endfilter %}{% filter replace('a', 'b') | trim %} aba {% endfilter %}
----
{% set x %}a {{ 1 + 1 }}{% endset %}{{ x }}{% set y | upper %}abc{% endset %}{{ y }}{% set z | replace('a', 'b') | trim %} a {% endset %}[{{ z }}]
----
{% with a = 1, b = 2 %}{{ a + b }}{% set a = 5 %}{{ a }}{% endwith %}{{ a is defined }}{% with %}{% set q = 1 %}{% endwith %}{{ q is defined }}
----
{% for r in [[1, [[2, []]]], [3, []]] recursive %}{{ loop.depth }}{{ r[0] }}{% if r[1] %}({{ loop(r[1]) }}){% endif %}{% endfor %}
----
{% for i in [1, 2, 3] %}{{ loop.cycle('a', 'b') }}{{ loop.changed(i // 2) }}{{ loop.depth0 }}{{ loop.previtem }}{{ loop.nextitem is defined }}{% endfor %}
----
{% for i in range(6) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% else %}none{% endfor %}
----
{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}
----
{% for m in messages if m.role != 'system' %}{{ loop.index }}{{ m.role }}{{ ',' if not loop.last }}{% else %}-{% endfor %}
----
{% for x in [] %}{{ x }}{% else %}empty{% endfor %}{% for x in none %}{% endfor %}
----
{% set ns = namespace(a=1, found=false) %}{% for i in [1, 2] %}{% set ns.a = ns.a + i %}{% set ns.found = true %}{% endfor %}{{ ns.a }}{{ ns.found }}{% set a, b = 1, 2 %}{{ a }}{{ b }}
----
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}
----
{% raw %}{{ not }} {% this %}{% endraw %}x{% raw -%}  a {%- endraw %} b
----
{% generation %}a{{ bos_token }}{% endgeneration %}b
----
{{ 2 ** 3 }}{{ 2 ** -1 }}{{ 2.0 ** 2 }}{{ 2 ** 3 ** 2 }}{{ -2 ** 2 }}{{ +5 }}{{ 7 // 2 }}{{ 7 / 2 }}{{ -7 // 2 }}{{ 7.5 % 2 }}{{ 0x1f }}{{ 1_000 }}{{ 1e3 }}
----
{{ 3 * 'ab' }}{{ [1] * 2 }}{{ (1,) * 2 }}{{ [1, 2] < [1, 3] }}{{ (1, 2) == (1, 2) }}{{ [1] + [2] }}{{ 'a' < 'b' < 'c' }}{{ 1 < 2 > 3 }}{{ not 1 == 2 }}
----
{{ 'a' if false }}|{{ ('a' if false) is defined }}|{{ 1 if true else 2 if false else 3 }}
----
{{ x is sameas(none) }}{{ none is sameas none }}{{ true is sameas true }}{{ 3 is lt 4 }}{{ 3 is lessthan(2) }}{{ 3 is greaterthan(2) }}{{ 5 is divisibleby 5 }}{{ 'a' is in 'abc' }}{{ 1 is not in [2] }}{{ 'ABC' is upper }}{{ 'abc' is lower }}{{ bos_token is not none and bos_token is string }}
----
{{ 1 is integer }}{{ 1.0 is float }}{{ true is integer }}{{ true is boolean }}{{ rows is iterable }}{{ rows is sequence }}{{ rows[0] is mapping }}{{ 1 is number }}{{ range is callable }}{{ nothing is undefined }}
----
{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%Y-%m-%d %H:%M:%S') }}|{{ strftime_now('%A, %B %d') }}|{{ strftime_now('%-d/%-m %I%p %j %e %F %T %y %%') }}
----
{{ raise_exception('no') }}
----
{% if false %}{{ raise_exception('no') }}{{ 'a' | no_such_filter }}{{ 1 is no_such_test }}{{ 'x' | from_yaml }}{% endif %}ok
----
{{ 'a' | no_such_filter }}
----
{{ ('a' | no_such_filter) if false else 'b' }}
----
{% set args = {'b': 2, 'a': 1} %}{% for k in args | sort %}{{ k }}{% endfor %}{% for k, v in args | dictsort %}{{ k }}{{ v }}{% endfor %}{% for k, v in args | items %}{{ k }}{{ v }}{% endfor %}{{ args | list }}{{ args | length }}{{ args.values() | sum }}{{ args | first }}
----
{{ [1, 2, 3] | first }}{{ [1, 2, 3] | last }}{{ 'abc' | first }}{{ 'abc' | last }}{{ [1, 2] | reverse | list }}{{ 'ab' | reverse }}{{ (1, 2) | list }}{{ 'ab' | list }}{{ [3, 4] | string }}
----
{{ nothing | default('d') }}{{ '' | default('d') }}{{ '' | default('d', true) }}{{ none | default('d') }}{{ none | d('e', boolean=true) }}{{ messages[9] | default('x') }}{{ messages[0].nope | default('y') }}
----
{{ messages[0].nope.deep }}
----
{{ messages[1:] | length }}{{ messages[-1].role }}{{ messages[::-1][0].content }}{{ text[:3] }}{{ text[-4:] }}{{ numbers[1:4:2] }}{{ messages[0:1][0]['role'] }}
----
{% for c in messages[2].tool_calls %}{{ c.function.name }}({{ c.function.arguments if c.function.arguments is string else c.function.arguments | tojson }}){{ c['id'][:4] }}{% if c.function.arguments is mapping %}{% for k, v in c.function.arguments.items() %}{{ k }}={{ v if v is string else v | tojson }};{% endfor %}{% endif %}{% endfor %}
----
{% for t in tools %}{{ t.function.parameters.properties | tojson }}{{ t.function.parameters.required | join(', ') }}{% for n, p in t.function.parameters.properties.items() %}{{ n }}:{{ p.type if p.type is string else p.type | join('|') }}{{ '*' if n in t.function.parameters.required }}{% endfor %}{% endfor %}
----
{%- for m in messages -%}
    {%- if m.role == 'user' %}
  [{{ m.content | trim }}]
    {%- elif m.role == 'tool' -%}
        ({{ m.name }})
    {%- else %}
{{ m.role }}
    {% endif -%}
{%- endfor +%}
 end
----
  {% if true %}
a
  {% endif %}
 {{ 1 }} 
	{# note #}
b {%- if true %} c {% endif -%} d
----
{{ '\n' }}{{ "a\tb" }}{{ '\u00e9\x41\101' }}{{ 'a' 'b' }}{{ 'it\'s' }}{{ "\\" }}
----
{{ {'a': {'b': [1, {'c': 'd'}]}}.a.b[1].c }}{{ {'items': 5}['items'] }}{{ {'a': 1}.a }}{{ [[1, 2], [3]][0][1] }}{{ 'abc'[1] }}
----
{{ range(3) | list }}{{ range(1, 7, 2) | list }}{{ range(3, 0, -1) | list }}{{ range(0) | list }}{{ range(5)[1] }}{{ dict(a=1, b=2) }}{{ dict(a=1)['a'] }}
----
{% set j = joiner('; ') %}{{ j() }}a{{ j() }}b{{ j() }}c
----
{{ messages | map(attribute='role') | unique | join(' ') }}{{ messages | map(attribute='content') | map('length') | list }}{{ messages | map(attribute='content') | select('string') | map('trim') | reject('equalto', '') | join('|') }}
----
{{ (messages | selectattr('tool_calls', 'defined') | first).tool_calls | map(attribute='function.name') | join(',') }}
----
{% macro render(spec) %}{% if spec.type == 'object' %}{{ '{' }}{% for k, v in spec.properties.items() %}{{ k }}: {{ render(v) }}{{ ', ' if not loop.last }}{% endfor %}{{ '}' }}{% elif spec.type is iterable and spec.type is not string %}{{ spec.type | join(' | ') }}{% else %}{{ spec.type }}{% endif %}{% endmacro %}{{ render(tools[0].function.parameters) }}
----
{{ none }}{{ true }}{{ 1.0 }}{{ [none, true, 1.5, 'a'] }}{{ {'a': none} }}{{ () }}{{ (1,) }}{{ nothing }}{{ [nothing] }}
----
{% block b %}in block{% endblock %}
----
{% do 1 %}
----
{% include 'x' %}
""".strip("\n").split("\n----\n")

LOCATION = re.compile(r" at 0x[0-9a-f]+")


def main():
    rows = []
    for template in TEMPLATES:
        row = {"template": template}
        try:
            row["text"] = chat_template_utils._compile_jinja_template(template).render(**CONTEXT)
        except Exception as refused:
            row["refused"] = LOCATION.sub("", f"{type(refused).__name__}: {refused}")
        rows.append(row)
    whole = {"context": CONTEXT, "templates": rows}
    (FOLDER / "whole.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    print(len(rows), sum("refused" in row for row in rows), [row for row in rows if "refused" in row])


main()
