"""The app package: what is built is right, and each of Microsoft's rules, broken once, is named."""

import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.platforms.teams import icons, png_reading
from bot.platforms.teams.activities import from_activity
from bot.platforms.teams.package import App, BadPackage, build, manifest
from bot.platforms.teams.package_rules import validate

APP_ID = "6f5a3f0e-4e0c-4d3a-9f6c-0b7d3a6e2c11"
APP = App(app_id=APP_ID, host="coach.example.com")

Manifest = dict[str, Any]
Change = Callable[[Manifest], object]
Files = dict[str, bytes]


def files() -> Files:
    with ZipFile(BytesIO(build(APP))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Files) -> bytes:
    package = BytesIO()
    with ZipFile(package, "w", ZIP_DEFLATED) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return package.getvalue()


def changed(change: Change) -> bytes:
    """Return the package with its manifest changed."""
    found = manifest(APP)
    change(found)
    return zipped({**files(), "manifest.json": json.dumps(found).encode()})


def put(path: str, value: object) -> Change:
    """Return a change that puts *value* at a dotted *path*."""

    def change(found: Manifest) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = found
        for part in parents:
            place = place[part]
        place[last] = value

    return change


def without(path: str) -> Change:
    def change(found: Manifest) -> None:
        *parents, last = path.split(".")
        place: Any = found
        for part in parents:
            place = place[int(part) if part.isdigit() else part]
        del place[last]

    return change


def image(width: int, height: int, pixel: bytes = b"\xff\xff\xff\xff") -> bytes:
    """Return a PNG of one colour, RGBA."""
    return raw_png(width, height, (b"\0" + pixel * width) * height)


def raw_png(width: int, height: int, rows: bytes, kind: int = 6, depth: int = 8) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    start = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", start)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_what_is_built_has_no_problems() -> None:
    assert validate(build(APP)) == []


def test_the_same_input_gives_the_same_bytes() -> None:
    assert build(APP) == build(APP)
    assert build(APP) != build(replace(APP, version="1.0.1"))


def test_the_package_holds_the_manifest_and_the_icons_it_names_at_its_root() -> None:
    found = files()
    named = json.loads(found["manifest.json"])["icons"]
    assert set(found) == {"manifest.json", named["color"], named["outline"]}


def test_the_manifest_offers_coach_in_every_place_and_on_every_message() -> None:
    found = manifest(APP)
    (bot,) = found["bots"]
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert bot["supportsFiles"] is True
    assert {scope for each in bot["commandLists"] for scope in each["scopes"]} == set(bot["scopes"])
    (extension,) = found["composeExtensions"]
    (command,) = extension["commands"]
    assert (command["id"], command["type"]) == ("reviewUpdate", "action")
    assert (command["context"], command["fetchTask"]) == (["message"], True)
    assert {found["id"], bot["botId"], extension["botId"]} == {APP_ID}
    assert found["validDomains"] == ["coach.example.com"]
    assert "localizationInfo" not in found
    assert "webApplicationInfo" not in found


def test_every_listed_command_is_one_that_coach_understands() -> None:
    commands = manifest(APP)["bots"][0]["commandLists"][0]["commands"]
    for command in commands:
        message = from_activity(
            {
                "type": "message",
                "id": "1",
                "text": command["title"],
                "from": {"id": "29:ana", "aadObjectId": "ana"},
                "recipient": {"id": "28:coach"},
                "conversation": {"id": "a:ana", "conversationType": "personal"},
                "channelData": {"tenant": {"id": "contoso"}},
            }
        )
        assert message is not None
        assert message.verb or message.press or command["title"] == "help"


def test_names_and_pages_of_the_organisation_are_used() -> None:
    app = replace(
        APP,
        name="Trainer",
        developer="Contoso",
        website="https://contoso.example/coach",
        privacy="https://contoso.example/privacy",
        terms="https://contoso.example/terms",
    )
    found = manifest(app)
    assert found["name"]["short"] == "Trainer"
    assert found["developer"] == {
        "name": "Contoso",
        "websiteUrl": "https://contoso.example/coach",
        "privacyUrl": "https://contoso.example/privacy",
        "termsOfUseUrl": "https://contoso.example/terms",
    }
    assert validate(build(app)) == []


