"""The Sphinx extension: options, numbers, charts and formulas of the site, and nothing from outside."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from livingreview.presentation.edition_words import dated, edition_name, statement
from livingreview.presentation.kit.labels import capitalised
from livingreview.presentation.kit.myst import EXTENSIONS, KEY_RESULT
from livingreview.site.bundle import BUNDLE, bundle
from livingreview.site.citation import Citation, of_edition, read_review
from livingreview.site.conditions import Where, WithoutSections
from livingreview.site.edition import EDITION_FILE, RESULTS, Edition, read_edition
from livingreview.site.foot import foot, write_citations
from livingreview.site.mathml import block_math, inline_math
from livingreview.site.num_role import NumberRole, depart_number, load_estimates, number, visit_number
from livingreview.site.page_tags import tags
from livingreview.site.policy import TAG
from livingreview.site.script_words import WORDS, write_words
from livingreview.site.theme import (
    SCRIPTS,
    STYLES,
    deferred,
    escape_titles,
    needed,
    same_search_index,
    without_icons,
    without_thebe,
)
from livingreview.site.typeface import STYLE, write_typeface
from livingreview.words.translate import gettext as _
from livingreview.words.translate import use

HERE = Path(__file__).parent
BUTTONS = ("download", "fullscreen", "repository", "issues", "edit_page")  # of the theme, none of which has a use here


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx. Stops a bare `jupyter-book build`, which would build a book without results."""
    if read_edition(Path(app.srcdir)) is None:
        raise ExtensionError("This book is computed before it is rendered: run “make book”, or “livingreview build”.")
    use(read_edition(Path(app.srcdir)).language)
    app.add_role("num", NumberRole())
    app.add_directive("where", Where)
    app.add_transform(WithoutSections)
    app.add_node(number, html=(visit_number, depart_number))
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    app.add_css_file(STYLE)
    app.add_css_file("livingreview.css")
    app.add_js_file(WORDS, loading_method="defer")
    app.add_js_file("livingreview.js", loading_method="defer")
    app.connect("config-inited", configure, priority=900)
    for begin in (read_no_files, load_estimates, same_resources, read_citation):
        app.connect("builder-inited", begin)
    app.connect("html-page-context", page_context, priority=900)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}


def configure(app: Sphinx, config: Config) -> None:
    """Everything about how the site looks; `_config.yml` holds identity and order only."""
    edition = read_edition(Path(app.srcdir))
    without_thebe(app)
    config.nb_execution_mode = "off"
    config.nb_render_markdown_format = "myst"
    config.nb_merge_streams = True
    config.myst_enable_extensions = set(EXTENSIONS)
    config.html_title = edition.title
    config.project = edition.title
    config.numfig_format |= {"figure": _("Fig. %(n)s", n="%s"), "table": _("Table %(n)s", n="%s")}
    config.smartquotes = False  # cells are shown as they were written
    config.html_context["default_mode"] = "light"  # without a script; with one, what the reader's system prefers
    config.html_last_updated_fmt = None
    config.html_copy_source = False
    config.html_show_sourcelink = False
    config.html_show_search_summary = False
    config.html_math_renderer = "mathml"
    config.html_favicon = str(HERE / "static" / "favicon.svg")
    config.html_static_path.append(str(HERE / "static"))
    config.templates_path.insert(0, str(HERE / "templates"))
    config.exclude_patterns += [RESULTS, EDITION_FILE]
    config.suppress_warnings += ["config.cache"]
    config.html_theme_options |= {
        "announcement": announcement(edition),
        "logo": {"text": escape(edition.title)},
        "search_bar_text": _("Search this book..."),
        **dict.fromkeys((f"use_{name}_button" for name in BUTTONS), False),
        "launch_buttons": {},
        "pygments_light_style": "default",
        "home_page_in_toc": True,
        "navbar_persistent": [],  # the sidebar has a search already
        "extra_footer": footer(edition),
    }


def read_no_files(app: Sphinx) -> None:
    """No page includes a file or raw markup by a directive: what pages need is staged for them."""
    app.env.settings |= {"file_insertion_enabled": False, "raw_enabled": False}


