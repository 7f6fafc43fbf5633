"""PDFs with scripts."""

from __future__ import annotations

from fidelity.scenario import Result, Scenario, stays, stop_after
from page_server import Answer, flat

KIND = "PDF"

ALERTED = 25
"""Frames of three dialogs, which Chromium's PDF viewer opens past every page's script."""

PDFS = {
    "a PDF that alerts": 'app.alert("a"); app.response("b"); app.alert("c");',
    "a PDF that prints": "this.print({bUI: true}); this.print();",
    "a PDF that opens and mails": (
        'app.launchURL("http://localhost:9/", true); this.submitForm("http://localhost:9/"); '
        'this.mailDoc({bUI: true, cTo: "a@b.c"});'
    ),
}
PDF_FRAME = """
const frame = document.body.appendChild(document.createElement('iframe'));
frame.style = 'border: 0; width: 500px; height: 400px; opacity: 0';
frame.src = '/page.pdf';
"""


def pdf(script: str) -> str:
    """A page with a script that runs when it is opened."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
        f"<</Type/Action/S/JavaScript/JS({script})>>",
    ]
    text, offsets = "%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(text))
        text += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(text)}\n%%EOF"
    return f"{text}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}"


SCENARIOS = [
    *(
        Scenario(
            KIND,
            name,
            {"/": flat(PDF_FRAME), "/page.pdf": Answer(pdf(script), type="application/pdf")},
            stop_after(5),
            tolerated=ALERTED if "alerts" in name else 0,
        )
        for name, script in PDFS.items()
    ),
    Scenario(
        KIND,
        "a PDF alone",
        {"/": Answer(pdf("1"), type="application/pdf")},
        stays(4),
        lambda *_: Result(),
    ),
]
