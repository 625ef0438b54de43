"""Files of questions, as trainers bring them."""

GIFT = """// A bank on meetings
$CATEGORY: Meetings/Basics

// [id:mtg-opens] [tag:chair]
::Who opens:: Who opens the meeting? {=The chair ~The clerk#Takes notes ~Nobody}

::Broken:: Who closes it {=the chair ~the clerk

// [id:mtg-quorum]
A quorum is needed to decide. {T}

// [id:mtg-notice]
How many days of notice? {#3:1}
"""
#: Where the broken question of `GIFT` begins.
BROKEN_LINE = 7
