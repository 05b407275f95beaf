# Scans files, and the DEX files and native libraries in APKs, with YARA (yara-python) and YARA-X
# (yara-x, both from PyPI). What lies in an APK is unpacked into FOLDER. Prints a line for each rule
# that matched: engine, file, rule, how many places, and the first 20 places.
import os
import sys
import zipfile

import yara
import yara_x

rules_file, folder = sys.argv[1:3]
text = open(rules_file, encoding="utf-8").read()
classic = yara.compile(source=text)
new = yara_x.Scanner(yara_x.compile(text))

files = []
for path in sys.argv[3:]:
    files.append(path)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.endswith((".dex", ".so")):
                    at = os.path.join(folder, f"{len(files)}-{os.path.basename(info.filename)}")
                    with open(at, "wb") as out:
                        out.write(archive.read(info))
                    files.append(at)


def tell(engine, path, rule, places):
    shown = "; ".join(f"{name} at {at}, {length} bytes" for name, at, length in places[:20])
    print("\t".join([engine, path, rule, str(len(places)), shown]))


for path in files:
    data = open(path, "rb").read()
    print("\t".join(["file", path]))
    for match in classic.match(data=data):
        places = [
            (string.identifier, one.offset, one.matched_length)
            for string in match.strings
            for one in string.instances
        ]
        tell("yara", path, match.rule, places)
    for match in new.scan(data).matching_rules:
        places = [
            (pattern.identifier, one.offset, one.length)
            for pattern in match.patterns
            for one in pattern.matches
        ]
        tell("yara-x", path, match.identifier, places)
