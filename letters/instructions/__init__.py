"""Letters of instruction to a lawyer, an enforcement officer, an agency or a mediator (D23).

They hand over facts and ask: no act reserved to a profession is drafted (loi 71-1130, art. 54 and
following), no profile, no odds, nothing of another debtor.
"""
