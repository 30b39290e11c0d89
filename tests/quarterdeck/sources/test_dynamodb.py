"""DynamoDB's answers played back: what is asked, what is made of it, and what a fault does."""

from __future__ import annotations

import base64
import json
import logging
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ConnectionClosedError
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.errors import SourceError
from quarterdeck.settings.definition import Tenant
from quarterdeck.settings.sources import DynamoSource
from quarterdeck.sources.columns import table_of_records
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.dynamodb import pages as pages_module
from quarterdeck.sources.dynamodb.decoding import Columns
from quarterdeck.sources.reading import read_source

LONG = "12345678901234567890123456789012345678"


def table(**more):
    return DynamoSource.model_validate(
        {"from": "dynamodb", "table": "world", "partition": "TENANT#jada", "sort_prefix": "BOOKING#", **more}
    )


def item(key, **attributes):
    return {"pk": {"S": "TENANT#jada"}, "sk": {"S": f"BOOKING#{key}"}, **attributes}


@pytest.fixture
def read(replay, reading):
    def run(source, dataset):
        return read_source(source, dataset, reading(replay.client))

    return run


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(pages_module.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(pages_module.RawPages.__init__, "__kwdefaults__", {"sleep": lambda _seconds: None})


def test_a01_an_empty_page_is_not_the_end_and_an_empty_key_is(replay, read, dataset):
    replay.page([], last=item("k1"))
    replay.page([item("b1", price={"N": "100.00"})], last=item("k2"))
    replay.page([item("b2", price={"N": "50.00"})], last={})
    extract = read(table(), dataset(price="decimal"))
    assert extract.rows_read == 2
    assert sum(extract.frame["price"]) == Decimal("150.00")
    assert len(replay.asked) == 3
    assert [asked.get("ExclusiveStartKey") for asked in replay.asked] == [None, item("k1"), item("k2")]


def test_a_filtered_scan_pages_through_empty_pages_of_every_segment(replay, read, dataset):
    source = table(partition=None, segments=1)
    replay.page([], last=item("k1"))
    replay.page([item("b1", price={"N": "100.00"})])
    assert read(source, dataset(price="decimal")).rows_read == 1
    assert replay.asked[0]["FilterExpression"] == "begins_with(#sk, :sk)"
    assert (replay.asked[0]["Segment"], replay.asked[0]["TotalSegments"]) == (0, 1)


def test_the_question_names_partition_prefix_and_what_is_wanted(replay, read, dataset):
    replay.page([])
    source = table(consistent=True, columns={"cost": {"sql": "price + tax"}}, where="status <> 'x'")
    extract = read(source, dataset(cost="decimal", name="text"))
    names = ["created_at", "name", "pk", "price", "sk", "status", "tax", "tenant"]
    assert replay.asked == [
        {
            "TableName": "world",
            "KeyConditionExpression": "#pk = :pk and begins_with(#sk, :sk)",
            "ProjectionExpression": ", ".join(f"#a{index}" for index in range(8)),
            "ExpressionAttributeNames": {
                "#pk": "pk",
                "#sk": "sk",
                **{f"#a{index}": name for index, name in enumerate(names)},
            },
            "ExpressionAttributeValues": {":pk": {"S": "TENANT#jada"}, ":sk": {"S": "BOOKING#"}},
            "ConsistentRead": True,
        }
    ]
    assert (extract.rows_read, extract.location) == (0, "dynamodb:world/TENANT#jada/BOOKING#")


def test_an_index_is_asked_by_its_own_keys(replay, read, dataset):
    replay.page([{"owner": {"S": "jada"}, "name": {"S": "x"}}])
    source = table(index="by-owner", partition_key="owner", partition="jada", sort_key=None, sort_prefix="")
    extract = read(source, dataset(name="text"))
    assert replay.asked[0]["IndexName"] == "by-owner"
    assert list(extract.frame[SOURCE_KEY]) == ["jada"]


def test_numbers_maps_sets_and_the_difference_of_null_and_absent(replay, read, dataset):
    replay.page(
        [
            item("b1", id={"N": LONG}, tip={"NULL": True}, crew={"SS": ["b", "a"]}),
            item("b2", id={"N": "1"}, boat={"M": {"length": {"N": "12.50"}}}, paid={"BOOL": False}),
        ]
    )
    names = ("id", "tip", "crew", "boat", "tax", "paid")
    frame = read(table(), dataset(**dict.fromkeys(names, "text"))).frame
    assert list(frame["id"]) == [Decimal(LONG), Decimal(1)]
    assert list(frame[SOURCE_KEY]) == ["TENANT#jada/BOOKING#b1", "TENANT#jada/BOOKING#b2"]
    assert frame["crew"][0] == '["a", "b"]'
    assert frame["boat"][1] == '{"length": "12.50"}'
    assert "tip" in frame
    assert frame["tip"].isna().all()
    assert "tax" not in frame
    assert list(frame["paid"].dropna()) == [False]


def test_a03_a_large_integer_beside_a_missing_one_keeps_every_digit(replay, read, dataset):
    ids = ["4873214862074861337", None, "4873214862074860545"]
    replay.page([item(str(n), **({"id": {"N": id_}} if id_ else {})) for n, id_ in enumerate(ids)])
    frame = read(table(), dataset(id="integer")).frame
    assert [
        None if value is None else int(value)
        for value in frame["id"].astype(object).where(frame["id"].notna(), None)
    ] == [
        4873214862074861337,
        None,
        4873214862074860545,
    ]


def test_a_kind_that_first_shows_on_a_later_page_is_not_lost(replay, read, dataset):
    replay.page([item("b1", note={"S": "first"})], last=item("b1"))
    replay.page([item("b2", note={"N": "1E+2"})], last=item("b2"))
    replay.page([item("b3", note={"L": [{"S": "x"}, {"NULL": True}]}), item("b4", note={"B": "AAE="})])
    assert list(read(table(), dataset(note="text")).frame["note"]) == ["first", "100", '["x", null]', "AAE="]


def test_a_client_may_be_used_again(replay, reading, dataset):
    client = replay.client()
    for _ in range(2):
        replay.page([item("b1")])
        assert read_source(table(), dataset(name="text"), reading(client)).rows_read == 1


def test_the_clients_other_users_get_their_answers(replay, reading, dataset):
    client = replay.client()
    replay.page([item("b1")])
    read_source(table(), dataset(name="text"), reading(client))
    replay.page([item("b2")])
    assert client.query(TableName="world", KeyConditionExpression="pk = x")["Items"] == [item("b2")]


def test_another_tenants_item_in_the_partition_is_set_aside_and_said(replay, reading, dataset):
    replay.page([item("b1", tenant={"S": "jada"}), item("b2", tenant={"S": "other"}), item("b3")])
    source, rows = table(), dataset(name="text")
    extract = read_source(source, rows, reading(replay.client))
    tenant = Tenant.model_validate({"id": "jada", "title": "J", "kind": "charter", "currency": "USD"})
    found = conform(extract, source, rows, tenant=tenant, zone=ZoneInfo("UTC"), as_of_end=None)
    assert (found.rows_read, len(found.frame)) == (3, 2)
    assert [(part.rows, part.reason) for part in found.quarantined] == [
        (1, "tenant: expected 'jada', found another tenant's row")
    ]


KEY = {"pk": {"S": 'a "LastEvaluatedKey"'}, "sk": {"N": "1"}}


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"Items": [], "LastEvaluatedKey": KEY, "Count": 0}, KEY),
        ({"LastEvaluatedKey": KEY, "Items": [{"a": {"S": "x" * 20_000}}]}, KEY),
        ({"Items": [{"a": {"S": '"LastEvaluatedKey":{}'}}], "Count": 1}, None),
        ({"Items": [{"LastEvaluatedKey": {"S": "x"}}]}, None),
        ({"LastEvaluatedKey": KEY, "Items": [{"LastEvaluatedKey": {"S": "x"}}]}, KEY),
        ({"Items": [{"m": {"M": {"LastEvaluatedKey": {"S": "x"}}}}], "LastEvaluatedKey": {}}, None),
    ],
)
def test_the_key_to_go_on_from_is_the_documents_own(document, key):
    assert pages_module.last_key(json.dumps(document, separators=(",", ":")).encode()) == key


