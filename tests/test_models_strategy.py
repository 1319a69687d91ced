"""Strategy: ladder, conduct, gain, worklist, plans; weeks of feedback without one violation."""

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from data_schema.contract import codes, tables, word
from law.calendar import may_contact
from law.rows import rows
from models.strategy import Policy, in_order, recommend
from models.strategy.spread import marks
from models.strategy.tables import effects, ladder, phrases

DAY = dt.date(2026, 11, 20)
DAYS = pd.DataFrame(rows(DAY)["law.days"][1], columns=["day", "may_contact", "is_working"])
STAGE = {"reminder": 1, "firm_reminder": 2, "formal_notice": 3, "last_attempt": 4, "litigation": 5}
STAGES = ("", *STAGE)
TONE = {"helpful": 1, "courteous": 2, "firm": 3, "formal": 4}
CHASES = {"remind", "call", "formal_notice", "visit", "third_party", "sue"}
PASSED_ON = ("policy", "disputes", "effects", "own")
DECISION = (
    "entry_id at kind claim_id debtor_id channel stage tone action due_on until_on question answer "
    "reason"
).split()


def claim(claim_id="C1", debtor_id="D1", **changes):
    base = {
        "claim_id": claim_id, "debtor_id": debtor_id, "creditor_id": "K1", "agent_id": None,
        "open_amount": 1200.0, "open_amount_eur": 1200.0, "disputed_amount": 0.0,
        "chaseable_amount": 1200.0, "days_overdue": 45, "date_basis": "stated",
        "due_on": DAY - dt.timedelta(days=45), "flags": [], "marks": [], "suit_id": "S1",
        "has_open_dispute": False, "promise_due_on": None, "promise_broken_on": None,
        "plan_id": None, "plan_next_due_on": None, "plan_broken_on": None, "n_actions": 0,
        "last_action_at": None, "last_interaction_at": None, "last_outcome": None,
        "formal_notice_expires_on": None, "limitation_on": dt.date(2031, 1, 1),
        "legal_status": None, "title_on": None, "assigned_to": None,
    }  # fmt: skip
    return base | changes


def debtor(debtor_id="D1", **changes):
    base = {
        "debtor_id": debtor_id, "name": "Société Exemple", "kind": "company", "email": "a@b.fr",
        "phone": "0102030405", "email_consent": None, "sms_consent": None,
        "do_not_contact": False, "represented_by": None, "insolvency_kind": None,
        "insolvency_opened_on": None, "insolvency_published_on": None,
        "insolvency_declared_on": None,
    }  # fmt: skip
    return base | changes


def history(debtor_id="D1", **changes):
    base = {
        "debtor_id": debtor_id, "n_contacts_7d": 0, "n_calls_7d": 0, "contact_days_7d": [],
        "call_days_7d": [], "last_channel": None, "last_channel_run": 0, "episode_start_on": None,
        "episode_stage_rank": 0, "episode_tone_rank": 0, "last_contact_on": None,
        "third_party_on": None,
    }  # fmt: skip
    return base | changes


def profile(debtor_id="D1", name="disorganised"):
    names = codes("profile")
    return {"debtor_id": debtor_id, "profile": name} | {
        f"p_{each}": 0.7 if each == name else 0.1 for each in names
    }


def chance(claim_id="C1", p=0.4, amount=1200.0):
    return {"claim_id": claim_id, "p_30": p * 0.6, "p_90": p, "expected_recovered": p * amount}


def suit(course="amicable", suit_id="S1", net=0.0):
    return {"suit_id": suit_id, "course": course, "recommended": True, "expected_net": net}


def advise(claims, debtors, conduct=None, as_of=DAY, days=DAYS, **others):
    frame = pd.DataFrame(claims)
    conduct = [history(each["debtor_id"]) for each in debtors] if conduct is None else conduct
    given_rows = {
        "profiles": [profile(each["debtor_id"]) for each in debtors],
        "recovery": [chance(each["claim_id"]) for each in claims],
        "litigation": [suit()],
        "contacts": [],
        "agents": [],
        "creditors": [{"creditor_id": "K1", "agent_id": None, "allows_visits": False}],
        "decisions": [],
    } | {key: value for key, value in others.items() if key not in PASSED_ON}
    frames = {key: pd.DataFrame(value) for key, value in given_rows.items()}
    if frames["decisions"].empty:
        frames["decisions"] = pd.DataFrame(columns=DECISION)
    disputes = others.get("disputes")
    advice = recommend(
        frame, pd.DataFrame(debtors), pd.DataFrame(conduct), frames["profiles"],
        frames["recovery"], frames["litigation"], frames["contacts"],
        frames["creditors"], frames["decisions"], days, as_of=as_of,
        policy=others.get("policy", Policy(control=0.0, explore=0.0)), own=others.get("own"),
        disputes=None if disputes is None else pd.DataFrame(disputes),
        effects=others.get("effects"),
    )  # fmt: skip
    work = in_order([advice.due], frames["agents"], default_minutes=360.0, as_of=as_of)
    return advice.recommendations, work, advice.plan_offers


def test_learnt_effects_take_the_place_of_the_priors_and_change_the_version():
    strong = {**effects()["channel"], "sms": [2.0] * 4}
    people = [debtor(sms_consent=True)]

    by_prior = only(advise([claim()], people))
    learnt = only(advise([claim()], people, effects={**effects(), "channel": strong}))

    assert by_prior["channel"] != "sms"
    assert learnt["channel"] == "sms"
    assert learnt["expected_gain"] > by_prior["expected_gain"]
    assert learnt["policy_version"] != by_prior["policy_version"]


def decision(**changes):
    base = dict.fromkeys(DECISION) | {
        "entry_id": "E1", "at": pd.Timestamp("2026-11-19 10:00"), "kind": "override",
        "claim_id": "C1", "debtor_id": "D1", "reason": "client connu",
    }  # fmt: skip
    return base | changes


def only(result):
    return result[0].iloc[0]


def test_a_late_claim_never_chased_gets_a_courteous_first_reminder():
    row = only(advise([claim()], [debtor()]))

    assert (row["stage"], row["tone"]) == ("reminder", "helpful")
    assert row["action"] in ("remind", "call")
    assert row["act_on"] == DAY
    assert row["escalate_to"] == "firm_reminder"
    assert row["expected_gain"] > 0


def test_each_client_s_claims_follow_its_own_ladder():
    own = {"K2": {**ladder(), "first_delay_days": [60] * 5}}
    claims = [claim(), claim("C2", "D2", creditor_id="K2"), claim("C3", "D3"),
              claim("C4", "D3", creditor_id="K2")]  # fmt: skip
    debtors = [debtor(name) for name in ("D1", "D2", "D3")]

    found = advise(claims, debtors, own=own)[0].set_index("claim_id")

    assert found["action"].eq("wait").to_dict() == {"C1": False, "C2": True, "C3": True, "C4": True}
    versions = found["policy_version"]
    assert versions["C1"] != versions["C2"] == versions["C3"] == versions["C4"]


