"""The reader of the guide's examples, and that a comparison can fail."""

import pytest

from tests.guide_examples import Comparison, GuideError, read_blocks, read_examples, read_request, read_response

GUIDE = """\
Text
```python
answer = 1
```
answers
```json
1
```
```http
POST /json/2/x/y
X-Key: $GUIDE_KEY

{"a": 1}
```
```http
HTTP/1.1 422 Unprocessable Entity

{"message": "no"}
```
```bash
true
```
"""


def test_examples_and_their_answers():
    python, http, bash = read_examples(GUIDE)
    assert (python.block.language, python.block.line, python.answer.text) == ("python", 3, "1\n")
    assert read_response(http.answer) == (422, "Unprocessable Entity", {"message": "no"})
    assert bash.answer is None


def test_a_request(monkeypatch):
    monkeypatch.setenv("GUIDE_KEY", "secret")
    request = read_request(read_examples(GUIDE)[1].block, {"X-Key": "other", "Accept": "*/*"})
    assert (request.method, request.path) == ("POST", "/json/2/x/y")
    assert request.headers == {"X-Key": "secret", "Accept": "*/*"}
    assert request.body.strip() == b'{"a": 1}'


@pytest.mark.parametrize(
    ("guide", "message"),
    [
        ("```json\n1\n```\n", "an answer without its question"),
        ("```bash\ntrue\n```\n```json\n1\n```\n```json\n1\n```\n", "line 8"),
        ("```python\n1\n```\n```http\nHTTP/1.1 200 OK\n```\n", "an answer without its question"),
        ("```\nwhat\n```\n", "no language"),
        ("```ruby\nputs 1\n```\n", "ruby"),
        ("```bash\ntrue\n", "does not end"),
    ],
)
def test_what_cannot_be_tested_is_an_error(guide, message):
    with pytest.raises(GuideError, match=message):
        read_examples(guide)


def test_blocks_without_language_are_seen():
    assert [block.language for block in read_blocks("```\na\n```\n")] == [""]


@pytest.mark.parametrize(
    ("printed", "real"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ([1], [1, 2]),
        ([1, 2], [2, 1]),
        (1, True),
        (False, 0),
        ("a…", "b"),
        ("…", 7),
        ("a", "a…"),
        ({"batch_id": 1}, {"batch_id": "1"}),
        ([{"batch_id": 1}, {"batch_id": 1}], [{"batch_id": 8}, {"batch_id": 9}]),
        ([{"batch_id": 1}, {"batch_id": 2}], [{"batch_id": 8}, {"batch_id": 8}]),
    ],
)
def test_different(printed, real):
    assert Comparison().differences(printed, real)


@pytest.mark.parametrize(
    ("printed", "real"),
    [
        ({"a": [1.5, None, "x"]}, {"a": [1.5, None, "x"]}),
        (60, 60.0),
        ("[code] …", "[code] some text\nin two lines"),
        ({"debug": "…"}, {"debug": ""}),
        ([{"batch_id": 1}, {"batch_id": 2}, {"batch_id": 1}], [{"batch_id": 8}, {"batch_id": 9}, {"batch_id": 8}]),
        ([{"batch_id": 1}, {"id": 1}], [{"batch_id": 8}, {"id": 9}]),
    ],
)
def test_alike(printed, real):
    assert Comparison().differences(printed, real) == []
