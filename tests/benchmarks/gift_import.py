"""How long an import of 10,000 GIFT questions takes. Run by hand; it is no test:

    python tests/benchmarks/gift_import.py [QUESTIONS]

Goal: 10,000 questions under 10 s. The file holds every type of the format in turn, with feedback,
weights, escaped signs, categories and comments; it is read, shown as JSON, turned into questions of
a bank, and written again, and what comes back is compared with what went in.
"""

import json
import sys
import tracemalloc
from dataclasses import replace
from time import perf_counter

from lms.interchange import read_questions, to_json, to_spec, write_questions

GOAL_S = 10.0
PLACE = {"competency": "wells-01", "level": "lead", "difficulty": 2, "lesson": "01-wells"}
KINDS = (
    "::Choice {n}::[html]<p>Who opens the box <b>{n}</b>?</p>{{\n\t=The caretaker#Yes\\: she does."
    "\n\t~%50%The chair#Ask the caretaker.\n\t~Anybody\\=nobody\n\t####The key is hers.\n}}",
    "Which two stand on list {n}? {{\n\t~%50%The part\n\t~%50%The date\n\t~%-100%Who fetched it\n}}",
    "Well {n} failed for want of water.{{FALSE#For want of a part.#Right.####Parts run out.}}",
    "Seal {n} lasts {{#=6:0.5#Yes. =%50%6:2~#Look again.}} months.",
    "Who looks after well {n}?{{=caretaker =%75%the caretaker#Say who. =%0%*#No.}}",
    "Match {n}.{{\n\t=Seal -> Wears\n\t=Rod -> Breaks\n\t=Pipe -> Leaks\n\t= -> Freezes\n}}",
    "// [id:w-{n}] [tag:wells] [tag:level:lead]\n[markdown]Describe a day at well *{n}*.{{}}",
    "::Reading {n}::Read page {n} first.\\n\\nThen go on.",
)


def gift(count: int) -> bytes:
    """Return a file of so many questions, a category for every hundred."""
    blocks = []
    for n in range(count):
        if n % 100 == 0:
            blocks.append(f"$CATEGORY: $course$/top/Wells {n // 100}")
        blocks.append(KINDS[n % len(KINDS)].format(n=n))
    return "\n\n".join(blocks).encode()


def timed(what: str, work):
    """Do the work, print how long it took, and return what it gave."""
    begun = perf_counter()
    result = work()
    print(f"{what:<42}{perf_counter() - begun:8.2f} s")
    return result


def main(count: int) -> int:
    """Run the import; return the exit status: 0 when the goal is met and nothing was lost."""
    data = gift(count)
    print(f"{count:,} questions, {len(data) / 1e6:.1f} MB")
    begun = perf_counter()
    result = timed("read", lambda: read_questions(data, name="bank.gift"))
    timed("as JSON", lambda: json.dumps([to_json(question) for question in result.questions]))
    specs = timed(
        "as questions of a bank, checked",
        lambda: [to_spec(one, language="en", defaults=PLACE) for one in result.questions],
    )
    whole = perf_counter() - begun
    print(f"{'import, all told':<42}{whole:8.2f} s   goal {GOAL_S:g} s")
    written = timed(
        "written again", lambda: write_questions(result.questions, format="gift", title="")
    )
    again = read_questions(written.content, name="bank.gift")
    same = [replace(one, line=0) for one in again.questions] == [
        replace(one, line=0) for one in result.questions
    ]
    tracemalloc.start()
    read_questions(data, name="bank.gift")
    print(f"{'most memory while reading':<42}{tracemalloc.get_traced_memory()[1] / 1e6:8.0f} MB")
    kept = sum(spec is not None for spec, _ in specs)
    print(
        f"read {len(result.questions):,}, skipped {len(result.skipped)}, fit for a bank {kept:,}, "
        f"{'the same' if same else 'OTHER'} after writing and reading"
    )
    right = len(result.questions) == kept == count and same and not result.skipped
    return 0 if right and whole < GOAL_S else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