def test_a_package_that_teams_would_refuse_is_not_built_and_every_reason_is_told() -> None:
    app = replace(APP, name="N" * 31, version="one", website="http://coach.example.com")
    with pytest.raises(BadPackage) as refused:
        build(app)
    lines = refused.value.sentence.splitlines()[1:]
    assert [line.partition(" ")[0] for line in lines] == [""] * 3
    for named in ("name.short has 31 characters", "version must be", "developer.websiteUrl"):
        assert named in refused.value.sentence


def test_the_colour_icon_is_192_pixels_square_and_has_a_solid_ground() -> None:
    found = png_reading.head(icons.colour())
    assert (found.width, found.height, found.depth) == (192, 192, 8)
    assert found.kind == 2, "RGB: no transparency"


def test_the_outline_icon_is_32_pixels_square_opaque_white_on_nothing() -> None:
    content = icons.outline()
    found = png_reading.head(content)
    assert (found.width, found.height) == (32, 32)
    pixels = png_reading.pixels(content)
    assert len(pixels) == 32 * 32
    assert {pixel for pixel in pixels if pixel[3]} == {(255, 255, 255, 255)}
    assert {pixel[3] for pixel in pixels} == {0, 255}
    drawn = sum(1 for pixel in pixels if pixel[3])
    assert 150 < drawn < 500, "lines, neither a dot nor a block"
    corners = (0, 31, 31 * 32, 32 * 32 - 1)
    assert all(pixels[corner][3] == 0 for corner in corners)