def test_tones_and_channels_of_a_client_s_ladder_are_used():
    stages = ladder()["stages"]
    reminder = {**stages["reminder"], "tone": ["formal"] * 5, "channels": ["letter", "sms"]}
    own = {"K1": {**ladder(), "stages": {**stages, "reminder": reminder}}}

    row = only(advise([claim()], [debtor()], own=own))

    assert (row["tone"], row["channel"]) == ("formal", "letter")


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({"days_overdue": -10, "due_on": dt.date(2026, 11, 30)}, "wait"),
        ({"promise_due_on": dt.date(2026, 11, 25)}, "wait"),
        ({"plan_id": "P1"}, "monitor_plan"),
        ({"chaseable_amount": 0.0, "disputed_amount": 1200.0, "has_open_dispute": True},
         "ask_written_dispute"),
        ({"flags": ["lettered_outside_file"]}, "wait"),
        ({"assigned_to": "factor"}, "wait"),
        ({"legal_status": "filed"}, "wait"),
        ({"last_outcome": "wrong_contact", "last_interaction_at": pd.Timestamp("2026-11-19")},
         "find_contact"),
        ({"last_outcome": "missing_document", "last_interaction_at": pd.Timestamp("2026-11-19")},
         "resend_documents"),
        ({"last_outcome": "cash_wait", "last_interaction_at": pd.Timestamp("2026-11-19")},
         "offer_plan"),
        ({"promise_broken_on": dt.date(2026, 11, 18)}, "call"),
        ({"days_overdue": None, "due_on": None, "date_basis": "unknown"}, "remind"),
    ],
)  # fmt: skip
def test_what_a_claim_is_in_decides_before_the_ladder(changes, action):
    row = only(advise([claim(**changes)], [debtor(phone=None if action == "remind" else "01")]))

    assert row["action"] == action


def test_a_promise_is_left_alone_until_the_day_after():
    row = only(advise([claim(promise_due_on=dt.date(2026, 11, 25))], [debtor()]))

    assert row["act_on"] == dt.date(2026, 11, 26)


def test_a_broken_promise_before_our_last_letter_is_old_news():
    spent = claim(promise_broken_on=dt.date(2026, 11, 1), last_action_at=pd.Timestamp("2026-11-18"))

    row = only(
        advise(
            [spent],
            [debtor()],
            [
                history(
                    episode_stage_rank=1,
                    episode_tone_rank=2,
                    last_contact_on=dt.date(2026, 11, 18),
                    episode_start_on=dt.date(2026, 11, 18),
                    last_channel="email",
                    last_channel_run=1,
                )
            ],
        )
    )

    assert row["action"] == "wait"


@pytest.mark.parametrize(
    ("published", "expected"),
    [(dt.date(2026, 11, 1), "declare_in_insolvency"), (dt.date(2025, 1, 1), "wait")],
)
def test_insolvency_asks_for_a_declaration_in_time_and_for_nothing_else(published, expected):
    who = debtor(
        insolvency_kind="receivership", insolvency_opened_on=published,
        insolvency_published_on=published,
    )  # fmt: skip

    row = only(advise([claim()], [who]))

    assert row["action"] == expected
    if expected != "wait":
        assert "01/01/2027" in row["reason"]


def test_over_indebted_people_are_neither_chased_nor_declared_to():
    who = debtor(kind="consumer", insolvency_kind="over_indebtedness",
                 insolvency_opened_on=dt.date(2026, 11, 1))  # fmt: skip

    assert only(advise([claim()], [who]))["action"] == "wait"


def climbed(rank, days=90, since=30, channel="email", **changes):
    return history(
        episode_stage_rank=rank, episode_tone_rank=min(rank, 4), last_channel=channel,
        last_channel_run=1, last_contact_on=DAY - dt.timedelta(days=since),
        episode_start_on=DAY - dt.timedelta(days=days), **changes,
    )  # fmt: skip


def reminded(sent=None, name="disorganised", rank=1, **changes):
    """What is advised of a claim that was asked for already."""
    one = claim(n_actions=1, documents_sent_at=sent, **changes)
    past, belief = [climbed(rank, days=20, since=25 if rank == 4 else 10)], [profile(name=name)]
    return only(advise([one], [debtor()], past, profiles=belief))


@pytest.mark.parametrize("rank", [1, 2])
def test_a_further_reminder_brings_papers_to_whom_they_are_worth_more(rank):
    row = reminded(rank=rank)

    assert (row["action"], row["stage"]) == ("resend_documents", STAGES[rank])
    assert row["channel"] in ("email", "letter")
    assert row["expected_gain"] > reminded(sent=pd.Timestamp("2026-10-01"))["expected_gain"]
    assert "s'il manque une pièce" in row["reason"]


@pytest.mark.parametrize(
    "changes",
    [
        {"sent": pd.Timestamp("2026-10-01")},
        {"name": "bad_faith"},
        {"flags": ["near_limitation"]},
        {"rank": 3, "formal_notice_expires_on": dt.date(2026, 12, 30)},
        {"rank": 4, "formal_notice_expires_on": dt.date(2026, 10, 30)},
        {"last_outcome": "cash_wait", "last_interaction_at": pd.Timestamp("2026-11-19")},
        {"promise_due_on": dt.date(2026, 11, 30)},
    ],
)
def test_papers_are_not_sent_twice_nor_beside_what_matters_more(changes):
    assert reminded(**changes)["action"] != "resend_documents"


def test_a_first_reminder_brings_no_papers():
    assert only(advise([claim()], [debtor(phone=None)]))["action"] == "remind"


def test_papers_that_one_claim_has_already_gain_it_no_more_than_a_reminder():
    claims = [claim(n_actions=1), claim("C2", n_actions=1, documents_sent_at=DAY)]

    rows = advise(claims, [debtor(phone=None)], [climbed(1, days=20, since=10)])[0]

    assert set(rows["action"]) == {"resend_documents"}
    fresh, told = rows.set_index("claim_id").loc[["C1", "C2"], "expected_gain"]
    assert 0 < told < fresh


def test_what_is_left_is_not_frozen_once_the_claims_of_a_notice_are_paid():
    last = only(advise([claim()], [debtor()], [climbed(4)]))
    again = only(advise([claim()], [debtor()], [climbed(3)]))
    running = claim(formal_notice_expires_on=DAY + dt.timedelta(days=5))

    assert (last["stage"], last["channel"] is None) == ("last_attempt", False)
    assert (again["action"], again["stage"]) == ("formal_notice", "formal_notice")
    assert only(advise([running], [debtor()], [climbed(4)]))["action"] == "wait"
    assert only(advise([running], [debtor()], [climbed(3)]))["action"] == "wait"


def test_a_contact_that_the_law_stops_is_no_draw():
    running = claim(formal_notice_expires_on=DAY + dt.timedelta(days=5))

    assert pd.isna(only(advise([running], [debtor()], [climbed(4)]))["propensity_wait"])


def test_a_claim_judged_not_owed_is_asked_for_no_more():
    row = only(advise([claim(legal_status="judged_lost")], [debtor()], [climbed(5)]))

    assert (row["action"], row["stage"]) == ("write_off", None)
    assert "appel" in row["reason"]


