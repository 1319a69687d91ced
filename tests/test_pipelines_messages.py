"""E-mails read from files, folders and the clipboard: what is kept, of whom, and only once."""

from datetime import date, datetime
from email.message import EmailMessage

import pytest

from amiable.home import Home
from amiable.imports import import_sources
from amiable.incoming import paste
from pipelines.errors import LedgerRefused
from pipelines.messages import stored
from pipelines.sources import eml, format_of
from pipelines.sources.eml_text import fresh, references
from pipelines.store import open_store

NOW = datetime(2026, 11, 26, 8, 0)
LEDGER = {
    "debtors": """debtor_id,name,kind,email
D1,SARL Boulangerie Morel,company,compta@morel.example
D2,Garage Lemoine,company,accueil@lemoine.example
D3,Jeanne Petit,sole_trader,jeanne.petit@gmail.com
D4,Menuiserie du Parc,company,
""",
    "contacts": """contact_id,debtor_id,name,email
K1,D2,Luc Lemoine,luc@lemoine.example
""",
    "claims": """claim_id,debtor_id,invoice_number,issued_on,due_on,amount
C1,D1,FA2026-0117,2026-06-01,2026-07-01,900.00
C2,D2,FA2026-0200,2026-05-01,2026-06-01,2500.00
C3,D1,FA2026-0118,2026-06-11,2026-07-11,100.00
C4,D3,4512,2026-06-11,2026-07-11,50.00
C5,D4,FA2026-0300,2026-06-11,2026-07-11,70.00
""",
}


def mail(sender, subject, body, *, html=None, message_id=None, files=()):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "relances@creancier.example", subject
    made["Date"] = "Wed, 25 Nov 2026 23:30:00 +0000"
    if message_id:
        made["Message-ID"] = message_id
    made.set_content(body)
    if html:
        made.clear_content()
        made.set_content(html, subtype="html")
    for name in files:
        made.add_attachment(b"%PDF-1.7 secret", "application", "pdf", filename=name)
    return bytes(made)


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path / "home", make=True)


@pytest.fixture
def take(home, tmp_path):
    """Import e-mails, and the ledger where asked; the messages kept, by subject."""
    folder = tmp_path / "mails"
    folder.mkdir()

    def take(*mails, ledger=True):
        tables = tmp_path / "ledger"
        if ledger and not tables.exists():
            tables.mkdir()
            for name, rows in LEDGER.items():
                (tables / f"{name}.csv").write_text(rows, encoding="utf-8")
            import_sources(home, [tables], imported_at=NOW, strict=True)
        for number, raw in enumerate(mails):
            (folder / f"{number}.eml").write_bytes(raw)
        if mails:
            import_sources(home, [folder], imported_at=NOW)
        return {message.subject: message for message in stored(home.store)}

    take.folder = folder
    return take


def test_a_debtor_is_known_by_address_by_number_by_name_and_at_worst_by_domain(take):
    kept = take(
        mail("Compta <COMPTA@morel.example>", "adresse", "ok pour la FA2026-0118"),
        mail("Zoé <zoe@ailleurs.example>", "numéro FA2026-0200", "oui"),
        mail("x@gmail.com", "facture n° 4512", "oui"),
        mail("Menuiserie du Parc <menuiserie@orange.fr>", "nom", "bonjour"),
        mail("info@lemoine.example", "domaine", "bonjour"),
        mail("autre@gmail.com", "personne", "bonjour"),
    )
    told = {name: (m.debtor_id, m.claim_ids, m.matched_by) for name, m in kept.items()}

    assert told == {
        "adresse": ("D1", ("C3",), "address"),
        "numéro FA2026-0200": ("D2", ("C2",), "number"),
        "facture n° 4512": ("D3", ("C4",), "number"),
        "nom": ("D4", (), "name"),
        "domaine": ("D2", (), "domain"),
        "personne": (None, (), None),
    }


