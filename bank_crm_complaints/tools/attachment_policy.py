"""Which files the bank takes in from outside, decided by what a file is and not by what it is called.

Pure Python besides ``python-magic`` (libmagic), which Odoo itself uses where it is installed; without it, the
signatures below decide and what they do not know is refused.
"""

import io
import re
import zipfile
from collections import namedtuple

try:
    import magic
except ImportError:
    magic = None

MB = 1024 * 1024

# name: cleaned; code: why not (see REASONS); content stays with the caller.
Refusal = namedtuple("Refusal", ["name", "code"])

TOO_LARGE, MESSAGE_TOO_LARGE, EXECUTABLE = "too_large", "message_too_large", "executable"
MACRO, DISGUISED, TYPE_NOT_ALLOWED, UNREADABLE = "macro", "disguised", "type_not_allowed", "unreadable"
REASONS = (TOO_LARGE, MESSAGE_TOO_LARGE, EXECUTABLE, MACRO, DISGUISED, TYPE_NOT_ALLOWED, UNREADABLE)

# What is evidence: documents, pictures, recordings, messages. A zip is looked into.
DEFAULT_TYPES = (
    "application/pdf image/jpeg image/png image/gif image/tiff image/bmp image/webp image/heic image/heif "
    "text/plain text/csv text/rtf application/rtf application/msword application/vnd.ms-excel "
    "application/vnd.ms-powerpoint application/CDFV2 application/x-ole-storage "
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document "
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
    "application/vnd.openxmlformats-officedocument.presentationml.presentation "
    "application/vnd.oasis.opendocument.text application/vnd.oasis.opendocument.spreadsheet "
    "message/rfc822 audio/mpeg audio/x-wav audio/x-m4a audio/amr audio/AMR audio/mp4 video/mp4 video/quicktime "
    "application/zip"
)

SIGNATURES = (
    (b"MZ", "application/x-dosexec"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/x-java-applet"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"ITSF", "application/vnd.ms-htmlhelp"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"#!", "text/x-shellscript"),
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "text/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
)
PROGRAM_TYPES = {kind for _mark, kind in SIGNATURES[:11]}
# Scripts are plain text to every detector: their names give them away.
PROGRAM_NAMES = re.compile(
    r"\.(exe|com|scr|pif|bat|cmd|msi|msp|mst|dll|sys|cpl|jar|class|js|jse|vbs?|vbe|ws[fhc]?|ps1|psm1|psd1|hta|lnk|url|reg"
    r"|inf|chm|sh|bash|app|dmg|pkg|deb|rpm|apk|ipa|iso|img|vhdx?|cab|ace|gadget|appx|msix|scf|one|xll|py|pl|rb|php|svg"
    r"|s?html?|mht(ml)?|xht(ml)?)\s*$",
    re.IGNORECASE,
)
MACRO_NAMES = re.compile(r"\.(docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppam|ppsm|sldm)\s*$", re.IGNORECASE)
# "statement.exe.pdf", "photo.jpg      .scr": a program's ending where nobody looks for it.
HIDDEN_PROGRAM = re.compile(r"\.(exe|scr|pif|bat|cmd|com|msi|vbs|js|ps1|hta|lnk|jar)[\s.]", re.IGNORECASE)
DIRECTION_MARKS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "/macros/", "basic/script-lc.xml")
# Names of the streams of an OLE file that hold a macro, as they stand in its directory (UTF-16).
MACRO_STREAMS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "VBA", "Macros\x00"))
ZIP_ENTRIES, ZIP_UNPACKED, ZIP_DEPTH = 500, 200 * MB, 2


def clean_name(name):
    """Return a file name that can be shown and saved: no folders, no control and direction characters."""
    name = DIRECTION_MARKS.sub("", re.sub(r"[\x00-\x1f\x7f]", "", name or ""))
    name = re.split(r"[\\/]", name)[-1].strip(" .")
    if len(name) > 120:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[:100]}{dot}{ending[:15]}" if dot else name[:120]
    return name or "attachment"


