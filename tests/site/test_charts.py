"""Charts as SVG: two drawings, words, unique ids, the same bytes again."""

from __future__ import annotations

import re

from livingreview import chapter
from livingreview.presentation.survival_figure import survival_figure
from livingreview.results.exchange import FIGURE_MIME
from livingreview.site.charts import chart_html
from support import REFERENCE

RESULTS = chapter.progression_free_survival(
    chapter.load_cohort(REFERENCE), milestones=[36], interval="plain", level=0.95
)
SPEC = survival_figure(RESULTS, "pfs")._repr_mimebundle_()[FIGURE_MIME]


def test_a_chart_holds_both_drawings_and_its_words():
    html = chart_html(SPEC, "page-1")
    assert html.count("<svg ") == 2 and html.count('<svg aria-hidden="true"') == 2
    assert 'aria-label="70.8 % were alive without progression at 36 months. Illustrative: one of many histories' in html
    scripts = re.findall(r"<script[^>]*>", html)
    assert scripts == ['<script type="application/json" class="lr-spec">']
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", html)


def test_two_charts_on_a_page_share_no_id_and_one_chart_is_always_the_same():
    first, second = chart_html(SPEC, "page-1"), chart_html(SPEC, "page-2")
    ids = [re.findall(r'\sid="([^"]+)"', html) for html in (first, second)]
    assert not set(ids[0]) & set(ids[1])
    for html, own in zip((first, second), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(own)
    assert chart_html(SPEC, "page-1") == first.replace("page-2", "page-1")


def test_words_from_data_are_escaped():
    hostile = {**SPEC, "usermeta": {**SPEC["usermeta"], "title": '<b>"x"</b>'}}
    html = chart_html(hostile, "p")
    assert "<b>" not in html and "&lt;b&gt;" in html
