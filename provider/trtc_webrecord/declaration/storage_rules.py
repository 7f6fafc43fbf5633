"""The rules of COS buckets, regions and keys in a new declaration.

StartWebRecord takes any text, and a wrong one shows hours later, as files that are nowhere. The
rules hold for every `cloud_storage`, since page recording has no vendor but COS. Sources: the
vendor's pages "Bucket Overview" (product 436, document 13312) and "Regions and Access Endpoints"
(436, 6224).
"""

from __future__ import annotations

import re

from ..key_text import key_fault
from .rules import rule

BUCKET = "[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9]{7,10}"
"""`name-APPID`. APPIDs have 10 digits today, 7 in the vendor's sample; 12 are an account ID."""

REGION = "[a-z]{2}(-[a-z0-9]+)+"

REGIONS = (
    *("ap-bangkok", "ap-beijing", "ap-beijing-1", "ap-beijing-fsi", "ap-chengdu", "ap-chongqing"),
    *("ap-guangzhou", "ap-hongkong", "ap-jakarta", "ap-mumbai", "ap-nanjing", "ap-seoul"),
    *("ap-shanghai", "ap-shanghai-fsi", "ap-shenzhen-fsi", "ap-singapore", "ap-tokyo"),
    *("eu-frankfurt", "eu-moscow", "na-ashburn", "na-siliconvalley", "na-toronto", "sa-saopaulo"),
)
"""Regions to suggest; any other of the form is valid as well."""

_IS_BUCKET = (
    "must be the bucket's full name, name-APPID in lower-case letters, digits and hyphens, such as "
    "lessons-1250000000"
)
_IS_REGION = "must be a region such as ap-singapore"


def cos_bucket(value: str) -> str:
    if not re.fullmatch(BUCKET, value):
        raise rule(f"{_IS_BUCKET}{_likely_bucket(value)}")
    return value


def cos_region(value: str) -> str:
    if not re.fullmatch(REGION, value):
        likely = _likely_region(value)
        raise rule(f"{_IS_REGION}; did you mean {likely!r}?" if likely else _IS_REGION)
    return value


def storage_key(value: str) -> str:
    if fault := key_fault(value):
        raise rule(fault)
    return value


def _likely_bucket(value: str) -> str:
    text = "".join(c for c in value.lower() if c.isprintable() and not c.isspace())
    text = text.replace("_", "-").strip("-")
    found = {each[0] for each in re.finditer(rf"(?<![a-z0-9-]){BUCKET}(?![a-z0-9-])", text)}
    if len(found) == 1:
        (bucket,) = found
        below = re.search(rf"{bucket}[^/:]*/[^/*?]", text)
        folders = ", with the folders in file_name_prefix" if below else ""
        return f"; did you mean {bucket!r}{folders}?"
    if turned := re.fullmatch(r"([0-9]{10})-([a-z0-9-]*[a-z0-9])", text):
        return f"; did you mean '{turned[2]}-{turned[1]}'?"
    if glued := re.fullmatch("([a-z0-9-]*[a-z])-*([0-9]{10})", text):
        return f"; did you mean '{glued[1]}-{glued[2]}'?"
    is_name = re.fullmatch("[a-z0-9]([a-z0-9-]*[a-z0-9])?", text) and text not in REGIONS
    if is_name and not re.search("[0-9]{7}$", text):
        return f"; did you mean '{text}-APPID', with the APPID of the bucket's account?"
    return ""


def _likely_region(value: str) -> str | None:
    plain = re.sub(r"[\s_-]+", "-", value.strip().lower())
    if re.fullmatch(REGION, plain):
        return plain
    named = [each for each in REGIONS if re.search(rf"(?<![a-z0-9-]){each}(?![a-z0-9-])", plain)]
    letters = re.sub("[^a-z0-9]", "", plain)
    places = {each: each.partition("-")[2].replace("-", "") for each in REGIONS}
    found = named or [each for each, place in places.items() if place in letters]
    longest = max(found, key=len, default=None)
    return longest if all(longest and longest.startswith(each) for each in found) else None