# --- faults ------------------------------------------------------------------------------------------


def test_throttling_faults_and_resets_are_waited_out_and_told(replay, read, dataset, caplog):
    caplog.set_level(logging.INFO)
    replay.page([item("b1")], last=item("b1"))
    replay.refuse("ProvisionedThroughputExceededException", "slow down")
    replay.refuse("InternalServerError", "oops", status=500)
    replay.fail(ConnectionClosedError(endpoint_url="http://x"))
    replay.page([item("b2")])
    assert read(table(), dataset(name="text")).rows_read == 2
    line = next(record.getMessage() for record in caplog.records if "dynamodb: read" in record.getMessage())
    assert "items=2 pages=2" in line
    assert "retries=3" in line
    assert "lost_seconds=" in line


def test_the_clients_own_retries_count_too(replay, read, dataset, caplog):
    caplog.set_level(logging.INFO)
    replay.attempts = 2
    replay.refuse("ThrottlingException")
    replay.page([item("b1")])
    assert read(table(), dataset(name="text")).rows_read == 1
    assert "retries=1" in caplog.text


def test_a_damaged_page_is_asked_for_again(replay, read, dataset):
    replay.page([item("b1")], checksum=1)
    replay.page([item("b1")])
    assert read(table(), dataset(name="text")).rows_read == 1


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("ExpiredTokenException", "have run out"),
        ("UnrecognizedClientException", "check them and its Region"),
        ("AccessDeniedException", "allow dynamodb:Query"),
        ("ResourceNotFoundException", "there is no table 'world'"),
        ("ValidationException", "no"),
    ],
)
def test_what_does_not_heal_is_said_at_once_with_what_to_do(replay, read, dataset, code, advice):
    replay.page([item("b1")], last=item("b1"))
    replay.refuse(code)
    with pytest.raises(SourceError, match="found after 1 of them") as caught:
        read(table(), dataset(name="text"))
    assert advice in str(caught.value)
    assert code in str(caught.value)