def quiet(since=3, channels=2, **changes):
    past = climbed(2, days=40, since=since, n_unheard=4, n_channels_unheard=channels)
    return advise([claim(n_actions=4)], [debtor()], [past], **changes)


def test_after_silence_on_several_channels_somebody_looks_for_another_contact():
    row = only(quiet())

    assert (row["action"], row["channel"]) == ("find_contact", None)
    assert "aucune réponse" in row["reason"]
    # The ladder goes on all the same, and nothing is looked for where it is known who pays.
    assert only(quiet(since=12))["action"] != "find_contact"
    assert only(quiet(channels=1))["action"] == "wait"
    knows = [{"contact_id": "P1", "debtor_id": "D1", "can_pay": True, "email": "a@b.fr"}]
    assert only(quiet(contacts=knows))["action"] == "wait"


def test_no_rank_is_skipped_however_late_the_claim():
    stages = {
        rank: only(
            advise(
                [claim(formal_notice_expires_on=dt.date(2026, 10, 30) if rank >= 3 else None)],
                [debtor()],
                [climbed(rank)],
            )
        )["stage"]
        for rank in (0, 1, 2, 3)
    }

    assert list(stages.values()) == ["reminder", "firm_reminder", "formal_notice", "last_attempt"]


def test_nothing_follows_a_formal_notice_before_its_delay():
    row = only(advise([claim(formal_notice_expires_on=dt.date(2026, 11, 27))], [debtor()],
                      [climbed(3, since=12)]))  # fmt: skip

    assert row["action"] == "wait"
    assert row["act_on"] >= dt.date(2026, 11, 27)


def test_a_formal_notice_goes_by_registered_letter_and_a_person_signs_for_a_natural_person():
    row = only(advise([claim()], [debtor(kind="sole_trader")], [climbed(2)]))

    assert (row["action"], row["channel"]) == ("formal_notice", "registered_letter")
    assert "person_signs" in row["guards"]


def test_the_tone_never_falls_within_the_episode():
    row = only(advise([claim()], [debtor()], [history(
        episode_stage_rank=1, episode_tone_rank=3, last_channel="email", last_channel_run=1,
        last_contact_on=dt.date(2026, 11, 1),
        episode_start_on=dt.date(2026, 10, 31))]))  # fmt: skip

    assert TONE[row["tone"]] >= 3
    assert "tone_falls" in row["guards"]


def test_channels_alternate_and_a_third_time_running_is_refused():
    tired = climbed(1, channel="letter") | {"last_channel_run": 2}
    unreachable = debtor(email=None, phone=None)

    alternating = only(advise([claim()], [debtor()], [climbed(1, channel="phone")]))
    refused = only(advise([claim()], [unreachable], [tired]))

    assert alternating["channel"] != "phone"
    assert refused["action"] == "wait"
    assert "channel_running" in refused["guards"]


def test_weekly_limits_make_the_debtor_rest():
    full = climbed(0) | {
        "n_contacts_7d": 3,
        "contact_days_7d": [DAY - dt.timedelta(days=n) for n in (5, 4, 3)],
    }

    row = only(advise([claim()], [debtor()], [full]))

    assert row["action"] == "wait"
    assert "contacts_per_week" in row["guards"]
    assert row["act_on"] >= DAY + dt.timedelta(days=2)


@pytest.mark.parametrize(
    "day", [dt.date(2026, 11, 22), dt.date(2026, 11, 11), dt.date(2026, 12, 25)]
)
def test_nobody_is_contacted_on_a_sunday_or_a_public_holiday(day):
    days = pd.DataFrame(rows(day)["law.days"][1], columns=["day", "may_contact", "is_working"])

    row = only(advise([claim()], [debtor()], as_of=day, days=days))

    assert may_contact(row["act_on"])
    assert row["act_on"] > day
    assert "no_contact_day" in row["guards"]


def test_who_must_not_be_contacted_is_not_and_a_representative_gets_letters():
    silent = only(advise([claim()], [debtor(do_not_contact=True)]))
    lawyer = only(advise([claim()], [debtor(represented_by="Me Exemple")]))

    assert silent["action"] == "wait"
    assert lawyer["channel"] == "letter"
    assert lawyer["contact_id"] is None or pd.isna(lawyer["contact_id"])


def test_visits_need_the_creditor_s_word_and_never_go_to_consumers():
    willing = [{"creditor_id": "K1", "agent_id": None, "allows_visits": True}]
    late = claim(formal_notice_expires_on=dt.date(2026, 10, 30), open_amount=90000.0,
                 open_amount_eur=90000.0, chaseable_amount=90000.0)  # fmt: skip
    nobody = {"email": None, "phone": None}

    allowed = only(advise([late], [debtor(**nobody)], [climbed(3, channel="letter")],
                          creditors=willing))  # fmt: skip
    consumer = only(advise([late], [debtor(kind="consumer", **nobody)],
                           [climbed(3, channel="letter")], creditors=willing))  # fmt: skip

    assert allowed["channel"] == "visit"
    assert consumer["channel"] == "letter"


def test_unknown_debtors_are_reminded_once_then_identified():
    first = only(advise([claim()], [debtor(kind="unknown")]))
    later = only(advise([claim()], [debtor(kind="unknown")], [climbed(2)]))

    assert first["stage"] == "reminder"
    assert later["action"] == "identify"


def ready_to_sue(**changes):
    return claim(formal_notice_expires_on=dt.date(2026, 10, 30), **changes)


def test_a_suit_needs_its_notice_the_last_attempt_and_nobody_s_refusal():
    order = [suit("payment_order", net=350.0)]
    refusal = [decision(kind="refuse_suit", reason="relation commerciale")]

    sued = only(advise([ready_to_sue()], [debtor()], [climbed(4)], litigation=order))
    early = only(advise([ready_to_sue()], [debtor()], [climbed(3)], litigation=order))
    refused = only(advise([ready_to_sue()], [debtor()], [climbed(4)], litigation=order,
                          decisions=refusal, profiles=[profile(name="bad_faith")]))  # fmt: skip
    undated = only(advise([ready_to_sue(date_basis="unknown", days_overdue=None, due_on=None)],
                          [debtor()], [climbed(4)], litigation=order))  # fmt: skip
    barred = only(advise([ready_to_sue(limitation_on=dt.date(2026, 1, 1))], [debtor()],
                         [climbed(4)], litigation=order))  # fmt: skip

    assert (sued["action"], sued["stage"]) == ("sue", "litigation")
    assert sued["expected_gain"] == pytest.approx(350.0)
    assert early["stage"] == "last_attempt"
    assert refused["action"] == "third_party"
    assert undated["action"] == "wait"
    assert barred["action"] in ("wait", "write_off")


def test_each_claim_of_a_suit_tells_what_the_suit_is_worth_and_one_of_them_counts_it():
    order = [suit("payment_order", net=350.0)]

    rows = advise([ready_to_sue(), ready_to_sue(claim_id="C2")], [debtor()], [climbed(4)],
                  litigation=order)[0]  # fmt: skip

    assert set(rows["action"]) == {"sue"}
    assert rows["expected_gain"].sum() == pytest.approx(350.0)
    assert rows["reason_en"].str.contains("€350.00 better than without a lawsuit").all()