def detect(content):
    """Return the media type of ``content`` (bytes) by what it begins with."""
    for mark, kind in SIGNATURES[:11]:
        if content.startswith(mark):
            return kind
    if magic:
        return magic.from_buffer(content[:8192], mime=True)
    for mark, kind in SIGNATURES[11:]:
        if content.startswith(mark):
            return kind
    try:
        content[:8192].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < 8000:
            return "application/octet-stream"
    return "application/octet-stream" if b"\x00" in content[:8192] else "text/plain"


def refuse(name, content, allowed=None, max_bytes=25 * MB):
    """Return why a file is not accepted, one of :data:`REASONS`, or None if it is.

    :param name: the name that the sender gave it
    :param content: bytes
    :param allowed: iterable of media types; :data:`DEFAULT_TYPES` without it
    :param max_bytes: largest accepted size
    """
    if len(content) > max_bytes:
        return TOO_LARGE
    return _by_name(name or "") or _by_content(content, set(allowed or DEFAULT_TYPES.split()), 0)


def _by_name(name):
    if DIRECTION_MARKS.search(name) or re.search(r"\s{5,}\.", name):
        return DISGUISED
    if PROGRAM_NAMES.search(name):
        ending = clean_name(name).rpartition(".")[0]
        return DISGUISED if re.search(r"\.[A-Za-z]{3,4}\s*$", ending) else EXECUTABLE
    if MACRO_NAMES.search(name):
        return MACRO
    return DISGUISED if HIDDEN_PROGRAM.search(name) else None


def _by_content(content, allowed, depth):
    kind = detect(content)
    if kind in PROGRAM_TYPES or "executable" in kind or kind == "application/x-sharedlib":
        return EXECUTABLE
    if content.startswith(b"PK\x03\x04"):
        return _zip(content, allowed, depth)
    if content.startswith(b"\xd0\xcf\x11\xe0") and any(stream in content for stream in MACRO_STREAMS):
        return MACRO
    # Everything that is text and no markup or script is a text.
    if kind.startswith("text/") and kind not in ("text/html", "text/xml", "text/x-shellscript", "text/javascript"):
        return None if "text/plain" in allowed else TYPE_NOT_ALLOWED
    return None if kind in allowed else TYPE_NOT_ALLOWED


def _zip(content, allowed, depth):
    """Office files and archives: no macros, no programs, nothing that grows without end or cannot be looked into."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [entry.filename.lower() for entry in entries]
            if any(part in name for name in names for part in MACRO_PARTS):
                return MACRO
            if len(entries) > 10 * ZIP_ENTRIES or sum(entry.file_size for entry in entries) > ZIP_UNPACKED:
                return UNREADABLE
            if "[content_types].xml" in names:
                return None if any("openxmlformats" in kind for kind in allowed) else TYPE_NOT_ALLOWED
            if names[:1] == ["mimetype"]:
                return None if any("opendocument" in kind for kind in allowed) else TYPE_NOT_ALLOWED
            if "application/zip" not in allowed:
                return TYPE_NOT_ALLOWED
            return _archive(archive, entries, allowed, depth)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError):
        return UNREADABLE


def _archive(archive, entries, allowed, depth):
    if depth >= ZIP_DEPTH or len(entries) > ZIP_ENTRIES:
        return UNREADABLE
    for entry in entries:
        if entry.is_dir():
            continue
        if entry.flag_bits & 0x1:  # encrypted
            return UNREADABLE
        if reason := _by_name(entry.filename):
            return reason
        with archive.open(entry) as stream:
            # The declared size may lie; one byte more than it shows that.
            inner = stream.read(entry.file_size + 1)
        if len(inner) > entry.file_size:
            return UNREADABLE
        if reason := _by_content(inner, allowed, depth + 1):
            return reason
    return None


def accept(files, allowed=None, max_file=25 * MB, max_message=25 * MB):
    """Split the files of one message.

    :param files: list of ``(name, content)`` with ``content`` in bytes
    :return: ``(accepted, refused)``: indexes into ``files``, and a list of :class:`Refusal`
    """
    accepted, refused, total = [], [], 0
    for index, (name, content) in enumerate(files):
        code = refuse(name, content, allowed, max_file)
        if not code and total + len(content) > max_message:
            code = MESSAGE_TOO_LARGE
        if code:
            refused.append(Refusal(clean_name(name), code))
        else:
            total += len(content)
            accepted.append(index)
    return accepted, refused