BROKEN: list[tuple[str, Change, str]] = [
    ("no schema", without("$schema"), "$schema is missing."),
    ("old schema", put("manifestVersion", "1.7"), "manifestVersion must be “1.19”."),
    ("other schema address", put("$schema", "https://example.com"), "$schema must be “https://dev"),
    ("no version", without("version"), "version is missing."),
    ("version of two parts", put("version", "1.0"), "version must be a version such as 1.0.0"),
    ("version with zeros", put("version", "01.0.0"), "version must be a version such as 1.0.0"),
    ("version is a number", put("version", 1), "version must be text"),
    ("no id", without("id"), "id is missing."),
    ("id is no GUID", put("id", "coach"), "id must be a GUID, not “coach”."),
    ("no developer", without("developer"), "developer is missing."),
    ("no developer's name", without("developer.name"), "developer.name is missing."),
    ("long developer", put("developer.name", "d" * 33), "developer.name has 33 characters; 32"),
    ("site over http", put("developer.websiteUrl", "http://a.b"), "developer.websiteUrl must be a"),
    ("no privacy", without("developer.privacyUrl"), "developer.privacyUrl is missing."),
    ("privacy is a path", put("developer.privacyUrl", "/x"), "developer.privacyUrl must be a whol"),
    (
        "terms are no host",
        put("developer.termsOfUseUrl", "https://"),
        "developer.termsOfUseUrl mus",
    ),
    (
        "broken address",
        put("developer.termsOfUseUrl", "https://[x"),
        "developer.termsOfUseUrl must",
    ),
    (
        "long address",
        put("developer.websiteUrl", "https://a.b/" + "c" * 2048),
        "has 2060 characters",
    ),
    ("no name", without("name"), "name is missing."),
    ("long name", put("name.short", "n" * 31), "name.short has 31 characters; 30 are allowed."),
    ("empty name", put("name.short", " "), "name.short must be text, and not empty."),
    ("no full name", without("name.full"), "name.full is missing."),
    ("long full name", put("name.full", "n" * 101), "name.full has 101 characters; 100 are"),
    ("no description", without("description"), "description is missing."),
    ("long summary", put("description.short", "d" * 81), "description.short has 81 characters; 80"),
    ("long description", put("description.full", "d" * 4001), "description.full has 4001 charact"),
    ("no icons", without("icons"), "icons is missing."),
    ("no outline", without("icons.outline"), "icons.outline is missing."),
    (
        "icon in a folder",
        put("icons.color", "img/color.png"),
        "icons.color must be a PNG file besid",
    ),
    ("icon not there", put("icons.color", "logo.png"), "logo.png, the icon that icons.color names"),
    ("one icon for both", put("icons.color", "outline.png"), "icons.outline are the same file"),
    ("no accent", without("accentColor"), "accentColor is missing."),
    ("accent by name", put("accentColor", "blue"), "accentColor must be a colour such as #2B59C3"),
    ("short accent", put("accentColor", "#fff"), "accentColor must be a colour"),
    ("unknown field", put("packageName", "com.example"), "packageName is no field of the schema."),
    ("unknown inner field", put("name.long", "x"), "name.long is no field of the schema."),
    ("no bot", put("bots", []), "bots has 0 items; 1 to 1 are allowed."),
    ("bots are no list", put("bots", {}), "bots must be a list."),
    ("bot is no object", put("bots", ["coach"]), "bots[1] must be an object."),
    ("no bot id", without("bots.0.botId"), "bots[1].botId is missing."),
    (
        "other bot id",
        put("bots.0.botId", APP_ID[:-1] + "2"),
        "bots: botId differs from the app's id",
    ),
    ("no scopes", without("bots.0.scopes"), "bots[1].scopes is missing."),
    ("unknown scope", put("bots.0.scopes", ["personal", "meeting"]), "“meeting” is not."),
    ("old spelling", put("bots.0.scopes", ["personal", "groupchat"]), "“groupchat” is not."),
    (
        "scope twice",
        put("bots.0.scopes", ["personal", "personal"]),
        "bots[1].scopes has an item twi",
    ),
    ("files as text", put("bots.0.supportsFiles", "yes"), "supportsFiles must be true or false."),
    (
        "commands out of scope",
        put("bots.0.scopes", ["personal"]),
        "commandLists: commands for team, but the bot is not in that scope.",
    ),
    (
        "two lists for a scope",
        put("bots.0.commandLists.1.scopes", ["personal"]),
        "commandLists: personal has more than one list.",
    ),
    (
        "eleven commands",
        put(
            "bots.0.commandLists.0.commands",
            [{"title": f"c{n}", "description": "d"} for n in range(11)],
        ),
        "commands has 11 items; 1 to 10 are allowed.",
    ),
    ("long command", put("bots.0.commandLists.0.commands.0.title", "t" * 33), "title has 33 char"),
    (
        "long command description",
        put("bots.0.commandLists.0.commands.0.description", "d" * 129),
        "description has 129 characters; 128 are allowed.",
    ),
    (
        "command without description",
        without("bots.0.commandLists.0.commands.0.description"),
        "bots[1].commandLists[1].commands[1].description is missing.",
    ),
    (
        "command twice",
        put("bots.0.commandLists.0.commands.1.title", "help"),
        "commandLists: the title “help” is used twice.",
    ),
    (
        "default out of scope",
        put("bots.0.scopes", ["team"]),
        "defaultInstallScope is personal, but",
    ),
    ("unknown default", put("defaultInstallScope", "chat"), "defaultInstallScope must be one of"),
    (
        "two extensions",
        put("composeExtensions", ["a", "b"]),
        "composeExtensions has 2 items; 1 to 1",
    ),
    (
        "extension of another bot",
        put("composeExtensions.0.botId", APP_ID[:-1] + "2"),
        "composeExtensions: botId differs from the app's id",
    ),
    ("no commands", put("composeExtensions.0.commands", []), "commands has 0 items; 1 to 10 are"),
    ("no command id", without("composeExtensions.0.commands.0.id"), "commands[1].id is missing."),
    ("long id", put("composeExtensions.0.commands.0.id", "i" * 65), "id has 65 characters; 64 are"),
    (
        "long title",
        put("composeExtensions.0.commands.0.title", "t" * 33),
        "title has 33 characters",
    ),
    (
        "unknown type",
        put("composeExtensions.0.commands.0.type", "form"),
        "type must be one of query",
    ),
    (
        "unknown context",
        put("composeExtensions.0.commands.0.context", ["menu"]),
        "must be one of compose, commandBox, message; “menu” is not.",
    ),
    (
        "a search on messages",
        put("composeExtensions.0.commands.0.type", "query"),
        "reviewUpdate is in the menu of messages, so its type must be action.",
    ),
    (
        "nothing to show",
        put("composeExtensions.0.commands.0.fetchTask", False),
        "reviewUpdate needs fetchTask or parameters",
    ),
    (
        "six parameters",
        put(
            "composeExtensions.0.commands.0.parameters",
            [{"name": f"p{n}", "title": "t"} for n in range(6)],
        ),
        "parameters has 6 items; 1 to 5 are allowed.",
    ),
    (
        "dialog of unknown size",
        put("composeExtensions.0.commands.0.taskInfo", {"width": "wide"}),
        "taskInfo.width must be a number, large, medium or small",
    ),
    (
        "command id twice",
        lambda found: found["composeExtensions"][0]["commands"].append(
            found["composeExtensions"][0]["commands"][0] | {"title": "Again"}
        ),
        "composeExtensions.commands: the id “reviewUpdate” is used twice.",
    ),
    ("domain with scheme", put("validDomains", ["https://a.b"]), "validDomains[1] must be a host"),
    ("domain with path", put("validDomains", ["a.b/c"]), "validDomains[1] must be a host"),
    (
        "seventeen domains",
        put("validDomains", [f"a{n}.b" for n in range(17)]),
        "has 17 items; 0 to",
    ),
    ("web app is no GUID", put("webApplicationInfo", {"id": "x"}), "webApplicationInfo.id must be"),
]


