import io
import json
import zipfile
from datetime import timedelta

import pytest

from functions.identity import consumers, sweep
from functions.identity.rules import erasure as rules
from functions.identity.store.erasure import Departures
from kernel import clock
from tests.builders import cloud
from tests.builders import identity as an
from tests.builders.http import Context
from tests.builders.identity import NOW, an_address, as_user, id_of, public

TRACES = ("ada@example.com", "Ada", "Torstra")


def told(world, kind):
    return [row["data"] for row in world.envelopes() if row["metadata"]["type"] == kind]


def deliver(envelope, times=1):
    kind = f"{envelope['metadata']['type']}.v1"
    body = {"source": "metco.identity", "detail-type": kind, "detail": envelope}
    records = [{"messageId": f"m{n}", "body": json.dumps(body)} for n in range(times)]
    assert consumers.handler({"Records": records}, Context()) == {"batchItemFailures": []}


def swept():
    sweep.handler({}, Context())


def objects():
    return [one["Key"] for one in cloud.client("s3").list_objects_v2(Bucket=cloud.BUCKET).get("Contents", [])]


def somebody():
    """With everything that a person can leave behind."""
    me = an.signed_in("ada@example.com")
    me("POST", "/v1/me/addresses", an_address(), headers={"Idempotency-Key": "address-1"})
    me("PATCH", "/v1/me/preferences", {"digest": "weekly"})
    me("PATCH", "/v1/me", {"name": "Ada Lovelace"}, headers={"Idempotency-Key": "profile-1"})
    me("POST", "/v1/me/api-keys", {"name": "Ada's stock", "scopes": ["profile:read"]})
    an.with_phone(me, an.a_number())
    an.upload_picture(id_of(me))
    me("POST", "/v1/me/avatar/confirm")
    public("POST", "/v1/password-resets", {"email": "ada@example.com"})
    an.an_export(id_of(me))
    return me


def test_after_the_waiting_time_nothing_leads_to_the_person(world, capsys):
    with clock.frozen(NOW) as advance:
        me = somebody()
        assert [trace for trace in (*TRACES, an.a_number()) if trace not in str(world.items())] == []
        assert me("POST", "/v1/me/erasure").json["state"] == "waiting"
        advance(rules.WAIT - timedelta(seconds=1))
        swept()
        assert me("GET", "/v1/me").status == 200
        advance(timedelta(minutes=1))
        swept()
        left = str(world.items()) + capsys.readouterr().out
        assert [trace for trace in (*TRACES, an.a_number()) if trace in left] == []
        assert objects() == []
        assert [event["user_id"] for event in told(world, "UserErased")] == [id_of(me)]
        assert cloud.client("cognito-idp").list_users(UserPoolId=world.pool)["Users"] == []
        assert an.sign_in("ada@example.com").status == 401
        assert me("GET", "/v1/me").status == 404


def test_what_a_late_request_still_wrote_goes_when_the_last_token_has_died(world):
    with clock.frozen(NOW) as advance:
        me = somebody()
        me("POST", "/v1/me/erasure")
        advance(rules.WAIT + timedelta(minutes=1))
        swept()
        me("POST", "/v1/me/addresses", an_address())
        assert "Torstra" in str(world.items())
        advance(rules.TOKENS_DIE + timedelta(minutes=1))
        swept()
        assert "Torstra" not in str(world.items())
        before = world.items()
        swept()
        assert world.items() == before
    assert len(told(world, "UserErased")) == 1


def test_the_address_is_free_again_for_another_account(world):
    with clock.frozen(NOW) as advance:
        me = somebody()
        me("POST", "/v1/me/erasure")
        advance(rules.WAIT + timedelta(minutes=1))
        swept()
        assert an.an_account("ada@example.com") != id_of(me)


def test_whoever_changes_their_mind_stays(world):
    with clock.frozen(NOW) as advance:
        me = an.signed_in()
        assert me("POST", "/v1/me/erasure").status == 202
        assert [me("DELETE", "/v1/me/erasure").status for _ in range(2)] == [204, 204]
        assert me("GET", "/v1/me/erasure").json == {"state": "none", "requested_at": None, "erase_at": None}
        advance(rules.WAIT + timedelta(minutes=1))
        swept()
        assert me("GET", "/v1/me").status == 200
    assert (len(told(world, "ErasureCancelled")), told(world, "UserErased")) == (1, [])


def test_asking_again_does_not_move_the_day(world):
    with clock.frozen(NOW) as advance:
        me = an.signed_in()
        first = me("POST", "/v1/me/erasure")
        advance(timedelta(minutes=1))
        assert me("POST", "/v1/me/erasure").json == first.json
    assert len(told(world, "ErasureRequested")) == 1