def test_whoever_is_to_be_sued_is_not_called_about_another_claim_beside():
    order = [suit("payment_order", net=350.0)]
    other = claim("C2", suit_id="S2")

    rows = advise([ready_to_sue(), other], [debtor()], [climbed(4)], litigation=order)

    said = rows[0].set_index("claim_id")["action"]
    assert said.to_dict() == {"C1": "sue", "C2": "wait"}


def test_a_claim_settled_in_another_file_waits_for_a_person_and_stays_at_a_reminder():
    marked = claim(flags=["lettered_outside_file"])
    word = [decision(kind="answer", question="lettered_outside_file", answer="oui")]

    confirmed = only(advise([marked], [debtor()], decisions=word))
    further = only(advise([marked], [debtor()], [climbed(1)], decisions=word))

    assert confirmed["stage"] == "reminder"
    assert further["stage"] in (None, "reminder") or pd.isna(further["stage"])


def test_five_thousand_claims_of_one_debtor_are_one_contact():
    claims = [claim(f"C{i:05d}") for i in range(5000)]

    recommendations, work, _ = advise(claims, [debtor()])

    assert recommendations["contact_group_id"].nunique() == 1
    assert recommendations["is_lead"].sum() == 1
    assert len(work) == 1
    assert len(work["claim_ids"].iloc[0]) == 5000
    assert "5000 factures" in recommendations["reason"].iloc[0]


def test_the_disputed_claim_is_left_alone_and_the_rest_is_chased():
    claims = [claim("C1"), claim("C2", chaseable_amount=0.0, disputed_amount=1200.0,
                                 has_open_dispute=True)]  # fmt: skip
    written = [{"claim_id": "C2", "closed_on": None, "founded": None, "in_writing": True,
                "answered_on": None}]  # fmt: skip

    table, _, _ = advise(claims, [debtor()], disputes=written)
    by_claim = table.set_index("claim_id")["action"]

    assert by_claim["C1"] in ("remind", "call")
    assert by_claim["C2"] == "resolve_dispute"


@pytest.mark.parametrize(
    ("days", "others", "action"),
    [(3, [], "wait"), (30, [], "resolve_dispute"), (3, [None], "answer_dispute")],
)
def test_an_answered_dispute_is_left_time_then_closed(days, others, action):
    disputed = claim(chaseable_amount=0.0, disputed_amount=1200.0, has_open_dispute=True)
    answered = [
        {"claim_id": "C1", "closed_on": None, "founded": False, "in_writing": True,
         "answered_on": on}
        for on in [DAY - dt.timedelta(days=days), *others]
    ]  # fmt: skip

    row = only(advise([disputed], [debtor()], disputes=answered))

    assert row["action"] == action
    if action == "wait":
        assert row["act_on"] == DAY - dt.timedelta(days=days) + dt.timedelta(days=21)


def test_who_has_no_telephone_is_not_left_alone_in_the_hope_of_a_call():
    sure, none = [chance(p=0.95, amount=400.0)], {"email": None, "phone": None}
    small = [claim(open_amount=400.0, open_amount_eur=400.0, chaseable_amount=400.0,
                   days_overdue=12)]  # fmt: skip
    belief = [profile(name="undetermined")]

    row = only(advise(small, [debtor(**none)], recovery=sure, profiles=belief))

    assert (row["action"], row["channel"]) == ("remind", "letter")


def test_a_lawful_override_replaces_the_choice_and_says_so():
    wish = [decision(action="remind", channel="letter", tone="courteous", stage="reminder")]

    row = only(advise([claim()], [debtor()], decisions=wish))

    assert (row["action"], row["channel"], row["tone"]) == ("remind", "letter", "courteous")
    assert "client connu" in row["reason"]
    assert "client connu" in row["reason_en"]


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        ({"action": "formal_notice", "stage": "formal_notice"}, "stage_skipped"),
        ({"action": "sue"}, "stage_skipped"),
        ({"action": "visit"}, "visit_not_allowed"),
    ],
)
def test_an_override_against_a_rule_of_conduct_is_refused(wish, rule):
    row = only(advise([claim()], [debtor()], decisions=[decision(**wish)]))

    assert row["action"] in ("remind", "call")
    assert {"override_refused", rule} <= set(row["guards"])


def test_nobody_can_chase_a_promise_by_override():
    promised = claim(promise_due_on=dt.date(2026, 11, 25))

    row = only(advise([promised], [debtor()], decisions=[decision(action="call")]))

    assert row["action"] == "wait"
    assert "promise_running" in row["guards"]


def test_a_postponed_claim_waits_and_an_override_is_spent_once_carried_out():
    later = [decision(kind="postpone", until_on=dt.date(2026, 12, 1))]
    done = claim(last_action_at=pd.Timestamp("2026-11-19 15:00"))
    wish = [decision(action="remind", channel="letter")]

    waiting = only(advise([claim()], [debtor()], decisions=later))
    spent = only(advise([done], [debtor()], [climbed(1, since=1)], decisions=wish))

    assert (waiting["action"], waiting["act_on"]) == ("wait", dt.date(2026, 12, 1))
    assert spent["action"] == "wait"


def test_plan_offers_sum_to_the_cent():
    asks = {"last_outcome": "plan_request", "last_interaction_at": pd.Timestamp("2026-11-19")}
    claims = [claim("C1", chaseable_amount=1000.01, open_amount=1000.01,
                    open_amount_eur=1000.01, **asks), claim("C2", **asks)]  # fmt: skip

    table, _, offers = advise(claims, [debtor()])

    assert set(table["action"]) == {"offer_plan"}
    assert round(offers["amount"].sum() * 100) == 220001
    assert 3 <= len(offers) <= 6
    assert offers["p_kept"].is_monotonic_decreasing
    assert offers["due_on"].is_unique


def test_self_curing_claims_are_worth_less_than_claims_that_need_us():
    sure = only(advise([claim()], [debtor()], recovery=[chance(p=0.98)]))
    doubtful = only(advise([claim()], [debtor()], recovery=[chance(p=0.45)]))

    assert doubtful["expected_gain"] > 5 * max(sure["expected_gain"], 0)


def test_the_worklist_follows_gain_per_minute_under_the_collectors_time():
    claims = [claim(f"C{i}", f"D{i}", open_amount=100.0 * (i + 1), open_amount_eur=100.0 * (i + 1),
                    chaseable_amount=100.0 * (i + 1)) for i in range(30)]  # fmt: skip
    debtors = [debtor(f"D{i}") for i in range(30)]
    staff = [{"agent_id": "A1", "minutes_per_day": 20}, {"agent_id": "A2", "minutes_per_day": 20},
             {"agent_id": "A3", "minutes_per_day": 99,
              "absent_from": dt.date(2026, 11, 1)}]  # fmt: skip

    odds = [chance(each["claim_id"], amount=each["open_amount"]) for each in claims]
    _, work, _ = advise(claims, debtors, agents=staff, recovery=odds)

    for _, lines in work.groupby("within_capacity"):
        assert lines["gain_per_minute"].is_monotonic_decreasing
    assert work["within_capacity"].is_monotonic_decreasing
    assert set(work["left_because"].dropna()) == {"no_time"}
    assert work["rank"].tolist() == list(range(1, 31))
    assert set(work["agent_id"]) == {"A1", "A2"}
    assert (work[work["within_capacity"]].groupby("agent_id")["minutes"].sum() <= 20).all()
    assert work["within_capacity"].any()
    assert not work["within_capacity"].all()


