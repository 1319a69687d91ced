"""What proposed filings are worth beside the truth of a world: figures, without words."""

from datetime import date

import numpy as np

from law.procedures import OUT_OF_COURT

DAY = date(2026, 11, 21)


def judged(lawsuits, table):
    """Figures of one world: ``table`` is what ``models.litigation.compare`` said of its suits."""
    rows = table.merge(lawsuits.truth, on=["suit_id", "course"], how="left")
    in_court = ~rows["course"].isin(OUT_OF_COURT)
    calm = rows[~in_court & rows["admissible"]].groupby("suit_id")["value"].max()
    rows["gain"] = rows["value"] - rows["suit_id"].map(calm)
    open_ = rows[in_court & rows["admissible"] & rows["value"].notna()]
    best = open_.groupby("suit_id")["gain"].max().clip(lower=0)
    filed = rows[in_court & rows["recommended"]]
    by_rule = open_[(open_["course"] == "payment_order") & (open_["suit_amount"] >= 1000)]
    return {
        "suits": int(rows["suit_id"].nunique()),
        "worth_filing": int((best > 0).sum()),
        "filed": len(filed),
        "oracle": round(float(best.sum())),
        "ours": round(float(filed["gain"].sum())),
        "share": round(float(filed["gain"].sum() / best.sum()), 3),
        "negative": round(float((filed["gain"] < 0).mean()), 3) if len(filed) else 0.0,
        "lost_by_negative": round(float(filed["gain"].clip(upper=0).sum() / best.sum()), 4),
        "rule_share": round(float(by_rule["gain"].sum() / best.sum()), 3),
        "rule_negative": round(float((by_rule["gain"] < 0).mean()), 3),
        **loss(lawsuits, open_, rows, filed),
    }


def loss(lawsuits, open_, rows, filed):
    """How often suits end below the best course without one, as said and as lived.

    The course without a suit is the one that the product thinks best: its net is nought.
    """
    beside = rows[rows["course"].isin(OUT_OF_COURT) & rows["admissible"]]
    beside = beside.sort_values("expected_net").drop_duplicates("suit_id", keep="last")
    calm_of = beside.set_index("suit_id")["course"]
    place = {suit: i for i, suit in enumerate(lawsuits.truth["suit_id"].drop_duplicates())}
    found = {}
    for name, some in (("all", open_), ("filed", filed)):
        lived = np.asarray(
            [
                np.mean(lawsuits.worth[course][place[suit]]
                        - lawsuits.worth[calm_of[suit]][place[suit]] < -0.005)
                for suit, course in zip(some["suit_id"], some["course"], strict=True)
            ]
        )  # fmt: skip
        said = some["p_loss"].to_numpy()
        if not len(said):
            continue
        bins = np.clip((said * 10).astype(int), 0, 9)
        gaps = [
            (bins == each).mean() * abs(said[bins == each].mean() - lived[bins == each].mean())
            for each in np.unique(bins)
        ]
        found |= {
            f"p_loss_{name}": round(float(said.mean()), 3),
            f"lived_{name}": round(float(lived.mean()), 3),
            f"gap_{name}": round(float(np.sum(gaps)), 3),
        }
        if name == "all":
            found["reliability"] = [
                [round(float(said[bins == each].mean()), 3),
                 round(float(lived[bins == each].mean()), 3), int((bins == each).sum())]
                for each in np.unique(bins)
            ]  # fmt: skip
    return found


def pooled(parts):
    """One figure of several histories: euros and filings are added, the rest averaged."""
    total = {
        name: int(sum(part[name] for part in parts))
        for name in ("suits", "worth_filing", "filed", "oracle", "ours")
    }
    mean = {
        name: round(float(np.mean([part[name] for part in parts if name in part])), 3)
        for name in ("rule_share", "rule_negative", "lost_by_negative", "p_loss_all", "lived_all",
                     "gap_all", "p_loss_filed", "lived_filed", "gap_filed")
        if any(name in part for part in parts)
    }  # fmt: skip
    shares = [part["share"] for part in parts]
    wrong = sum(part["negative"] * part["filed"] for part in parts)
    return {
        **total,
        **mean,
        "share": round(total["ours"] / total["oracle"], 3),
        "shares": shares,
        "negative": round(wrong / max(total["filed"], 1), 3),
        "reliability": parts[0].get("reliability", []),
    }