def test_an_old_session_or_an_api_key_erases_nobody(world):
    with clock.frozen(NOW) as advance:
        me = an.signed_in()
        advance(timedelta(hours=2))
        before = world.items()
        assert me("POST", "/v1/me/erasure").status == 401
        assert as_user(id_of(me))("POST", "/v1/me/erasure").status == 401
        assert world.items() == before


def test_an_erasure_that_was_cut_off_anywhere_is_completed(world, monkeypatch):
    """Every call of the departure fails once, each at another sweep, before and after it has had its effect."""

    class CutOff(Exception):
        pass

    for name in ("begin_erasing", "forget", "finish"):
        real = getattr(Departures, name)
        for late in (False, True):
            state = {"failed": False}

            def once(self, *arguments, real=real, late=late, state=state):
                if late:
                    real(self, *arguments)
                if not state["failed"]:
                    state["failed"] = True
                    raise CutOff
                return None if late else real(self, *arguments)

            email = f"{name.replace('_', '-')}-{late}@example.com".lower()
            with clock.frozen(NOW) as advance:
                me = an.signed_in(email)
                me("POST", "/v1/me/erasure")
                advance(rules.WAIT + timedelta(minutes=1))
                with monkeypatch.context() as patch:
                    patch.setattr(Departures, name, once)
                    with pytest.raises(CutOff):
                        swept()
                advance(timedelta(minutes=1))
                swept()
                advance(rules.TOKENS_DIE + timedelta(minutes=1))
                swept()
            assert email not in str(world.items())
            assert [event["user_id"] for event in told(world, "UserErased")].count(id_of(me)) == 1


def test_the_person_is_told_when_it_will_be(world):
    with clock.frozen(NOW):
        me = an.signed_in()
        me("POST", "/v1/me/erasure")
        [row] = [row for row in world.envelopes() if row["metadata"]["type"] == "ErasureRequested"]
        deliver(row, times=2)
    assert ["2026-05-18" in mail["subject"] for mail in world.mails()] == [True, True]


def test_an_export_is_complete_and_comes_by_mail(world):
    me = somebody()
    user = id_of(me)
    [row] = [row for row in world.envelopes() if row["metadata"]["type"] == "DataExportReady"]
    deliver(row)
    body = world.mails()[-1]["body"]
    path = next(line for line in body.splitlines() if "/v1/exports/" in line)
    fetched = public("GET", path[path.index("/v1/") :])
    assert fetched.status == 200
    export_id = row["data"]["export_id"]
    assert f"exports/{user}/{export_id}.zip?" in fetched.json["url"]
    content = cloud.client("s3").get_object(Bucket=cloud.BUCKET, Key=rules.archive_key(user, export_id))["Body"].read()
    archive = zipfile.ZipFile(io.BytesIO(content))
    known = json.loads(archive.read("identity.json"))
    assert archive.read("avatar") == an.PNG
    assert {"profile", "avatar", "addresses", "preferences", "api_keys", "export"} <= known.keys()
    assert known["profile"]["email"] == "ada@example.com"
    assert known["addresses"]["items"][0]["line1"] == "Torstraße 1"
    assert "hash" not in archive.read("identity.json").decode()


def test_asking_again_makes_no_second_export_until_the_first_has_expired(world):
    with clock.frozen(NOW) as advance:
        me = an.signed_in()
        first = me("POST", "/v1/me/exports", headers={"Idempotency-Key": "export-1"})
        assert (first.status, first.json["state"]) == (202, "preparing")
        assert me("POST", "/v1/me/exports").json["id"] == first.json["id"]
        advance(timedelta(minutes=1))
        swept()
        assert me("GET", "/v1/me/exports").json["state"] == "ready"
        advance(rules.EXPORT_LIFE)
        assert me("GET", "/v1/me/exports").json["code"] == "export_gone"
        assert me("POST", "/v1/me/exports").json["id"] != first.json["id"]
    assert len(told(world, "DataExportRequested")) == 2


def test_a_guessed_a_late_and_another_persons_link_answer_alike(world):
    with clock.frozen(NOW) as advance:
        ada, eve = an.an_account(), an.an_account("eve@example.com")
        theirs, mine = an.an_export(ada), an.an_export(eve)
        paths = [
            f"/v1/exports/{theirs['export_id']}/{mine['token']}",
            f"/v1/exports/{theirs['export_id']}/guess",
            f"/v1/exports/exp_00000000000000000000000000/{mine['token']}",
        ]
        answers = [public("GET", path) for path in paths]
        advance(rules.EXPORT_LIFE)
        answers.append(public("GET", f"/v1/exports/{theirs['export_id']}/{theirs['token']}"))
    assert [(answer.status, answer.json["code"]) for answer in answers] == [(404, "export_gone")] * 4