def test_a_number_of_another_debtor_does_not_outweigh_the_address(take):
    (kept,) = take(mail("luc@lemoine.example", "FA2026-0117", "ce n'est pas nous")).values()

    assert (kept.debtor_id, kept.claim_ids) == ("D2", ())


def test_numbers_of_two_debtors_attach_to_neither(take):
    (kept,) = take(mail("x@y.example", "FA2026-0117 et FA2026-0200", "laquelle ?")).values()

    assert kept.debtor_id is None


def test_a_message_that_came_before_its_ledger_finds_it_later(take):
    (before,) = take(mail("compta@morel.example", "tôt", "ok"), ledger=False).values()
    (after,) = take().values()

    assert (before.debtor_id, after.debtor_id) == (None, "D1")


def test_importing_twice_changes_nothing(take, home):
    raw = mail("compta@morel.example", "deux fois", "je paie vendredi", message_id="<a@b>")
    copy = mail("compta@morel.example", "sans identifiant", "oui")
    first = take(raw, raw, copy, copy)
    again = take(raw, raw, copy, copy)

    assert first == again
    assert len(first) == 2


def test_only_what_is_needed_is_kept(take, home):
    body = (
        "Je suis hospitalisé, je paie vendredi.\n\nCordialement,\nA. Roche\n06 00 00 00 00\n"
        "Ce message est confidentiel.\n\nLe lun. 23 nov. 2026 à 09:00, Créancier\n"
        "<k@creancier.example> a écrit :\n\n> Votre facture FA2026-0117 est échue\n"
    )
    (kept,) = take(mail("compta@morel.example", "paiement", body, files=["rib.pdf"])).values()

    assert kept.text == "Je suis [masqué], je paie vendredi."
    assert kept.attachments == ("rib.pdf",)
    # Quoted history still says which invoice it is about.
    assert kept.claim_ids == ("C1",)
    assert kept.sent_at == datetime(2026, 11, 26, 0, 30)
    with open_store(home.store, read_only=True) as con:
        row = str(con.execute("select * from intake.messages").fetchall())
    assert "ospitalis" not in row
    assert "secret" not in row


def test_html_alone_becomes_text_without_styles_scripts_and_quotes(take):
    page = (
        "<html><head><style>p{color:red}</style></head><body><p>Bonjour,</p>"
        "<script>alert(1)</script><p>pay&eacute; hier</p><blockquote>vieux</blockquote></body>"
    )
    (kept,) = take(mail("compta@morel.example", "html", "", html=page)).values()

    assert kept.text == "Bonjour,\n\npayé hier"


def test_odd_charsets_headers_and_nested_messages_are_read(take):
    odd = (
        b"From: =?x-unknown?q?Ren=E9?= <compta@morel.example>\r\n"
        b"Date: Thu, 26 Nov 2026 08:00:00 +0000\r\nSubject: =?iso-8859-1?Q?r=E9glement?=\r\n"
        b"Content-Type: text/plain; charset=x-nope\r\n\r\nd\xe9j\xe0 pay\xe9\r\n"
    )
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "luc@lemoine.example", "transfert"
    outer["Date"] = "Thu, 26 Nov 2026 08:00:00 +0000"
    outer.set_content("voir ci-joint")
    inner = EmailMessage()
    inner["Subject"] = "dedans"
    inner.set_content("texte du message joint")
    outer.add_attachment(inner)
    kept = take(odd, bytes(outer))

    assert kept["réglement"].text == "déjà payé"
    assert kept["transfert"].text == "voir ci-joint"


def test_what_cannot_be_read_is_quarantined_with_its_reason_and_leaves_once_replaced(take, home):
    take(b"\x00\x01garbage", b"From: a@b.example\nDate: soon\nSubject: x\n\nbonjour\n", b"")
    with open_store(home.store, read_only=True) as con:
        reasons = con.execute("select reason from intake.quarantine order by row_number").fetchall()
    good = mail("compta@morel.example", "bon", "ok")
    take(good, good, good)
    with open_store(home.store, read_only=True) as con:
        left = con.execute("select count(*) from intake.quarantine").fetchone()

    assert ["no readable date" in reason for (reason,) in reasons] == [True, True, True]
    assert left == (0,)