def test_an_insolvency_deadline_comes_first_whatever_its_gain():
    who = debtor("D2", insolvency_kind="liquidation", insolvency_opened_on=dt.date(2026, 11, 1))

    _, work, _ = advise([claim(), claim("C2", "D2", open_amount_eur=10.0)], [debtor(), who])

    assert work["action"].iloc[0] == "declare_in_insolvency"


def crowd(n=400):
    rng = np.random.default_rng(5)
    claims = [claim(f"C{i:04d}", f"D{i // 2:04d}", days_overdue=int(rng.integers(1, 90)))
              for i in range(n)]  # fmt: skip
    return claims, [debtor(f"D{i:04d}") for i in range(n // 2)]


def test_the_day_is_the_same_whatever_the_order_and_the_names():
    claims, debtors = crowd()
    renamed = [each | {"name": "ZZZ"} for each in debtors]

    first = advise(claims, debtors, policy=Policy())
    second = advise(claims[::-1], renamed[::-1], policy=Policy())

    for one, other in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_every_row_is_whole_and_every_group_has_one_lead():
    claims, debtors = crowd()

    table, work, _ = advise(claims, debtors, policy=Policy())

    assert list(table) == [
        name for name in tables("out")["recommendations"].names if name != "as_of"
    ]
    assert table["recommendation_id"].is_unique
    assert (table.groupby("contact_group_id")["is_lead"].sum() == 1).all()
    assert table["propensity"].between(0, 1).all()
    assert set(table["arm"]) <= set(codes("arm"))
    assert table["policy_version"].nunique() == 1
    assert not table["reason"].str.contains(r"[{}]|None|nan").any()
    assert not table["reason_en"].str.contains(r"[{}]|None|nan").any()
    assert work["contact_group_id"].is_unique


def test_an_empty_column_of_lists_holds_nothing_whatever_null_it_is_filled_with():
    nulls = pd.DataFrame(
        {"languages": pd.Series([pd.NA, None, float("nan"), ["fr"]], dtype=object)}
    )

    assert marks(nulls, "languages").row.tolist() == [3]


AS_GOOD = {"email": [0.5] * 4, "sms": [0.5] * 4, "phone": [0.3] * 4}
NEAR_TIES = {**effects(), "channel": {**effects()["channel"], **AS_GOOD}}
EVERY_WAY = {("remind", "email"), ("remind", "sms"), ("remind", "letter"), ("call", "phone")}
JUST_DUE = {"days_overdue": 8, "due_on": DAY - dt.timedelta(days=8)}


def alike(n, **changes):
    """So many debtors alike but for their numbers, all of whom may be written to."""
    claims = [claim(f"C{i}", f"D{i}", suit_id=f"S{i}", **changes) for i in range(n)]
    return claims, [debtor(f"D{i}", sms_consent=True) for i in range(n)]


@pytest.mark.parametrize(
    ("situation", "p_30", "p_90", "steps"),
    [
        # Two channels as good as one another, one of them control's too.
        ({}, 0.3, 0.4, {("remind", "email"), ("remind", "sms")}),
        # Left alone by the policy, contacted by control's ladder.
        (JUST_DUE, 0.92, 0.95, {("wait", None), ("remind", "email")}),
        # A contact that brings little beside what comes anyway: it may wait a week, too.
        ({}, 0.6, 0.9, {("wait", None), *EVERY_WAY}),
    ],
)
def test_what_is_done_is_done_as_often_as_its_logged_propensity_says(situation, p_30, p_90, steps):
    claims, debtors = alike(1500, **situation)
    odds = [{**chance(each["claim_id"], p_90), "p_30": p_30} for each in claims]
    table, _, _ = advise(
        claims, debtors, recovery=odds, litigation=[], effects=NEAR_TIES,
        policy=Policy(control=0.2, explore=0.3),
    )  # fmt: skip
    # A step is what is done, how and in which tone: control's tone knows no profile.
    done = [
        tuple(None if pd.isna(part) else part for part in step)
        for step in table[["action", "channel", "tone"]].itertuples(index=False)
    ]
    told = {step: set() for step in done}
    for step, each in zip(done, table["propensity"].round(9), strict=True):
        told[step].add(each)

    assert {step[:2] for step in told} == steps
    waits = sum(each for step, (each,) in told.items() if step[0] == "wait")
    assert np.allclose(table["propensity_wait"], waits)
    assert all(len(each) == 1 for each in told.values())
    assert sum(each for (each,) in told.values()) == pytest.approx(1)
    for step, n in Counter(done).items():
        (each,) = told[step]
        error = (each * (1 - each) / len(done)) ** 0.5
        assert abs(n / len(done) - each) < 3.5 * error


def test_a_contact_left_by_the_draw_rests_until_next_week_and_says_so():
    claims, debtors = alike(300)
    odds = [{**chance(each["claim_id"], 0.9), "p_30": 0.6} for each in claims]
    settings = Policy(control=0.0, explore=0.5)

    days = {
        since: advise(claims, debtors, recovery=odds, litigation=[], policy=settings,
                      as_of=DAY + dt.timedelta(days=since))[0]
        for since in (-1, 0, 3)
    }  # fmt: skip
    left = {since: table["action"] == "wait" for since, table in days.items()}

    assert 50 < left[0].sum() < 100
    first = days[0][left[0]]
    monday = DAY + dt.timedelta(days=7 - DAY.weekday())
    assert set(first["act_on"]) == {monday}
    assert set(first["arm"]) == {"explore"}
    assert first["reason"].str.contains("tirage au sort").all()
    assert set(first["escalate_to"]) == {"reminder"}
    # One draw a week: the day before tells the same debtors, the week after others.
    names = {since: set(table.loc[left[since], "debtor_id"]) for since, table in days.items()}
    assert names[-1] == names[0] != names[3]


def test_no_draw_leaves_an_answer_or_a_limitation_that_is_near():
    settings = Policy(control=0.0, explore=1.0)
    for changes in (
        {"last_outcome": "missing_document", "last_interaction_at": pd.Timestamp("2026-11-19")},
        {"flags": ["near_limitation"]},
    ):
        claims, debtors = alike(60, **changes)
        odds = [{**chance(each["claim_id"], 0.9), "p_30": 0.6} for each in claims]
        table = advise(claims, debtors, recovery=odds, litigation=[], policy=settings)[0]
        assert (table["action"] != "wait").all()


def test_only_lawful_and_nearly_equal_channels_are_tried():
    claims, debtors = alike(400)
    settings = Policy(control=0.0, explore=0.5)
    silent = [{**each, "sms_consent": None} for each in debtors]
    tried, _, _ = advise(claims, debtors, policy=settings, effects=NEAR_TIES)
    barred, _, _ = advise(claims, silent, policy=settings, effects=NEAR_TIES)
    apart, _, _ = advise(claims, debtors, policy=settings)

    assert set(tried["channel"]) == {"email", "sms"}
    assert set(barred["channel"]) == {"email"}
    assert apart["channel"].nunique() == 1
    assert (apart["propensity"] == 1).all()


def test_control_is_the_same_debtors_on_every_day_and_under_every_policy():
    claims, debtors = alike(300)
    settings = Policy(control=0.1, explore=0.2)
    first, _, _ = advise(claims, debtors, policy=settings)
    later, _, _ = advise(
        claims[::-1], debtors, policy=settings, effects=NEAR_TIES, as_of=DAY + dt.timedelta(days=3)
    )
    half, _, _ = advise(claims[:150], debtors[:150], policy=Policy(control=0.05, explore=0.0))

    def control(table):
        return set(table.loc[table["arm"] == "control", "debtor_id"])

    assert 10 < len(control(first)) < 50
    assert control(first) == control(later)
    # A smaller control is part of the larger one, whoever else stands in the ledger.
    assert control(half) <= control(first)


def test_arms_keep_their_shares_and_log_their_propensity():
    claims, debtors = crowd(4000)

    table, _, _ = advise(claims, debtors, policy=Policy(control=0.1, explore=0.2))

    assert 0.05 < (table["arm"] == "control").mean() < 0.15
    assert (table["propensity"] > 0).all()
    assert (table.loc[table["arm"] == "policy", "propensity"] >= 0.5).all()


def test_no_claims_no_rows_but_every_column():
    nothing = pd.DataFrame(columns=list(claim()))

    advice = recommend(*[nothing] * 10, as_of=DAY)

    work = in_order([advice.due], nothing, default_minutes=360.0, as_of=DAY)
    frames = advice.recommendations, work, advice.plan_offers

    names = ("recommendations", "worklist", "plan_offers")
    for frame, name in zip(frames, names, strict=True):
        assert frame.empty
        assert list(frame) == [each for each in tables("out")[name].names if each != "as_of"]


def test_every_phrase_has_both_languages_and_every_stage_its_table():
    for group in phrases().values():
        assert all(len(pair) == 2 and all(pair) for pair in group.values())
    for stage in ladder()["stages"].values():
        assert {len(stage[key]) for key in ("gap_days", "advance_days", "tone")} == {5}


def test_claims_born_after_the_opening_are_not_declared():
    who = debtor(insolvency_kind="receivership", insolvency_opened_on=dt.date(2026, 11, 1))
    older = claim(issued_on=dt.date(2026, 10, 20))
    later = claim("C2", issued_on=dt.date(2026, 11, 5))

    table = advise([older, later], [who])[0].set_index("claim_id").sort_index()

    assert list(table["action"]) == ["declare_in_insolvency", "wait"]
    assert "après l'ouverture" in table.loc["C2", "reason"]


def test_what_was_delivered_before_the_opening_is_declared_whenever_it_is_invoiced():
    who = debtor(insolvency_kind="receivership", insolvency_opened_on=dt.date(2026, 11, 1))
    late = claim(issued_on=dt.date(2026, 11, 5), performed_on=dt.date(2026, 10, 30))

    assert only(advise([late], [who]))["action"] == "declare_in_insolvency"


def test_a_creditor_abroad_has_four_months_to_declare():
    who = debtor(insolvency_kind="liquidation", insolvency_opened_on=dt.date(2026, 8, 1))
    abroad = claim(issued_on=dt.date(2026, 7, 1), has_longer_to_declare=True)

    reason = only(advise([abroad], [who]))["reason"]

    assert "déclarer la créance au plus tard le 01/12/2026" in reason


def test_a_claim_said_to_be_declared_is_at_rest_even_after_the_task_was_accepted():
    who = debtor(insolvency_kind="liquidation", insolvency_opened_on=dt.date(2026, 11, 1))
    done = claim(issued_on=dt.date(2026, 7, 1), declared_on=dt.date(2026, 11, 10))
    accepted = dict.fromkeys(DECISION) | {
        "entry_id": "j1", "at": dt.datetime(2026, 11, 8, 9), "kind": "accept", "claim_id": "C1",
        "action": "declare_in_insolvency",
    }  # fmt: skip

    row = only(advise([done], [who], decisions=pd.DataFrame([accepted])))

    assert row["action"] == "wait"


def test_a_closed_liquidation_is_written_off_and_never_chased():
    who = debtor(insolvency_kind="liquidation", insolvency_opened_on=dt.date(2026, 8, 1),
                 insolvency_closed_on=dt.date(2026, 11, 10))  # fmt: skip

    row = only(advise([claim(issued_on=dt.date(2026, 7, 1))], [who]))

    assert row["action"] == "write_off"
    assert "L643-11" in row["reason"]


def test_past_the_time_to_declare_the_relief_is_named_with_its_own_day():
    who = debtor(insolvency_kind="liquidation", insolvency_opened_on=dt.date(2026, 8, 1))

    row = only(advise([claim(issued_on=dt.date(2026, 7, 1))], [who]))

    assert row["action"] == "declare_in_insolvency"
    assert "relevé de forclusion" in row["reason"]
    assert "01/02/2027" in row["reason"]


@pytest.mark.parametrize(("open_days", "action"), [(2, "ask_written_dispute"), (9, "wait")])
def test_a_dispute_younger_than_our_last_letter_is_asked_for_in_writing_first(open_days, action):
    disputed = claim(
        chaseable_amount=0.0, disputed_amount=1200.0, has_open_dispute=True,
        dispute_open_days=open_days, last_action_at=pd.Timestamp(DAY) - pd.Timedelta(days=4),
    )  # fmt: skip

    assert only(advise([disputed], [debtor()]))["action"] == action


def test_beside_a_running_suit_nothing_is_chased_and_the_reason_says_so():
    row = only(advise([claim()], [debtor()], [climbed(5, since=9)]))

    assert row["action"] == "wait"
    assert "action en justice" in row["reason"]


def test_a_sentence_that_may_be_said_aloud_names_no_profile():
    names = [word("profile", each, "fr") for each in codes("profile")]
    for each in codes("profile"):
        for rank in range(5):
            row = only(
                advise([claim()], [debtor()], [climbed(rank)], profiles=[profile(name=each)])
            )
            assert not any(name in row["reason"] for name in names)
            assert "%" not in row["reason"]


def test_francs_are_asked_for_in_francs_even_without_a_rate():
    francs = {"currency": "CHF", "last_outcome": "cash_wait",
              "last_interaction_at": pd.Timestamp(DAY) - pd.Timedelta(days=3)}  # fmt: skip
    rated = claim(open_amount=300.0, open_amount_eur=320.0, chaseable_amount=300.0, **francs)
    unrated = claim("C2", "D2", open_amount_eur=None, **francs)

    table, _, offers = advise([rated, unrated, claim("C3")], [debtor(), debtor("D2")])

    said = table.set_index("claim_id")["reason_en"]
    assert said["C1"].startswith("€1,200.00 and CHF 300.00 on 2 invoices")
    assert said["C2"].startswith("CHF 1,200.00,")
    assert sorted(offers.groupby("contact_group_id")["amount"].sum()) == [1200.0, 1520.0]


@pytest.mark.parametrize(("days", "said"), [(0, "échéance ce jour"), (-9, "échéance à venir")])
def test_what_is_not_late_is_not_said_to_be(days, said):
    row = only(advise([claim(days_overdue=days, due_on=DAY - dt.timedelta(days=days))], [debtor()]))

    assert said in row["reason"]
    assert "retard" not in row["reason"]


def test_a_limitation_that_is_near_comes_first_and_is_said():
    near = claim(
        "C2", "D2", open_amount_eur=90.0, chaseable_amount=90.0, open_amount=90.0,
        flags=["near_limitation"], limitation_earliest_on=dt.date(2027, 1, 15),
    )  # fmt: skip

    odds = [chance(), chance("C2", amount=90.0)]
    table, work, _ = advise([claim(), near], [debtor(), debtor("D2")], recovery=odds)

    assert list(work["claim_id"]) == ["C2", "C1"]
    assert "15/01/2027" in table.set_index("claim_id").loc["C2", "reason"]


def test_a_time_barred_claim_warns_its_collector():
    row = only(advise([claim(limitation_on=dt.date(2026, 1, 1))], [debtor()]))

    assert row["stage"] == "reminder"
    assert "prescrite" in row["reason"]


@pytest.mark.parametrize(("course", "lost"), [("write_off", True), ("amicable", False)])
def test_a_time_barred_claim_is_written_off_where_the_courses_compared_say_so(course, lost):
    barred = claim(limitation_on=dt.date(2026, 1, 1))

    for odds in (0.0, 0.4):
        row = only(
            advise([barred], [debtor()], litigation=[suit(course)], recovery=[chance(p=odds)])
        )
        assert (row["action"] == "write_off") is lost


def test_a_title_is_enforced_and_a_suit_tells_its_gain():
    for course, words in (("enforcement", "un titre existe"), ("payment_order", "sans procès")):
        row = only(
            advise([ready_to_sue()], [debtor()], [climbed(4)], litigation=[suit(course, net=250.0)])
        )
        assert row["action"] == "sue"
        assert words in row["reason"]
        assert "250,00" in row["reason"]


def test_a_suit_that_outlived_its_episode_opens_no_third_party():
    who = history(episode_stage_rank=5, last_contact_on=DAY - dt.timedelta(days=90))

    row = only(
        advise([ready_to_sue()], [debtor()], [who], litigation=[suit("payment_order", net=9)])
    )

    assert row["action"] == "wait"


def test_a_disputed_part_is_named_and_left_aside():
    part = claim(disputed_amount=200.0, chaseable_amount=1000.0, has_open_dispute=True)

    said = only(advise([part], [debtor()]))["reason_en"]

    assert said.startswith("€1,000.00,")
    assert "€200.00 in dispute" in said


def test_a_suit_never_comes_after_the_prudent_end_of_limitation():
    order, end = [suit("payment_order", net=350.0)], DAY + dt.timedelta(days=20)
    calm = ready_to_sue()
    urgent = ready_to_sue(limitation_earliest_on=end)

    later = only(advise([calm], [debtor()], [climbed(3)], litigation=order))
    soon = only(advise([urgent], [debtor()], [climbed(3)], litigation=order))

    assert later["escalate_to"] == soon["escalate_to"] == "litigation"
    assert later["escalate_on"] > end - dt.timedelta(days=14)
    assert soon["act_on"] <= soon["escalate_on"] <= end - dt.timedelta(days=14)


def unserved(given_on, status="granted", **changes):
    """A claim whose decision nobody served; no formal notice of it is on file."""
    return claim(legal_status=status, last_legal_step_on=given_on, **changes)


@pytest.mark.parametrize(
    ("granted_on", "by", "told"),
    [
        (dt.date(2026, 8, 31), "28 February 2027", "to be served by"),
        (dt.date(2026, 9, 1), "1 December 2026", "to be served by"),
        (dt.date(2026, 1, 5), "5 July 2026", "it is void"),
    ],
)
def test_an_order_granted_is_a_task_with_the_day_by_which_it_lapses(granted_on, by, told):
    row = only(advise([unserved(granted_on)], [debtor()], [climbed(4)]))

    assert (row["action"], row["stage"], row["act_on"]) == ("sue", "litigation", DAY)
    assert by in row["reason_en"]
    assert told in row["reason_en"]


def test_an_order_for_a_part_asks_a_person_whether_to_let_the_rest_go():
    order = unserved(dt.date(2026, 9, 10), "granted_in_part")
    order["ordered_amount"] = float(order["open_amount"]) / 4

    row = only(
        advise([order], [debtor()], [climbed(4)], litigation=[suit("enforcement", net=80.0)])
    )

    assert float(row["expected_gain"]) == 20.0
    assert row["action"] == "sue"
    assert "give up the rest" in row["reason_en"]
    assert "10 December 2026" in row["reason_en"]


def test_serving_a_decision_comes_first_in_the_day_and_asks_for_no_new_notice():
    order, late = unserved(dt.date(2026, 9, 10)), claim("C2", "D2", suit_id="S2")
    made = advise(
        [order, late], [debtor(), debtor("D2")], litigation=[suit("enforcement", net=0.5)]
    )

    assert only(made)["guards"] == []
    assert float(only(made)["expected_gain"]) == 0.5
    first = made[1].iloc[0]
    assert (first["claim_id"], bool(first["within_capacity"])) == ("C1", True)


def test_a_judgment_is_served_within_six_months_and_an_order_served_is_left_its_time():
    won = unserved(dt.date(2026, 9, 1), "judged_won", title_on=dt.date(2026, 9, 1))
    served = unserved(DAY, "served", title_on=DAY - dt.timedelta(days=3))

    assert "1 March 2027" in only(advise([won], [debtor()], [climbed(4)]))["reason_en"]
    row = only(advise([served], [debtor()], [climbed(4)]))
    assert row["action"] == "wait"
    assert row["act_on"] > DAY + dt.timedelta(days=50)


def test_a_person_who_refused_the_suit_is_heard_but_told_what_lapses():
    order = unserved(dt.date(2026, 9, 10))
    refused = decision(kind="refuse_suit")

    row = only(advise([order], [debtor()], [climbed(4)], decisions=[refused]))

    assert row["action"] == "wait"
    assert "10 December 2026" in row["reason_en"]


def test_a_natural_person_s_order_is_served_once_a_person_signed():
    order = unserved(dt.date(2026, 9, 10))

    row = only(advise([order], [debtor(kind="consumer")], [climbed(4)]))

    assert (row["action"], "person_signs" in row["guards"]) == ("sue", True)


@pytest.mark.parametrize(("seized_on", "action"), [(10, "wait"), (120, "sue")])
def test_a_seizure_is_left_time_before_the_title_is_enforced_again(seized_on, action):
    titled = ready_to_sue(
        title_on=dt.date(2026, 3, 1), legal_status="seized",
        last_legal_step_on=DAY - dt.timedelta(days=seized_on),
    )  # fmt: skip

    row = only(advise([titled], [debtor()], [climbed(4)], litigation=[suit("enforcement", net=90)]))

    assert row["action"] == action


def test_a_claim_of_no_suit_is_announced_no_suit():
    row = only(advise([ready_to_sue(suit_id=None)], [debtor()], [climbed(3)]))

    assert row["escalate_to"] == "third_party"


def test_the_clock_counts_what_a_week_loses_and_stands_still_under_a_promise():
    small, large, promised, disputed = (
        claim("C1", "D1"),
        claim("C2", "D2", open_amount=12000.0, open_amount_eur=12000.0, chaseable_amount=12000.0),
        claim("C3", "D3", promise_due_on=DAY + dt.timedelta(days=9)),
        claim("C4", "D4", chaseable_amount=0.0, disputed_amount=1200.0, has_open_dispute=True),
    )
    claims = [small, large, promised, disputed]
    odds = [chance(each["claim_id"], amount=each["open_amount"]) for each in claims]
    debtors = [debtor(each["debtor_id"]) for each in claims]

    table, _, _ = advise(claims, debtors, recovery=odds)

    lost = table.set_index("claim_id")["cost_of_waiting"]
    assert 0 < lost["C1"] < lost["C2"]
    assert lost["C3"] == 0
    assert lost["C4"] > 0


def test_a_running_plan_is_looked_at_before_its_instalment_and_once():
    due = DAY + dt.timedelta(days=12)
    fresh = claim("C1", "D1", plan_id="P1", plan_next_due_on=due)
    looked = claim("C2", "D2", plan_id="P2", plan_next_due_on=DAY + dt.timedelta(days=1),
                   last_action_at=DAY)  # fmt: skip

    table, _, _ = advise([fresh, looked], [debtor(), debtor("D2")])

    day = table.set_index("claim_id")["act_on"]
    assert DAY < day["C1"] < due
    assert day["C2"] > DAY + dt.timedelta(days=1)
    assert set(table["action"]) == {"monitor_plan"}


def test_a_client_s_own_pace_is_not_hurried():
    titled = claim(open_amount=9000.0, open_amount_eur=9000.0, chaseable_amount=9000.0,
                   formal_notice_expires_on=DAY - dt.timedelta(days=20))  # fmt: skip
    low = [chance(p=0.05, amount=9000.0)]
    sues = [suit("payment_order", net=5000.0)]
    fresh = [climbed(3, days=16, since=15)]
    ours = only(advise([titled], [debtor()], fresh, recovery=low, litigation=sues))
    theirs = only(
        advise([titled], [debtor()], fresh, recovery=low, litigation=sues, own={"K1": ladder()})
    )

    assert ours["stage"] == "last_attempt"
    assert theirs["action"] == "wait"


def test_no_arm_contacts_where_contact_costs_more_than_it_brings():
    small = {"open_amount": 60.0, "open_amount_eur": 60.0, "chaseable_amount": 60.0}
    ripe = [climbed(2)]
    ladder_only = Policy(control=1.0, explore=0.0)

    rests, _, _ = advise([claim(**small)], [debtor()], ripe, policy=ladder_only)
    duty = claim(**small, flags=["near_limitation"], limitation_earliest_on=dt.date(2027, 1, 15))
    urgent, _, _ = advise([duty], [debtor()], ripe, policy=ladder_only)

    assert rests.iloc[0]["action"] == "wait"
    assert "n'apporterait rien" in rests.iloc[0]["reason"]
    assert urgent.iloc[0]["action"] == "formal_notice"


def test_a_person_who_asks_for_a_suit_under_another_name_is_refused():
    for action, stage in (
        ("sue", "reminder"),
        ("remind", "formal_notice"),
        ("call", "litigation"),
    ):
        wish = {"action": action, "stage": stage}
        row = only(advise([claim()], [debtor()], [climbed(2)], decisions=[decision(**wish)]))

        assert "override_refused" in row["guards"]
        assert row["stage"] == "formal_notice"


def person(contact_id, role, can_pay, **changes):
    base = {"debtor_id": "D1", "name": "X", "email": "x@y.fr", "phone": "0102030406"}
    return {"contact_id": contact_id, "role": role, "can_pay": can_pay, **base, **changes}


@pytest.mark.parametrize(
    ("people", "chosen"),
    [
        ([person("K1", "accounts_payable", None), person("K2", "operations", True)], "K2"),
        ([person("K1", "owner", None), person("K2", "finance", None)], "K2"),
        ([person("K1", "accounts_payable", False), person("K2", "owner", None)], "K2"),
        (
            [person("K1", "finance", True, email=None, phone=None), person("K2", "owner", None)],
            "K2",
        ),
    ],
)
def test_the_contact_is_asked_for_who_can_pay_and_can_be_reached(people, chosen):
    assert only(advise([claim()], [debtor()], contacts=people))["contact_id"] == chosen


def test_several_claims_are_one_contact_at_the_level_of_the_debtor():
    claims = [claim("C1"), claim("C2", days_overdue=5, due_on=DAY - dt.timedelta(days=5))]

    table, work, _ = advise(
        claims, [debtor()], [climbed(1)], contacts=[person("K1", "finance", True)]
    )

    assert len(work) == 1
    assert table["stage"].nunique() == table["channel"].nunique() == 1
    assert table["contact_id"].unique().tolist() == ["K1"]
    assert table["stage"].iloc[0] in ("reminder", "firm_reminder")


@pytest.mark.parametrize(
    "blank",
    [
        {"email": None, "phone": None},
        {"email": "a@b.fr", "phone": " ", "email_consent": False},
    ],
)
def test_whom_nothing_reaches_is_looked_for_not_written_to_at_an_address_nobody_has(blank):
    row = only(advise([claim()], [debtor(has_post=False, **blank)]))

    assert (row["action"], row["act_on"]) == ("find_contact", DAY)
    assert pd.isna(row["channel"])
    assert "adresse" in row["reason"]


def test_once_looked_for_a_debtor_that_nothing_reaches_rests_a_month_and_is_looked_for_again():
    nobody = [debtor(has_post=False, email=None, phone=None)]

    def told(days):
        at = dt.datetime.combine(DAY - dt.timedelta(days=days), dt.time(9))
        return only(advise([claim(last_action_at=at)], nobody))

    assert (told(5)["action"], told(40)["action"]) == ("wait", "find_contact")
    assert told(5)["act_on"] > DAY + dt.timedelta(days=20)


@pytest.mark.parametrize("held", [{"do_not_contact": True}, {"represented_by": "Me Roy"}])
def test_who_may_not_be_contacted_directly_is_not_looked_for(held):
    nobody = debtor(has_post=False, email=None, phone=None, **held)

    assert only(advise([claim()], [nobody]))["action"] != "find_contact"


def test_whom_only_a_letter_reaches_gets_one():
    row = only(advise([claim()], [debtor(email=None, phone=None)]))

    assert (row["action"], row["channel"]) == ("remind", "letter")