@pytest.mark.parametrize(
    ("change", "told"),
    [(change, told) for _, change, told in BROKEN if told],
    ids=[name for name, _, told in BROKEN if told],
)
def test_a_broken_rule_of_the_manifest_is_named(change: Change, told: str) -> None:
    assert any(told in problem for problem in validate(changed(change)))


def test_a_description_that_repeats_the_summary_is_named() -> None:
    def repeat(found: Manifest) -> None:
        found["description"]["full"] = f"{found['description']['short']} And more."

    assert validate(changed(repeat)) == ["description.full must not repeat description.short."]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (image(32, 31), "outline.png is 32 × 31 pixels; it must be 32 × 32."),
        (image(32, 32, b"\x00\x00\x00\xff"), "each pixel must be opaque white or fully trans"),
        (image(32, 32, b"\xff\xff\xff\x80"), "each pixel must be opaque white or fully trans"),
        (image(32, 32), "outline.png has no transparent pixel"),
        (image(32, 32, b"\xff\xff\xff\x00"), "outline.png is empty: every pixel is transparent."),
        (raw_png(32, 32, (b"\0" + bytes(96)) * 32, kind=2), "a PNG of eight bits a channel"),
        (image(32, 32)[:-30], "outline.png is no PNG, or a broken one."),
        (raw_png(32, 32, b"\0" * 100), "outline.png is no PNG, or a broken one."),
        (raw_png(32, 32, (b"\x07" + bytes(128)) * 32), "outline.png is no PNG, or a broken one."),
        (b"GIF89a", "outline.png is no PNG, or a broken one."),
        (b"", "outline.png is no PNG, or a broken one."),
        (b"\x89PNG\r\n\x1a\n", "outline.png is no PNG, or a broken one."),
    ],
    ids=[
        "size", "black", "half transparent", "full", "empty", "no alpha", "cut off", "too few rows",
        "unknown filter", "GIF", "no bytes", "only a signature",
    ],
)  # fmt: skip
def test_a_broken_rule_of_the_small_icon_is_named(content: bytes, told: str) -> None:
    problems = validate(zipped({**files(), "outline.png": content}))
    assert any(told in problem for problem in problems)


