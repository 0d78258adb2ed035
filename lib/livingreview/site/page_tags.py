"""What the head of a page says of it: Highwire for reference managers, Open Graph and schema.org for everyone else."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from livingreview.site.citation import Citation, inverted


def tags(cited: Citation, description: str) -> str:
    """The tags of a page, one `citation_author` an author; an address stands there only if it is a whole one."""
    whole = cited.address if cited.review.base else ""
    highwire = [
        ("citation_title", cited.shown_title),
        *(("citation_author", inverted(author)) for author in cited.review.authors),
        ("citation_publication_date", f"{cited.date:%Y/%m/%d}"),
        ("citation_inbook_title", "" if cited.is_whole else cited.book),
        ("citation_language", cited.edition.language.partition("_")[0]),
        ("citation_doi", cited.review.doi),
        ("citation_public_url", whole),
    ]
    graph = [
        ("og:type", "article"),
        ("og:title", cited.book if cited.is_whole else f"{cited.title} – {cited.book}"),
        ("og:site_name", cited.book),
        ("og:description", description),
        ("og:url", whole),
        ("article:published_time", cited.date.isoformat()),
    ]
    lines = [f'<meta name="{name}" content="{escape(value)}"/>' for name, value in highwire if value]
    lines += [f'<meta property="{name}" content="{escape(value)}"/>' for name, value in graph if value]
    if description:
        lines.append(f'<meta name="description" content="{escape(description)}"/>')
    linked = json.dumps(_linked(cited, description), ensure_ascii=False).replace("<", "\\u003c")
    return "\n".join([*lines, f'<script type="application/ld+json">{linked}</script>'])


def _linked(cited: Citation, description: str) -> dict[str, Any]:
    authors = [
        {"@type": "Organization", "name": author["literal"]}
        if "literal" in author
        else {"@type": "Person", "familyName": author["family"], "givenName": author["given"]}
        for author in cited.review.authors
    ]
    record = {
        "@context": "https://schema.org",
        "@type": "Book" if cited.is_whole else "Chapter",
        "name": cited.shown_title,
        "author": authors,
        "datePublished": cited.date.isoformat(),
        "version": cited.review.version,
        "isPartOf": {} if cited.is_whole else {"@type": "Book", "name": cited.book},
        "inLanguage": cited.edition.language.replace("_", "-"),
        "url": cited.address,
        "identifier": f"data {cited.edition.data_hash}",
        "description": description,
        "sameAs": f"https://doi.org/{cited.review.doi}" if cited.review.doi else "",
        "license": cited.review.license,
    }
    return {name: value for name, value in record.items() if value}
