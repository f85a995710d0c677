"""Writes src/test/resources/golden/templates/*.json: what transformers makes of the chat templates
and expressions there. Run in blocklib/ with transformers >= 5: python src/test/python/chat_golden.py

The templates are written for this test, from the constructs that those of Llama 3.1, Qwen 2.5, Qwen 3
and Mistral use.
"""

import datetime
import json
from pathlib import Path

from transformers import PreTrainedTokenizerFast
from transformers.utils import chat_template_utils

FOLDER = Path("src/test/resources/golden/templates")
TOKENIZER = Path("src/test/resources/golden/tokenizer")
TEMPLATES = ["llama3", "qwen2", "qwen3", "mistral", "constructs"]


class FixedDay(datetime.datetime):
    """The date that templates are told, the same every day."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 12, 0)


chat_template_utils.datetime = FixedDay

CALL = {"type": "function", "function": {"name": "weather", "arguments": {"city": "Zürich", "days": [1, 2.5], "now": True, "none": None}}}
TOOL = {"type": "function", "function": {"name": "weather", "description": "It's \"<b>\" & 'c'\n", "parameters": {"type": "object"}}}
USER, ASSISTANT, SYSTEM = "user", "assistant", "system"


def said(*turns):
    return [{"role": role, "content": content} for role, content in turns]


CHATS = [
    {"messages": said((USER, "  Hi 'there' \"x\" \\ \n"), (ASSISTANT, "<think>\nhm\n</think>\n\nHello"))},
    {"messages": said((SYSTEM, " Be brief. "), (USER, "1?"), (ASSISTANT, "one"), (USER, "2? 東京 🙂 {{ x }} {% y %} \u00a0"), (ASSISTANT, "two"))},
    {"messages": [*said((USER, "w")), {"role": ASSISTANT, "content": "", "tool_calls": [CALL]}, {"role": "tool", "content": "22"}, {"role": ASSISTANT, "content": "It is 22"}]},
    {"messages": [*said((SYSTEM, "s"), (USER, "w")), {"role": ASSISTANT, "content": "Let me see", "tool_calls": [CALL]}, {"role": "tool", "content": "<b>"}, {"role": "tool", "content": "c"}, {"role": ASSISTANT, "content": "It is", "reasoning_content": "\nwell\n"}], "tools": [TOOL, TOOL]},
    {"messages": said((USER, "a"), (USER, "b"))},
    {"messages": said((ASSISTANT, "first"))},
    {"messages": said((USER, "<tool_response>x</tool_response>"), (ASSISTANT, "<think>a</think>b<think>c</think>d"), (USER, "e"), (ASSISTANT, "\n\nf"))},
    {"messages": [{"role": USER, "content": None}]},
]

EXPRESSIONS = r"""
1 + 2 * 3 - 4
7 // 2 ~ '|' ~ -7 // 2 ~ '|' ~ 7 % 3 ~ '|' ~ -7 % 3 ~ '|' ~ 7 % -3
7 / 2
6 / 2
-3 + 1
1.5 + 1
0.1 + 0.2
1e16
1.0
1e22 * 10
0.00001
123456789.125 * 3
true + 1
1 == 1.0 and true == 1
'a' ~ 1 ~ none ~ true ~ 1.5
'a' + 'b' * 3
'x' 'y'
[1] + [2, 3]
(1, 2) + (3,)
[1, 'a', "it's", 'q"', "b'\"", none, true, [], {}, (), (1,)]
{'a': 1, 'b': {'c': [1.0, none]}}
'é\n\t\x07\u2028 \\ 🙂'
['é\n\t\x07\u2028\u00a0\\ 🙂']
1 < 2 <= 2 < 3
'a' < 'b' and not 'b' < 'a'
1 in [1, 2] and 3 not in [1, 2]
'b' in 'abc' and 'k' in {'k': 1}
not 1 in [2]
1 if 0 else 2 if 1 else 3
'yes' if [] else 'no'
none is none and none is not defined
x is defined
x is undefined and x is not none
'a' is string and 1 is number and 1 is integer and 1.5 is float and true is boolean
1 is not string
true is number
{} is mapping and [] is iterable and 'a' is iterable and [] is sequence and {} is sequence
3 is odd and 4 is even and 6 is divisibleby 3 and 6 is divisibleby(2)
1 is eq 1 and 1 is equalto(1) and 2 is gt 1 and 1 is in [1]
true is true and false is false and 1 is not true
'abc'[0] ~ 'abc'[-1] ~ 'abc'[1:] ~ 'abc'[:-1] ~ 'abc'[::-1] ~ 'abcdef'[1:5:2]
[1, 2, 3][1:] ~ [1, 2, 3][::-1] ~ [1, 2, 3][-2:] ~ [1, 2, 3][5:] ~ [1, 2, 3][-9:2] ~ [1,2,3][2:0:-1]
'日本🙂x'[2] ~ '日本🙂x'|length ~ '日本🙂x'[1:3] ~ '日本🙂x'[::-1]
[1, 2][5]
{'a': 1}.b
{'a': 1}['a'] ~ {'a': 1}.a
x.y
x['y']
x + 'a'
'a' + x
'a' + 1
'a' + none
1 + none
none.a
none['a']
'abc'.nothing
'abc'.nothing is defined
x()
x | length
x | list
x | join(',')
x | tojson
x | trim
none | trim
none | length
5 | length
' a b '.strip() ~ '|' ~ ' a '.lstrip() ~ '|' ~ ' a '.rstrip() ~ '|'
'xxaxx'.strip('x') ~ 'xyaxy'.lstrip('yx') ~ 'xyaxy'.rstrip('yx')
'\u00a0\u2003a\x1f\x85'.strip()
'a,b,,c'.split(',')
'a,b,,c'.split(',', 1)
' a  b c '.split()
' a  b c '.split(none, 1)
''.split(',')
''.split()
'a'.split('')
'ab'.startswith('a') and 'ab'.endswith('b') and not 'ab'.startswith('b')
'a-b-c'.replace('-', '+')
'aXa'.upper() ~ 'AxA'.lower() ~ 'hello wORLD'.title() ~ 'hELLO w'.capitalize()
"it's mine".title() ~ ("it's mine a-b (c)" | title)
'hELLO w' | capitalize
','.join(['a', 'b'])
','.join('abc')
'abcabc'.find('c') ~ 'abc'.find('z') ~ 'abcabc'.count('bc')
'a\nb\r\nc\n'.splitlines()
'12'.isdigit() and not ''.isdigit()
{'a': 1, 'b': 2}.items() | list
{'a': 1, 'b': 2}.keys() | list
{'a': 1, 'b': 2}.values() | list
{'a': 1}.get('a') ~ {'a': 1}.get('b') ~ {'a': 1}.get('b', 7)
{'b': 1, 'A': 2, 'c': 3} | dictsort
{'b': 1} | items | list
'a"b\\c\n\t\x01é<>&\'🙂/' | tojson
{'a': [1, 2.0, true, none, 'x'], 'b': {}, 'c': []} | tojson
{'a': [1, {'b': []}], 'c': 'd'} | tojson(indent=4)
[1, 'a'] | tojson(indent=0)
[1e16, 1e-7, 0.5, 100.0] | tojson
(1, 2) | tojson
[3, 1, 2] | first ~ [3, 1, 2] | last
[] | first
[1, 2, 3] | reverse | list
'abc' | reverse
'abc' | list
[1, 2] | join
[1, none, 'a'] | join(', ')
[1, 2, 3, 4] | select('odd') | list
[1, 2, 3, 4] | reject('gt', 2) | list
[0, 1, '', 'a'] | select | list
[{'a': 1}, {'b': 2}] | selectattr('a') | list
[{'a': 1}, {'b': 2}] | selectattr('a', 'defined') | list
[{'a': 1}, {'a': 2}] | rejectattr('a', 'equalto', 1) | list
[{'a': 1}, {'b': 2}] | map(attribute='a') | list
['a', 'b'] | map('upper') | list
['a-', '-b'] | map('trim', '-') | join('+')
x | default('d') ~ none | default('d') ~ '' | default('d') ~ '' | default('d', true) ~ x | d
'12' | int + 1
' 12 ' | int
3 | float
-3 | abs
-3 | string ~ 1.50 | string
'a\n\nb\nc' | indent
'a\nb' | indent(2)
'<b>' | safe
'aXb' | lower ~ 'aXb' | upper
'aab' | replace('a', 'c')
range(3) | list
range(1, 7, 2) | list
range(3, 0, -1) | list
range(0) | list
dict(a=1, b='c')
namespace(a=1).a
1, 2
(1)
[1, 2,]
{'a': 1,}
'a' if x is defined else 'b'
'a' if true
('a' if false) ~ '|'
1 == '1'
[1, 2] == [1, 2] and {'a': 1} == {'a': 1} and (1, 2) != [1, 2]
x == y
x == none
1 < 'a'
1 in 5
1 in 'a'
1 in x
strftime_now('%d %b %Y|%Y-%m-%d|%B %A %a|%H:%M:%S|%I %p|%j|%y|%%')
messages
messages[0].role
-1 | abs
- 2 ~ 3
2 - -2
'%' ~ '{{' ~ "}}" ~ '%}'
1_000 + 1
'a' and 'b' ~ 'c'
0 or 'x'
'' or none or 'z'
not x
'ß'.upper() ~ 'İ'.lower()
'abc' is upper or 'ABC' is upper
""".strip().split("\n")


def rendered(template, **values):
    try:
        return {"text": chat_template_utils.render_jinja_template([values["messages"]], tools=values.get("tools"), chat_template=template, **{k: v for k, v in values.items() if k not in ("messages", "tools")})[0][0]}
    except Exception as failure:  # noqa: BLE001: whatever it refuses is refused by us too
        return {"refused": str(failure).split("\n")[0]}


def main():
    tokenizer = PreTrainedTokenizerFast.from_pretrained(TOKENIZER)
    cases = []
    for name in TEMPLATES:
        template = (FOLDER / f"{name}.jinja").read_text()
        tokenizer.chat_template = template
        for chat in CHATS:
            case = {"template": name, **chat, **rendered(template, **chat, bos_token=tokenizer.bos_token, eos_token=tokenizer.eos_token)}
            if "text" in case:
                encoded = tokenizer.apply_chat_template(chat["messages"], tools=chat.get("tools"), tokenize=True)
                case["ids"] = encoded["input_ids"]
                assert tokenizer.apply_chat_template(chat["messages"], tools=chat.get("tools"), tokenize=False) == case["text"]
            cases.append(case)
    write("chats.json", cases)
    expressions = [{"expression": e, **rendered("{{ " + e + " }}", messages=said((USER, "a")))} for e in EXPRESSIONS]
    write("expressions.json", expressions)


def write(name, rows):
    lines = ",\n".join(json.dumps(row) for row in rows)
    (FOLDER / name).write_text("[\n" + lines + "\n]\n")


main()