def same_resources(app: Sphinx) -> None:
    """Give every page the same style sheets, the typeface too, whether or not a notebook was read in this run."""
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    write_typeface(static)
    write_words(static)
    add_global_html_resources(app, None)


def announcement(edition: Edition) -> str:
    """The banner of every page: what these data are, of which day, and which data exactly."""
    named = _(
        "%(edition)s: %(statement)s.",
        edition=capitalised(edition_name(edition.kind)),
        statement=statement(edition.data),
    )
    version = _("%(date)s, data %(hash)s", date=edition.date, hash=edition.short_hash)
    return f'<span class="lr-edition lr-{edition.kind}">{named}</span> <span class="lr-version">{version}</span>'


def footer(edition: Edition) -> str:
    """The edition's date and data, so that a printed or saved page says what it was."""
    named = dated(edition.kind, edition.date, edition.data)
    return f'<p class="lr-footer">{named} {_("Data %(hash)s. Not medical advice.", hash=edition.short_hash)}</p>'


def page_context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Last changes to a page: its policy, no script of other hosts, table headers with their scope."""
    context["metatags"] = TAG + (context.get("metatags") or "")
    scripts = needed(context.get("script_files", []), SCRIPTS)
    context["script_files"] = scripts if pagename == "search" else deferred(scripts)
    context["css_files"] = needed(context.get("css_files", []), STYLES)
    if context.get("body"):
        context["body"] = scoped(context["body"])
    page_words(app, pagename, context, doctree)
    if pagename == "search":
        context["title"] = app.livingreview_edition.title
    for name in ("root_title", "project", "pagetitle"):  # the theme writes them as they are
        context[name] = escape(unescape(str(context.get(name) or "")))


def read_citation(app: Sphinx) -> None:
    """Who made the review and which edition this is, once for all pages."""
    app.livingreview_edition = edition = read_edition(Path(app.srcdir))
    review = read_review(Path(app.srcdir))
    app.livingreview_review = review if edition is None else of_edition(review, edition)


def page_words(app: Sphinx, pagename: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """What stands in the head and at the foot of a page; the files that cite it."""
    edition = app.livingreview_edition
    context["lr_head"] = f'<meta name="livingreview-data" content="{edition.short_hash}"/>'
    context["lr_foot"] = ""
    if doctree is None:  # no page of the book
        return
    cited = Citation(plain(app.env.titles[pagename]), app.livingreview_review, edition, pagename)
    answer = next((box for box in doctree.findall(nodes.container) if KEY_RESULT in box["classes"]), None)
    description = plain(answer) if answer is not None else f"{cited.title}. {cited.book}."
    context["lr_head"] += tags(cited, description)
    context["lr_foot"] = foot(cited, context["pathto"], computed=app.env.doc2path(pagename).endswith(".ipynb"))
    write_citations(Path(app.outdir), cited)


def plain(node: nodes.Node) -> str:
    """The text of a node on one line, without what readers do not see."""
    return " ".join(node.astext().replace("\N{NO-BREAK SPACE}", " ").split())


def finish(app: Sphinx, exception: Exception | None) -> None:
    """What is done once to a whole site; the script that makes charts live is loaded when a reader touches one."""
    if exception is not None:
        return
    site = Path(app.outdir)
    for correct in (same_search_index, escape_titles, without_icons):
        correct(site)
    if not (target := site / "_static" / BUNDLE).is_file():
        target.write_text(bundle(), encoding="utf-8", newline="\n")


def scoped(body: str) -> str:
    """Header cells that say what they head, entries of a list that are such, a way to save each table."""
    body = re.sub(
        r"<thead>.*?</thead>", lambda head: head.group().replace("<th ", '<th scope="col" '), body, flags=re.S
    )
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')  # no longer a role of its own
    body = re.sub(r'<th (?!scope)(class="stub")', r'<th scope="row" \1', body)
    save = (
        '<p class="lr-save lr-table-save pst-js-only d-print-none"><button type="button" class="lr-table-csv" '
        f'aria-label="{escape(_("Save table as CSV"))}">CSV</button></p>'
    )
    table = re.compile(r"<table[^>]*\blr-table\b.*?</table>\s*</div>", re.S)
    return table.sub(lambda match: match.group() + save, body)