def test_a_table_that_goes_on_throttling_is_given_up(replay, read, dataset):
    for _ in range(100):
        replay.refuse("ProvisionedThroughputExceededException", "slow down")
    with pytest.raises(SourceError, match=r"slow down.*raise the table's read capacity"):
        read(table(), dataset(name="text"))
    # 300 s of pauses that double from half a second to twenty, each between the half and the whole of it.
    assert 300 / 20 < len(replay.asked) < 2 * 300 / 20 + 10


def test_what_is_no_page_is_an_error(replay, read, dataset):
    replay.page([])
    replay.replies[0].document = b'{"Items": [{"pk": {"S": "a"}'
    with pytest.raises(SourceError, match="expected to read its items"):
        read(table(), dataset(name="text"))


# --- against a reference -----------------------------------------------------------------------------


def _python(value):
    ((kind, inner),) = value.items()
    simple = {"S": str, "BOOL": bool, "N": Decimal, "NULL": lambda _: None, "B": base64.b64decode}
    if kind in simple:
        return simple[kind](inner)
    if kind == "M":
        return {name: _python(each) for name, each in inner.items()}
    if kind == "L":
        return [_python(each) for each in inner]
    return {_python({kind[0]: each}) for each in inner}


def _digits(draw_sign, digits, places):
    text = str(int(digits))
    if places and places < len(text):
        text = f"{text[:-places]}.{text[-places:]}"
    return ("-" if draw_sign and text.strip("0.") else "") + text


NUMBERS = st.builds(_digits, st.booleans(), st.text("0123456789", min_size=1, max_size=38), st.integers(0, 9))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
BYTES = st.binary(max_size=6).map(lambda data: base64.b64encode(data).decode())
SCALARS = st.one_of(
    TEXTS.map(lambda text: {"S": text}),
    NUMBERS.map(lambda number: {"N": number}),
    st.booleans().map(lambda yes: {"BOOL": yes}),
    BYTES.map(lambda text: {"B": text}),
    st.just({"NULL": True}),
    st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(lambda texts: {"SS": texts}),
    st.lists(st.integers(-99, 99).map(str), min_size=1, max_size=3, unique=True).map(lambda ns: {"NS": ns}),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: {"L": values}),
        st.dictionaries(TEXTS, inner, max_size=3).map(lambda values: {"M": values}),
    ),
    max_leaves=5,
)
PLAIN = st.one_of(NUMBERS.map(lambda n: {"N": n}), TEXTS.map(lambda t: {"S": t}), st.just({"NULL": True}))
ITEMS = st.lists(
    st.fixed_dictionaries({}, optional={"a": VALUES, "b": PLAIN, "c": NUMBERS.map(lambda n: {"N": n})}),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=3))
def test_decoding_equals_the_slow_way(page_list):
    import orjson

    for names in (("a", "b", "c"), None):
        columns = Columns(names)
        for items in page_list:
            columns.add(columns.decode(orjson.dumps({"Items": items})))
        found = columns.table()
        every = [item for items in page_list for item in items]
        expected = table_of_records([{name: _python(value) for name, value in row.items()} for row in every])
        assert columns.rows == len(every)
        assert set(found.column_names) == set(expected.column_names)
        for name in expected.column_names:
            assert found[name].to_pylist() == expected[name].to_pylist(), name