def test_strict_refuses_the_folder(take, home):
    (take.folder / "a.eml").write_bytes(b"garbage")

    with pytest.raises(LedgerRefused, match=r"a\.eml"):
        import_sources(home, [take.folder], imported_at=NOW, strict=True)


def test_hostile_mails_are_bounded(take):
    deep = b"From: a@b.example\nDate: Thu, 26 Nov 2026 08:00:00 +0000\nSubject: profond\n"
    for number in range(300):
        deep += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
    huge = mail("a@b.example", "long", "je paie vendredi " * 20_000)
    named = mail("a@b.example", "'; drop table claims; --", "<b>=cmd()</b>", files=["../../x.pdf"])
    kept = take(deep + b"\nfond", huge, named)

    assert len(kept["long"].text) <= eml.LARGEST_TEXT
    assert kept["'; drop table claims; --"].text == "<b>=cmd()</b>"


def test_formats_are_recognised(tmp_path):
    path = tmp_path / "mails"
    path.mkdir()
    (path / "a.eml").write_bytes(mail("a@b.example", "x", "y"))
    (path / "saved.txt").write_bytes(mail("a@b.example", "x", "y"))
    (path / "ledger.csv").write_text("From: x,To: y\n1,2\n", encoding="utf-8")

    assert (
        format_of(path) == format_of(path / "a.eml") == format_of(path / "saved.txt") == "message"
    )
    assert format_of(path / "ledger.csv") == "ledger"


@pytest.mark.parametrize(
    "history",
    [
        "Le 3 mai 2026 à 10:00, Zoé a écrit :\n> vieux",
        "-----Message d'origine-----\nDe : Zoé\nvieux",
        "De : Zoé <z@y.example>\nEnvoyé : lundi 3 mai\nÀ : moi\nObjet : x\n\nvieux",
        "From: Zoé <z@y.example>\nSent: Monday\nTo: me\n\nvieux",
        "On Mon, May 3, 2026 at 10:00 AM Zoé <z@y.example> wrote:\n> vieux",
        "________________________________\nDe : Zoé\nvieux",
        "Envoyé de mon iPhone\nvieux",
        "Cordialement,\nvieux",
        "-- \nvieux",
        "Ce message et ses pièces jointes sont confidentiels\nvieux",
        "> vieux",
    ],
)
def test_history_signatures_and_disclaimers_are_cut_off(history):
    assert fresh("Je paie vendredi.\n\n" + history) == "Je paie vendredi."


def test_an_answer_below_the_quotation_is_kept():
    assert fresh("> vieux\nMa réponse.\n> vieux encore") == "Ma réponse."


def test_sums_days_and_telephones_are_no_numbers_of_invoices():
    assert references("payé 1200 € le 12/10/2026, tél. 02 40 11 22 33, en 2026") == ()
    assert references("client 00042") == ("00042",)


def test_a_pasted_text_is_read_like_a_message_and_kept_once(take, home):
    take()
    text = "De : Compta <compta@morel.example>\nObjet : FA2026-0117\n\nJe paie vendredi."
    at = datetime(2026, 11, 25, 12)
    first = paste(home, text, received_at=at, sender="", now=NOW)
    again = paste(home, text, received_at=at, sender="", now=NOW)
    (kept,) = stored(home.store)

    assert first == again == kept.message_id
    assert (kept.sender, kept.text, kept.claim_ids) == (
        "compta@morel.example", "Je paie vendredi.", ("C1",),
    )  # fmt: skip
    assert kept.sent_at.date() == date(2026, 11, 25)
    with pytest.raises(LedgerRefused, match="no text"):
        paste(home, "  \n", received_at=at, sender="", now=NOW)


def test_a_store_made_before_messages_existed_has_none(home):
    assert stored(home.store) == []
    with open_store(home.store) as con:
        con.execute("drop table intake.messages")
    assert stored(home.store) == []
