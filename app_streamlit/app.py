"""The frame of the console: navigation, language, person."""

from pathlib import Path

import streamlit as st

from app_streamlit.parts import frame
from pipelines.errors import EarlierVersion

# A picture of our own: an icon by name would be fetched from a stranger's server.
icon = str(Path(__file__).parent / "icon.svg")
st.set_page_config(page_title="amiable", page_icon=icon, layout="wide")
say = frame.words()
icons = {
    "today": "today",
    "bilan": "monitoring",
    "sending": "outgoing_mail",
    "claim": "receipt_long",
    "suits": "balance",
    "profiles": "psychology_alt",
    "messages": "inbox",
    "journal": "menu_book",
    "ladders": "stairs",
    "law": "gavel",
    "labels": "label",
    "models": "model_training",
    "bank": "account_balance",
    "imports": "upload_file",
}
pages = [
    st.Page(
        f"screens/{name}.py",
        title=say(f"nav.{name}"),
        icon=f":material/{symbol}:",
        url_path="home" if name == "today" else name,
        default=name == "today",
    )
    for name, symbol in icons.items()
]
# The default page stands at the root of the address: its name leads there too.
pages.append(st.Page("screens/today.py", title=say("nav.today"), url_path="today",
                     visibility="hidden"))  # fmt: skip
chosen = st.navigation(pages, expanded=True)
frame.side_bar(say)
try:
    chosen.run()
except EarlierVersion:
    st.info(say("app.earlier"))
frame.footer(say)