def test_a_large_icon_of_another_size_is_named() -> None:
    problems = validate(zipped({**files(), "color.png": image(96, 192)}))
    assert problems == ["color.png is 96 × 192 pixels; it must be 192 × 192."]


def test_an_icon_of_somebody_else_s_program_is_read_whatever_filters_it_used() -> None:
    white, nothing = b"\xff\xff\xff\xff", bytes(4)
    plain = white * 16 + nothing * 16
    difference_left = white + bytes(60) + bytes([1, 1, 1, 1]) + bytes(60)
    rows = b"\0" + plain + b"\x01" + difference_left + (b"\x02" + bytes(128)) * 29
    average = bytes([128, 128, 128, 128]) + bytes(60)
    left = [0] * 4
    for at in range(16, 32):  # each byte: wanted minus the mean of left and above
        mean = (255 if at == 16 else 0) // 2
        left = [(0 - mean) % 256] * 4
        average += bytes(left)
    content = raw_png(32, 32, rows + b"\x03" + average)
    assert png_reading.pixels(content) == ([(255,) * 4] * 16 + [(0,) * 4] * 16) * 32
    assert validate(zipped({**files(), "outline.png": content})) == []


@pytest.mark.parametrize(
    ("package", "told"),
    [
        (b"", "The package is no zip file, or a broken one."),
        (b"PK\x03\x04" + bytes(100), "The package is no zip file, or a broken one."),
        (bytes(1_000_001), "The package has 1,000,001 bytes; 1,000,000 are allowed."),
        (zipped({"a.txt": b""}), "manifest.json is missing from the package."),
        (zipped({"app/manifest.json": b"{}"}), "app/manifest.json is in a folder"),
        (zipped({"manifest.json": bytes(2_000_000)}), "Unpacked, the files have 2,000,000 bytes"),
        (zipped({"manifest.json": b"\xff\xff"}), "manifest.json is no JSON in UTF-8"),
        (zipped({"manifest.json": b"{"}), "manifest.json is no JSON in UTF-8"),
        (zipped({"manifest.json": b"[" * 100_000}), "manifest.json is no JSON in UTF-8"),
        (zipped({"manifest.json": b"[]"}), "The manifest must be an object."),
    ],
    ids=[
        "nothing", "cut off", "too large", "no manifest", "in a folder", "zip bomb", "no UTF-8",
        "no JSON", "nested too deeply", "no object",
    ],
)  # fmt: skip
def test_a_broken_rule_of_the_zip_is_named(package: bytes, told: str) -> None:
    assert any(told in problem for problem in validate(package))


def test_a_file_that_does_not_belong_there_is_named() -> None:
    problems = validate(zipped({**files(), ".DS_Store": b"x"}))
    assert problems == [
        ".DS_Store does not belong in the package: it holds the manifest and two icons."
    ]


def test_a_file_that_is_there_twice_is_named() -> None:
    package = BytesIO(build(APP))
    with ZipFile(package, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", b"{}")
    assert "manifest.json is in the package twice." in validate(package.getvalue())


def test_an_encrypted_file_is_named() -> None:
    package = bytearray(build(APP))
    at = package.index(b"PK\x01\x02")
    package[at + 8] |= 1  # the flag that says so in the central directory
    assert "manifest.json is encrypted; Teams can't read it." in validate(bytes(package))


def test_a_file_with_a_wrong_checksum_makes_the_zip_a_broken_one() -> None:
    package = bytearray(build(APP))
    at = package.index(b"manifest.json") + len("manifest.json")
    package[at + 5] ^= 0xFF
    assert validate(bytes(package)) == ["The package is no zip file, or a broken one."]


def test_every_problem_is_told_at_once() -> None:
    def spoil(found: Manifest) -> None:
        found["version"] = "1"
        found["name"]["short"] = "n" * 31
        found["bots"][0]["scopes"] = ["personal", "meeting"]
        del found["accentColor"]

    package = changed(spoil)
    problems = validate(package)
    assert len(problems) >= 5  # the four, and the command lists of scopes that are gone
    assert all(problem.endswith(".") for problem in problems)
    assert len(problems) == len(set(problems))
